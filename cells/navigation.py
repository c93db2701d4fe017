"""The menu: one list of entries that every floor adds to, and what of it a user sees.

A floor calls :func:`register` from its `AppConfig.ready()`. An entry appears where its address exists and
where an appointment of the user grants its right.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.urls import NoReverseMatch, reverse

from cells.models import Appointment
from cells.scoping import may


class Section(models.TextChoices):
    """Groups of the side menu, in their order; the value is the heading shown above the group."""

    WORK = "work", ""
    DIRECTION = "direction", "Chỉ đạo"
    OTHER = "other", "Khác"


@dataclass(frozen=True)
class Entry:
    """One line of the menu.

    `right` is an action and a model (`("view", "reports.yearfigures")`), None where everybody may.
    `position` orders entries within a section. `short` is the label in the phone's bottom bar.
    """

    label: str
    url_name: str
    section: Section
    position: int
    right: tuple[str, str] | None = None
    short: str = ""


@dataclass(frozen=True)
class Link:
    """An entry as one user sees it on one page."""

    entry: Entry
    url: str

    @property
    def label(self) -> str:
        return self.entry.label

    @property
    def short(self) -> str:
        return self.entry.short or self.entry.label


_ORDER = {section: number for number, section in enumerate(Section)}
_entries: dict[str, Entry] = {}


def register(*entries: Entry) -> None:
    """Add *entries* to the menu; the same address registered twice is one entry, the later one."""
    _entries.update((entry.url_name, entry) for entry in entries)


def links_for(user: Any) -> list[Link]:
    """What *user* may open, in the order of the menu."""
    ordered = sorted(_entries.values(), key=lambda entry: (_ORDER[entry.section], entry.position, entry.label))
    links = []
    for entry in ordered:
        if entry.right is not None and not may(user, *entry.right):
            continue
        try:
            links.append(Link(entry, reverse(entry.url_name)))
        except NoReverseMatch:  # a page of a floor that is not built yet
            continue
    return links


def current_of(links: Sequence[Link], path: str) -> Link | None:
    """The link whose page, or a page beneath it, has the address *path*."""
    matching = [link for link in links if path == link.url or (link.url != "/" and path.startswith(link.url))]
    return max(matching, key=lambda link: len(link.url), default=None)


def grouped(links: Iterable[Link]) -> list[tuple[str, list[Link]]]:
    """*links* by section, each with its heading; empty sections are left out."""
    groups: dict[Section, list[Link]] = {}
    for link in links:
        groups.setdefault(link.entry.section, []).append(link)
    return [(section.label, group) for section, group in groups.items()]


def appointments_of(user: Any, on: date) -> list[Appointment]:
    """The offices *user* holds on day *on*, the longest held first, with the names of their places."""
    held = Appointment.objects.in_force().on(on).filter(user=user)
    return list(held.select_related("organization__parent", "association").order_by("valid_from", "id"))
