"""What every response tells the browser it may do: the policies that keep other sites and other users out."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

CONTENT_SECURITY_POLICY = "; ".join([
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",  # Bootstrap's style sheet carries its own signs as data
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
])  # fmt: skip
"""No script and no style inside a page, nothing from elsewhere, no page inside another's frame."""
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


class SecurityHeadersMiddleware:
    """Sets the policies on every response; one for somebody who is logged in is kept nowhere.

    Stands first: static files and refusals of the other middleware pass through it too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        # Static files and what is refused early know no user.
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            # Another person at the same machine, or a proxy, must not find the page of who was here before.
            response.headers.pop("Cache-Control", None)
            add_never_cache_headers(response)
            response.headers["Cache-Control"] = "private, no-store"
        return response
