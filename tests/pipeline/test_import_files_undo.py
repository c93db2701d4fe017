"""Taking back what CAM_TINH wrote: files it brought are gone, others are as they were, and what stands against it."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from cells.roles import Role
from cells.workbook import imports
from core import append_only
from core.models import AuditEvent
from pipeline.models import Candidate, CandidateProfile, Case, CaseEvent, DuplicateReport, Mentorship, RollEntry
from pipeline.protection import TABLES
from pipeline.services import people
from tests.cells.roll_pages import log_in
from tests.everything import brought_in, everything, taken_back
from tests.imports import checked, run, undone, written
from tests.pages import check_page, visible_text
from tests.pipeline import files
from tests.pipeline.file_sheet import ADMITTED, NAMES, WAY, file_sheet, roll, someone
from tests.today import TODAY

pytestmark = pytest.mark.django_db

MEMBERS = [
    ["Mã đảng viên", "Họ và tên", "Mã tổ chức", "Ngày vào Đảng", "Ngày chính thức"],
    ["X1", "Lê Văn Mới", "K1", date(2010, 2, 3), date(2011, 2, 3)],
    ["X2", "Lò Thị Hoà", "K1", date(2025, 6, 12), None],
]


@pytest.fixture
def units():
    return roll()


def imported(*rows, **sheets):
    result = brought_in({"CAM_TINH": file_sheet(*rows), **sheets})
    assert result.saved, result.errors
    return result


def state_of_files():
    """All that files say, but for keys and versions."""
    return sorted(
        (case.code, case.stage, case.status, case.next_step, case.organization.code, person.full_name,
         str(person.member), person.occupation, person.profile.ethnicity,
         sorted(case.events.in_force().values_list("kind", "occurred_on")),
         sorted(case.mentorship_set.values_list("helper__code", "until")),
         sorted(case.rollentry_set.values_list("kind", "movement__member__code")))
        for case in Case.objects.select_related("candidate__profile", "candidate__member", "organization")
        if (person := case.candidate)
    )  # fmt: skip


def test_files_it_brought_are_gone_with_the_persons(units):
    before = everything()
    result = imported(
        someone("A1", helpers="X1", ethnicity="Tày", **WAY), someone("A2", member="X2", **WAY, **ADMITTED),
        someone("A3", member="M5", full_name="Nghiêm Thu Diệp", **WAY, **ADMITTED), DANG_VIEN=MEMBERS,
    )  # fmt: skip
    last = AuditEvent.objects.latest("pk").pk
    assert taken_back(result) == []
    assert everything() == before
    for model in (Case, Candidate, CandidateProfile, CaseEvent, Mentorship, RollEntry):
        assert model.objects.count() == 0, model
    told = AuditEvent.objects.filter(pk__gt=last, model="pipeline.case").order_by("label")
    assert [(event.action, event.label, event.changes, event.reason) for event in told] == [
        ("delete", code, {}, "Nhập nhầm tệp") for code in ("A1", "A2", "A3")
    ]


def test_events_cannot_be_deleted_afterwards_nor_when_it_fails(units, monkeypatch):
    first, second = imported(someone("A1", **WAY)), imported(someone("A2", full_name="Hai", **WAY))
    for table in TABLES:
        append_only.protect_facts(connection, table)  # the tests' own database is without
    protected = {table: append_only.triggers(connection, table) for table in TABLES}
    assert taken_back(first) == []

    def fail(events):
        list(events)
        raise RuntimeError("no room for the trail")

    with monkeypatch.context() as patch:
        patch.setattr("core.audit.record_many", fail)
        with pytest.raises(RuntimeError):
            taken_back(second)
    assert {table: append_only.triggers(connection, table) for table in TABLES} == protected
    with pytest.raises(DatabaseError), transaction.atomic():
        CaseEvent.objects.all().delete()
    assert Case.objects.get().code == "A2"


def test_what_was_taken_back_can_be_imported_again(units):
    rows = [someone("A1", **WAY), someone(None, full_name="Hai")]
    taken_back(imported(*rows))
    assert imported(*rows).counts["CAM_TINH"].created == 2


def test_what_it_added_to_a_file_is_voided_and_the_rest_as_it_was(units):
    imported(someone("A1", ethnicity="Tày", sympathiser_list=WAY["sympathiser_list"]), someone("A2", full_name="Hai"))
    before, exported = state_of_files(), everything()
    result = imported(
        someone("A1", full_name="Lục Thị Bưởi Hồng", ethnicity="Nùng", occupation="Thợ", helpers="G1", member="M5",
                **WAY, **ADMITTED),
    )  # fmt: skip
    assert state_of_files() != before
    assert taken_back(result) == []
    assert state_of_files() == before
    assert everything() == exported
    case = Case.objects.get(code="A1")
    assert files.agrees(case)
    voids = CaseEvent.objects.filter(case=case, void=True)
    assert {row.kind for row in voids} == {*WAY, *ADMITTED, "helper"} - {"sympathiser_list"}
    assert {row.reason for row in voids} == {"Nhập nhầm tệp"}
    told = AuditEvent.objects.filter(object_id=str(case.public_id)).latest("pk")
    assert (told.action, told.reason) == ("reverse", "Nhập nhầm tệp")


def test_one_import_after_the_other_is_taken_back(units):
    before = state_of_files()
    first = imported(someone("A1", sympathiser_list=WAY["sympathiser_list"]))
    between = state_of_files()
    second = imported(someone("A1", helpers="G1", **WAY))
    assert taken_back(first) == ["Hồ sơ A1 (Lục Thị Bưởi A1 (2000)) có việc ghi sau lần nhập này."]
    assert taken_back(second) == []
    assert state_of_files() == between
    assert taken_back(first) == []
    assert state_of_files() == before


def test_whatever_was_done_with_a_file_since_stands_against_it(units):
    result = imported(someone("A1", **WAY), someone("A2", full_name="Hai"))
    case = Case.objects.get(code="A1")
    people.edit_person(case, today=TODAY, version=case.version, phone="0912 000 000")
    assert taken_back(result) == ["Hồ sơ A1 (Lục Thị Bưởi A1 (2000)) có việc ghi sau lần nhập này."]
    assert Case.objects.count() == 2


def test_reports_that_somebody_is_on_file_twice_go_with_the_file(units):
    files.opened(units["K3"], someone=files.person("Lục Thị Bưởi A1", born_on=date(2000, 10, 5)))
    result = imported(someone("A1"))
    assert DuplicateReport.objects.get().organization == units["H"]
    assert taken_back(result) == []
    assert DuplicateReport.objects.count() == 0


def test_a_name_that_came_with_the_roll_goes_with_it(units):
    imported(someone(member="M5", **WAY, **ADMITTED))
    before = state_of_files()
    renamed = [["Mã đảng viên", "Họ và tên", "Mã tổ chức"], ["M5", "Nghiêm Thu Điệp", "K1"]]
    result = imported(someone(helpers="G1", full_name="Nghiêm Thu Điệp"), DANG_VIEN=renamed)
    assert result.warnings == []
    case = Case.objects.select_related("candidate").get()
    assert (case.candidate.full_name, case.mentorship_set.count()) == ("Nghiêm Thu Điệp", 1)
    assert taken_back(result) == []
    (after,) = state_of_files()
    assert after[5] == NAMES["M5"] == before[0][5]
    assert after[:9] == before[0][:9]


def test_members_who_help_or_have_a_file_are_not_taken_from_under_it(units):
    members = brought_in({"DANG_VIEN": MEMBERS})
    imported(someone("A1", helpers="X1", **WAY), someone("A2", member="X2", **WAY, **ADMITTED))
    assert sorted(taken_back(members)) == [
        "Lê Văn Mới (X1) do lần nhập này thêm vào, sau đó có: phân công giúp đỡ (1).",
        "Lò Thị Hoà (X2) do lần nhập này thêm vào, sau đó có: quần chúng, người xin vào Đảng (1).",
        "Việc kết nạp của hồ sơ A2 (Lò Thị Hoà (2000)) dựa vào lần nhập này.",
    ]


def test_an_officer_walks_from_the_preview_to_the_file(client, units):
    officer = log_in(client, units["H"], Role.BOARD_OFFICER)
    row = checked(officer, CAM_TINH=file_sheet(someone("A1", ethnicity="Tày", application=date(2024, 1, 1), **{
        key: day for key, day in WAY.items() if key != "application"
    })))  # fmt: skip
    text = words(client, "cells:import-detail", row)
    assert "Sẵn sàng ghi: 1 tạo mới, 0 sửa" in text
    assert "Ngày nộp đơn 01/01/2024 trước" in text
    assert "Lục Thị Bưởi A1 (2000), Chi bộ thôn Đồng Tâm" in words(client, "cells:import-rows", row)
    row = run(row, imports.APPLY, digest=row.digest)
    case = Case.objects.get(code="A1")
    assert (
        reverse("pipeline:case-detail", args=[case.public_id])
        in client.get(reverse("cells:import-rows", args=[row.public_id])).content.decode()
    )
    more = checked(officer, CAM_TINH=file_sheet(someone("A1", ethnicity="Nùng", occupation="Thợ")))
    text = words(client, "cells:import-rows", more)
    assert "Dân tộc: đã đổi" in text
    assert "Nùng" not in text
    faulty = checked(officer, CAM_TINH=file_sheet(someone("A2", full_name="Hai", **ADMITTED)))
    assert "Đã có Ngày kết nạp thì phải có Mã đảng viên" in words(client, "cells:import-detail", faulty)


def words(client, name, row):
    response = client.get(reverse(name, args=[row.public_id]))
    check_page(response)
    return visible_text(response.content.decode())


def test_an_officer_takes_it_back_in_the_browser(client, units):
    officer = log_in(client, units["H"], Role.BOARD_OFFICER)
    row = written(officer, CAM_TINH=file_sheet(someone("A1", helpers="G1", **WAY)))
    assert (row.state, Case.objects.count()) == ("applied", 1)
    assert undone(row).state == "undone"
    assert Case.objects.count() == 0
