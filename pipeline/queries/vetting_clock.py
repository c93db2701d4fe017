"""How long answers are waited for: due days, and lateness in working days counted once for all letters."""

from collections.abc import Callable
from datetime import date, timedelta

from django.db.models import Q

from core.workdays import WorkingCalendar
from pipeline.deriving import Judge
from pipeline.rulebook.entries import Requirement
from pipeline.spans import ANSWERS


class AnswerClock:
    """The clock of answers as the rules of the day set it. Where no rule does, nothing is due and nothing late."""

    def __init__(self, judge: Judge) -> None:
        self.today, self._calendar = judge.today, judge.calendar
        self.rule: Requirement | None = judge.book.on(judge.today).requirements.get(ANSWERS)
        self._back = [0]
        """Working days among the last n days up to today, by n: each day is looked at once, however many letters."""

    def days(self, abroad: bool) -> int | None:
        """Working days within which an answer is expected."""
        return self.rule.parameters["abroad_days" if abroad else "days"] if self.rule else None

    def due(self, requested_on: date | None, abroad: bool) -> date | None:
        """The last day in time of what was sent on a day."""
        days = self.days(abroad)
        return None if days is None or requested_on is None else self._calendar.add(requested_on, days)

    def late(self, requested_on: date | None, abroad: bool) -> int:
        """Working days since the answer was due; 0 where it is not due yet."""
        days = self.days(abroad)
        return 0 if days is None or requested_on is None else max(self.waited(requested_on) - days, 0)

    def left(self, requested_on: date | None, abroad: bool) -> int | None:
        """Working days until the answer is due; None where it is late, or nothing is due."""
        due = self.due(requested_on, abroad)
        return None if due is None or due < self.today else self._calendar.between(self.today, due)

    def waited(self, requested_on: date) -> int:
        """Working days since a letter went out."""
        span = max((self.today - requested_on).days, 0)
        while len(self._back) <= span:
            day = self.today - timedelta(days=len(self._back) - 1)
            self._back.append(self._back[-1] + self._calendar.is_working(day))
        return self._back[span]

    def overdue(self) -> Q:
        """Of inquiries that wait: those that are late by a working day or more, as `late` counts. One comparison of
        days, since who was asked earlier is due earlier."""
        return asked_too_long_ago(self.days, self._calendar, self.today)

    def as_at_home(self, requested_on: date) -> date:
        """The day on which somebody in the country would have been asked, to be due when who is abroad and was asked
        on *requested_on* is: puts both into one order."""
        days, due = self.days(False), self.due(requested_on, True)
        return requested_on if days is None or due is None else self._calendar.latest_start(due, days)


def asked_too_long_ago(days_of: Callable[[bool], int | None], calendar: WorkingCalendar, today: date) -> Q:
    """Which letters are late: from the first working day after their due day. *days_of* tells the working days granted
    at home (False) and abroad (True), None where nothing is due."""
    condition = Q(pk__in=[])
    for abroad in (False, True):
        days = days_of(abroad)
        if days is not None:
            condition |= Q(abroad=abroad, requested_on__lte=calendar.latest_start(today, days + 1))
    return condition
