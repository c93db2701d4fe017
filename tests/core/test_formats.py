"""Dates, numbers and working days as they are read and written in Vietnam."""

from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.utils import formats
from hypothesis import given
from hypothesis import strategies as st

from core.dates import (
    DatePrecision,
    PartialDate,
    add_months,
    format_partial,
    parse_date,
    parse_partial,
    same_day_in_year,
)
from core.models import CalendarDay
from core.numbers import apportion, format_decimal, format_integer, format_percent, parse_count, percentage
from core.workdays import WorkingCalendar


def test_the_day_comes_first_in_forms():
    """02/01/2026 is 2 January; Django's own Vietnamese formats read 1 February."""
    assert forms.DateField(localize=True).clean("02/01/2026") == date(2026, 1, 2)
    assert formats.date_format(date(2026, 1, 2)) == "02/01/2026"


def test_numbers_have_a_decimal_comma_and_dots_for_thousands():
    assert formats.localize(1234567.5) == "1.234.567,5"
    assert forms.DecimalField(localize=True).clean("1.234,5") == Decimal("1234.5")


@pytest.mark.parametrize("text", ["31/02/2026", "2/13/2026", "hôm qua", "02/01/26", ""])
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - the caller says it in Vietnamese
        parse_date(text)


@pytest.mark.parametrize(
    ("text", "value", "precision"),
    [
        ("12/05/1975", date(1975, 5, 12), DatePrecision.DAY),
        ("5/1975", date(1975, 5, 1), DatePrecision.MONTH),
        ("1975", date(1975, 1, 1), DatePrecision.YEAR),
    ],
)
def test_a_birth_date_may_be_known_in_part(text, value, precision):
    assert parse_partial(text) == PartialDate(value, precision)
    assert format_partial(value, precision).lstrip("0") == text


@pytest.mark.parametrize(
    ("day", "months", "result"),
    [
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2025, 12, 15), 60, date(2030, 12, 15)),
        (date(2025, 3, 31), -1, date(2025, 2, 28)),
    ],
)
def test_months_end_on_the_last_day_where_the_day_is_missing(day, months, result):
    assert add_months(day, months) == result


def test_the_same_day_of_another_year():
    assert same_day_in_year(date(2024, 2, 29), 2023) == date(2023, 2, 28)


def test_numbers_as_reports_print_them():
    assert [format_integer(6984), format_integer(None)] == ["6.984", "—"]
    assert [format_decimal(Decimal("1234.5")), format_percent(percentage(196, 6984)), format_percent(None)] == [
        "1.234,50",
        "2,81%",
        "—",
    ]


def test_counts_are_read_as_they_are_written():
    assert [parse_count(text) for text in ("6984", "6.984", " 0 ", "1.000.000", "1234567890")] == [
        6984, 6984, 0, 1_000_000, 1_234_567_890,
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "-1", "1.5", "1,5", "1.00", "٣", "một", "9" * 31])
def test_what_is_no_count_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - the caller says it in Vietnamese
        parse_count(text)


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (10, [1, 1, 1], [4, 3, 3]),
        (7, [281, 439, 18], [3, 4, 0]),
        (0, [1, 2], [0, 0]),
        (5, [0, 0], [0, 0]),
        (5, [], []),
        (3, [0, 7, 0], [0, 3, 0]),
    ],
)
def test_a_total_is_shared_by_the_largest_remainders(total, weights, parts):
    assert apportion(total, weights) == parts


@given(st.integers(0, 5000), st.lists(st.integers(0, 3000), max_size=60))
def test_parts_add_up_and_none_is_a_person_away_from_its_share(total, weights):
    parts = apportion(total, weights)
    whole = sum(weights)
    assert sum(parts) == (total if whole else 0)
    assert all(abs(part * whole - total * weight) < whole for part, weight in zip(parts, weights, strict=True) if whole)


@pytest.mark.django_db
def test_working_days_know_holidays_and_what_the_office_has_set():
    calendar = WorkingCalendar.load()
    assert [calendar.is_working(day) for day in (date(2026, 2, 17), date(2026, 11, 24), date(2026, 8, 22))] == [
        False,  # Tết
        False,  # 24 November
        True,  # a Saturday worked in place of 31 August
    ]
    CalendarDay.objects.create(date=date(2026, 1, 2), is_working=False, note="Hoán đổi dịp Tết Dương lịch")
    assert not WorkingCalendar.load().is_working(date(2026, 1, 2))


def test_a_period_of_working_days_begins_on_the_next_one():
    calendar = WorkingCalendar()
    assert calendar.add(date(2026, 10, 2), 30) == date(2026, 11, 13)
    assert calendar.between(date(2026, 10, 2), date(2026, 11, 13)) == 30
    assert calendar.between(date(2026, 11, 13), date(2026, 10, 2)) == 0
