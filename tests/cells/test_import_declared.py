"""Sheets SO_LIEU_NAM and CHI_TIEU: typed figures and targets."""

from datetime import date

import pytest

from cells.models import DeclaredYear, Organization
from cells.roles import Action
from cells.services.locks import lock_period
from cells.workbook.importing import run_import
from reports.models import Target
from tests.factories import TODAY, user
from tests.workbooks import DECLARED_HEAD, TARGET_HEAD, UNITS, counts, faults, imported, messages, write_book

pytestmark = pytest.mark.django_db

CAN_GIO = ["H", 2002, 700, 77, 16, None, 6, 1, None, 1, None, 785]


def declared(*rows):
    return [DECLARED_HEAD, *rows]


def test_declared_figures_are_stored_and_an_empty_number_is_nought(tmp_path):
    assert counts(imported(tmp_path, TO_CHUC=UNITS, SO_LIEU_NAM=declared(CAN_GIO)))["SO_LIEU_NAM"] == (1, 0, 0)
    row = DeclaredYear.objects.get()
    assert (row.opening, row.admitted, row.reinstated, row.struck_off, row.closing) == (700, 77, 0, 1, 785)
    assert counts(imported(tmp_path, SO_LIEU_NAM=declared(CAN_GIO))) == {"SO_LIEU_NAM": (0, 0, 1)}


def test_other_numbers_for_the_same_year_are_an_update(tmp_path):
    imported(tmp_path, TO_CHUC=UNITS, SO_LIEU_NAM=declared(CAN_GIO))
    other = [*CAN_GIO[:3], 78, *CAN_GIO[4:-1], 786]
    assert counts(imported(tmp_path, SO_LIEU_NAM=declared(other))) == {"SO_LIEU_NAM": (0, 1, 0)}
    assert DeclaredYear.objects.get().admitted == 78


