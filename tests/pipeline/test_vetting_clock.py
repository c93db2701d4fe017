"""Working days late: a table with its holidays, and that the database's comparison says the same as counting does."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.workdays import WorkingCalendar
from pipeline.deriving import Judge
from pipeline.models import VettingInquiry
from pipeline.queries.cases import judge_of
from pipeline.queries.vetting_clock import AnswerClock
from pipeline.queries.vetting_list import WAITING, ordered, with_orders
from pipeline.rulebook.loading import load
from tests import factories
from tests.pipeline import files
from tests.pipeline.vetting import fresh, unsent
from tests.today import TODAY

DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))


def clock_on(today: date, overrides: dict[date, bool] | None = None) -> AnswerClock:
    return AnswerClock(Judge(load(), WorkingCalendar(overrides), today))


@pytest.mark.parametrize(
    ("requested_on", "abroad", "today", "due", "late"),
    [
        (date(2026, 10, 2), False, date(2026, 11, 13), date(2026, 11, 13), 0),
        (date(2026, 10, 2), False, date(2026, 11, 14), date(2026, 11, 13), 0),  # a Saturday: no working day yet
        (date(2026, 10, 2), False, date(2026, 11, 16), date(2026, 11, 13), 1),
        (date(2026, 10, 3), False, date(2026, 11, 20), date(2026, 11, 13), 5),  # sent on a Saturday
        (date(2026, 10, 12), False, date(2026, 11, 25), date(2026, 11, 23), 1),  # 24 November is free
        # 90 days: 31 August is swapped for 22 August, 1 and 2 September are free.
        (date(2026, 7, 1), True, date(2026, 11, 8), date(2026, 11, 6), 0),
        (date(2026, 7, 1), True, date(2026, 11, 9), date(2026, 11, 6), 1),
    ],
)
def test_an_answer_is_late_by_working_days(requested_on, abroad, today, due, late):
    clock = clock_on(today)
    assert (clock.due(requested_on, abroad), clock.late(requested_on, abroad)) == (due, late)


def test_days_that_the_installation_sets_count_too():
    sent, today = date(2026, 10, 2), date(2026, 11, 17)
    assert clock_on(today).late(sent, False) == 2
    assert clock_on(today, {date(2026, 11, 16): False}).late(sent, False) == 1
    assert clock_on(today, {date(2026, 10, 20): False}).late(sent, False) == 1


def test_what_was_not_sent_is_never_due():
    clock = clock_on(TODAY)
    assert (clock.due(None, False), clock.late(None, False), clock.left(None, True)) == (None, 0, None)


@given(end=DAYS, days=st.integers(0, 120))
def test_the_latest_start_is_the_last_day_whose_period_is_over(end, days):
    calendar = WorkingCalendar()
    start = calendar.latest_start(end, days)
    assert calendar.add(start, days) <= end < calendar.add(start + timedelta(days=1), days) + timedelta(days=days == 0)


@given(today=DAYS, back=st.integers(0, 400), abroad=st.booleans())
def test_late_begins_with_the_first_working_day_after_the_due_day(today, back, abroad):
    clock, sent = clock_on(today), today - timedelta(days=back)
    due, late = clock.due(sent, abroad), clock.late(sent, abroad)
    calendar = WorkingCalendar()
    assert late == (calendar.between(due, today) if due < today else 0)
    assert clock.waited(sent) == late + calendar.between(sent, min(due, today))
    assert clock.due(clock.as_at_home(sent), False) <= clock.due(sent, True)


@pytest.mark.django_db
@pytest.mark.parametrize("today", [TODAY, TODAY + timedelta(days=1), TODAY + timedelta(days=2)])
def test_the_database_finds_late_what_counting_finds_late_and_sorts_by_it(today):
    case = files.opened(factories.district()["K1"], TODAY - timedelta(days=700))
    rows = [unsent(case, f"Nơi {number}", abroad=number % 2 == 0) for number in range(140)]
    for number, row in enumerate(rows):
        row.requested_on = TODAY - timedelta(days=number * 2)
    VettingInquiry.objects.bulk_update(rows, ["requested_on"])
    clock = AnswerClock(judge_of(today))
    late = {row.pk for row in rows if clock.late(row.requested_on, row.abroad)}
    assert 20 < len(late) < len(rows) - 20
    asked = VettingInquiry.objects.filter(WAITING)
    assert set(asked.filter(clock.overdue()).values_list("pk", flat=True)) == late
    in_order = [clock.due(row.requested_on, row.abroad) for row in ordered(with_orders(asked, clock), "")]
    assert in_order == sorted(in_order)
    turned = [clock.due(row.requested_on, row.abroad) for row in ordered(with_orders(asked, clock), "-han")]
    assert turned == sorted(turned, reverse=True)
    assert fresh(case) > 100
