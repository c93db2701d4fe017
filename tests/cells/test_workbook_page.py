"""Importing in the browser: upload, job, result, and who may."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cells.jobs import IMPORT, upload_path
from cells.models import Member, Organization
from cells.roles import Role
from core.jobs import run_job
from core.models import Job
from tests.factories import appointment, district, user
from tests.workbooks import MEMBER_HEAD, day, write_book

PEOPLE = [MEMBER_HEAD, ["M1", "Nguyễn Thị Ánh", day("12/05/1988"), "nữ", "K1", day("19/05/2010")]]


@pytest.fixture
def units(transactional_db):
    return district()


def officer_of(unit, role=Role.BOARD_OFFICER):
    person = user()
    appointment(person, unit, role)
    return person


def upload(client, tmp_path, dry_run=False, **sheets):
    content = write_book(tmp_path / "so.xlsx", **sheets).read_bytes()
    data = {"file": SimpleUploadedFile("Số liệu 2026.xlsx", content)} | ({"dry_run": "on"} if dry_run else {})
    return client.post(reverse("cells:workbook"), data)


def finished(response) -> Job:
    """The job an upload queued, after a worker has done it."""
    job = Job.objects.get(kind=IMPORT)
    assert response.headers["Location"] == reverse("cells:job-detail", args=[job.public_id])
    run_job(job.pk)
    job.refresh_from_db()
    return job


def test_an_upload_is_imported_by_a_job_and_its_file_removed(client, units, tmp_path):
    client.force_login(officer_of(units["H"]))
    job = finished(upload(client, tmp_path, DANG_VIEN=PEOPLE))
    assert (job.state, job.result["message"]) == (Job.State.DONE, "Đã ghi tất cả dữ liệu trong tệp.")
    assert Member.objects.get().organization == units["K1"]
    assert list(upload_path("").iterdir()) == []
    page = client.get(job.result["url"]).content.decode()
    assert "Số liệu 2026.xlsx" in page


def test_faults_are_listed_and_nothing_is_written(client, units, tmp_path):
    client.force_login(officer_of(units["H"]))
    wrong = [MEMBER_HEAD, [*PEOPLE[1][:4], "K9", PEOPLE[1][5]]]
    job = finished(upload(client, tmp_path, DANG_VIEN=wrong))
    page = client.get(job.result["url"]).content.decode()
    assert "Không có tổ chức mã K9." in page
    assert Member.objects.count() == 0


def test_a_check_writes_nothing(client, units, tmp_path):
    client.force_login(officer_of(units["H"]))
    job = finished(upload(client, tmp_path, dry_run=True, DANG_VIEN=PEOPLE))
    assert job.result["message"] == "Tệp hợp lệ. Chưa ghi gì vì bạn chọn chỉ kiểm tra."
    assert Member.objects.count() == 0


def test_an_officer_imports_only_within_the_own_part(client, units, tmp_path):
    client.force_login(officer_of(units["D2"], Role.COMMITTEE_OFFICER))
    job = finished(upload(client, tmp_path, DANG_VIEN=PEOPLE))
    (error,) = job.result["import"]["errors"]
    assert error["message"] == "Tổ chức K1 nằm ngoài phạm vi của bạn. Hãy bỏ dòng này khỏi tệp."


def test_an_officer_adds_a_unit_below_the_own_one(client, units, tmp_path):
    client.force_login(officer_of(units["D2"], Role.COMMITTEE_OFFICER))
    rows = [["Mã", "Tên", "Mã cấp trên", "Loại"], ["D2", "Đảng bộ xã Phú Khê", "H", "đảng bộ cơ sở"],
            ["K7", "Chi bộ Bảy", "D2", "chi bộ"]]  # fmt: skip
    job = finished(upload(client, tmp_path, TO_CHUC=rows))
    assert job.result["import"]["errors"] == []
    assert Organization.objects.get(code="K7").parent == units["D2"]


def test_rights_that_ended_before_the_job_ran_count_no_more(client, units, tmp_path):
    person = officer_of(units["H"])
    client.force_login(person)
    response = upload(client, tmp_path, DANG_VIEN=PEOPLE)
    person.appointments.update(valid_until=date(2026, 1, 1))
    assert finished(response).result["import"]["saved"] is False


@pytest.mark.parametrize("role", [Role.CELL_SECRETARY, Role.INSPECTOR])
def test_others_may_not_import(client, units, role):
    person = user()
    appointment(person, units["K1"], role, valid_until=date(2027, 1, 1))
    client.force_login(person)
    assert client.get(reverse("cells:workbook")).status_code == 403
    assert client.get(reverse("cells:workbook-template")).status_code == 403


def test_the_result_belongs_to_the_one_who_imported(client, units, tmp_path):
    client.force_login(officer_of(units["H"]))
    job = finished(upload(client, tmp_path, DANG_VIEN=PEOPLE))
    client.force_login(officer_of(units["H"]))
    assert client.get(job.result["url"]).status_code == 404


def test_the_template_has_every_sheet_with_its_headers(client, units, tmp_path):
    from tests.workbooks import read_book

    client.force_login(officer_of(units["H"]))
    path = tmp_path / "mau.xlsx"
    path.write_bytes(b"".join(client.get(reverse("cells:workbook-template")).streaming_content))
    content = read_book(path)
    assert {name: len(rows) for name, rows in content.items()} == {
        "TO_CHUC": 1, "DANG_VIEN": 1, "BIEN_DONG": 1, "SO_LIEU_NAM": 1, "CHI_TIEU": 1,
    }  # fmt: skip
    assert content["CHI_TIEU"][0] == ["Mã tổ chức", "Năm", "Chỉ tiêu kết nạp"]


def test_a_form_without_a_file_says_what_to_do(client, units):
    client.force_login(officer_of(units["H"]))
    response = client.post(reverse("cells:workbook"), {})
    assert response.status_code == 200
    assert Job.objects.filter(kind=IMPORT).count() == 0
