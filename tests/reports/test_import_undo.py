"""Taking a whole import back: what it does, what stays in the trail, and everything that stands against it."""

from datetime import date

import pytest
from django.urls import reverse

from cells.kinds import AssociationKind, MovementKind, StateKind
from cells.models import (
    Association,
    DeclaredYear,
    FactsVersion,
    ImportUndo,
    Member,
    Movement,
    Organization,
    WorkbookImport,
)  # fmt: skip
from cells.roles import Role
from cells.services import roll, states, tree
from cells.services.locks import lock_period
from cells.signals import facts_changed
from cells.workbook import imports
from cells.workbook.example import example_rows
from cells.workbook.importing import registered_sheets
from core.jobs import run_job
from core.models import AuditEvent, Job
from reports.models import Target
from reports.services.targets import assign_target
from tests.everything import brought_in, everything, taken_back
from tests.factories import TODAY, appointment, district, member, moved, organization, user
from tests.imports import checked, run, undone, written
from tests.pages import check_page, visible_text
from tests.reports.committee import stored
from tests.workbooks import DECLARED_HEAD, MOVEMENT_HEAD, ORGANIZATION_HEAD, TARGET_HEAD, day

pytestmark = pytest.mark.django_db
PEOPLE_HEAD = ["Mã đảng viên", "Họ và tên", "Ngày sinh", "Dân tộc", "Tôn giáo", "Mã tổ chức", "Ngày vào Đảng"]
FILE = {
    "TO_CHUC": [
        ORGANIZATION_HEAD,
        ["K9", "Chi bộ Chín", "D1", "chi bộ", day("01/01/2020")],
        ["K3", "Chi bộ Khê Mới", "D2", "chi bộ"],
        ["K2", "", "D1", "", "", "30/06/2026", "K1"],
    ],
    "DANG_VIEN": [
        PEOPLE_HEAD,
        ["M1", "Nguyễn Thị Ánh", "12/05/1988", "Tày", "Tin lành", "K9", day("19/05/2010")],
        ["X1", "Trần Văn Đức", "1975", "Kinh", "Không", "K3", day("03/02/2001")],
        ["X2", "Lò Thị Hoà", "1980", "", "", "K9", day("03/02/2012")],
    ],
    "BIEN_DONG": [
        MOVEMENT_HEAD,
        ["M1", "chuyển đi", "01/03/2025", "K1"],
        ["M1", "chuyển đến", "05/03/2025", "K9"],
        ["X1", "từ trần", "01/02/2026", "K3"],
    ],
    "SO_LIEU_NAM": [
        DECLARED_HEAD,
        ["H", 2019, 700, 25, 0, 0, 5, 0, 0, 0, 0, 720],
        ["D1", 2019, 9, 1, 0, 0, 0, 0, 0, 0, 0, 10],
    ],
    "CHI_TIEU": [TARGET_HEAD, ["D1", 2026, 8], ["D2", 2026, 3]],
}


@pytest.fixture
def units():
    """A district with a member, a declared year and a target that FILE changes."""
    found = district()
    member(found["K1"], "M1", "Nguyễn Thị Anh", ethnicity="Nùng", religion="Không")
    DeclaredYear.objects.create(organization=found["H"], year=2019, opening=700, admitted=20, closing=720)
    FactsVersion.advance()
    assign_target(found["D1"], 2026, 5)
    return found


@pytest.fixture
def officer(client, units):
    person = user()
    appointment(person, units["H"])
    client.force_login(person)
    return person


def page_of(row, name="detail"):
    return reverse(f"cells:import-{name}", args=[row.public_id])


def test_everything_is_as_it_was(units):
    before = everything()
    result = brought_in(FILE)
    assert result.saved, result.errors
    assert everything() != before
    assert taken_back(result) == []
    assert everything() == before


