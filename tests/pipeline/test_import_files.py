"""Sheet CAM_TINH: what an import makes of its rows, and everything it refuses."""

import unicodedata
from datetime import date, timedelta

import pytest
from django.core.management import call_command

from cells.models import Member, Movement, Organization
from cells.roles import Action
from cells.workbook.importing import run_import
from core.models import AuditEvent
from pipeline.models import Candidate, CandidateProfile, Case, CaseEvent, Mentorship, RollEntry
from tests.everything import brought_in
from tests.factories import TODAY
from tests.pipeline import files
from tests.pipeline.file_sheet import ADMITTED, HEADERS, WAY, file_sheet, roll, someone
from tests.workbooks import counts, faults, messages, write_book

pytestmark = pytest.mark.django_db


@pytest.fixture
def units():
    return roll()


def imported(*rows, without=(), **sheets):
    return brought_in({"CAM_TINH": file_sheet(*rows, without=without), **sheets})


def refused(result):
    """(row, header, message) of each error; nothing was written."""
    assert not result.saved
    return [(row, column, message) for (_, row, column), message in zip(faults(result), messages(result), strict=True)]


def warned(result):
    return [(issue.row, issue.column, issue.message) for issue in result.warnings]


# --- New files --------------------------------------------------------------------------------------------------------


def test_a_row_becomes_a_person_with_a_file_and_its_events(units):
    row = someone(
        sex="nữ", ethnicity="Tày", religion="Không", sources="Đoàn thanh niên;Hội Nông dân ; ", occupation="Nông dân",
        helpers="G1; G2", **WAY,
    )  # fmt: skip
    result = imported(row)
    assert (result.errors, result.warnings, counts(result)) == ([], [], {"CAM_TINH": (1, 0, 0)})
    case = Case.objects.select_related("candidate__profile", "organization").get()
    person = case.candidate
    assert (case.code, case.opened_on, case.organization, case.stage) == (
        "A1", date(2024, 1, 10), units["K1"], "CELL_PASSED",
    )  # fmt: skip
    assert (person.full_name, person.born_on, person.sex, person.sources, person.occupation) == (
        "Lục Thị Bưởi A1", date(2000, 10, 5), "female", "Đoàn thanh niên; Hội Nông dân", "Nông dân",
    )  # fmt: skip
    assert (person.profile.ethnicity, person.profile.religion) == ("Tày", "Không")
    events = dict(CaseEvent.objects.in_force().values_list("kind", "occurred_on"))
    assert events == WAY | {"helper": WAY["sympathiser_list"]}
    assert [(row.helper.code, row.since) for row in Mentorship.objects.order_by("helper__code")] == [
        ("G1", WAY["sympathiser_list"]), ("G2", WAY["sympathiser_list"]),
    ]  # fmt: skip
    assert files.agrees(case)


def test_somebody_without_any_day_is_introduced_on_the_day_of_the_import_under_the_next_number(units):
    result = imported({"full_name": "Trần Văn Đức", "organization": "K1"})
    assert result.errors == []
    case = Case.objects.get()
    assert (case.code, case.opened_on, case.stage, case.next_step) == (
        f"HS-{TODAY.year}-00001", TODAY, "SOURCE", "sympathiser_list",
    )  # fmt: skip
    assert [(event.kind, event.reason) for event in CaseEvent.objects.all()] == [
        ("introduction", "Nhập từ sổ Excel")
    ]  # fmt: skip


def test_the_same_file_once_more_changes_nothing_with_codes_or_without(units):
    rows = [someone(helpers="G1", **WAY), someone(None, full_name="Đỗ Ẩn", born_on="1999")]
    assert counts(imported(*rows)) == {"CAM_TINH": (2, 0, 0)}
    before = list(CaseEvent.objects.values_list("pk", flat=True))
    again = imported(*rows)
    assert (again.errors, counts(again)) == ([], {"CAM_TINH": (0, 0, 2)})
    assert list(CaseEvent.objects.values_list("pk", flat=True)) == before


def test_rows_that_are_not_in_the_file_stay_and_columns_may_be_missing(units):
    imported(someone("A1", ethnicity="Tày", **WAY), someone("A2"))
    result = imported(
        {"code": "A1", "occupation": "Giáo viên"}, without=("ethnicity", "full_name", "organization", *WAY)
    )
    assert (result.errors, counts(result)) == ([], {"CAM_TINH": (0, 1, 0)})
    assert Case.objects.count() == 2
    person = Candidate.objects.get(cases__code="A1")
    assert (person.occupation, person.profile.ethnicity, person.full_name) == ("Giáo viên", "Tày", "Lục Thị Bưởi A1")


