"""Spans: percentiles, what keeps to a limit, which comes first; and which spans each edition has."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.dates import add_months
from core.workdays import WorkingCalendar, WorkingDays
from pipeline.engine.clocks import due_on
from pipeline.rulebook.loading import load
from pipeline.spans import (
    ANSWER,
    LEAST,
    WORKING_DAYS,
    Lapse,
    Measured,
    Span,
    first_reaching,
    in_time_since,
    measured,
    percentile,
    slowest,
    spans_of,
)
from tests.today import TODAY

pytestmark = pytest.mark.once

CALENDAR = WorkingCalendar()
DAYS = WorkingDays(CALENDAR, date(2023, 1, 1), date(2026, 12, 31))
TIMED = Span("decision", "Quyết định", "", "cell_vote", "decision", 0, WORKING_DAYS, 10, 5, "decision_extension")
MONTHLY = replace(TIMED, unit="months", length=2, extension=0, extended_by="")
UNTIMED = Span("application", "Đơn", "", "sympathiser_list", "application")
MONDAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("values", "median", "ninth"),
    [
        ([7], 7, 7),
        ([1, 2], 1, 2),
        ([1, 2, 3], 2, 3),
        ([4, 1, 3, 2], 2, 4),
        ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 5, 9),
        ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], 6, 10),
        ([5, 5, 5, 90], 5, 90),
        ([0] * 9 + [60], 0, 0),
    ],
)
def test_percentiles_are_days_that_some_file_took(values, median, ninth):
    counted = [(value, 1) for value in values]
    assert (percentile(counted, 50), percentile(counted, 90)) == (median, ninth)


@given(st.lists(st.integers(0, 400), min_size=1, max_size=60), st.sampled_from([50, 90]))
def test_at_least_so_many_took_no_longer_and_a_day_less_would_be_too_few(values, percent):
    found = percentile([(value, values.count(value)) for value in set(values)], percent)
    assert sum(value <= found for value in values) * 100 >= percent * len(values)
    assert sum(value < found for value in values) * 100 < percent * len(values)


def lapses(*days: int, began: date = MONDAY, **more: object) -> list[Lapse]:
    return [Lapse(began, began + timedelta(days=each), **more) for each in days]


def test_a_span_of_working_days_is_measured_in_them_and_judged_by_its_limit():
    found = measured(TIMED, lapses(1, 7, 14, 15, 21), DAYS)
    assert (found.count, found.median, found.ninth, found.within) == (5, 10, 15, 3)


def test_a_day_off_after_the_last_working_day_is_late():
    """As the engine has it: the due day is the last of the working days granted."""
    friday = MONDAY + timedelta(days=4)
    for ended, within in [(friday, 5), (friday + timedelta(days=1), 0)]:
        assert measured(replace(TIMED, length=4), [Lapse(MONDAY, ended, 5)], DAYS).within == within


def test_pairs_of_days_that_several_files_share_weigh_as_much_as_there_are():
    found = measured(TIMED, [Lapse(MONDAY, MONDAY + timedelta(days=7), 9), *lapses(21)], DAYS)
    assert (found.count, found.median, found.ninth, found.within) == (10, 5, 5, 9)


def test_an_extension_that_was_granted_counts():
    assert measured(TIMED, lapses(*[21] * 5), DAYS).within == 0
    assert measured(TIMED, lapses(*[21] * 5, is_extended=True), DAYS).within == 5


def test_an_answer_from_abroad_has_its_own_limit():
    answers = replace(TIMED, extension=0, length_abroad=20)
    assert measured(answers, lapses(*[21] * 5), DAYS).within == 0
    assert measured(answers, lapses(*[21] * 5, is_abroad=True), DAYS).within == 5


def test_months_end_on_the_same_day():
    began = date(2026, 1, 31)
    for ended, within in [(date(2026, 3, 31), 5), (date(2026, 4, 1), 0)]:
        assert measured(MONTHLY, [Lapse(began, ended, 5)], DAYS).within == within


def test_a_span_without_a_limit_counts_days_of_the_calendar_and_judges_nobody():
    found = measured(UNTIMED, lapses(1, 7, 14, 15, 21), DAYS)
    assert (found.median, found.ninth, found.within) == (14, 21, None)


def test_a_span_that_begins_months_later_is_counted_from_there_and_never_below_zero():
    vote = replace(TIMED, months=12)
    after, before = date(2026, 3, 9), date(2026, 2, 2)
    assert measured(vote, [Lapse(date(2025, 3, 2), after, 5)], DAYS).median == 5
    assert measured(vote, [Lapse(date(2025, 3, 2), before, 5)], DAYS).median == 0


def test_few_durations_are_counted_and_nothing_more():
    found = measured(TIMED, lapses(*range(LEAST - 1)), DAYS)
    assert found == Measured(TIMED, LEAST - 1)
    assert measured(TIMED, lapses(*range(LEAST)), DAYS).is_telling


def test_the_slowest_stand_first_those_with_few_durations_last():
    punctual = Measured(TIMED, 10, 5, 9, 10)
    late = Measured(TIMED, 10, 5, 30, 4)
    later = Measured(TIMED, 10, 5, 40, 4)
    few, none = Measured(TIMED, 3), Measured(TIMED, 0)
    assert slowest([none, few, punctual, late, later]) == [later, late, punctual, few, none]
    quick, slow = Measured(UNTIMED, 10, 30, 60), Measured(UNTIMED, 10, 90, 100)
    assert slowest([quick, slow]) == [slow, quick]


@given(st.dates(date(2023, 1, 1), date(2027, 12, 31)), st.integers(0, 24))
def test_the_first_day_that_reaches_another_by_months(day, months):
    found = first_reaching(day, months)
    assert add_months(found, months) >= day > add_months(found - timedelta(days=1), months)


@given(st.dates(date(2026, 1, 1), date(2026, 12, 1)), st.sampled_from(["working_days", "months"]), st.booleans())
def test_a_file_is_late_on_the_day_on_which_the_engine_says_so(today, unit, later):
    """`in_time_since` is the other way round what `due_on` says of a clock."""
    span = replace(TIMED, unit=unit, length=2, months=12 if later else 0)
    first = in_time_since(span, 2, today, DAYS)
    for started in (first, first - timedelta(days=1)):
        is_late = due_on(span.begins(started), 2, unit, CALENDAR) < today
        assert is_late is (started < first)


@pytest.mark.parametrize("edition", load().editions, ids=str)
def test_each_edition_times_the_same_spans_and_each_ends_in_a_step_of_its_own(edition):
    spans = spans_of(edition)
    timed = [span.name for span in spans if span.is_timed]
    assert timed == [ANSWER, "decision", "ceremony", "member_file", "transfer_in", "recognition_vote",
                     "recognition_decision"]  # fmt: skip
    assert len({span.ends for span in spans}) == len(spans)
    assert all(span.title and span.since for span in spans)


def test_limits_are_those_of_the_edition_with_its_article():
    found = {span.name: span for span in spans_of(load().on(TODAY))}
    assert {name: span.length_words for name, span in found.items() if span.is_timed} == {
        "vetting_answer": "30 ngày làm việc (nước ngoài 90)",
        "decision": "60 ngày làm việc, gia hạn 30",
        "ceremony": "30 ngày làm việc",
        "member_file": "30 ngày làm việc",
        "transfer_in": "60 ngày làm việc",
        "recognition_vote": "30 ngày làm việc",
        "recognition_decision": "30 ngày làm việc, gia hạn 30",
    }
    assert found["ceremony"].starts == "decision", "under 208; under 294 the receipt"
    assert (found["ceremony"].article, found["ceremony"].edition) == ("208-QĐ/TW, phần tổ chức lễ kết nạp", "208-QĐ/TW")
    assert (found["recognition_vote"].starts, found["recognition_vote"].months) == ("ceremony", 12)
