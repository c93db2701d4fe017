"""Sheet TO_CHUC: versions, closings, and what is refused."""

from datetime import date

import pytest

from cells.models import Organization, OrganizationAncestor, OrganizationVersion
from cells.queries.tree_check import tree_faults
from tests.factories import TODAY
from tests.workbooks import ORGANIZATION_HEAD, UNITS, counts, day, faults, imported, messages

pytestmark = pytest.mark.django_db


def with_rows(*rows):
    return [*UNITS, *rows]


def versions(code):
    rows = OrganizationVersion.objects.in_force().filter(organization__code=code).order_by("valid_from")
    return list(rows.values_list("name", "parent__code", "valid_from", "is_closed"))


def test_a_tree_is_created_and_the_same_file_again_changes_nothing(tmp_path):
    assert counts(imported(tmp_path, TO_CHUC=UNITS)) == {"TO_CHUC": (5, 0, 0)}
    assert counts(imported(tmp_path, TO_CHUC=UNITS)) == {"TO_CHUC": (0, 0, 5)}
    line = OrganizationAncestor.objects.on(TODAY).filter(organization__code="K1").order_by("depth")
    assert list(line.values_list("ancestor__code", flat=True)) == ["K1", "D1", "H"]
    assert tree_faults(TODAY) == []


def test_a_dry_run_saves_nothing(tmp_path):
    result = imported(tmp_path, dry_run=True, TO_CHUC=UNITS)
    assert (result.saved, result.errors, counts(result)) == (False, [], {"TO_CHUC": (5, 0, 0)})
    assert Organization.objects.count() == 0


def test_rows_of_one_code_with_different_days_are_its_versions(tmp_path):
    rows = with_rows(
        ["K3", "Chi bộ Ba", "D1", "chi bộ", day("01/01/2020")], ["K3", "Chi bộ Ba", "D2", "chi bộ", day("01/07/2025")]
    )
    imported(tmp_path, TO_CHUC=rows)
    assert versions("K3") == [
        ("Chi bộ Ba", "D1", date(2020, 1, 1), False),
        ("Chi bộ Ba", "D2", date(2025, 7, 1), False),
    ]


def test_a_last_day_with_a_successor_closes_the_unit_the_day_after(tmp_path):
    rows = with_rows(["K3", "Chi bộ Ba", "D1", "chi bộ", "", "30/06/2025", "K1"])
    imported(tmp_path, TO_CHUC=rows)
    assert versions("K3")[-1] == ("Chi bộ Ba", "K1", date(2025, 7, 1), True)
    assert Organization.objects.get(code="K3").closed_on == date(2025, 7, 1)
    assert counts(imported(tmp_path, TO_CHUC=rows)) == {"TO_CHUC": (0, 0, 6)}


def test_closing_a_stored_unit_is_one_update(tmp_path):
    imported(tmp_path, TO_CHUC=UNITS)
    rows = [ORGANIZATION_HEAD, ["K1", "Chi bộ thôn Đồng Tâm", "D1", "chi bộ", "", "30/06/2025", "K2"]]
    assert counts(imported(tmp_path, TO_CHUC=rows)) == {"TO_CHUC": (0, 1, 0)}
    assert versions("K1")[-1][1:] == ("K2", date(2025, 7, 1), True)


def test_a_new_name_without_a_day_corrects_the_latest_version(tmp_path):
    imported(tmp_path, TO_CHUC=with_rows(["K3", "Chi bộ Ba", "D1", "chi bộ", "01/01/2020"]))
    result = imported(tmp_path, TO_CHUC=[["Mã", "Tên"], ["K3", "Chi bộ số Ba"]])
    assert counts(result) == {"TO_CHUC": (0, 1, 0)}
    assert versions("K3") == [("Chi bộ số Ba", "D1", date(2020, 1, 1), False)]


def test_only_the_code_column_is_needed(tmp_path):
    result = imported(tmp_path, TO_CHUC=[["Mã"], ["X1"]])
    assert (result.saved, [issue.column for issue in result.warnings]) == (True, ["Mã", "Mã"])
    assert versions("X1") == [("X1", None, date(1900, 1, 1), False)]