def test_cell_helper_and_member_may_come_with_the_same_file(units):
    sheets = {
        "TO_CHUC": [["Mã", "Tên", "Mã cấp trên", "Loại"], ["K9", "Chi bộ Chín", "D1", "chi bộ"]],
        "DANG_VIEN": [
            ["Mã đảng viên", "Họ và tên", "Mã tổ chức", "Ngày vào Đảng", "Ngày chính thức"],
            ["X1", "Lê Văn Mới", "K9", date(2010, 2, 3), date(2011, 2, 3)],
            ["X2", "Lò Thị Hoà", "K9", date(2025, 6, 12), None],
        ],
    }
    result = imported(someone(member="X2", organization="K9", helpers="X1", **WAY, **ADMITTED), **sheets)
    assert (result.errors, result.warnings) == ([], [])
    case = Case.objects.select_related("candidate__member", "organization").get()
    assert (case.organization.code, case.candidate.member.code, case.stage) == ("K9", "X2", "PROBATION")
    told = AuditEvent.objects.get(model="pipeline.case")
    assert told.scope_path == Organization.objects.get(code="K9").path != ""


# --- Whoever is on the roll -------------------------------------------------------------------------------------------


def test_whoever_is_admitted_is_tied_to_the_admission_the_roll_has(units):
    moves = Movement.objects.count()
    result = imported(someone(member="M5", **WAY, **ADMITTED))
    assert (result.errors, result.warnings) == ([], [])
    entry = RollEntry.objects.get()
    assert (entry.movement.member.code, entry.movement.effective_on, entry.case.code) == (
        "M5", ADMITTED["decision"], "A1",
    )  # fmt: skip
    assert (Movement.objects.count(), Member.objects.count()) == (moves, 4)
    assert Case.objects.get().stage == "PROBATION"


def test_whoever_is_official_says_so_as_the_roll_does(units):
    official = {"recognition_decision": date(2026, 6, 28)}
    result = imported(someone(member="M6", **WAY, **ADMITTED, **official))
    assert (result.errors, result.warnings) == ([], [])
    assert Case.objects.get().stage == "OFFICIAL"
    assert Member.objects.get(code="M6").official_on == official["recognition_decision"]
    silent = imported(someone("A2", member="M5", **ADMITTED))
    assert silent.warnings == []


def test_who_is_official_on_the_roll_only_is_warned_of(units):
    assert warned(imported(someone(member="M6", **ADMITTED))) == [
        (2, "Ngày chính thức", "Danh sách đảng viên ghi M6 chính thức từ ngày 28/06/2026. Hãy điền Ngày chính thức.")
    ]


@pytest.mark.parametrize(
    ("stated", "column", "said"),
    [
        (
            ADMITTED, "Mã đảng viên",
            "Đã có Ngày kết nạp thì phải có Mã đảng viên, để không tính một người hai lần. Hãy ghi mã như ở sheet "
            "DANG_VIEN.",
        ),
        (
            {"member": "M5"}, "Mã đảng viên",
            "Mã đảng viên chỉ ghi khi đã có Ngày kết nạp. Hãy điền Ngày kết nạp, hoặc xóa mã này.",
        ),
        (
            {"member": "M5", "ceremony": ADMITTED["ceremony"]}, "Ngày quyết định",
            "Có Ngày kết nạp thì phải có Ngày quyết định. Hãy điền ngày của quyết định kết nạp.",
        ),
        (
            {"member": "M5", "decision": date(2025, 6, 13), "ceremony": ADMITTED["ceremony"]}, "Ngày kết nạp",
            "Danh sách đảng viên ghi M5: quyết định ngày 12/06/2025, lễ kết nạp 28/06/2025; hồ sơ này ghi quyết định "
            "ngày 13/06/2025, lễ kết nạp 28/06/2025. Hãy sửa cho khớp nhau.",
        ),
        (
            {"member": "M5", **ADMITTED, "recognition_decision": date(2026, 6, 28)}, "Ngày chính thức",
            "Danh sách đảng viên ghi M5 chưa chính thức; hồ sơ này ghi 28/06/2026. Hãy sửa cho khớp nhau.",
        ),
        (
            {"recognition_decision": date(2026, 6, 28)}, "Ngày chính thức",
            "Có Ngày chính thức thì phải có Ngày kết nạp. Hãy điền Ngày kết nạp.",
        ),
        (
            {"member": "M9", **ADMITTED}, "Mã đảng viên",
            "Không có đảng viên mã M9. Hãy sửa mã, hoặc thêm người này vào sheet DANG_VIEN.",
        ),
        (
            {"helpers": "G1; M9"}, "Đảng viên giúp đỡ",
            "Không có đảng viên mã M9. Hãy sửa mã, hoặc thêm người này vào sheet DANG_VIEN.",
        ),
        (
            {"member": "M5", **ADMITTED, "helpers": "M5"}, "Đảng viên giúp đỡ",
            "Một người không tự giúp đỡ mình. Hãy bỏ mã của chính người này.",
        ),
    ],
)  # fmt: skip
def test_what_would_count_somebody_twice_or_names_nobody_is_refused(units, stated, column, said):
    assert refused(imported(someone(**stated))) == [(2, column, said)]
    assert Case.objects.count() == 0


