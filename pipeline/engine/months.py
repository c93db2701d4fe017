"""Counting in months: ages and validities, with dates known to the day, the month or the year.

Deadlines of procedures are counted in working days instead (`core.workdays`). A span of months ends on the same day of
its last month, on the month's last day where that day does not exist, and holds through that day.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from core.dates import DatePrecision, PartialDate, add_months


def bounds(day: PartialDate) -> tuple[date, date]:
    """The first and the last day that *day* can be."""
    match day.precision:
        case DatePrecision.MONTH:
            return day.value.replace(day=1), add_months(day.value.replace(day=1), 1) - timedelta(days=1)
        case DatePrecision.YEAR:
            return day.value.replace(month=1, day=1), day.value.replace(month=12, day=31)
    return day.value, day.value


def months_between(start: date, end: date) -> int:
    """Calendar months from *start* to *end*, the day inside the month left aside (tính theo tháng)."""
    return (end.year - start.year) * 12 + end.month - start.month


def full_months(start: date, end: date) -> int:
    """Months that are completed on *end*: the last one only when its day has come."""
    months = months_between(start, end)
    return months if add_months(start, months) <= end else months - 1


@dataclass(frozen=True, slots=True)
class Span:
    """How a number of months compares with a limit, given how well the start is known."""

    surely: bool
    possibly: bool
    by_full_date: bool
    """The answer when days count too; for a date known to the day only, else as `surely`."""

    @property
    def is_open(self) -> bool:
        """Whether a better known date could change the answer."""
        return self.surely != self.possibly


def at_least(start: PartialDate, end: date, months: int) -> Span:
    """Whether at least *months* have passed from *start* to *end*, by calendar months."""
    first, last = bounds(start)
    surely = months_between(last, end) >= months
    return Span(surely, months_between(first, end) >= months, _exactly(start, surely, full_months(last, end) >= months))


def at_most(start: PartialDate, end: date, months: int) -> Span:
    """Whether no more than *months* have passed from *start* to *end*, by calendar months."""
    first, last = bounds(start)
    surely = months_between(first, end) <= months
    exact = end <= add_months(first, months)
    return Span(surely, months_between(last, end) <= months, _exactly(start, surely, exact))


def _exactly(start: PartialDate, by_month: bool, by_day: bool) -> bool:
    return by_day if start.precision == DatePrecision.DAY else by_month


def holds_until(start: PartialDate, months: int) -> tuple[date, date]:
    """The last day of a validity, at the earliest and at the latest that *start* allows."""
    first, last = bounds(start)
    return add_months(first, months), add_months(last, months)