@pytest.mark.parametrize(
    ("rows", "where", "said"),
    [
        ([["", "Không mã"]], ("TO_CHUC", 7, "Mã"), "Thiếu Mã. Hãy điền ô này."),
        (
            [["K3", "Ba", "D9", "chi bộ"]],
            ("TO_CHUC", 7, "Mã cấp trên"),
            "Không có tổ chức mã D9. Hãy sửa mã, hoặc thêm tổ chức này vào sheet TO_CHUC.",
        ),
        (
            [["K3", "Ba", "D1", "tổ đảng"]],
            ("TO_CHUC", 7, "Loại"),
            "“tổ đảng” không có trong danh mục. Hãy chọn một trong: đảng bộ cấp trên trực tiếp cơ sở, đảng bộ cơ sở, "
            "chi bộ cơ sở, đảng bộ bộ phận, chi bộ, cấp ủy trên cơ sở, chi bộ trực thuộc, đảng bộ trực thuộc cơ sở.",
        ),
        (
            [["K1", "Lại một lần", "D1", "chi bộ"]],
            ("TO_CHUC", 7, "Mã"),
            "Trùng mã K1, đều không ghi Từ ngày với dòng 5. Hãy giữ lại một dòng, hoặc ghi Từ ngày khác nhau nếu là "
            "hai giai đoạn.",
        ),
        (
            [["K3", "Ba", "D1", "chi bộ", "31/02/2025"]],
            ("TO_CHUC", 7, "Từ ngày"),
            "“31/02/2025” không phải là ngày có thật. Hãy viết ngày/tháng/năm, ví dụ 02/01/2026.",
        ),
        (
            [["K3", "Ba", "D1", "chi bộ", "01/01/2025", "31/12/2024"]],
            ("TO_CHUC", 7, "Đến ngày"),
            "Đến ngày trước Từ ngày 01/01/2025. Hãy sửa lại.",
        ),
        (
            [["K3", "Ba", "D1", "chi bộ", "", "", "K1"]],
            ("TO_CHUC", 7, "Đến ngày"),
            "Có Tổ chức kế thừa nhưng thiếu Đến ngày. Hãy ghi ngày cuối cùng hoạt động.",
        ),
        (
            [["K3", "Ba", "K3", "chi bộ"]],
            ("TO_CHUC", 7, "Mã cấp trên"),
            "Tổ chức không thể là cấp trên của chính mình. Hãy sửa Mã cấp trên.",
        ),
    ],
)
def test_a_fault_is_named_with_sheet_row_column_and_remedy(tmp_path, rows, where, said):
    result = imported(tmp_path, TO_CHUC=with_rows(*rows))
    assert (faults(result), messages(result)) == ([where], [said])
    assert (result.saved, Organization.objects.count()) == (False, 0)


def test_a_circle_is_found_wherever_it_stands_and_told_once(tmp_path):
    rows = with_rows(["A", "A", "B", "đảng bộ cơ sở"], ["B", "B", "A", "đảng bộ cơ sở"], ["C", "C", "B", "chi bộ"])
    result = imported(tmp_path, TO_CHUC=rows)
    assert (faults(result), messages(result)) == (
        [("TO_CHUC", 7, "Mã cấp trên")],
        ["Các tổ chức thành vòng tròn: A → B → A. Hãy sửa Mã cấp trên của một trong số đó."],
    )


def test_a_wide_circle_is_a_circle(tmp_path):
    rows = [[f"L{n}", f"Cấp {n}", f"L{(n + 1) % 40}", "đảng bộ bộ phận"] for n in range(40)]
    assert messages(imported(tmp_path, TO_CHUC=with_rows(*rows))) == [
        "Các tổ chức thành vòng tròn: L0 → L1 → L2 → L3 → L4 → … → L0. Hãy sửa Mã cấp trên của một trong số đó."
    ]


def test_a_circle_with_what_is_stored_is_found(tmp_path):
    imported(tmp_path, TO_CHUC=UNITS)
    rows = [ORGANIZATION_HEAD, ["D1", "Đảng bộ xã Minh Hòa", "K1", "đảng bộ cơ sở", day("01/07/2025")]]
    assert messages(imported(tmp_path, TO_CHUC=rows)) == [
        "Các tổ chức thành vòng tròn từ ngày 01/07/2025: D1 → K1 → D1. Hãy sửa Mã cấp trên của một trong số đó."
    ]


