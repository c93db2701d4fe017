"""Sheets DANG_VIEN and BIEN_DONG: members and their histories."""

from datetime import date, datetime

import pytest

from cells.kinds import MovementKind as Kind
from cells.models import Member, Movement
from cells.queries.roll import roll_sizes
from cells.services.locks import lock_period
from core.dates import DatePrecision
from core.models import AuditEvent
from tests.factories import TODAY, user
from tests.workbooks import MEMBER_HEAD, MOVEMENT_HEAD, UNITS, counts, day, faults, imported, messages

pytestmark = pytest.mark.django_db

ANH = ["M1", "Nguyễn Thị Ánh", day("12/05/1988"), "nữ", "K1", day("19/05/2010")]


def people(*rows):
    return [MEMBER_HEAD, *rows]


def moves(*rows):
    return [MOVEMENT_HEAD, *rows]


def movements(**wanted):
    rows = Movement.objects.in_force().filter(**wanted).order_by("effective_on", "id")
    return list(rows.values_list("kind", "effective_on", "organization__code", "is_implied"))


def test_a_member_without_movements_is_on_the_roll_since_joining(tmp_path):
    assert counts(imported(tmp_path, TO_CHUC=UNITS, DANG_VIEN=people(ANH))) == {
        "TO_CHUC": (5, 0, 0),
        "DANG_VIEN": (1, 0, 0),
    }
    assert movements() == [(Kind.ADMITTED, date(2010, 5, 19), "K1", True)]
    member = Member.objects.get()
    assert (member.full_name, member.sex, member.born_on, member.name_fold) == (
        "Nguyễn Thị Ánh",
        "female",
        date(1988, 5, 12),
        "nguyen thi anh",
    )
    assert counts(imported(tmp_path, DANG_VIEN=people(ANH))) == {"DANG_VIEN": (0, 0, 1)}


def test_a_history_in_one_file(tmp_path):
    moved = [*ANH[:4], "K2", ANH[5]]
    result = imported(
        tmp_path,
        TO_CHUC=UNITS,
        DANG_VIEN=people(moved),
        BIEN_DONG=moves(
            ["M1", "kết nạp", day("19/05/2010"), "K1", "Số 12-QĐ/HU", day("03/06/2010")],
            ["M1", "chuyển đi", "15/03/2025", "K1"],
            ["M1", "chuyển đến", "20/03/2025", "K2"],
        ),
    )
    assert counts(result)["BIEN_DONG"] == (3, 0, 0)
    out = Movement.objects.get(kind=Kind.TRANSFERRED_OUT)
    assert (out.pair.kind, out.counterpart.code) == (Kind.TRANSFERRED_IN, "K2")
    assert Movement.objects.get(kind=Kind.ADMITTED).held_on == date(2010, 6, 3)


def test_history_that_comes_later_gives_what_one_file_would_have_given(tmp_path):
    later = moves(["M1", "chuyển đi", "15/03/2025", "K1"], ["M1", "chuyển đến", "20/03/2025", "K2"])
    imported(tmp_path, TO_CHUC=UNITS, DANG_VIEN=people(ANH))
    result = imported(tmp_path, BIEN_DONG=later)
    assert (counts(result), Member.objects.get().organization.code) == ({"BIEN_DONG": (2, 0, 0)}, "K2")
    assert movements()[0] == (Kind.ADMITTED, date(2010, 5, 19), "K1", True)


def test_an_arrival_that_comes_later_replaces_the_admission_taken_from_the_joining_day(tmp_path):
    imported(tmp_path, TO_CHUC=UNITS, DANG_VIEN=people(ANH))
    assert imported(tmp_path, BIEN_DONG=moves(["M1", "chuyển đến", "01/02/2015", "K1"])).saved
    assert movements() == [(Kind.TRANSFERRED_IN, date(2015, 2, 1), "K1", False)]


def test_an_admission_that_comes_later_says_the_same_as_the_joining_day(tmp_path):
    imported(tmp_path, TO_CHUC=UNITS, DANG_VIEN=people(ANH))
    assert imported(tmp_path, BIEN_DONG=moves(["M1", "kết nạp", "19/05/2010", "K1", "Số 7-QĐ/HU"])).saved
    assert movements() == [(Kind.ADMITTED, date(2010, 5, 19), "K1", False)]