def test_a_member_has_one_row_and_one_person(units):
    result = imported(someone(member="M5", **ADMITTED), someone("A2", member="M5", full_name="Khác", **ADMITTED))
    assert refused(result) == [(3, "Mã đảng viên", "Trùng Mã đảng viên với dòng 2. Hãy giữ lại một dòng.")]
    assert imported(someone(member="M5", **ADMITTED)).saved
    again = imported(someone("A2", member="M5", full_name="Khác", **ADMITTED))
    assert refused(again) == [
        (2, "Mã đảng viên", "Đảng viên M5 đã có hồ sơ khác trong hệ thống. Hãy ghi Mã hồ sơ của hồ sơ đó.")
    ]


# --- Days -------------------------------------------------------------------------------------------------------------


def test_days_to_come_and_days_before_birth_are_refused(units):
    tomorrow = TODAY + timedelta(days=1)
    assert refused(imported(someone(application=tomorrow))) == [
        (2, "Ngày nộp đơn", "Ngày này còn ở phía trước. Hãy chỉ nhập việc đã xảy ra.")
    ]
    early = refused(imported(someone(born_on=date(2024, 2, 1), **WAY)))
    assert early == [(2, "Ngày sinh", "Ngày sinh phải trước ngày sớm nhất của hồ sơ, 10/01/2024. Hãy sửa lại ngày.")]


def test_days_out_of_order_are_warned_of_and_a_ceremony_before_its_decision_refused(units):
    result = imported(someone(sympathiser_list=date(2024, 8, 2), application=date(2024, 8, 1)))
    assert result.saved
    assert warned(result) == [
        (
            2,
            "Ngày nộp đơn",
            "Ngày nộp đơn 01/08/2024 trước Ngày công nhận cảm tình 02/08/2024. Hãy kiểm tra lại hai ngày.",
        )
    ]
    turned = {"decision": ADMITTED["ceremony"], "ceremony": ADMITTED["decision"]}
    assert [
        (row, column) for row, column, _ in refused(imported(someone("A2", full_name="B", member="M5", **turned)))
    ] == [(2, "Ngày kết nạp")]


def test_a_helper_who_was_not_official_then_is_warned_of(units):
    result = imported(someone(helpers="M6", sympathiser_list=date(2026, 1, 5)))
    assert result.saved
    assert warned(result) == [
        (2, "Đảng viên giúp đỡ", "Đảng viên M6 chưa là đảng viên chính thức vào ngày 05/01/2026. Hãy kiểm tra lại "
         "người giúp đỡ.")
    ]  # fmt: skip


# --- Places, names, codes ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        (someone(organization="D1"), "Mã tổ chức", "Tổ chức D1 không phải là chi bộ. Hãy ghi mã chi bộ giữ hồ sơ."),
        (someone(organization="Q9"), "Mã tổ chức",
         "Không có tổ chức mã Q9. Hãy sửa mã, hoặc thêm tổ chức này vào sheet TO_CHUC."),
        (someone(organization=None), "Mã tổ chức", "Hồ sơ mới phải có Mã tổ chức. Hãy điền Mã tổ chức."),
        (someone(full_name=None), "Họ và tên", "Hồ sơ mới phải có Họ và tên. Hãy điền Họ và tên."),
        (someone("HS-moi-1"), "Mã hồ sơ",
         "Mã bắt đầu bằng HS- là mã do phần mềm cấp, dạng HS-2026-00012. Hãy sửa mã, hoặc để trống."),
    ],
)  # fmt: skip
def test_places_and_names_that_are_missing_or_wrong_are_refused(units, row, column, said):
    assert refused(imported(row)) == [(2, column, said)]


def test_two_rows_of_one_code_or_one_person_are_refused(units):
    result = imported(someone("A1"), someone("A1", full_name="Khác"), someone(None, full_name="Một"),
                      someone(None, full_name="một"))  # fmt: skip
    assert refused(result) == [
        (3, "Mã hồ sơ", "Trùng với dòng 2. Hãy giữ lại một dòng."),
        (5, "Mã hồ sơ", "Trùng họ tên, ngày sinh và chi bộ với dòng 4. Hãy giữ lại một dòng, hoặc ghi Mã hồ sơ nếu là "
         "hai người."),
    ]  # fmt: skip


