"""Taking a whole import back: what it does, what stays in the trail, and everything that stands against it."""

from datetime import date

import pytest
from django.urls import reverse

from cells.kinds import MovementKind
from cells.models import (
    FactsVersion,
    ImportUndo,
    Member,
    Movement,
    Organization,
    WorkbookImport,
)  # fmt: skip
from cells.roles import Role
from cells.services.locks import lock_period
from cells.signals import facts_changed
from cells.workbook import imports
from cells.workbook.example import example_rows
from cells.workbook.importing import registered_sheets
from core.jobs import run_job
from core.models import AuditEvent, Job
from reports.models import Target
from tests.cells.roll_pages import log_in
from tests.everything import brought_in, everything, taken_back
from tests.factories import appointment, organization, user
from tests.imports import checked, run, undone, written
from tests.pages import check_page, visible_text
from tests.reports.import_file import FILE, PEOPLE_HEAD, district_to_change
from tests.workbooks import ORGANIZATION_HEAD, TARGET_HEAD, day

pytestmark = pytest.mark.django_db


@pytest.fixture
def units():
    return district_to_change()


@pytest.fixture
def officer(client, units):
    return log_in(client, units["H"], Role.BOARD_OFFICER)


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
    assert (gone.code, gone.parent, gone.versions.in_force().count()) == ("K9", None, 0)
    assert organization("K9", "Chi bộ khác", parent=units["D2"]).name == "Chi bộ khác"


def test_a_unit_that_is_gone_cannot_be_named_unless_it_is_founded_anew(units):
    taken_back(brought_in(FILE))
    member_of_it = {"DANG_VIEN": [PEOPLE_HEAD, ["X7", "Lò Thị Hoà", "1980", "", "", "K9", day("03/02/2012")]]}
    assert [issue.message for issue in brought_in(member_of_it).errors] == [
        "Không có tổ chức mã K9. Hãy sửa mã, hoặc thêm tổ chức này vào sheet TO_CHUC."
    ]
    assert brought_in({"TO_CHUC": FILE["TO_CHUC"][:2], **member_of_it}).saved


def test_an_officer_founds_anew_what_was_taken_back(client, officer):
    undone(written(officer, **FILE))
    assert written(officer, **FILE).state == "applied"


def test_what_was_taken_back_can_be_imported_again(units):
    taken_back(brought_in(FILE))
    again = brought_in(FILE)
    assert (again.errors, again.counts["TO_CHUC"].created, again.counts["DANG_VIEN"].created) == ([], 1, 2)
    assert taken_back(again) == []
    assert not Organization.objects.get(code="K9").path


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
        "CAM_TINH": 2,
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
    assert (row.state, row.warnings, row.totals["created"]) == ("checked", 0, 18)
    assert checked(person, TO_CHUC=[ORGANIZATION_HEAD[:4], ["VD-1.01", "x", "D2", "chi bộ"]]).state == "refused"