def test_a_later_decision_number_is_a_correction_by_a_new_row(tmp_path):
    imported(tmp_path, TO_CHUC=UNITS, DANG_VIEN=people(ANH), BIEN_DONG=moves(["M1", "từ trần", "01/02/2025", "K1"]))
    result = imported(tmp_path, BIEN_DONG=moves(["M1", "từ trần", "01/02/2025", "K1", "Số 3-TB/ĐU"]))
    assert counts(result) == {"BIEN_DONG": (0, 1, 0)}
    assert list(Movement.objects.filter(kind=Kind.DIED).order_by("id").values_list("document", "in_force")) == [
        ("", False),
        ("Số 3-TB/ĐU", True),
    ]


def test_birth_days_may_be_known_to_the_month_or_year(tmp_path):
    rows = [
        ["M1", "Một", "05/1975", "nam", "K1", "19/05/2010"],
        ["M2", "Hai", 1980, "nam", "K1", "19/05/2010"],
        ["M3", "Ba", datetime(1981, 2, 3), "nam", "K1", "19/05/2010"],
    ]
    imported(tmp_path, TO_CHUC=UNITS, DANG_VIEN=people(*rows))
    assert list(Member.objects.order_by("code").values_list("born_on", "born_precision")) == [
        (date(1975, 5, 1), DatePrecision.MONTH),
        (date(1980, 1, 1), DatePrecision.YEAR),
        (date(1981, 2, 3), DatePrecision.DAY),
    ]


def test_day_comes_first(tmp_path):
    imported(tmp_path, TO_CHUC=UNITS, DANG_VIEN=people([*ANH[:5], "02/01/2026"]))
    assert Member.objects.get().joined_on == date(2026, 1, 2)


def test_codes_keep_their_leading_zeros_and_numbers_are_warned_of(tmp_path):
    rows = people(["0101", *ANH[1:]], [102, *ANH[1:]])
    result = imported(tmp_path, TO_CHUC=UNITS, DANG_VIEN=rows)
    assert list(Member.objects.order_by("code").values_list("code", flat=True)) == ["0101", "102"]
    assert [(issue.row, issue.column) for issue in result.warnings] == [(3, "Mã đảng viên")]


def test_an_empty_cell_erases_nothing(tmp_path):
    imported(tmp_path, TO_CHUC=UNITS, DANG_VIEN=people(ANH))
    result = imported(tmp_path, DANG_VIEN=people(["M1", "", "", "", "", ""]))
    assert (counts(result), Member.objects.get().full_name) == ({"DANG_VIEN": (0, 0, 1)}, "Nguyễn Thị Ánh")


@pytest.mark.parametrize(
    ("member", "movement", "where", "said"),
    [
        ([*ANH[:4], "K9", ANH[5]], [], ("DANG_VIEN", 2, "Mã tổ chức"), "Không có tổ chức mã K9."),
        ([*ANH[:4], "", ANH[5]], [], ("DANG_VIEN", 2, "Mã tổ chức"), "Đảng viên mới phải có Mã tổ chức."),
        (["M1", "", *ANH[2:]], [], ("DANG_VIEN", 2, "Họ và tên"), "Đảng viên mới phải có Họ và tên."),
        ([*ANH[:3], "trai", *ANH[4:]], [], ("DANG_VIEN", 2, "Giới tính"), "“trai” không có trong danh mục."),
        ([*ANH[:5], "30/02/2010"], [], ("DANG_VIEN", 2, "Ngày vào Đảng"), "“30/02/2010” không phải là ngày có thật."),
        ([*ANH[:5], 40317], [], ("DANG_VIEN", 2, "Ngày vào Đảng"), "Ô này là số, không phải ngày."),
        ([*ANH[:5], "23/11/2026"], [], ("DANG_VIEN", 2, "Ngày vào Đảng"), "Ngày vào Đảng 23/11/2026 còn ở phía"),
        (
            [*ANH[:5], "01/01/1988"],
            [],
            ("DANG_VIEN", 2, "Ngày vào Đảng"),
            "Ngày vào Đảng 01/01/1988 không sau",
        ),
        (ANH, ["M2", "từ trần", "01/02/2025", "K1"], ("BIEN_DONG", 2, "Mã đảng viên"), "Không có đảng viên mã M2."),
        (ANH, ["M1", "nghỉ hưu", "01/02/2025", "K1"], ("BIEN_DONG", 2, "Loại"), "“nghỉ hưu” không có trong danh mục."),
        (ANH, ["M1", "từ trần", "", "K1"], ("BIEN_DONG", 2, "Ngày"), "Thiếu Ngày."),
        (ANH, ["M1", "từ trần", "01/02/2027", "K1"], ("BIEN_DONG", 2, "Ngày"), "Ngày này còn ở phía trước."),
        (ANH, ["M1", "từ trần", "01/02/2025", "K9"], ("BIEN_DONG", 2, "Mã tổ chức"), "Không có tổ chức mã K9."),
        (
            ANH,
            ["M1", "chuyển đi", "01/02/2025", "K2"],
            ("DANG_VIEN", 2, "Mã tổ chức"),
            "Theo các biến động, đảng viên có biến động cuối cùng tại tổ chức K2, không phải K1.",
        ),
        (
            ANH,
            ["M1", "kết nạp", "19/05/2011", "K1"],
            ("BIEN_DONG", 2, "Ngày"),
            "Ngày kết nạp 19/05/2011 khác Ngày vào Đảng 19/05/2010 ở sheet DANG_VIEN.",
        ),
        (
            ANH,
            ["M1", "từ trần", "01/02/2025", "K1", "", "01/03/2025"],
            ("BIEN_DONG", 2, "Ngày tổ chức lễ"),
            "Chỉ dòng kết nạp mới có Ngày tổ chức lễ.",
        ),
        (
            ANH,
            ["M1", "kết nạp", "19/05/2010", "K1", "", "01/03/2010"],
            ("BIEN_DONG", 2, "Ngày tổ chức lễ"),
            "Ngày tổ chức lễ 01/03/2010 trước ngày quyết định 19/05/2010.",
        ),
    ],
)
def test_a_fault_is_named_with_sheet_row_column_and_remedy(tmp_path, member, movement, where, said):
    result = imported(
        tmp_path, TO_CHUC=UNITS, DANG_VIEN=people(member), BIEN_DONG=moves(*([movement] if movement else []))
    )
    assert faults(result) == [where]
    assert messages(result)[0].startswith(said)
    assert "Hãy " in messages(result)[0]
    assert (result.saved, Member.objects.count()) == (False, 0)


