"""Writing targets and plans: facts that are corrected, never edited, one change with its events, all or none."""

import threading
from datetime import date

import pytest
from django.db import connection

from cells.models import FactsVersion, PeriodLock
from cells.services import tree
from cells.services.errors import ChangedMeanwhileError, RuleError
from core import audit
from core.models import AuditEvent, Job
from reports.models import FiguresRun, Plan, Target
from reports.queries.rates import figures_of
from reports.rates import Period
from reports.services.figures import refresh_figures
from reports.services.targets import NumberChange, mark, save_numbers
from tests.factories import TODAY, district, member, user

pytestmark = pytest.mark.django_db


@pytest.fixture
def units():
    return district()


def in_force(unit, model=Target, year=2026):
    return model.objects.in_force().filter(organization=unit, year=year).first()


def wish(unit, value, model=Target, year=2026, shown=None):
    seen = mark(in_force(unit, model, year)) if shown is None else shown
    return NumberChange(model, unit, year, value, seen)


def events(model="reports.target"):
    rows = AuditEvent.objects.filter(model=model).order_by("pk")
    return [(row.action, row.label, row.changes, row.reason) for row in rows]


def test_new_numbers_are_written_with_their_document_as_one_change(units):
    with audit.acting(user=user("hai.dq")):
        saved = save_numbers(
            [wish(units["D1"], 8), wish(units["D2"], 6), wish(units["D1"], 9, Plan)],
            document="Kế hoạch số 21-KH/HU", stated_on=date(2025, 12, 20),
        )  # fmt: skip
    assert saved == 3
    target = in_force(units["D1"])
    assert (target.value, target.document, target.stated_on, str(target.recorded_by), target.corrects) == (
        8, "Kế hoạch số 21-KH/HU", date(2025, 12, 20), "Đỗ Quang Hải", None,
    )  # fmt: skip
    assert in_force(units["D1"], Plan).value == 9
    batches = {*Target.objects.values_list("batch", flat=True), *Plan.objects.values_list("batch", flat=True)}
    batches |= set(
        AuditEvent.objects.filter(model__in=["reports.target", "reports.plan"]).values_list("batch", flat=True)
    )
    assert len(batches) == 1
    assert events("reports.plan") == [
        ("create", "D1 2026",
         {"value": [None, 9], "document": [None, "Kế hoạch số 21-KH/HU"], "stated_on": [None, "2025-12-20"]}, ""),
    ]  # fmt: skip


def test_an_existing_number_changes_by_a_second_row_with_a_reason(units):
    save_numbers([wish(units["D1"], 8)])
    save_numbers([wish(units["D1"], 10)], reason=" Điều chỉnh giữa năm ")
    old, new = Target.objects.order_by("pk")
    assert (old.value, old.in_force, new.value, new.in_force, new.corrects) == (8, False, 10, True, old)
    assert events()[-1] == ("update", "D1 2026", {"value": [8, 10]}, "Điều chỉnh giữa năm")


@pytest.mark.parametrize("value", [10, None])
def test_without_a_reason_an_existing_number_stays(units, value):
    save_numbers([wish(units["D1"], 8)])
    with pytest.raises(RuleError, match="Hãy ghi lý do sửa"):
        save_numbers([wish(units["D1"], value), wish(units["D2"], 5)], reason="  ")
    assert list(Target.objects.values_list("value", "in_force")) == [(8, True)], "nothing is half saved"


def test_a_number_is_taken_back_by_a_reversal_and_may_be_given_again(units):
    save_numbers([wish(units["D1"], 8)])
    save_numbers([wish(units["D1"], None)], reason="Ghi nhầm đơn vị")
    assert in_force(units["D1"]) is None
    assert [(row.value, row.in_force, row.is_reversal) for row in Target.objects.order_by("pk")] == [
        (8, False, False), (8, False, True),
    ]  # fmt: skip
    assert events()[-1] == ("reverse", "D1 2026", {"value": [8, None]}, "Ghi nhầm đơn vị")
    save_numbers([wish(units["D1"], 0)])
    assert in_force(units["D1"]).value == 0


def test_the_slower_of_two_officers_writes_nothing(units):
    save_numbers([wish(units["D1"], 8)])
    seen = mark(in_force(units["D1"]))
    save_numbers([wish(units["D1"], 9)], reason="Lần một")
    with pytest.raises(ChangedMeanwhileError) as refusal:
        save_numbers([wish(units["D1"], 7, shown=seen), wish(units["D2"], 5)], reason="Lần hai")
    assert [change.organization.code for change in refusal.value.changes] == ["D1"]
    assert (in_force(units["D1"]).value, in_force(units["D2"])) == (9, None)


