"""Writing declared years: checked, compared with what was shown, deleted with what they said kept in the trail."""

from datetime import date

import pytest

from cells.declared import FIGURES, closing_fault, expected_closing
from cells.models import DeclaredYear, FactsVersion, PeriodLock
from cells.services.declared import DeclarationChange, mark, save_declared_years
from cells.services.errors import ChangedMeanwhileError, RuleError
from core.models import AuditEvent, Job
from tests.factories import TODAY, district, user


def figures(**numbers):
    return dict.fromkeys(FIGURES, 0) | numbers


CAN_GIO = figures(
    opening=700, admitted=77, transferred_in=16, transferred_out=6, died=1, struck_off=1, closing=785
)  # fmt: skip


@pytest.mark.parametrize(
    ("numbers", "fault"),
    [
        (CAN_GIO, None),
        (figures(), None),
        (CAN_GIO | {"closing": 786}, "Đảng viên cuối năm phải bằng đầu năm + tăng − giảm = 785, đang ghi 786. Hãy sửa "
            "các số cho khớp."),
        (figures(opening=5, died=6), "Số giảm nhiều hơn số có 1 người. Hãy kiểm tra lại các cột giảm."),
    ],
)  # fmt: skip
def test_closing_is_opening_and_increases_less_decreases(numbers, fault):
    assert closing_fault(numbers) == fault


def test_every_column_counts_once():
    each = {name: 10**place for place, name in enumerate(FIGURES[:-1])}
    assert expected_closing(each) == 1111 - 111110000


def test_the_columns_are_those_of_the_model():
    assert ("opening", *DeclaredYear.COUNTS, "closing") == FIGURES


@pytest.fixture
def units(db):
    return district()


def stored(unit, year=2002):
    return DeclaredYear.objects.filter(organization=unit, year=year).first()


def wish(unit, numbers, year=2002, shown=None):
    return DeclarationChange(unit, year, numbers, mark(stored(unit, year)) if shown is None else shown)


def save(*changes, reason=""):
    return save_declared_years(changes, today=TODAY, reason=reason)


def events():
    rows = AuditEvent.objects.filter(model="cells.declaredyear").order_by("pk")
    return [(row.action, row.label, row.changes, row.reason) for row in rows]


def test_declarations_are_written_and_figures_computed_anew(units):
    before = FactsVersion.current()
    assert save(wish(units["H"], CAN_GIO), wish(units["D1"], figures(opening=5, closing=5))) == 2
    assert (stored(units["H"]).closing, stored(units["D1"]).opening) == (785, 5)
    assert FactsVersion.current() == before + 1
    assert Job.objects.filter(kind="reports.figures", key="facts").exists()
    action, label, changes, _ = events()[0]
    assert (action, label, changes["admitted"], changes["closing"]) == ("create", "H 2002", [None, 77], [None, 785])


def test_a_change_needs_a_reason_and_tells_before_and_after(units):
    save(wish(units["H"], CAN_GIO))
    other = CAN_GIO | {"admitted": 78, "closing": 786}
    with pytest.raises(RuleError, match="Hãy ghi lý do"):
        save(wish(units["H"], other))
    save(wish(units["H"], other), reason="Cộng sót một người")
    assert (stored(units["H"]).admitted, stored(units["H"]).version) == (78, 2)
    assert events()[-1] == (
        "update", "H 2002", {"admitted": [77, 78], "closing": [785, 786]}, "Cộng sót một người",
    )  # fmt: skip


def test_a_deletion_keeps_the_former_numbers_in_the_trail(units):
    save(wish(units["H"], CAN_GIO))
    with pytest.raises(RuleError, match="Hãy ghi lý do"):
        save(wish(units["H"], None))
    save(wish(units["H"], None), reason="Khai nhầm đơn vị")
    assert stored(units["H"]) is None
    action, label, changes, reason = events()[-1]
    assert (action, label, changes["opening"], reason) == ("delete", "H 2002", [700, None], "Khai nhầm đơn vị")
    assert changes.keys() == set(FIGURES)


@pytest.mark.parametrize(
    ("year", "numbers", "said"),
    [
        (2002, CAN_GIO | {"closing": 786}, "Đảng bộ huyện Minh Sơn, năm 2002: Đảng viên cuối năm phải bằng"),
        (2027, CAN_GIO, "Đảng bộ huyện Minh Sơn, năm 2027: năm này chưa tới"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_else_written(units, year, numbers, said):
    with pytest.raises(RuleError, match=said):
        save(wish(units["D1"], figures(opening=5, closing=5)), wish(units["H"], numbers, year))
    assert DeclaredYear.objects.count() == 0


def test_the_slower_of_two_writes_nothing(units):
    save(wish(units["H"], CAN_GIO))
    seen = mark(stored(units["H"]))
    save(wish(units["H"], CAN_GIO | {"admitted": 78, "closing": 786}), reason="Lần một")
    late = CAN_GIO | {"admitted": 70, "closing": 778}
    with pytest.raises(ChangedMeanwhileError):
        save(wish(units["H"], late, shown=seen), reason="Lần hai")
    save(wish(units["H"], None), reason="Xóa")
    save(wish(units["H"], CAN_GIO))
    for shown in (seen, ""):
        with pytest.raises(ChangedMeanwhileError):
            save(wish(units["H"], late, shown=shown), reason="Lần hai")
    assert stored(units["H"]).admitted == 77


def test_what_is_already_so_is_not_written_again(units):
    save(wish(units["H"], CAN_GIO))
    assert save(wish(units["H"], CAN_GIO), wish(units["D1"], None)) == 0
    assert len(events()) == 1


def test_a_year_that_is_locked_in_part_stays_as_it_is(units):
    lock = {"locked_by": user(), "reason": "Đã báo cáo"}
    PeriodLock.objects.create(
        organization=units["H"], first_day=date(2002, 1, 1), last_day=date(2002, 6, 30), **lock
    )  # fmt: skip
    with pytest.raises(RuleError, match="Kỳ 01/01/2002–30/06/2002 của Đảng bộ huyện Minh Sơn đã khóa"):
        save(wish(units["D1"], CAN_GIO))
    assert save(wish(units["D1"], CAN_GIO, 2003)) == 1