def test_all_faults_are_told_at_once(tmp_path):
    result = imported(
        tmp_path,
        TO_CHUC=[*UNITS, ["K3", "Ba", "D9", "tổ đảng"]],
        DANG_VIEN=people(ANH, ANH, ["M2", "Trần Văn Đức", "32/01/1990", "nam", "K3", "x"]),
        BIEN_DONG=moves(["M1", "từ trần", "01/02/2025", "K1"], ["M1", "chuyển đi", "01/03/2025", "K1"]),
    )
    assert faults(result) == [
        ("BIEN_DONG", 3, "Ngày"),
        ("DANG_VIEN", 3, "Mã đảng viên"),
        ("DANG_VIEN", 4, "Ngày sinh"),
        ("DANG_VIEN", 4, "Ngày vào Đảng"),
        ("TO_CHUC", 7, "Loại"),
        ("TO_CHUC", 7, "Mã cấp trên"),
    ]


UNREADABLE = ["M1", "chuyển đi", "31/02/2015", "K1"]
UNKNOWN_PLACE = ["M1", "chuyển đi", "01/02/2015", "K9"]
HELD_TOO_EARLY = ["M1", "kết nạp", "19/05/2010", "K1", "", "01/03/2010"]


@pytest.mark.parametrize(
    ("faulty", "column"), [(UNREADABLE, "Ngày"), (UNKNOWN_PLACE, "Mã tổ chức"), (HELD_TOO_EARLY, "Ngày tổ chức lễ")]
)
def test_one_row_that_cannot_be_used_neither_accuses_nor_hides_the_others(tmp_path, faulty, column):
    """Without the transfer out nobody can tell whether the arrival fits; that a day is still to come is plain."""
    rows = moves(
        faulty,
        ["M1", "chuyển đến", "01/03/2015", "K2"],
        ["M1", "chuyển đi", "01/01/2100", "K2"],
        ["M1", "chuyển đến", "01/02/2016", "K8", "", "01/02/2016"],
    )
    result = imported(tmp_path, TO_CHUC=UNITS, DANG_VIEN=people([*ANH[:4], "K2", ANH[5]]), BIEN_DONG=rows)
    assert faults(result) == [
        ("BIEN_DONG", 2, column),
        ("BIEN_DONG", 4, "Ngày"),
        ("BIEN_DONG", 5, "Mã tổ chức"),
        ("BIEN_DONG", 5, "Ngày tổ chức lễ"),
    ]


