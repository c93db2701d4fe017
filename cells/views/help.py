"""Trợ giúp: who may do what, printed from the table that decides it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cells.access_table import ABOUT, NOTHING, lines
from cells.roles import Role


@require_safe
def access_help(request: HttpRequest) -> HttpResponse:
    """For each role: what it is there for, and all it may do and how far."""
    rights = list(lines())
    roles = [
        (
            role.label,
            ABOUT[role],
            [(line.what, line.reaches[role]) for line in rights if line.reaches[role] != NOTHING],
        )
        for role in Role
    ]
    return render(request, "cells/access_help.html", {"roles": roles})
