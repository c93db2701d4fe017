"""What waits for somebody: one list that every floor adds to, shown as Việc cần làm.

A floor calls :func:`register_duties` from its `AppConfig.ready()`. A source gives only what its user may see and do.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

SOON_DAYS = 7


class Urgency(Enum):
    """Where a duty stands on the page, in this order; the value is the heading."""

    LATE = "Quá hạn"
    SOON = "Trong tuần"
    LATER = "Sắp tới, nên xem"


@dataclass(frozen=True)
class Call:
    """Whom to call about something that is late. `phone` is empty where none is on record."""

    whom: str
    phone: str = ""


@dataclass(frozen=True)
class Duty:
    """One thing to do: a sentence, where to do it, and what the button says.

    `due` is the last day in time, None where there is none. `basis` names the rule it follows from. People appear
    with their birth year, never with anything from a file. `message` is what may be sent by telephone: it names nobody.
    """

    title: str
    url: str
    action: str
    detail: str = ""
    due: date | None = None
    basis: str = ""
    call: Call | None = None
    message: str = ""

    def urgency(self, today: date) -> Urgency:
        if self.due is None:
            return Urgency.LATER
        left = (self.due - today).days
        return Urgency.LATE if left < 0 else Urgency.SOON if left <= SOON_DAYS else Urgency.LATER

    def time_left(self, today: date) -> str:
        """`Quá 4 ngày`, `Hôm nay`, `Còn 5 ngày`; empty without a due day."""
        if self.due is None:
            return ""
        left = (self.due - today).days
        return f"Quá {-left} ngày" if left < 0 else f"Còn {left} ngày" if left else "Hạn hôm nay"


Source = Callable[[Any, date], Iterable[Duty]]
_sources: list[Source] = []


def register_duties(source: Source) -> None:
    """Let *source* add to everybody's list: it is called with a user and a day."""
    if source not in _sources:
        _sources.append(source)


def duties_of(user: Any, today: date) -> dict[Urgency, list[Duty]]:
    """What waits for *user*, the most urgent first; groups without duties are left out."""
    found = [duty for source in _sources for duty in source(user, today)]
    found.sort(key=lambda duty: duty.due or date.max)
    groups = {urgency: [duty for duty in found if duty.urgency(today) is urgency] for urgency in Urgency}
    return {urgency: duties for urgency, duties in groups.items() if duties}