def test_persons_it_brought_are_gone_and_facts_of_others_are_corrected_by_rows(units):
    result = brought_in(FILE)
    entered = {row.pk for row in Movement.objects.filter(member__code="M1")}
    assert Member.objects.count() == 3
    taken_back(result)
    assert [person.code for person in Member.objects.all()] == ["M1"]
    assert entered < {row.pk for row in Movement.objects.filter(member__code="M1")}
    reversals = Movement.objects.filter(member__code="M1", reason="Nhập nhầm tệp").order_by("pk")
    assert [(row.kind, row.corrects.kind, row.in_force) for row in reversals] == [
        (kind, kind, False) for kind in (MovementKind.TRANSFERRED_OUT, MovementKind.TRANSFERRED_IN)
    ]
    person = Member.objects.get()
    assert (person.full_name, person.ethnicity, person.religion, person.born_on) == (
        "Nguyễn Thị Anh",
        "Nùng",
        "Không",
        None,
    )


def test_the_trail_tells_of_it_with_codes_only_for_who_was_removed(units):
    result = brought_in(FILE)
    last = AuditEvent.objects.latest("pk").pk
    taken_back(result)
    events = AuditEvent.objects.filter(pk__gt=last)
    removed = events.filter(action=AuditEvent.Action.DELETE, model="cells.member").order_by("pk")
    assert [(event.label, event.changes, event.reason) for event in removed] == [
        ("X1", {}, "Nhập nhầm tệp"), ("X2", {}, "Nhập nhầm tệp"),
    ]  # fmt: skip
    told = "".join(event.label + str(event.changes) for event in events)
    assert not {word for word in ("Đức", "Hoà", "Tin lành", "Nùng") if word in told}
    assert events.values("batch").distinct().count() == 1


def test_a_unit_it_founded_is_in_no_list_and_its_code_is_free(units):
    taken_back(brought_in(FILE))
    gone = Organization.objects.get(path="")
    assert (gone.name, gone.code, gone.parent, gone.versions.in_force().count()) == (
        "Chi bộ Chín",
        f"~{gone.pk}",
        None,
        0,
    )
    assert organization("K9", "Chi bộ khác", parent=units["D2"]).name == "Chi bộ khác"


def test_what_was_taken_back_can_be_imported_again(units):
    taken_back(brought_in(FILE))
    again = brought_in(FILE)
    assert (again.errors, again.counts["TO_CHUC"].created, again.counts["DANG_VIEN"].created) == ([], 1, 2)
    assert taken_back(again) == []


def test_the_figures_are_computed_anew(units):
    result = brought_in(FILE)
    heard = []
    facts_changed.connect(lambda since, **_: heard.append(since), weak=False, dispatch_uid="test")
    version = FactsVersion.current()
    taken_back(result)
    facts_changed.disconnect(dispatch_uid="test")
    assert (heard, FactsVersion.current()) == ([date(1900, 1, 1)], version + 1)


def test_an_import_of_names_alone_is_taken_back_without_touching_facts(units):
    before = everything()
    result = brought_in({"DANG_VIEN": [PEOPLE_HEAD[:2], ["M1", "Nguyễn Thị Ánh"]]})
    moves = Movement.objects.count()
    assert taken_back(result) == []
    assert (everything(), Movement.objects.count()) == (before, moves)


def test_a_failing_audit_write_undoes_the_undo(units, monkeypatch):
    result = brought_in(FILE)
    before = everything()

    def fail(events):
        list(events)
        raise RuntimeError("no room for the trail")

    monkeypatch.setattr("core.audit.record_many", fail)
    with pytest.raises(RuntimeError):
        taken_back(result)
    assert everything() == before


def test_facts_that_change_while_it_is_checked_make_it_be_checked_again(units, monkeypatch):
    from cells.workbook.undo.organizations import OrganizationsBack

    result = brought_in(FILE)
    check = OrganizationsBack.check
    interruptions = iter([True, False])

    def interrupted(self):
        if next(interruptions):
            FactsVersion.advance()
        check(self)

    monkeypatch.setattr(OrganizationsBack, "check", interrupted)
    assert taken_back(result) == []


# --- What stands against it -------------------------------------------------------------------------------------------


def later_movement_of_somebody_new(units):
    moved(Member.objects.get(code="X2"), MovementKind.DIED, Organization.objects.get(code="K9"), date(2026, 3, 1))


