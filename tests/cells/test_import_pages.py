"""Importing in the browser: upload, look, decide; who may, and what is kept of a file."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from cells.models import FactsVersion, ImportUndo, Member, Organization, WorkbookImport
from cells.roles import Role
from cells.services import roll
from cells.workbook import imports
from cells.workbook.duties import duties
from cells.workbook.sheets.members import MemberSheet
from core.jobs import run_job, run_now
from core.models import AuditEvent, Job
from tests.factories import TODAY, appointment, district, member, user
from tests.imports import FAULTY, MEMBERS, applied, checked, run, uploaded, written
from tests.pages import check_page, visible_text
from tests.workbooks import MEMBER_HEAD, ORGANIZATION_HEAD, day, write_book

pytestmark = pytest.mark.once

State = WorkbookImport.State
PEOPLE = {"DANG_VIEN": MEMBERS}


@pytest.fixture
def units(db):
    return district()


@pytest.fixture
def officer(client, units):
    """A Board officer of H, logged in."""
    return officer_of(client, units["H"])


def officer_of(client, unit, role=Role.BOARD_OFFICER, **details):
    person = user()
    appointment(person, unit, role, **details)
    client.force_login(person)
    return person


def page_of(row, name="cells:import-detail"):
    return reverse(name, args=[row.public_id])


def text_of(client, address, **params):
    response = client.get(address, params)
    check_page(response)
    return visible_text(response.content.decode())


def apply(client, row, **data):
    return client.post(page_of(row, "cells:import-apply"), {"digest": row.digest} | data)


# --- The way of a file ------------------------------------------------------------------------------------------------


def test_an_upload_is_checked_by_a_job_that_leads_on_to_the_preview(client, officer, tmp_path):
    content = write_book(tmp_path / "so.xlsx", **PEOPLE).read_bytes()
    response = client.post(reverse("cells:workbook"), {"file": SimpleUploadedFile("Số liệu 2026.xlsx", content)})
    job = Job.objects.get(kind=imports.CHECK)
    assert response.headers["Location"] == reverse("cells:job-detail", args=[job.public_id])
    run_job(job.pk)
    row = WorkbookImport.objects.get()
    assert (row.state, row.name, row.size, len(row.sha256)) == (State.CHECKED, "Số liệu 2026.xlsx", len(content), 64)
    assert client.get(response.headers["Location"]).headers["Location"] == page_of(row)
    answer = client.get(response.headers["Location"], headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == page_of(row)
    assert Member.objects.count() == 0


def test_the_preview_says_what_would_happen_and_how_the_file_was_read(client, officer):
    row = checked(officer, **PEOPLE)
    text = text_of(client, page_of(row))
    assert "Sẵn sàng ghi: 2 tạo mới, 0 sửa" in text
    assert "Cột đọc được 6 Cột bỏ qua — Cột không có Dân tộc, Tôn giáo, Ngày chính thức, Trình độ" in text


def test_what_was_previewed_is_written_and_only_then(client, officer, units):
    row = checked(officer, **PEOPLE)
    response = apply(client, row)
    job = Job.objects.get(kind=imports.APPLY)
    assert response.headers["Location"] == reverse("cells:job-detail", args=[job.public_id])
    run_job(job.pk)
    row.refresh_from_db()
    assert (row.state, Member.objects.count()) == (State.APPLIED, 2)
    assert Member.objects.get(code="M1").organization == units["K1"]
    assert "Đã ghi tất cả dữ liệu trong tệp: 2 tạo mới, 0 sửa." in text_of(client, page_of(row))
    event = AuditEvent.objects.get(action=AuditEvent.Action.IMPORT)
    assert (event.batch, event.actor, event.label) == (row.batch, officer.username, "Số liệu 2026.xlsx")


def test_after_writing_the_file_is_gone_and_nothing_of_it_is_in_the_row(client, officer):
    row = written(officer, **PEOPLE)
    assert not row.file.exists()
    assert sorted(path.name for path in row.preview_folder.iterdir()) == ["DANG_VIEN-created.lines"]
    assert (row.found, row.digest, row.choices) == ({}, "", {})


def test_warnings_must_have_been_read(client, officer):
    young = [MEMBER_HEAD, ["M1", "Nguyễn Thị Ánh", "2000", "nữ", "K1", day("19/05/2015")]]
    row = checked(officer, DANG_VIEN=young)
    refused = apply(client, row)
    assert "Hãy xem các cảnh báo bên dưới rồi đánh dấu vào ô này." in visible_text(refused.content.decode())
    assert not Job.objects.filter(kind=imports.APPLY).exists()
    assert apply(client, row, read="on").status_code == 302


def test_a_file_with_errors_is_not_written(client, officer):
    row = checked(officer, **FAULTY)
    text = text_of(client, page_of(row))
    assert "Tệp có 3 lỗi, chưa ghi được" in text
    assert "Ghi vào hệ thống" not in text
    assert "Chỉ ghi được tệp đã kiểm tra xong" in visible_text(apply(client, row, read="on").content.decode())
    assert not Job.objects.filter(kind=imports.APPLY).exists()


def test_a_file_that_changes_nothing_is_not_written(client, officer):
    written(officer, **PEOPLE)
    row = checked(officer, **PEOPLE)
    assert "Không có gì để ghi" in text_of(client, page_of(row))
    assert "không có gì để ghi" in visible_text(apply(client, row).content.decode())


def test_a_second_press_of_the_button_is_told_to_wait(client, officer):
    row = checked(officer, **PEOPLE)
    apply(client, row)
    assert "Máy đang làm việc với tệp này." in visible_text(apply(client, row).content.decode())
    assert Job.objects.filter(kind=imports.APPLY).count() == 1
    assert "Xem tiến độ" in text_of(client, page_of(row))


def test_a_file_that_is_no_workbook_is_refused_in_words(client, officer, tmp_path):
    client.post(reverse("cells:workbook"), {"file": SimpleUploadedFile("so.xlsx", b"khong phai excel")})
    row = run(WorkbookImport.objects.get(), imports.CHECK)
    text = text_of(client, page_of(row))
    assert row.state == State.REFUSED
    assert "Tệp không phải là sổ tính Excel (.xlsx) hoặc đã hỏng." in text
    assert client.get(page_of(row, "cells:import-reading")).status_code == 200


@pytest.mark.parametrize(("content", "said"), [(None, "Hãy chọn một tệp Excel."), (b"", "Tệp rỗng.")])
def test_a_form_without_a_file_says_what_to_do(client, officer, content, said):
    data = {} if content is None else {"file": SimpleUploadedFile("so.xlsx", content)}
    response = client.post(reverse("cells:workbook"), data)
    assert said in visible_text(response.content.decode())
    assert WorkbookImport.objects.count() == 0


def test_a_file_too_large_is_refused_at_once(client, officer, monkeypatch):
    monkeypatch.setattr("cells.forms.imports.MAX_FILE_BYTES", 3)
    response = client.post(reverse("cells:workbook"), {"file": SimpleUploadedFile("so.xlsx", b"1234")})
    assert "quá giới hạn" in visible_text(response.content.decode())


# --- Exactly what was previewed ---------------------------------------------------------------------------------------


def test_facts_that_change_the_outcome_bring_a_new_preview_instead(client, officer, units):
    row = checked(officer, **PEOPLE)
    member(units["K1"], "M1", joined_on=date(2010, 5, 19))
    row = run(row, imports.APPLY, digest=row.digest)
    assert (row.state, row.counts["DANG_VIEN"]) == (State.CHECKED, {"created": 1, "updated": 1, "unchanged": 0})
    assert Member.objects.count() == 1
    assert "đã thay đổi sau lần kiểm tra trước, nên chưa ghi gì" in text_of(client, page_of(row))
    row = run(row, imports.APPLY, digest=row.digest)
    assert (row.state, Member.objects.count()) == (State.APPLIED, 2)


def test_facts_that_do_not_change_the_outcome_do_not_matter(officer, units):
    row = checked(officer, **PEOPLE)
    member(units["K3"], "X1")
    assert run(row, imports.APPLY, digest=row.digest).state == State.APPLIED


def test_facts_that_make_the_file_wrong_bring_its_faults(client, officer, units):
    person = member(units["K1"], "M3", joined_on=date(2010, 5, 19))
    row = checked(
        officer, BIEN_DONG=[["Mã đảng viên", "Loại", "Ngày", "Mã tổ chức"], ["M3", "từ trần", "01/02/2025", "K1"]]
    )
    roll.record_movement(person, kind="resigned", organization=units["K1"], effective_on=date(2025, 1, 1), today=TODAY)
    row = run(row, imports.APPLY, digest=row.digest)
    assert (row.state, row.errors) == (State.REFUSED, 1)
    assert "Đảng viên đã rời danh sách" in text_of(client, page_of(row))


def test_a_preview_seen_before_another_check_is_not_written(client, officer):
    row = checked(officer, **PEOPLE)
    response = client.post(page_of(row, "cells:import-apply"), {"digest": "0" * 64})
    assert "Tệp vừa được kiểm tra lại." in visible_text(response.content.decode())
    assert not Job.objects.filter(kind=imports.APPLY).exists()


def test_a_file_that_was_changed_on_disk_is_not_written(officer):
    from core.jobs import JobError

    row = checked(officer, **PEOPLE)
    row.file.write_bytes(row.file.read_bytes() + b" ")
    with pytest.raises(JobError, match="không còn nguyên vẹn"):
        run(row, imports.APPLY, digest=row.digest)
    assert Member.objects.count() == 0


def test_facts_that_keep_changing_leave_the_file_to_be_written_later(officer, monkeypatch):
    from core.jobs import JobError

    row = checked(officer, **PEOPLE)
    monkeypatch.setattr(FactsVersion, "advance", classmethod(lambda cls, expected=None: expected is None))
    with pytest.raises(JobError, match="Hãy ghi lại sau ít phút"):
        run(row, imports.APPLY, digest=row.digest)
    row.refresh_from_db()
    assert (row.state, row.errors, Member.objects.count()) == (State.CHECKED, 0, 0)


def test_a_write_that_breaks_leaves_nothing_written(officer, monkeypatch):
    row = checked(officer, **PEOPLE)

    def fail(*args):
        raise RuntimeError("no room")

    monkeypatch.setattr("cells.workbook.imports.mark_applied", fail)
    with pytest.raises(RuntimeError):
        run(row, imports.APPLY, digest=row.digest)
    row.refresh_from_db()
    assert (row.state, Member.objects.count(), row.file.exists()) == (State.CHECKED, 0, True)


# --- Who may ----------------------------------------------------------------------------------------------------------


def test_an_officer_imports_only_within_the_own_part(client, units):
    person = officer_of(client, units["D2"], Role.COMMITTEE_OFFICER)
    row = checked(person, **PEOPLE)
    assert row.errors == 2
    assert "Tổ chức K1 nằm ngoài phạm vi của bạn. Hãy bỏ dòng này khỏi tệp." in text_of(client, page_of(row))


def test_an_officer_adds_a_unit_below_the_own_one(client, units):
    rows = [
        ORGANIZATION_HEAD[:4],
        ["D2", "Đảng bộ xã Phú Khê", "H", "đảng bộ cơ sở"],
        ["K7", "Chi bộ Bảy", "D2", "chi bộ"],
    ]
    written(officer_of(client, units["D2"], Role.COMMITTEE_OFFICER), TO_CHUC=rows)
    assert Organization.objects.get(code="K7").parent == units["D2"]


def test_rights_that_ended_before_the_job_ran_count_no_more(client, officer):
    row = checked(officer, **PEOPLE)
    officer.appointments.update(valid_until=date(2026, 1, 1))
    row = run(row, imports.APPLY, digest=row.digest)
    assert (row.state, Member.objects.count()) == (State.REFUSED, 0)
    assert client.get(page_of(row)).status_code == 403


def test_the_import_of_another_is_not_found_and_cannot_be_touched(client, units, officer):
    rows = [checked(officer, **FAULTY), written(officer, **PEOPLE)]
    officer_of(client, units["H"])
    names = ("detail", "reading", "rows", "faults", "marked-file", "undo")
    posts = ("apply", "discard", "check", "reading", "undo")
    answers = {client.get(page_of(row, f"cells:import-{name}")).status_code for row in rows for name in names}
    answers |= {client.post(page_of(row, f"cells:import-{name}")).status_code for row in rows for name in posts}
    assert answers == {404}
    assert "Chưa có lần nhập nào." in text_of(client, reverse("cells:workbook"))
    assert [WorkbookImport.objects.get(pk=row.pk).state for row in rows] == [State.REFUSED, State.APPLIED]


def test_a_link_leads_only_to_what_one_may_see(client, officer, units, monkeypatch):
    monkeypatch.setattr(MemberSheet, "page", "cells:import-detail")
    row = written(officer, **PEOPLE)
    address = page_of(row, "cells:import-rows")
    linked = reverse("cells:import-detail", args=[Member.objects.get(code="M1").public_id])
    assert linked in client.get(address).content.decode()
    officer.appointments.update(organization=units["D2"])
    assert linked not in client.get(address).content.decode()


# --- Lists ------------------------------------------------------------------------------------------------------------


def test_past_imports_are_listed_the_newest_first_with_what_became_of_them(client, officer):
    now = timezone.now()
    for name, age in (("Cũ.xlsx", 2), ("Mới.xlsx", 1)):
        WorkbookImport.objects.filter(pk=checked(officer, name, **PEOPLE).pk).update(
            created_at=now - timedelta(hours=age)
        )
    WorkbookImport.objects.filter(pk=checked(officer, "Sai.xlsx", **FAULTY).pk).update(created_at=now)
    response = client.get(reverse("cells:workbook"))
    assert [row.name for row in response.context["past"]] == ["Sai.xlsx", "Mới.xlsx", "Cũ.xlsx"]
    text = visible_text(response.content.decode())
    assert "3 lỗi Tình trạng ! Có lỗi" in text
    assert "2 tạo mới, 0 sửa Tình trạng ~ Chờ ghi" in text


def test_past_imports_are_found_by_name_without_marks_and_by_state(client, officer):
    checked(officer, "Số liệu xã Đồng.xlsx", **PEOPLE)
    checked(officer, "Danh sách.xlsx", **FAULTY)
    page = reverse("cells:workbook")
    assert [row.name for row in client.get(page, {"tim": "DONG"}).context["past"]] == ["Số liệu xã Đồng.xlsx"]
    assert [row.name for row in client.get(page, {"tinh-trang": "refused"}).context["past"]] == ["Danh sách.xlsx"]
    assert "Không có lần nhập nào như vậy." in text_of(client, page, tim="zzz")


def test_a_long_list_has_pages(client, officer):
    for _ in range(21):
        applied(officer)
    assert len(client.get(reverse("cells:workbook"), {"page": 2}).context["past"]) == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_needs_the_same_queries_for_any_length(client, officer, django_assert_num_queries, count):
    for _ in range(count):
        applied(officer)
    with django_assert_num_queries(7):  # session twice, user, rights, count, imports, header
        client.get(reverse("cells:workbook"))


@pytest.mark.parametrize("count", [1, 3])
def test_pages_of_an_import_need_the_same_queries_for_any_file(client, officer, django_assert_num_queries, count):
    people = [["M" + str(n), "Trần Văn Đức", "31/02/1980", "nam", "K1", day("19/05/2010")] for n in range(count)]
    row = checked(officer, DANG_VIEN=[MEMBER_HEAD, *people])
    for name, queries in (("detail", 6), ("rows", 8), ("reading", 6), ("faults", 6)):
        with django_assert_num_queries(queries):  # session twice, user, rights, import, header; of rows their members
            client.get(page_of(row, f"cells:import-{name}"))


def test_files_that_wait_for_a_decision_are_among_what_waits_to_be_done(officer):
    sound, faulty = checked(officer, "Đúng.xlsx", **PEOPLE), checked(officer, "Sai.xlsx", **FAULTY)
    written(officer, **PEOPLE)
    found = list(duties(officer, TODAY))
    assert [(duty.title, duty.action, duty.url) for duty in found] == [
        ("Xem trước và ghi tệp Đúng.xlsx", "Xem trước", page_of(sound)),
        ("Sửa lỗi của tệp Sai.xlsx", "Xem từng lỗi", page_of(faulty)),
    ]
    assert {duty.due for duty in found} == {timezone.localtime(sound.created_at + timedelta(days=2)).date()}
    assert list(duties(user(), TODAY)) == []


# --- What is kept -----------------------------------------------------------------------------------------------------


def test_a_dropped_file_leaves_nothing_behind(client, officer):
    row = checked(officer, **FAULTY)
    assert client.post(page_of(row, "cells:import-discard")).headers["Location"] == reverse("cells:workbook")
    row.refresh_from_db()
    assert (row.state, row.found, row.folder.exists()) == (State.DISCARDED, {}, False)
    assert "Tệp này đã được bỏ. Chưa ghi gì vào hệ thống." in text_of(client, page_of(row))
    assert "không còn tệp để bỏ" in text_of(
        client, client.post(page_of(row, "cells:import-discard"), follow=False).headers["Location"]
    )


def test_a_dropped_file_is_not_written_by_a_job_that_comes_later(officer):
    from core.jobs import JobError

    row = checked(officer, **PEOPLE)
    imports.discard(row)
    with pytest.raises(JobError, match="đã được bỏ"):
        run(row, imports.APPLY, digest=row.digest)


def test_a_file_dropped_while_it_is_written_stops_the_write(officer, monkeypatch):
    from core.jobs import JobError

    row = checked(officer, **PEOPLE)
    mark = imports.mark_applied

    def dropped_meanwhile(found, result):
        WorkbookImport.objects.filter(pk=found.pk).update(state=State.DISCARDED)
        mark(found, result)

    monkeypatch.setattr("cells.workbook.imports.mark_applied", dropped_meanwhile)
    with pytest.raises(JobError, match="vừa được xử lý ở nơi khác"):
        run(row, imports.APPLY, digest=row.digest)
    assert Member.objects.count() == 0


def test_each_night_files_nobody_decided_on_go(client, officer):
    late, fresh = checked(officer, **PEOPLE), checked(officer, **PEOPLE)
    WorkbookImport.objects.filter(pk=late.pk).update(created_at=timezone.now() - timedelta(days=2, minutes=1))
    run_now("cells.nightly")
    late.refresh_from_db()
    assert (late.state, late.folder.exists(), fresh.folder.exists()) == (State.DISCARDED, False, True)
    assert "Tệp không được ghi trong 2 ngày nên đã xóa." in text_of(client, page_of(late))


def test_after_three_months_nothing_is_kept_to_take_an_import_back(client, officer):
    row = written(officer, **PEOPLE)
    WorkbookImport.objects.filter(pk=row.pk).update(applied_at=timezone.now() - timedelta(days=91))
    run_now("cells.nightly")
    assert (ImportUndo.objects.count(), row.folder.exists()) == (0, False)
    assert "Hoàn tác lần nhập này" not in text_of(client, page_of(row))
    text = visible_text(client.post(page_of(row, "cells:import-undo"), {"reason": "x"}).content.decode())
    assert "Chỉ hoàn tác được lần nhập đã ghi chưa quá 90 ngày." in text


def test_folders_without_an_import_go_once_they_are_old(officer):
    import os

    from django.conf import settings

    folder = settings.FILES_DIR / WorkbookImport.FOLDER
    for name, age in (("la", 3), ("moi", 0)):
        (folder / name).mkdir(parents=True)
        then = timezone.now().timestamp() - age * 86_400
        os.utime(folder / name, (then, then))
    imports.clear_away()
    assert {path.name for path in folder.iterdir()} & {"la", "moi"} == {"moi"}


def test_a_check_that_broke_can_be_asked_for_again(client, officer):
    row = uploaded(officer, **PEOPLE)
    assert "Máy đang kiểm tra tệp" in text_of(client, page_of(row))
    Job.objects.filter(pk=row.job_id).update(state=Job.State.FAILED, error="Công việc dừng vì một lỗi ngoài dự kiến.")
    assert "Công việc dừng vì một lỗi ngoài dự kiến. Kiểm tra lại" in text_of(client, page_of(row))
    assert "/cong-viec/" in client.post(page_of(row, "cells:import-check")).headers["Location"]