A_AND_B = [["A", "A", "H", "đảng bộ cơ sở"], ["B", "B", "H", "đảng bộ cơ sở"]]


@pytest.mark.parametrize("count", [16, 17, 1_200])
def test_a_line_without_end_is_refused_once(tmp_path, count):
    """The first hangs three levels down, so 17 more reach the limit of 20."""
    line = [[f"L{n}", f"Cấp {n}", f"L{n - 1}" if n else "K1", "đảng bộ bộ phận"] for n in range(count)]
    result = imported(tmp_path, TO_CHUC=with_rows(*line))
    expected = [
        "Tổ chức L17 ở sâu quá 20 cấp: L17 → L16 → L15 → L14 → L13… Hãy kiểm tra lại Mã cấp trên của các tổ chức này."
    ]
    assert (messages(result), result.saved) == (expected if count > 17 else [], count <= 17)
    assert faults(result) == ([("TO_CHUC", 24, "Mã cấp trên")] if count > 17 else [])


@pytest.mark.parametrize(
    ("rows", "where", "said"),
    [
        (
            [*A_AND_B, ["A", "A", "B", "đảng bộ cơ sở", "01/01/2021"], ["B", "B", "A", "đảng bộ cơ sở", "01/06/2021"]],
            (10, "Mã cấp trên"),
            "Các tổ chức thành vòng tròn từ ngày 01/06/2021: A → B → A. Hãy sửa Mã cấp trên của một trong số đó.",
        ),
        (
            [[*A_AND_B[0], "", "31/12/2020", "B"], [*A_AND_B[1], "", "31/12/2021", "A"]],
            (8, "Tổ chức kế thừa"),
            "Các tổ chức thành vòng tròn từ ngày 01/01/2022: A → B → A. Hãy sửa Tổ chức kế thừa của một trong số đó.",
        ),
        (
            [[*A_AND_B[0], "", "31/12/2020", "K3"], ["K3", "Ba", "A", "chi bộ"]],
            (7, "Tổ chức kế thừa"),
            "Các tổ chức thành vòng tròn từ ngày 01/01/2021: A → K3 → A. Hãy chọn Tổ chức kế thừa khác, hoặc ghi cấp "
            "trên mới từ ngày 01/01/2021 cho tổ chức trực thuộc.",
        ),
    ],
)
def test_a_circle_is_told_at_the_row_and_column_that_close_it(tmp_path, rows, where, said):
    result = imported(tmp_path, TO_CHUC=with_rows(*rows))
    assert (faults(result), messages(result)) == ([("TO_CHUC", *where)], [said])


def test_the_other_rows_of_a_unit_in_a_circle_are_not_accused(tmp_path):
    """K3 hangs below the circle from later on: the circle begins with its own rows."""
    rows = [[*A_AND_B[0], "", "31/12/2020", "B"], [*A_AND_B[1], "", "31/12/2020", "A"]]
    result = imported(tmp_path, TO_CHUC=with_rows(["K3", "Ba", "A", "chi bộ", "01/01/2019"], *rows))
    assert faults(result) == [("TO_CHUC", 8, "Tổ chức kế thừa")]
    assert messages(result)[0].startswith("Các tổ chức thành vòng tròn từ ngày 01/01/2021: ")


def test_a_successor_that_closed_before_is_refused_and_a_later_one_remarked(tmp_path):
    rows = with_rows(
        ["A", "A", "H", "đảng bộ cơ sở", "", "31/12/2020"], ["B", "B", "H", "đảng bộ cơ sở", "", "31/12/2021", "A"],
        ["C", "C", "H", "đảng bộ cơ sở", "", "31/12/2021", "D"], ["D", "D", "H", "đảng bộ cơ sở", "01/06/2022"],
    )  # fmt: skip
    result = imported(tmp_path, TO_CHUC=rows)
    assert (faults(result), messages(result)) == (
        [("TO_CHUC", 8, "Tổ chức kế thừa")],
        [
            "Tổ chức kế thừa A đã thôi hoạt động từ ngày 01/01/2021, trước tổ chức này. Hãy ghi tổ chức còn hoạt động "
            "khi đó."
        ],
    )
    assert [(issue.row, issue.column, issue.message) for issue in result.warnings] == [
        (
            9, "Tổ chức kế thừa", "Tổ chức kế thừa D chỉ có từ ngày 01/06/2022, sau khi tổ chức này thôi hoạt động. "
            "Hãy kiểm tra lại hai ngày.",
        )
    ]  # fmt: skip