def test_a_number_given_where_the_page_showed_none_is_not_overwritten(units):
    save_numbers([wish(units["D1"], 8)])
    with pytest.raises(ChangedMeanwhileError):
        save_numbers([wish(units["D1"], 7, shown="")], reason="Không thấy số cũ")


def test_a_number_taken_back_and_given_again_is_another_number(units):
    save_numbers([wish(units["D1"], 8)])
    seen = mark(in_force(units["D1"]))
    save_numbers([wish(units["D1"], None)], reason="Bỏ")
    save_numbers([wish(units["D1"], 8)])
    with pytest.raises(ChangedMeanwhileError):
        save_numbers([wish(units["D1"], 7, shown=seen)], reason="Sửa")


def test_what_is_already_so_is_not_written_again(units):
    save_numbers([wish(units["D1"], 8)])
    version = Target.objects.count()
    assert save_numbers([wish(units["D1"], 8), wish(units["D2"], None)]) == 0
    assert Target.objects.count() == version


def test_a_year_that_is_closed_takes_no_other_number(units):
    lock = {"first_day": date(2026, 1, 1), "locked_by": user(), "reason": "Đã báo cáo"}
    half = PeriodLock.objects.create(organization=units["H"], last_day=date(2026, 6, 30), **lock)
    assert save_numbers([wish(units["D1"], 8)]) == 1, "half a year says nothing of the year's target"
    PeriodLock.objects.create(organization=units["H"], last_day=date(2026, 12, 31), **lock)
    with pytest.raises(RuleError, match="Hãy đề nghị Ban Tổ chức mở khóa"):
        save_numbers([wish(units["D1"], 9)], reason="Sửa")
    assert save_numbers([wish(units["D1"], 9, year=2027)]) == 1
    assert half.organization == units["H"]


def test_a_unit_that_is_gone_gets_no_target_for_the_years_after(units):
    tree.dissolve(units["K2"], on=date(2025, 7, 1), today=TODAY)
    units["K2"].refresh_from_db()
    assert save_numbers([wish(units["K2"], 1, year=2025)]) == 1
    with pytest.raises(RuleError, match="đã thôi hoạt động từ 01/07/2025"):
        save_numbers([wish(units["K2"], 1)])


def test_a_failing_trail_undoes_the_change(units, monkeypatch):
    def fail(events):
        raise RuntimeError("no trail")

    monkeypatch.setattr("core.audit.record_many", fail)
    with pytest.raises(RuntimeError):
        save_numbers([wish(units["D1"], 8)])
    assert Target.objects.count() == 0


def test_figures_stay_up_to_date_and_the_facts_are_known_to_have_changed(units):
    member(units["K1"], joined_on=date(2026, 3, 3))
    refresh_figures(TODAY)
    before, run = FactsVersion.current(), FiguresRun.objects.get(year=2026)
    save_numbers([wish(units["D1"], 8)])
    assert FactsVersion.current() == before + 1
    run.refresh_from_db()
    assert run.facts_version == before + 1
    assert refresh_figures(TODAY) == 0
    assert figures_of(Period.of_year(2026))[units["D1"].pk].admitted == 1
    assert Job.objects.filter(kind="reports.figures", key="facts").exists()


def test_figures_that_were_out_of_date_stay_so(units):
    member(units["K1"], joined_on=date(2026, 3, 3))
    refresh_figures(TODAY)
    member(units["K1"], joined_on=date(2026, 4, 4))
    save_numbers([wish(units["D1"], 8)])
    assert figures_of(Period.of_year(2026))[units["D1"].pk].admitted == 2
    assert refresh_figures(TODAY) > 0


@pytest.mark.services("postgresql")  # SQLite in memory has one writer only
@pytest.mark.django_db(transaction=True)
def test_two_who_save_at_the_same_moment_do_not_both_win():
    units = district()
    start, results = threading.Barrier(2), []

    def save(value):
        try:
            start.wait(10)
            results.append(save_numbers([wish(units["D1"], value, shown="")]))
        except ChangedMeanwhileError:
            results.append("stale")
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=(value,)) for value in (8, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(results, key=str) == [1, "stale"]
    assert Target.objects.in_force().count() == 1