def later_state_of_somebody_new(units):
    states.record_state(Member.objects.get(code="X2"), kind=StateKind.EXEMPT, valid_from=date(2026, 1, 1))


def later_movement_of_somebody_known(units):
    moved(Member.objects.get(code="M1"), MovementKind.DIED, Organization.objects.get(code="K9"), date(2026, 3, 1))


def correction_of_one_of_its_movements(units):
    roll.reverse_movement(
        Movement.objects.get(member__code="M1", kind=MovementKind.TRANSFERRED_IN), reason="Nhầm", today=TODAY
    )


def later_change_of_a_name(units):
    brought_in({"DANG_VIEN": [PEOPLE_HEAD[:2], ["M1", "Nguyễn Thị Ánh Nguyệt"]]})


def unit_placed_under_one_it_founded(units):
    organization("K91", "Tổ Chín", parent=Organization.objects.get(code="K9"), valid_from=date(2026, 1, 1))


def office_at_one_it_founded(units):
    appointment(user(), Organization.objects.get(code="K9"), Role.CELL_SECRETARY)


def association_beside_one_it_founded(units):
    Association.objects.create(
        code="PN", name="Hội", kind=AssociationKind.WOMENS_UNION, organization=Organization.objects.get(code="K9")
    )


def later_change_of_a_unit(units):
    tree.rename(units["K3"], "Chi bộ Khê Mới Nhất", on=date(2026, 5, 1), today=TODAY)


def locked_period(units):
    lock_period(units["H"], first_day=date(2025, 1, 1), last_day=date(2025, 12, 31), by=user(), reason="Đã báo cáo")


def target_assigned_anew(units):
    assign_target(units["D2"], 2026, 4)


def declared_year_changed(units):
    DeclaredYear.objects.filter(organization=units["H"]).update(admitted=26, transferred_out=6)


def declared_year_removed(units):
    DeclaredYear.objects.filter(organization=units["D1"]).delete()


def former_place_closed(units):
    tree.dissolve(units["K1"], on=date(2026, 8, 1), today=TODAY)


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        (later_movement_of_somebody_new, "Lò Thị Hoà (1980) do lần nhập này thêm vào, sau đó có: biến động (1)."),
        (
            later_state_of_somebody_new,
            "Lò Thị Hoà (1980) do lần nhập này thêm vào, sau đó có: trạng thái đảng viên (1).",
        ),
        (
            later_movement_of_somebody_known,
            "Nguyễn Thị Ánh (1988) có biến động ghi sau lần nhập này: từ trần 01/03/2026.",
        ),
        (
            correction_of_one_of_its_movements,
            "Nguyễn Thị Ánh (1988) có biến động đã được đính chính sau lần nhập này.",
        ),
        (later_change_of_a_name, "Thông tin của Nguyễn Thị Ánh Nguyệt (1988) đã được sửa sau lần nhập này."),
        (
            unit_placed_under_one_it_founded,
            "Chi bộ Chín (K9) do lần nhập này lập đang được dùng ở: tổ chức trực thuộc (1).",
        ),
        (office_at_one_it_founded, "Chi bộ Chín (K9) do lần nhập này lập đang được dùng ở: phân công (1)."),
        (
            association_beside_one_it_founded,
            "Chi bộ Chín (K9) do lần nhập này lập đang được dùng ở: đoàn thể, trung tâm (1).",
        ),
        (later_change_of_a_unit, "Chi bộ Khê Mới Nhất (K3) có thay đổi ghi sau lần nhập này."),
        (
            locked_period,
            "Kỳ 01/01/2025–31/12/2025 của Đảng bộ huyện Minh Sơn đã khóa. Hãy đề nghị Ban Tổ chức mở khóa trước khi "
            "sửa số liệu của kỳ này.",
        ),
        (target_assigned_anew, "Chỉ tiêu năm 2026 của Đảng bộ xã Phú Khê đã được giao lại sau lần nhập này."),
        (declared_year_changed, "Số liệu khai báo năm 2019 của Đảng bộ huyện Minh Sơn đã được sửa sau lần nhập này."),
        (declared_year_removed, "Có số liệu khai báo của lần nhập này không còn trong hệ thống."),
        (
            former_place_closed,
            "Nguyễn Thị Ánh (1988) sẽ trở lại Chi bộ thôn Đồng Tâm, tổ chức đã thôi hoạt động từ ngày 01/08/2026.",
        ),
    ],
)
def test_what_builds_on_it_is_named_and_nothing_changes(units, happens, said):
    result = brought_in(FILE)
    happens(units)
    before = everything()
    objections = taken_back(result)
    assert said in objections, objections
    assert everything() == before