def test_movements_are_checked_though_the_row_of_the_person_is_at_fault(tmp_path):
    nowhere = ["M1", "", "", "nam", "K9", ANH[5]]
    unknown_day = ["M2", *ANH[1:5], "30/02/2010"]
    rows = moves(
        ["M1", "chuyển đi", "01/02/2015", "K1"], ["M1", "chuyển đi", "01/03/2015", "K1"],
        ["M2", "chuyển đi", "01/02/2100", "K1"], ["M2", "chuyển đi", "01/02/2015", "K1"],
        ["M3", "từ trần", "01/02/2100", "K7"],
    )  # fmt: skip
    result = imported(tmp_path, TO_CHUC=UNITS, DANG_VIEN=people(nowhere, unknown_day), BIEN_DONG=rows)
    assert faults(result) == [
        ("BIEN_DONG", 3, "Ngày"),
        ("BIEN_DONG", 4, "Ngày"),
        ("BIEN_DONG", 6, "Mã tổ chức"),
        ("BIEN_DONG", 6, "Mã đảng viên"),
        ("BIEN_DONG", 6, "Ngày"),
        ("DANG_VIEN", 2, "Họ và tên"),
        ("DANG_VIEN", 2, "Mã tổ chức"),
        ("DANG_VIEN", 3, "Ngày vào Đảng"),
    ]


def test_a_repeated_row_leaves_the_history_whole(tmp_path):
    moved = ["M1", "chuyển đi", "01/02/2015", "K1"]
    result = imported(
        tmp_path,
        TO_CHUC=UNITS,
        DANG_VIEN=people(ANH),
        BIEN_DONG=moves(moved, moved, ["M1", "xin ra", "01/02/2016", "K1"]),
    )
    assert faults(result) == [("BIEN_DONG", 3, "Mã đảng viên"), ("BIEN_DONG", 4, "Ngày")]


def test_a_locked_period_is_told_of_beside_other_faults(tmp_path):
    from cells.models import Organization

    imported(tmp_path, TO_CHUC=UNITS, DANG_VIEN=people(ANH))
    top = Organization.objects.get(code="H")
    lock_period(top, first_day=date(2025, 1, 1), last_day=date(2025, 12, 31), by=user(), reason="Đã báo cáo")
    result = imported(tmp_path, BIEN_DONG=moves(UNREADABLE, ["M1", "từ trần", "01/02/2025", "K1"]))
    assert faults(result) == [("BIEN_DONG", 2, "Ngày"), ("BIEN_DONG", 3, "Ngày")]


def test_movements_that_contradict_what_is_stored_are_refused(tmp_path):
    imported(tmp_path, TO_CHUC=UNITS, DANG_VIEN=people(ANH))
    result = imported(tmp_path, BIEN_DONG=moves(["M1", "chuyển đến", "01/02/2025", "K2"]))
    assert messages(result) == [
        "Đảng viên đang trong danh sách của tổ chức K1 từ ngày 19/05/2010 (theo Ngày vào Đảng). Hãy thêm dòng rời khỏi "
        "tổ chức K1 trước đó, hoặc xóa dòng này."
    ]


CLOSED = [*UNITS, ["K3", "Chi bộ Ba", "D1", "chi bộ", "01/01/2010", "31/12/2020"]]


def remarks(result):
    """The warnings: sheet, row, column and message."""
    return [(issue.sheet, issue.row, issue.column, issue.message) for issue in result.warnings]


@pytest.mark.parametrize("movement", [[], ["M1", "kết nạp", "01/06/2021", "K3"]], ids=["taken from the day", "entered"])
def test_nobody_is_admitted_where_the_organisation_is_closed(tmp_path, movement):
    result = imported(
        tmp_path, TO_CHUC=CLOSED, DANG_VIEN=people([*ANH[:4], "K3", "01/06/2021"]),
        BIEN_DONG=moves(*([movement] if movement else [])),
    )  # fmt: skip
    assert faults(result) == [("BIEN_DONG", 2, "Ngày") if movement else ("DANG_VIEN", 2, "Ngày vào Đảng")]
    assert messages(result) == [
        "Tổ chức đã thôi hoạt động từ ngày 01/01/2021, không thể tiếp nhận sau đó. Hãy ghi tổ chức kế thừa."
    ]


