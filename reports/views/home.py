"""The home page: the dashboard for whoever may open it, otherwise a greeting that says what one can do here."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cells import navigation

OVERVIEW = "reports:overview"


def home(request: HttpRequest) -> HttpResponse:
    if any(link.entry.url_name == OVERVIEW for link in navigation.links_for(request.user)):
        return redirect(OVERVIEW)
    return render(request, "reports/home.html")