def test_only_what_was_really_built_on_it_counts(units):
    """Something entered later and taken back again is as if it had not been."""
    before = everything()
    result = brought_in(FILE)
    person = Member.objects.get(code="X2")
    mistake = moved(person, MovementKind.DIED, Organization.objects.get(code="K9"), date(2026, 3, 1))
    roll.reverse_movement(mistake, reason="Nhầm người", today=TODAY)
    state = states.record_state(person, kind=StateKind.EXEMPT, valid_from=date(2026, 1, 1))
    states.reverse_state(state, reason="Nhầm người")
    assert taken_back(result) == []
    assert everything() == before


def test_a_unit_is_not_put_back_under_one_that_is_closed_since(units):
    result = brought_in({"TO_CHUC": [ORGANIZATION_HEAD, ["K3", "", "D1", "", day("01/01/2025")]]})
    tree.dissolve(units["D2"], on=date(2026, 8, 1), today=TODAY)
    assert taken_back(result) == [
        "Cấp trên cũ của Chi bộ thôn Khê Thượng (K3) là Đảng bộ xã Phú Khê đã thôi hoạt động từ ngày 01/08/2026."
    ]


def test_a_closing_day_does_not_go_back_behind_who_has_come_since(units):
    tree.merge(units["K2"], units["K1"], on=date(2025, 7, 1), today=TODAY)
    result = brought_in({"TO_CHUC": [ORGANIZATION_HEAD, ["K2", "", "D1", "", "", "31/12/2025", "K1"]]})
    newcomer = member(units["K3"], "X9")
    moved(newcomer, MovementKind.TRANSFERRED_OUT, units["K3"], date(2025, 9, 1))
    moved(newcomer, MovementKind.TRANSFERRED_IN, units["K2"], date(2025, 9, 1))
    assert taken_back(result) == [
        "Chi bộ thôn Đông Thịnh (K2) sẽ lại thôi hoạt động từ ngày 01/07/2025, nhưng đã nhận người hoặc tổ chức sau "
        "ngày đó."
    ]


def test_a_report_made_since_stands_against_it_others_do_not(units):
    stored(units["H"], 2024)
    result = brought_in(FILE)
    report = stored(units["D1"], 2026)
    report.revisions.update(facts_version=FactsVersion.current())
    elsewhere = stored(units["C"], 2026)
    elsewhere.revisions.update(facts_version=FactsVersion.current())
    earlier = stored(units["D2"], 1899)
    earlier.revisions.update(facts_version=FactsVersion.current())
    assert taken_back(result) == ["Báo cáo năm 2026: Đảng bộ xã Minh Hòa đã lập theo số liệu của lần nhập này."]


def test_it_is_not_taken_back_where_one_has_no_right_any_more(units):
    result = brought_in(FILE)
    objections = taken_back(result, may_touch=lambda unit: unit.code != "D2")
    assert objections == ["Đảng bộ xã Phú Khê (D2) nay ngoài phạm vi của bạn."]


# --- In the browser ---------------------------------------------------------------------------------------------------