def test_admissions_before_the_organisation_was_there_are_remarked(tmp_path):
    """Each that was entered; those taken from Ngày vào Đảng once, for they may be all of a new committee."""
    units = [*UNITS, ["K3", "Chi bộ Ba", "D1", "chi bộ", "01/01/2015"]]
    rows = people(["M1", *ANH[1:4], "K3", ANH[5]], *[[f"M{n}", *ANH[1:4], "K3", "01/02/2012"] for n in (2, 3)])
    result = imported(tmp_path, TO_CHUC=units, DANG_VIEN=rows, BIEN_DONG=moves(["M1", "kết nạp", ANH[5], "K3"]))
    assert remarks(result) == [
        (
            "BIEN_DONG", 2, "Ngày", "Tổ chức chỉ có từ ngày 01/01/2015; biến động trước ngày đó không tính vào cấp "
            "trên nào. Hãy kiểm tra lại.",
        ),
        (
            "DANG_VIEN", 3, "Mã tổ chức", "Tổ chức K3 chỉ có từ ngày 01/01/2015, mà 2 đảng viên được tính vào danh "
            "sách của tổ chức này từ Ngày vào Đảng, trước ngày đó; trước 01/01/2015 họ không tính vào cấp trên nào. "
            "Nếu họ từ tổ chức khác đến, hãy thêm dòng chuyển đến ở sheet BIEN_DONG.",
        ),
    ]  # fmt: skip
    assert result.saved


def test_who_is_still_on_the_roll_of_a_closed_organisation_is_remarked(tmp_path):
    stays = ["M2", *ANH[1:4], "K3", "01/02/2012"]
    gone = ["M3", *ANH[1:4], "K1", "01/02/2012"]
    moved = moves(["M3", "chuyển đi", "31/12/2020", "K3"], ["M3", "chuyển đến", "01/01/2021", "K1"])
    result = imported(tmp_path, TO_CHUC=CLOSED, DANG_VIEN=people(ANH, stays, gone), BIEN_DONG=moved)
    assert (result.saved, remarks(result)) == (
        True,
        [
            (
                "DANG_VIEN", 3, "Mã tổ chức", "Tổ chức K3 đã thôi hoạt động từ ngày 01/01/2021 mà đảng viên này vẫn "
                "trong danh sách. Hãy thêm dòng chuyển đi ở sheet BIEN_DONG, và dòng chuyển đến tổ chức kế thừa nếu "
                "có.",
            )
        ],
    )  # fmt: skip


def test_a_file_that_closes_an_organisation_says_how_many_stay_on_its_roll(tmp_path):
    others = [[f"M{number}", *ANH[1:]] for number in (2, 3)]
    imported(tmp_path, TO_CHUC=UNITS, DANG_VIEN=people(ANH, *others))
    units = [UNITS[0], ["K1", "Chi bộ thôn Đồng Tâm", "D1", "chi bộ", "", "31/12/2025", "K2"]]
    moved = moves(["M1", "chuyển đi", "31/12/2025", "K1"], ["M1", "chuyển đến", "01/01/2026", "K2"])
    assert remarks(imported(tmp_path, TO_CHUC=units, BIEN_DONG=moved)) == [
        (
            "TO_CHUC", 2, "Đến ngày", "Còn 2 đảng viên trong danh sách của tổ chức này. Hãy ghi biến động chuyển đi "
            "của họ ở sheet BIEN_DONG, và chuyển đến tổ chức kế thừa nếu có.",
        )
    ]  # fmt: skip


def test_a_locked_period_is_safe_from_a_history_that_moves_the_admission_in_it(tmp_path):
    from cells.models import Organization

    imported(tmp_path, TO_CHUC=UNITS, DANG_VIEN=people(ANH))
    top = Organization.objects.get(code="H")
    lock_period(top, first_day=date(2010, 1, 1), last_day=date(2010, 12, 31), by=user(), reason="Đã báo cáo")
    result = imported(tmp_path, BIEN_DONG=moves(["M1", "chuyển đến", "01/02/2015", "K1"]))
    assert faults(result) == [("BIEN_DONG", 2, "Ngày")]