def test_somebody_on_file_in_the_cell_is_not_entered_under_another_code(units):
    imported(someone("A1"))
    assert refused(imported(someone("A9", full_name="Lục Thị Bưởi A1"))) == [
        (2, "Mã hồ sơ", "Chi bộ đã có hồ sơ A1 của người này. Hãy ghi mã đó, hoặc mở hồ sơ mới ở trang của người này.")
    ]


def test_our_own_numbers_may_come_back_and_are_counted_on_from(units):
    number = f"HS-{TODAY.year}-00007"
    assert imported(someone(number)).saved
    assert files.opened(units["K1"], on=TODAY).code == f"HS-{TODAY.year}-00008"


def test_nothing_out_of_reach_is_touched_or_named(units):
    imported(someone("A1"), someone("B1", organization="K3"))
    within = {units[code].pk for code in ("D1", "K1", "K2")}

    def may_touch(unit, action=Action.IMPORT):
        return unit.pk in within

    rows = file_sheet(
        {"code": "B1", "occupation": "x"}, someone("N1", organization="K3", full_name="Mới"),
        someone("N2", full_name="Hai", helpers="Z3"),
    )  # fmt: skip
    files.official(units["K3"], code="Z3")
    result = brought_in({"CAM_TINH": rows}, may_touch=may_touch)
    assert refused(result) == [
        (2, "Mã hồ sơ", "Hồ sơ B1 nằm ngoài phạm vi của bạn. Hãy bỏ dòng này khỏi tệp."),
        (3, "Mã tổ chức", "Tổ chức K3 nằm ngoài phạm vi của bạn. Hãy bỏ dòng này khỏi tệp."),
        (4, "Đảng viên giúp đỡ", "Đảng viên Z3 nằm ngoài phạm vi của bạn. Hãy bỏ mã này khỏi tệp."),
    ]  # fmt: skip


# --- Files that are there ---------------------------------------------------------------------------------------------


def test_new_days_and_helpers_are_added_to_a_file(units):
    imported(someone("A1", sympathiser_list=WAY["sympathiser_list"]))
    result = imported(someone("A1", helpers="G2", **WAY), someone("A2"))
    assert (result.errors, counts(result)) == ([], {"CAM_TINH": (1, 1, 0)})
    case = Case.objects.get(code="A1")
    assert (case.version, case.stage, files.agrees(case)) == (2, "CELL_PASSED", True)
    assert {event.kind for event in case.events.all()} == {*WAY, "helper"}
    event = AuditEvent.objects.filter(object_id=str(case.public_id)).latest("pk")
    assert event.changes["event"] == "Nhập thêm từ sổ Excel"
    assert event.changes["helper"] == "G2"


def test_a_file_gets_its_admission_when_the_roll_has_it(units):
    imported(someone("A1", **WAY))
    result = imported(someone("A1", member="M5", **WAY, **ADMITTED))
    assert (result.errors, counts(result)) == ([], {"CAM_TINH": (0, 1, 0)})
    assert (Case.objects.get().stage, RollEntry.objects.get().movement.member.code) == ("PROBATION", "M5")


def test_a_day_that_stands_in_the_file_is_corrected_there_and_not_here(units):
    imported(someone("A1", **WAY))
    result = imported(someone("A1", **(WAY | {"application": date(2024, 8, 2)})))
    assert refused(result) == [
        (
            2,
            "Ngày nộp đơn",
            "Hồ sơ A1 đã ghi Ngày nộp đơn là 01/08/2024. Hãy đính chính ở trang hồ sơ, hoặc sửa lại ô này.",
        )
    ]


def test_the_sheet_moves_no_file_and_adds_nothing_to_one_that_is_closed(units):
    imported(someone("A1", sympathiser_list=WAY["sympathiser_list"]))
    assert [message for *_, message in refused(imported(someone("A1", organization="K2")))] == [
        "Hồ sơ A1 đang ở K1, không phải K2. Hãy ghi việc chuyển chi bộ ở trang hồ sơ, hoặc sửa Mã tổ chức."
    ]
    files.done(Case.objects.get(), "withdrew", reason="Gia đình")
    assert counts(imported({"code": "A1", "sympathiser_list": WAY["sympathiser_list"]})) == {"CAM_TINH": (0, 0, 1)}
    assert [message for *_, message in refused(imported(someone("A1", **WAY)))] == [
        "Hồ sơ A1 đã thôi nên không nhận thêm việc. Hãy bỏ các ngày mới, hoặc mở lại hồ sơ ở trang hồ sơ."
    ]