def test_an_officer_takes_an_import_back_with_a_reason(client, officer):
    row = written(officer, **FILE)
    before = Member.objects.count()
    assert before == 3
    page = client.get(page_of(row, "undo"))
    check_page(page)
    refused = client.post(page_of(row, "undo"), {"reason": " "})
    assert "Hãy ghi lý do hoàn tác." in visible_text(refused.content.decode())
    response = client.post(page_of(row, "undo"), {"reason": "Nhập nhầm tệp"})
    job = Job.objects.get(kind=imports.UNDO)
    assert response.headers["Location"] == reverse("cells:job-detail", args=[job.public_id])
    run_job(job.pk)
    row.refresh_from_db()
    assert (row.state, row.undo_reason, row.folder.exists()) == ("undone", "Nhập nhầm tệp", False)
    assert (ImportUndo.objects.count(), Member.objects.count()) == (0, 1)
    text = visible_text(client.get(page_of(row)).content.decode())
    assert "Đã hoàn tác" in text
    assert "Lý do Nhập nhầm tệp" in text
    event = AuditEvent.objects.get(model="cells.workbookimport")
    assert (event.action, event.reason, event.actor) == ("reverse", "Nhập nhầm tệp", officer.username)
    assert client.get(page_of(row, "undo")).status_code == 404


def test_reasons_against_it_are_listed_on_its_page_and_may_be_gone_later(client, officer, units):
    row = written(officer, **FILE)
    lock = lock_period(
        units["H"], first_day=date(2025, 1, 1), last_day=date(2025, 12, 31), by=officer, reason="Đã báo cáo"
    )
    row = undone(row)
    assert row.state == "applied"
    response = client.get(page_of(row))
    check_page(response)
    text = visible_text(response.content.decode())
    assert "Chưa hoàn tác được, vì đã có dữ liệu dựa vào lần nhập này. Chưa thay đổi gì." in text
    assert "đã khóa" in text
    lock.lifted_by, lock.lifted_at = officer, lock.locked_at
    lock.save()
    assert undone(row).state == "undone"


def test_an_import_is_taken_back_once(officer):
    from core.jobs import JobError

    row = undone(written(officer, **FILE))
    with pytest.raises(JobError):
        run(row, imports.UNDO, reason="x")


def test_one_import_after_the_other_is_taken_back(officer):
    before = everything()
    first = written(officer, **FILE)
    between = everything()
    again = {"DANG_VIEN": [PEOPLE_HEAD[:2], ["M1", "Nguyễn Thị Ánh Nguyệt"], ["X1", "Trần Văn Đức Anh"]]}
    second = written(officer, **again, CHI_TIEU=[TARGET_HEAD, ["D1", 2026, 9], ["D2", 2026, 4]])
    assert undone(first).state == "applied"
    assert undone(second).state == "undone"
    assert everything() == between
    assert undone(first).state == "undone"
    assert everything() == before
    assert Target.objects.in_force().count() == 1


# --- The example ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["H", "D1", "C", None])
def test_the_example_contradicts_nothing_wherever_it_hangs_and_can_be_taken_back(units, code):
    below = Organization.objects.get(code=code) if code else None
    before = everything()
    heads = {sheet.name: [column.header for column in sheet.columns] for sheet in registered_sheets()}
    result = brought_in({name: [heads[name], *rows] for name, rows in example_rows(below).items()})
    assert (result.errors, result.warnings) == ([], [])
    assert {name: its.created for name, its in result.counts.items()} == {
        "TO_CHUC": {"H": 3, None: 4}.get(code, 2), "DANG_VIEN": 6, "BIEN_DONG": 5, "SO_LIEU_NAM": 1, "CHI_TIEU": 2,
    }  # fmt: skip
    assert taken_back(result) == []
    assert everything() == before


def test_the_example_one_downloads_can_be_imported_by_the_one_who_did(client, units, tmp_path):
    person = user()
    appointment(person, units["D1"], Role.COMMITTEE_OFFICER)
    client.force_login(person)
    from django.core.files.uploadedfile import SimpleUploadedFile

    content = b"".join(client.get(reverse("cells:workbook-example")).streaming_content)
    client.post(reverse("cells:workbook"), {"file": SimpleUploadedFile("vi-du.xlsx", content)})
    row = run(WorkbookImport.objects.get(), imports.CHECK)
    assert (row.state, row.warnings, row.totals["created"]) == ("checked", 0, 16)
    assert checked(person, TO_CHUC=[ORGANIZATION_HEAD[:4], ["VD-1.01", "x", "D2", "chi bộ"]]).state == "refused"
