"""Working days of many stretches by one table: the same as counting each of them day by day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.workdays import WorkingCalendar, WorkingDays

pytestmark = pytest.mark.once

FIRST, LAST = date(2025, 1, 1), date(2026, 12, 31)
DAYS = st.dates(FIRST, LAST)
SATURDAY, MONDAY = date(2026, 11, 21), date(2026, 11, 23)
CALENDAR = WorkingCalendar({SATURDAY: True, MONDAY: False})
TABLE = WorkingDays(CALENDAR, FIRST, LAST)


@given(DAYS, DAYS)
def test_a_stretch_has_as_many_working_days_as_counting_finds(start, end):
    assert TABLE.between(start, end) == CALENDAR.between(start, end)


@given(st.dates(date(2025, 7, 1), LAST), st.integers(0, 60))
def test_the_earliest_start_is_the_first_day_that_is_not_too_long_ago(end, most):
    found = TABLE.earliest_start(end, most)
    assert CALENDAR.between(found, end) <= most < CALENDAR.between(found - timedelta(days=1), end)


def test_days_that_the_installation_swapped_count_as_it_says():
    assert TABLE.between(date(2026, 11, 20), MONDAY) == 1
    assert TABLE.between(date(2026, 11, 20), SATURDAY) == 1
