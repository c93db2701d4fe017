"""All addresses. Paths are Vietnamese, names English."""

from django.urls import include, path

from reports.views.home import duties, home

urlpatterns = [
    path("", home, name="home"),
    path("viec-can-lam/", duties, name="duties"),
    path("", include("core.urls")),
    path("", include("core.accounts.urls")),
    path("", include("cells.urls")),
    path("", include("pipeline.urls")),
    path("", include("reports.urls")),
]

handler500 = "core.errors.server_error"