def test_how_one_came_back_is_refused_or_remarked_at_the_kind_of_movement(tmp_path):
    rows = moves(
        ["M1", "chuyển đi", "01/01/2012", "K1"], ["M1", "phục hồi", "01/01/2013", "K1"],
        ["M2", "khai trừ", "01/01/2012", "K1"], ["M2", "chuyển đến", "01/01/2016", "K1"],
    )  # fmt: skip
    result = imported(tmp_path, TO_CHUC=UNITS, DANG_VIEN=people(ANH, ["M2", *ANH[1:]]), BIEN_DONG=rows)
    assert [(issue.sheet, issue.row, issue.column, issue.message) for issue in result.errors] == [
        (
            "BIEN_DONG", 3, "Loại", "Đảng viên chuyển đi khỏi tổ chức K1 ngày 01/01/2012, không ra khỏi Đảng nên không "
            "có phục hồi. Nếu là người về sinh hoạt, hãy sửa Loại thành chuyển đến.",
        )
    ]  # fmt: skip
    assert remarks(result) == [
        (
            "BIEN_DONG", 5, "Loại", "Đảng viên đã ra khỏi Đảng ngày 01/01/2012 (khai trừ tại tổ chức K1) và chưa có "
            "dòng phục hồi hay kết nạp lại; chuyển đến chỉ khi đã kết nạp lại ở nơi khác. Hãy kiểm tra lại Loại và "
            "Ngày.",
        )
    ]  # fmt: skip


def test_formulas_and_excel_errors_are_refused_at_their_cells(tmp_path):
    rows = people(["M1", "=A1", *ANH[2:]], ["M2", "Trần Văn Đức", "#REF!", *ANH[3:]])
    result = imported(tmp_path, TO_CHUC=UNITS, DANG_VIEN=rows)
    assert faults(result) == [("DANG_VIEN", 2, "Họ và tên"), ("DANG_VIEN", 3, "Ngày sinh")]
    assert messages(result)[0] == "Ô này chứa công thức. Hãy chép cột rồi dán lại bằng Dán giá trị (Paste Values)."


def test_facts_of_a_locked_period_are_refused(tmp_path):
    from cells.models import Organization

    imported(tmp_path, TO_CHUC=UNITS, DANG_VIEN=people(ANH))
    top = Organization.objects.get(code="H")
    lock_period(top, first_day=date(2025, 1, 1), last_day=date(2025, 12, 31), by=user(), reason="Đã báo cáo")
    result = imported(tmp_path, BIEN_DONG=moves(["M1", "từ trần", "01/02/2025", "K1"]))
    assert messages(result) == [
        "Kỳ 01/01/2025–31/12/2025 của Đảng bộ huyện Minh Sơn đã khóa. Hãy đề nghị Ban Tổ chức mở khóa trước khi sửa số "
        "liệu của kỳ này."
    ]


def test_an_import_within_a_part_touches_nothing_outside(tmp_path):
    from cells.models import Organization
    from cells.workbook.importing import run_import
    from tests.workbooks import write_book

    imported(tmp_path, TO_CHUC=UNITS, DANG_VIEN=people(ANH))
    own = Organization.objects.get(code="D2")
    book = write_book(
        tmp_path / "xa.xlsx",
        TO_CHUC=[
            ["Mã", "Tên", "Mã cấp trên", "Loại"],
            ["K4", "Chi bộ Bốn", "D2", "chi bộ"],
            ["K5", "Năm", "D1", "chi bộ"],
        ],
        DANG_VIEN=people(["M2", *ANH[1:4], "K4", ANH[5]], [*ANH[:4], "K4", ANH[5]]),
    )
    result = run_import(book, today=TODAY, may_touch=lambda unit, *_: unit.path.startswith(own.path))
    assert faults(result) == [("DANG_VIEN", 3, "Mã đảng viên"), ("TO_CHUC", 3, "Mã"), ("TO_CHUC", 3, "Mã cấp trên")]


def test_each_row_leaves_its_event_and_the_import_one_of_its_own(tmp_path):
    imported(tmp_path, TO_CHUC=UNITS, DANG_VIEN=people(ANH))
    by_model = {}
    for event in AuditEvent.objects.all():
        by_model[event.model] = by_model.get(event.model, 0) + 1
    assert by_model == {"cells.organization": 5, "cells.member": 1, "cells.movement": 1, "": 1}
    assert AuditEvent.objects.values("batch").distinct().count() == 1


def test_facts_that_change_while_a_file_is_checked_make_it_be_checked_again(tmp_path, monkeypatch):
    from cells.models import FactsVersion
    from cells.workbook.sheets import DeclaredYearSheet

    imported(tmp_path, TO_CHUC=UNITS)
    interruptions = iter([True, False])
    check = DeclaredYearSheet.check

    def interrupted(self, rows):
        if next(interruptions):
            FactsVersion.advance()
        check(self, rows)

    monkeypatch.setattr(DeclaredYearSheet, "check", interrupted)
    assert imported(tmp_path, DANG_VIEN=people(ANH)).saved
    assert sum(roll_sizes(TODAY).values()) == 1
