"""The answer to a fault of ours: a calm page with a number, and the same number in the log."""

import logging
import secrets

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.template import loader

logger = logging.getLogger(__name__)


def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without the request: neither session nor database need to be there."""
    reference = secrets.token_hex(4).upper()
    logger.error("Sự cố %s tại %s %s", reference, request.method, request.path)
    return HttpResponseServerError(loader.render_to_string("500.html", {"reference": reference}))
