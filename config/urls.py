"""All addresses. Paths are Vietnamese, names English."""

from django.urls import include, path

from reports.views.home import home

urlpatterns = [
    path("", home, name="home"),
    path("", include("core.urls")),
    path("", include("core.accounts.urls")),
    path("", include("cells.urls")),
    path("", include("reports.urls")),
]

handler500 = "core.errors.server_error"
