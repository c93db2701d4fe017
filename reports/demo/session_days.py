"""When the committee that decides on admissions meets, once a month, twice where much is to be decided; and on which
days cards are handed out."""

from bisect import bisect_right
from calendar import SATURDAY
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from core.dates import add_months
from pipeline.kinds import CARD_DAYS

SIGNED_WITHIN = 14
"""Days within which the decisions of a meeting are signed one by one."""
USUAL_DAY = 15
DECIDED_BEFORE = 12
"""Days before a batch on which its cards are decided."""
COMING = 2
"""Meetings that are called already."""


def card_day(day: date) -> date:
    """The first of the four days of the year on which cards are handed out that is not before *day*."""
    days = (date(year, *each) for year in (day.year, day.year + 1) for each in CARD_DAYS)
    return next(each for each in days if each >= day)


@dataclass(slots=True)
class CardIssue:
    """The decision, of the day `on`, by which the cards of the batch of *day* are handed out."""

    day: date
    on: date
    document: str = ""


def card_issues(first: date, today: date) -> list[CardIssue]:
    """One for each batch from the day *first* on that was decided by *today*."""
    found, day = [], card_day(first)
    while (on := _weekday(day - timedelta(days=DECIDED_BEFORE))) <= today:
        found.append(CardIssue(day, on))
        day = card_day(day + timedelta(days=1))
    return found


class SessionDays:
    """The days of its meetings, made from the days on which it has decided."""

    def __init__(self, decided: Iterable[date], today: date) -> None:
        self.days: list[date] = []
        for day in sorted({day for day in decided if day <= today}):
            self._fill_months(day)
            if not self.days or not _same_month(self.days[-1], day) or (day - self.days[-1]).days > SIGNED_WITHIN:
                self.days.append(day)
        self._fill_months(add_months(today.replace(day=1), 1))
        self.days = [day for day in self.days if day <= today]
        first = today.replace(day=USUAL_DAY)
        self.coming = [day for ahead in range(COMING + 1) if (day := _weekday(add_months(first, ahead))) > today]
        self.coming = self.coming[:COMING]

    def of(self, day: date) -> date | None:
        """The meeting whose decisions are signed on *day*; None before the first."""
        place = bisect_right(self.days, day)
        return self.days[place - 1] if place else None

    def recognising(self, due: date, known: date, today: date) -> date:
        """The day on which somebody whose probation ended on *due* is recognised, about *known*: at a meeting that the
        cell, and the committee above it, can have prepared."""
        before = self.of(known)
        if before and (before - due).days >= SIGNED_WITHIN:
            return before
        place = bisect_right(self.days, known)
        if place < len(self.days):
            return self.days[place]
        self.days.append(known)
        return known

    def _fill_months(self, until: date) -> None:
        """A meeting in each month before that of *until*."""
        while self.days and not _same_month(month := add_months(self.days[-1].replace(day=1), 1), until):
            if month > until:
                return
            self.days.append(_weekday(month.replace(day=USUAL_DAY)))


def _same_month(one: date, other: date) -> bool:
    return (one.year, one.month) == (other.year, other.month)


def _weekday(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - SATURDAY + 1))
