"""What upper floors add to an organisation's page.

A floor calls :func:`register_panel` from its `AppConfig.ready()`. A source gives a panel of what its user may see, or
None where it has nothing to say of the organisation.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cells.models import Organization


@dataclass(frozen=True)
class Panel:
    """A card of the page: a template, and what it shows."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)


Source = Callable[[Organization, Any, date], Panel | None]
"""Called with the organisation, the user and today."""
_sources: list[tuple[int, Source]] = []


def register_panel(source: Source, position: int) -> None:
    """Show what *source* gives on the page of every organisation; a lower *position* stands higher."""
    if all(known is not source for _, known in _sources):
        _sources.append((position, source))
        _sources.sort(key=lambda entry: entry[0])


def panels_of(organization: Organization, user: Any, today: date) -> list[Panel]:
    """The panels of *organization* that *user* sees, from the top."""
    found = (source(organization, user, today) for _, source in _sources)
    return [panel for panel in found if panel is not None]