def test_units_left_below_what_closes_are_remarked(tmp_path):
    """A page refuses to dissolve such a unit and moves them on a merger; a file says itself where each belongs."""
    imported(tmp_path, TO_CHUC=with_rows(["K3", "Ba", "D1", "chi bộ"], ["K4", "Bốn", "D1", "chi bộ"]))
    rows = [
        ORGANIZATION_HEAD,
        ["D1", "Đảng bộ xã Minh Hòa", "H", "đảng bộ cơ sở", "", "31/12/2025", "D2"],
        ["K3", "Ba", "D2", "chi bộ", "01/01/2026"],
        ["K4", "Bốn", "D1", "chi bộ", "", "31/12/2025", "K2"],
        ["D2", "Đảng bộ xã Phú Khê", "H", "đảng bộ cơ sở", "", "31/10/2026"],
    ]
    result = imported(tmp_path, TO_CHUC=rows)
    assert [(issue.row, issue.column, issue.message) for issue in result.warnings] == [
        (
            2, "Đến ngày", "Từ ngày 01/01/2026 còn 1 tổ chức trực thuộc chưa có cấp trên mới: K1. Hãy thêm cho mỗi tổ "
            "chức một dòng có Từ ngày 01/01/2026 và Mã cấp trên mới (ví dụ D2), hoặc ghi Đến ngày.",
        ),
        (
            5, "Đến ngày", "Từ ngày 01/11/2026 còn 2 tổ chức trực thuộc chưa có cấp trên mới: K2, K3. Hãy thêm cho mỗi "
            "tổ chức một dòng có Từ ngày 01/11/2026 và Mã cấp trên mới, hoặc ghi Đến ngày.",
        ),
    ]  # fmt: skip
    assert result.saved


def test_two_stages_must_join_without_a_gap(tmp_path):
    rows = with_rows(
        ["K3", "Ba", "D1", "chi bộ", "01/01/2020", "30/04/2025"], ["K3", "Ba", "D2", "chi bộ", "01/07/2025"]
    )
    assert messages(imported(tmp_path, TO_CHUC=rows)) == [
        "Giai đoạn sau bắt đầu từ 01/07/2025 nên giai đoạn này phải đến hết ngày 30/06/2025. Hãy sửa Đến ngày hoặc "
        "để trống."
    ]


def test_nothing_new_hangs_under_a_closed_unit(tmp_path):
    """Told at the row that puts it there, also on the very day of the closing."""
    rows = with_rows(
        ["D3", "Ba", "H", "đảng bộ cơ sở", "", "30/06/2025", "D1"],
        ["K3", "Ba", "D1", "chi bộ"], ["K3", "Ba", "D3", "chi bộ", "01/08/2025"],
        ["K4", "Bốn", "D3", "chi bộ", "01/07/2025"],
    )  # fmt: skip
    result = imported(tmp_path, TO_CHUC=rows)
    message = (
        "Cấp trên D3 đã thôi hoạt động từ ngày 01/07/2025 nên không nhận tổ chức trực thuộc từ ngày đó. Hãy ghi cấp "
        "trên khác, ví dụ tổ chức kế thừa."
    )
    assert (faults(result), messages(result)) == (
        [("TO_CHUC", 9, "Mã cấp trên"), ("TO_CHUC", 10, "Mã cấp trên")], [message, message],
    )  # fmt: skip
    assert result.warnings == []


def test_headers_may_stand_below_a_title_and_rows_keep_the_numbers_of_excel(tmp_path):
    title = [["DANH SÁCH TỔ CHỨC ĐẢNG"], []]
    assert imported(tmp_path, TO_CHUC=[*title, *UNITS]).saved
    result = imported(tmp_path, TO_CHUC=[*title, *UNITS, ["K3", "Ba", "D9", "chi bộ"]])
    assert faults(result) == [("TO_CHUC", 9, "Mã cấp trên")]


def test_headers_are_matched_after_trimming_and_nfc(tmp_path):
    import unicodedata

    head = [unicodedata.normalize("NFD", f"  {title} ") for title in ORGANIZATION_HEAD]
    assert imported(tmp_path, TO_CHUC=[head, *UNITS[1:]]).saved
