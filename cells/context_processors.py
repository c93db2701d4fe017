"""What every page shows around its content."""

from functools import cached_property
from typing import Any

from django.http import HttpRequest

from cells import navigation as menu
from cells.models import Appointment
from core import dates

BAR_LENGTH = 3
"""Entries of the phone's bottom bar beside "Thêm"."""


class Surroundings:
    """Header and menu of one request. Worked out on demand: fragments and files ask for nothing."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def user(self) -> Any:
        """Who is logged in; None too on a page shown before anybody could be known."""
        user = getattr(self._request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @cached_property
    def _links(self) -> list[menu.Link]:
        return menu.links_for(self.user)

    @cached_property
    def current(self) -> menu.Link | None:
        return menu.current_of(self._links, self._request.path)

    @property
    def sections(self) -> list[tuple[str, list[menu.Link]]]:
        return menu.grouped(self._links)

    @property
    def bar(self) -> list[menu.Link]:
        """The first entries of daily work, for the bottom of a phone."""
        return [link for link in self._links if link.entry.section != menu.Section.OTHER][:BAR_LENGTH]

    @property
    def more(self) -> list[menu.Link]:
        return [link for link in self._links if link not in self.bar]

    @property
    def more_sections(self) -> list[tuple[str, list[menu.Link]]]:
        return menu.grouped(self.more)

    @cached_property
    def appointments(self) -> list[Appointment]:
        return menu.appointments_of(self.user, dates.today()) if self.user else []

    @property
    def served(self) -> Any:
        """The cell without a computer for which the user enters now."""
        return getattr(self._request, "served", None)

    @property
    def place(self) -> str:
        """Name of the user's unit, with the one above it."""
        if not self.appointments:
            return ""
        first = self.appointments[0]
        names = [str(first.association or first.organization or "")]
        if first.organization and first.organization.parent:
            names.append(str(first.organization.parent))
        return " · ".join(filter(None, names))

    @property
    def role(self) -> str:
        """Title of the first appointment, or the name of its role."""
        if not self.appointments:
            return ""
        return self.appointments[0].title or self.appointments[0].get_role_display()


def navigation(request: HttpRequest) -> dict[str, Any]:
    return {"surroundings": Surroundings(request)}
