"""A year of the working calendar as people read it."""

from dataclasses import dataclass
from datetime import date

from core.models import CalendarDay
from core.trail import LastChange, last_changes
from core.workdays import public_days

WEEKDAYS = ("thứ hai", "thứ ba", "thứ tư", "thứ năm", "thứ sáu", "thứ bảy", "chủ nhật")


@dataclass(frozen=True)
class CalendarRow:
    """One day that is not an ordinary one."""

    day: date
    weekday: str
    is_working: bool
    name: str
    is_own: bool
    """Set by the installation, whatever the public calendar says."""
    was: str = ""
    changed: LastChange | None = None


def calendar_year(year: int) -> list[CalendarRow]:
    """Public holidays, days that make up for others, and days of the installation itself, by day."""
    rows = {
        day: CalendarRow(day, WEEKDAYS[day.weekday()], is_working, name, False)
        for day, is_working, name in public_days(year)
    }
    own = list(CalendarDay.objects.filter(date__year=year).order_by("date"))
    changes = last_changes(CalendarDay, [str(each.pk) for each in own])
    for each in own:
        public = rows.get(each.date)
        rows[each.date] = CalendarRow(
            each.date, WEEKDAYS[each.date.weekday()], each.is_working, each.note, True,
            public.name if public else "", changes.get(str(each.pk)),
        )  # fmt: skip
    return sorted(rows.values(), key=lambda row: row.day)
