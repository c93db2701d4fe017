"""Working days: weekends, Vietnamese public holidays, and what the installation has set itself.

The holiday package knows Tết, 24 November and most swapped days; `CalendarDay` rows win over it.
"""

from bisect import bisect_left
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate

import holidays

from core.models import CalendarDay


@lru_cache(maxsize=200)
def _public_holidays(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("VN", years=year)


@lru_cache(maxsize=20_000)
def _is_public_working_day(day: date) -> bool:
    """Kept: the package takes thirty times as long to say so, and a list may count through years."""
    return _public_holidays(day.year).is_working_day(day)


def public_days(year: int) -> list[tuple[date, bool, str]]:
    """(day, whether it is worked, its name) of what the public calendar says apart from plain weekends."""
    known = holidays.country_holidays("VN", years=year, language="vi")
    found = [(day, False, name) for day, name in known.items()]
    found += [(day, True, "Làm bù") for day in known.weekend_workdays if day.year == year]
    return sorted(found)


class WorkingCalendar:
    """Counts working days. *overrides* maps a day to whether it is worked."""

    def __init__(self, overrides: Mapping[date, bool] | None = None) -> None:
        self._overrides = dict(overrides or {})
        self._sums: dict[tuple[date, int], date] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WorkingCalendar) and self._overrides == other._overrides

    def __hash__(self) -> int:
        return hash(frozenset(self._overrides.items()))

    @classmethod
    def load(cls) -> "WorkingCalendar":
        return cls(dict(CalendarDay.objects.values_list("date", "is_working")))

    def is_working(self, day: date) -> bool:
        if day in self._overrides:
            return self._overrides[day]
        return _is_public_working_day(day)

    def add(self, start: date, working_days: int) -> date:
        """The last day of a period of *working_days*; counting begins on the next working day."""
        known = self._sums.get((start, working_days))
        if known is None:
            known = self._sums[start, working_days] = self._add(start, working_days)
        return known

    def _add(self, start: date, working_days: int) -> date:
        day = start
        while working_days > 0:
            day += timedelta(days=1)
            working_days -= self.is_working(day)
        return day

    def latest_start(self, end: date, working_days: int) -> date:
        """The last day from which a period of *working_days* is over by *end*: :meth:`add` the other way round."""
        day = end
        while working_days > 0:
            working_days -= self.is_working(day)
            day -= timedelta(days=1)
        return day

    def between(self, start: date, end: date) -> int:
        """Working days after *start* up to and including *end*; 0 when end is not later."""
        return sum(self.is_working(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


class WorkingDays:
    """A span of days with how many of them were worked up to each: to measure many stretches of time at once.

    Answers as `WorkingCalendar.between` does, by two look-ups instead of a walk over the days.
    """

    def __init__(self, calendar: WorkingCalendar, first: date, last: date) -> None:
        self._first = first.toordinal()
        days = (date.fromordinal(day) for day in range(self._first + 1, last.toordinal() + 1))
        self._worked = list(accumulate(map(calendar.is_working, days), initial=0))

    def between(self, start: date, end: date) -> int:
        """Working days after *start* up to and including *end*; 0 when end is not later. Both lie in the span."""
        if end <= start:
            return 0
        return self._worked[end.toordinal() - self._first] - self._worked[start.toordinal() - self._first]

    def earliest_start(self, end: date, working_days: int) -> date:
        """The first day of the span from which no more than *working_days* lead to *end*."""
        most = self._worked[end.toordinal() - self._first] - working_days
        return date.fromordinal(self._first + bisect_left(self._worked, most))