@pytest.mark.parametrize(
    ("row", "where", "said"),
    [
        (
            [*CAN_GIO[:-1], 786],
            ("SO_LIEU_NAM", 2, "Đảng viên cuối năm"),
            "Đảng viên cuối năm phải bằng đầu năm + tăng − giảm = 785, đang ghi 786. Hãy sửa các số cho khớp.",
        ),
        (
            ["H", 2002, 5, 0, 0, 0, 6, 0, 0, 0, 0, 0],
            ("SO_LIEU_NAM", 2, "Đảng viên cuối năm"),
            "Số giảm nhiều hơn số có 1 người. Hãy kiểm tra lại các cột giảm.",
        ),
        (["X", *CAN_GIO[1:]], ("SO_LIEU_NAM", 2, "Mã tổ chức"), "Không có tổ chức mã X. Hãy sửa mã, hoặc thêm tổ chức "
            "này vào sheet TO_CHUC."),
        (["H", 2027, *CAN_GIO[2:]], ("SO_LIEU_NAM", 2, "Năm"), "Năm 2027 chưa tới. Hãy sửa lại năm."),
        (["H", 202, *CAN_GIO[2:]], ("SO_LIEU_NAM", 2, "Năm"), "“202” không phải là năm. Hãy ghi đủ bốn chữ số, ví dụ "
            "2026."),
        (["H", 2002, -700, *CAN_GIO[3:]], ("SO_LIEU_NAM", 2, "Đảng viên đầu năm"), "“-700” không phải là số nguyên "
            "không âm. Hãy ghi số, ví dụ 25."),
        (["H", 2002, "bảy trăm", *CAN_GIO[3:]], ("SO_LIEU_NAM", 2, "Đảng viên đầu năm"), "“bảy trăm” không phải là số "
            "nguyên không âm. Hãy ghi số, ví dụ 25."),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_sheet_row_column_and_remedy(tmp_path, row, where, said):
    result = imported(tmp_path, TO_CHUC=UNITS, SO_LIEU_NAM=declared(row))
    assert (faults(result), messages(result)) == ([where], [said])
    assert DeclaredYear.objects.count() == 0


def test_a_year_that_does_not_open_where_the_one_before_closed_is_warned_of(tmp_path):
    following = ["H", 2003, 786, 0, 0, 0, 0, 0, 0, 0, 0, 786]
    result = imported(tmp_path, TO_CHUC=UNITS, SO_LIEU_NAM=declared(CAN_GIO, following))
    assert [(issue.row, issue.column, issue.message) for issue in result.warnings] == [
        (3, "Đảng viên đầu năm", "Đảng viên đầu năm 786 khác số cuối năm 2002 đã khai (785). Hãy kiểm tra lại một "
         "trong hai năm.")
    ]  # fmt: skip


def test_one_year_is_declared_once(tmp_path):
    result = imported(tmp_path, TO_CHUC=UNITS, SO_LIEU_NAM=declared(CAN_GIO, CAN_GIO))
    assert messages(result) == ["Trùng với dòng 2. Hãy giữ lại một dòng."]


def test_targets_are_corrected_by_a_new_row(tmp_path):
    imported(tmp_path, TO_CHUC=UNITS, CHI_TIEU=[TARGET_HEAD, ["D1", 2026, 8], ["D2", 2026, 6]])
    assert counts(imported(tmp_path, CHI_TIEU=[TARGET_HEAD, ["D1", 2026, 9], ["D2", 2026, 6]])) == {
        "CHI_TIEU": (0, 1, 1)
    }
    assert list(Target.objects.order_by("id").values_list("organization__code", "value", "in_force")) == [
        ("D1", 8, False),
        ("D2", 6, True),
        ("D1", 9, True),
    ]


def test_a_target_needs_its_number(tmp_path):
    result = imported(tmp_path, TO_CHUC=UNITS, CHI_TIEU=[TARGET_HEAD, ["D1", 2026, ""]])
    assert messages(result) == ["Thiếu Chỉ tiêu kết nạp. Hãy điền ô này."]


def test_figures_that_add_up_to_more_than_any_party_are_refused_not_stored(tmp_path):
    """The column of the closing may be missing; its sum must fit the database all the same."""
    head, numbers = DECLARED_HEAD[:-1], [9_999_999] * 4
    result = imported(tmp_path, TO_CHUC=UNITS, SO_LIEU_NAM=[head, ["H", 2020, *numbers, 0, 0, 0, 0, 0]])
    assert (faults(result), messages(result)) == (
        [("SO_LIEU_NAM", 2, "Đảng viên cuối năm")],
        ["Số cuối năm tính ra 39.999.996, quá lớn. Hãy kiểm tra các số."],
    )


def test_a_locked_year_takes_no_other_numbers(tmp_path):
    imported(tmp_path, TO_CHUC=UNITS, SO_LIEU_NAM=declared(CAN_GIO), CHI_TIEU=[TARGET_HEAD, ["D1", 2002, 5]])
    top = Organization.objects.get(code="H")
    lock_period(top, first_day=date(2002, 1, 1), last_day=date(2002, 12, 31), by=user(), reason="đã báo cáo")
    same = imported(tmp_path, SO_LIEU_NAM=declared(CAN_GIO), CHI_TIEU=[TARGET_HEAD, ["D1", 2002, 5]])
    assert same.saved
    other = [*CAN_GIO[:3], 78, *CAN_GIO[4:-1], 786]
    result = imported(tmp_path, SO_LIEU_NAM=declared(other), CHI_TIEU=[TARGET_HEAD, ["D1", 2002, 6]])
    assert faults(result) == [("CHI_TIEU", 2, "Năm"), ("SO_LIEU_NAM", 2, "Năm")]
    assert "đã khóa" in messages(result)[0]


def test_who_may_not_assign_a_target_does_not_import_one(tmp_path):
    imported(tmp_path, TO_CHUC=UNITS, CHI_TIEU=[TARGET_HEAD, ["D1", 2026, 5]])
    own = Organization.objects.get(code="D1")

    def may_touch(unit, action=Action.IMPORT):
        return unit.path.startswith(own.path) and (action == Action.IMPORT or unit != own)

    for value, found in ((5, []), (6, [("CHI_TIEU", 2, "Mã tổ chức")])):
        book = write_book(tmp_path / "xa.xlsx", CHI_TIEU=[TARGET_HEAD, ["D1", 2026, value], ["K1", 2026, 1]])
        assert faults(run_import(book, today=TODAY, may_touch=may_touch, dry_run=True)) == found