def test_a_vote_that_did_not_carry_is_not_entered_a_second_time(units):
    case = files.ready(files.opened(units["K1"]))
    files.done(case, "cell_vote", agreed=None, vote=files.vote(units["K1"], 0, no=2))
    assert Case.objects.get().outcome == "not_yet"
    result = imported({"code": case.code, "cell_vote": TODAY})
    assert (result.errors, counts(result)) == ([], {"CAM_TINH": (0, 0, 1)})


def test_what_is_private_is_changed_and_only_said_to_have_changed(units):
    imported(someone("A1", ethnicity="Tày"))
    result = brought_in({"CAM_TINH": file_sheet(someone("A1", ethnicity="Nùng", occupation="Thợ"))}, keeps_lines=True)
    (line,) = result.lines
    assert {(change.field, change.before, change.after) for change in line.changes} == {
        ("Dân tộc", "", "đã đổi"), ("Chức danh", "", "Thợ"),
    }  # fmt: skip
    assert CandidateProfile.objects.get().ethnicity == "Nùng"
    told = AuditEvent.objects.filter(model="pipeline.case").latest("pk")
    assert "Nùng" not in str(told.changes)
    assert "ethnicity" in told.changes


def test_a_file_changed_while_it_is_imported_is_checked_again(units, monkeypatch):
    from pipeline.workbook.sheet import CaseSheet

    imported(someone("A1", sympathiser_list=WAY["sympathiser_list"]))
    write, faster = CaseSheet.write, iter([True])

    def interrupted(self):
        if next(faster, False):
            Case.objects.update(version=9)
        return write(self)

    monkeypatch.setattr(CaseSheet, "write", interrupted)
    result = imported(someone("A1", **WAY))
    # The rival's change is undone with the attempt; checked again, the file is as it was.
    assert (result.saved, Case.objects.get().version) == (True, 2)


# --- As a whole -------------------------------------------------------------------------------------------------------


def test_a_wrong_row_leaves_nothing_of_the_file(units):
    result = imported(someone("A1", **WAY), someone("A2", organization="Q9"))
    assert not result.saved
    assert (Case.objects.count(), Candidate.objects.count(), CaseEvent.objects.count()) == (0, 0, 0)


def test_headers_are_matched_as_people_type_them(units, tmp_path):
    rows = file_sheet(someone("A1", **WAY))
    rows[0] = [f"  {unicodedata.normalize('NFD', header)} *" for header in rows[0]]
    result = run_import(write_book(tmp_path / "so.xlsx", CAM_TINH=rows), today=TODAY)
    assert (result.errors, Case.objects.count()) == ([], 1)


def test_the_command_counts_the_sheet_and_a_dry_run_writes_nothing(units, tmp_path, capsys):
    import json

    book = write_book(tmp_path / "so.xlsx", CAM_TINH=file_sheet(someone("A1", **WAY)))
    call_command("import_workbook", str(book), "--dry-run", "--json")
    told = json.loads(capsys.readouterr().out)
    assert (told["saved"], told["counts"]["CAM_TINH"]) == (False, {"created": 1, "updated": 0, "unchanged": 0})
    assert Case.objects.count() == 0


@pytest.mark.parametrize("size", [5, 300])
def test_many_rows_take_as_many_questions_as_few(units, size, django_assert_max_num_queries):
    rows = [someone(f"A{n}", full_name=f"Người số {n}", helpers="G1", **WAY) for n in range(size)]
    with django_assert_max_num_queries(95):
        assert imported(*rows).saved
    with django_assert_max_num_queries(60):
        assert counts(imported(*rows)) == {"CAM_TINH": (0, 0, size)}
    more = [row | {"decision": ADMITTED["decision"]} for row in rows]
    with django_assert_max_num_queries(110):
        assert counts(imported(*more)) == {"CAM_TINH": (0, size, 0)}


def test_every_header_is_the_one_the_offices_were_given():
    assert list(HEADERS.values()) == [
        "Mã hồ sơ", "Mã đảng viên", "Họ và tên", "Ngày sinh", "Giới tính", "Dân tộc", "Tôn giáo", "Mã tổ chức", "Nguồn",
        "Chức danh", "Ngày công nhận cảm tình", "Đảng viên giúp đỡ", "Ngày chứng nhận lớp", "Ngày nộp đơn",
        "Ngày chi bộ xét", "Ngày quyết định", "Ngày kết nạp", "Ngày chính thức",
    ]  # fmt: skip
