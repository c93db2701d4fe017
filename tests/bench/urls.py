"""Addresses while measuring: the product's own, an empty page of it, and Django's admin."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from config.urls import handler500  # noqa: F401
from tests.bench.admin_site import site


def empty(request: HttpRequest) -> HttpResponse:
    """The frame with nothing in it: what every page of ours costs at least."""
    return render(request, "base.html")


urlpatterns = [
    path("bench/trong/", empty),
    path("bench/admin/", site.urls),
    path("", include("config.urls")),
]
