"""Dates as Vietnamese papers write them, and half-open spans of validity.

A span is `[valid_from, valid_until)`: `valid_until` is the first day on which it no longer holds, None
while it does. `BEGINNING` stands for "since before anybody wrote it down" and is shown as nothing.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.utils import timezone

BEGINNING = date(1900, 1, 1)

_FULL = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_MONTH = re.compile(r"(\d{1,2})[/.-](\d{4})")
_YEAR = re.compile(r"\d{4}")


class DatePrecision(models.TextChoices):
    """How much of a date is known: older papers often give only the month or the year."""

    DAY = "day", "ngày"
    MONTH = "month", "tháng"
    YEAR = "year", "năm"


@dataclass(frozen=True)
class PartialDate:
    """A date known to the day, the month or the year; the unknown part is stored as 1."""

    value: date
    precision: DatePrecision = DatePrecision.DAY

    def __str__(self) -> str:
        return format_partial(self.value, self.precision)


def today() -> date:
    """The calendar day in Vietnam. Called at the edge (view, command, job) only; rules take it as an argument."""
    return timezone.localdate()


def format_date(value: date | None) -> str:
    """`02/01/2026`; an unknown date is an empty text."""
    return f"{value:%d/%m/%Y}" if value else ""


def format_paper_date(value: date) -> str:
    """`06/7/2026`, as Party papers write dates in a sentence: a zero before days to 9 and before months 1 and 2."""
    return f"{value:%d}/{_month(value)}/{value:%Y}"


def format_date_line(value: date | None) -> str:
    """`ngày 06 tháng 7 năm 2026`; without a date, room to write it by hand."""
    if value is None:
        return "ngày      tháng      năm 20    "
    return f"ngày {value:%d} tháng {_month(value)} năm {value:%Y}"


def _month(value: date) -> str:
    return f"{value:%m}" if value.month < 3 else str(value.month)


def format_partial(value: date | None, precision: str) -> str:
    """`12/05/1998`, `05/1998` or `1998`."""
    if value is None:
        return ""
    pattern = {DatePrecision.YEAR: "%Y", DatePrecision.MONTH: "%m/%Y"}.get(DatePrecision(precision), "%d/%m/%Y")
    return value.strftime(pattern)


def parse_date(text: str) -> date:
    """A day-first date (`02/01/2026` is 2 January) or an ISO one.

    Raises ValueError when *text* is not a date of the calendar.
    """
    text = text.strip()
    if match := _FULL.fullmatch(text):
        day, month, year = map(int, match.groups())
    elif match := _ISO.fullmatch(text):
        year, month, day = map(int, match.groups())
    else:
        raise ValueError(text)
    return date(year, month, day)


def parse_partial(text: str) -> PartialDate:
    """A date that may lack its day or its month as well. Raises ValueError."""
    text = text.strip()
    if match := _MONTH.fullmatch(text):
        month, year = map(int, match.groups())
        return PartialDate(date(year, month, 1), DatePrecision.MONTH)
    if _YEAR.fullmatch(text):
        return PartialDate(date(int(text), 1, 1), DatePrecision.YEAR)
    return PartialDate(parse_date(text))


def day_before(day: date) -> date:
    return day - timedelta(days=1)


def day_after(day: date) -> date:
    return day + timedelta(days=1)


def end_of_year(year: int) -> date:
    return date(year, 12, 31)


def add_months(day: date, months: int) -> date:
    """The same day *months* later; the month's last day where that day does not exist."""
    position = day.year * 12 + day.month - 1 + months
    year, month = position // 12, position % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def same_day_in_year(day: date, year: int) -> date:
    """The same day and month of *year* (28 February for a leap day)."""
    return add_months(day, (year - day.year) * 12)


def overlaps(from_a: date, until_a: date | None, from_b: date, until_b: date | None) -> bool:
    """Whether two half-open spans share a day."""
    return (until_b is None or from_a < until_b) and (until_a is None or from_b < until_a)
