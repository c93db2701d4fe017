"""Entering for a cell that has no computer: which one, kept in the session of the officer who does it."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from cells.kinds import CELL_KINDS
from cells.models import Organization
from cells.roles import Action
from cells.scoping import reaches

KEY = "behalf"


def cells_to_serve(user: Any) -> QuerySet[Organization]:
    """The cells for which *user* may enter."""
    return Organization.objects.visible_to(user, Action.RECORD).filter(kind__in=CELL_KINDS, closed_on=None)


def may_be_served(user: Any, organization: Organization) -> bool:
    """Whether *user* may enter for *organization*, which is at hand."""
    is_open_cell = organization.kind in CELL_KINDS and organization.closed_on is None
    return is_open_cell and reaches(user, Action.RECORD, "cells.organization", organization)


def office_served(request: HttpRequest) -> Organization | None:
    """The cell for which the user enters now; None too when that right has ended meanwhile."""
    served = request.session.get(KEY) if request.user.is_authenticated else None
    return cells_to_serve(request.user).filter(public_id=served).first() if served else None


def serve(request: HttpRequest, cell: Organization | None) -> None:
    """From the next request on enter for *cell*; with None for nobody."""
    if cell is None:
        request.session.pop(KEY, None)
    else:
        request.session[KEY] = str(cell.public_id)
