"""The pages of reports: asking for one, the list, a report's revisions, the printed file; and who may."""

from datetime import date

import pytest
from django.conf import settings
from django.urls import reverse

from cells.roles import Role
from core.documents.pdf import Pdf
from core.jobs import run_job
from core.models import AuditEvent, Job, User
from reports.jobs import REPORT
from reports.kinds import ReportKind, Signer
from reports.services import reports as service
from tests.factories import appointment, district, organization, user
from tests.pages import check_page, visible_text
from tests.reports.committee import committee, stored

pytestmark = pytest.mark.once

LIST = "/bao-cao/"


@pytest.fixture
def units(db):
    return district()


def signed_in(client, unit, role=Role.BOARD_OFFICER, **details) -> User:
    person = user()
    appointment(person, unit, role, **details)
    client.force_login(person)
    return person


def asked(unit, **changes) -> dict[str, object]:
    return {
        "organization": f"{unit.name} ({unit.code})", "kind": "annual", "year": 2025, "last_day": "", "dated": "",
        "signer": Signer.HEAD,
    } | changes  # fmt: skip


def queued() -> list[Job]:
    return list(Job.objects.filter(kind=REPORT))


def errors(response) -> dict[str, list[str]]:
    return response.context["form"].errors


# --- asking -----------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_a_report_asked_for_is_a_job_that_ends_in_its_file(client, monkeypatch):
    monkeypatch.setattr(service, "make_pdf", lambda html: Pdf(b"%PDF-" + html.encode(), 5))
    units = committee()
    signed_in(client, units["H"])
    response = client.post(LIST, asked(units["D1"], dated="08/01/2026", signer=Signer.DEPUTY))
    job = Job.objects.get(kind=REPORT)
    assert response.headers["Location"] == reverse("cells:job-detail", args=[job.public_id])
    assert job.title == "Báo cáo năm 2025: Đảng bộ xã Minh Hòa"
    assert run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == (Job.State.DONE, "")
    page = b"".join(client.get(job.result["url"]).streaming_content).decode()
    assert "Xã Minh Hòa, ngày 08 tháng 01 năm 2026" in page
    assert "PHÓ BÍ THƯ" in page


def test_asking_twice_for_the_same_while_it_waits_is_one_job_for_each_user(client, units):
    for _ in range(2):
        signed_in(client, units["H"])
        for _ in range(2):
            client.post(LIST, asked(units["D1"]))
    assert len(queued()) == 2


def test_the_form_begins_with_the_report_that_is_due_of_the_highest_unit(client, units):
    signed_in(client, units["H"])
    form = client.get(LIST).context["form"]
    assert form["organization"].value() == "Đảng bộ huyện Minh Sơn (H)"
    assert (form["kind"].value(), form["year"].value()) == (ReportKind.HALF_YEAR, 2026)  # today is in November 2026
    assert client.get(LIST, {"to-chuc": "D1"}).context["form"]["organization"].value() == "Đảng bộ xã Minh Hòa (D1)"


def test_a_secretary_asks_for_his_own_cell_only(client, units):
    signed_in(client, units["K1"], Role.CELL_SECRETARY)
    field = client.get(LIST).context["form"].fields["organization"]
    assert field.widget.offered == ("Chi bộ thôn Đồng Tâm, Đảng bộ xã Minh Hòa (K1)",)
    for foreign in ("D1", "K2", "H"):
        assert errors(client.post(LIST, asked(units[foreign])))["organization"][0].endswith(
            "trong phạm vi của bạn. Hãy chọn trong danh sách gợi ý."
        )
    assert client.post(LIST, asked(units["K1"])).status_code == 302


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.ADMINISTRATOR])
def test_who_may_not_report_is_offered_no_form_and_sends_nothing(client, units, role):
    place = None if role == Role.ADMINISTRATOR else units["H"]
    signed_in(client, place, role, valid_until=date(2027, 1, 1))
    assert client.get(LIST).context["form"] is None
    client.post(LIST, asked(units["H"]))
    assert queued() == []


@pytest.mark.parametrize(
    "text", ["D1", "Đảng bộ xã Minh Hòa (D1)", "dang bo xa minh hoa", "minh hòa", " D1 ", "đảng bộ XÃ MINH HÒA"]
)
def test_an_organisation_is_found_by_code_name_or_part_of_it(client, units, text):
    signed_in(client, units["H"])
    client.post(LIST, asked(units["D1"], organization=text))
    assert [job.params["organization"] for job in queued()] == [str(units["D1"].public_id)]


def test_an_ambiguous_name_lists_the_choices(client, units):
    signed_in(client, units["H"])
    assert errors(client.post(LIST, asked(units["D1"], organization="chi bộ thôn"))) == {
        "organization": [
            "Có nhiều tổ chức tên như vậy: Chi bộ thôn Đồng Tâm, Đảng bộ xã Minh Hòa (K1); Chi bộ thôn Đông Thịnh, "
            "Đảng bộ xã Minh Hòa (K2); Chi bộ thôn Khê Thượng, Đảng bộ xã Phú Khê (K3). Hãy ghi rõ một tổ chức, kèm mã."
        ]
    }


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"year": 2026}, "last_day",
         "Kỳ này đến 31/12/2026 mới hết. Hãy ghi ngày chốt số liệu, muộn nhất là hôm nay 22/11/2026."),
        ({"year": 2026, "last_day": "23/11/2026"}, "last_day", "Ngày chốt số liệu không được sau hôm nay, 22/11/2026."),
        ({"last_day": "05/01/2026"}, "last_day",
         "Ngày chốt số liệu phải trong năm 2025, sau ngày 01/01, chậm nhất 31/12."),
        ({"kind": "half-year", "last_day": "01/08/2025"}, "last_day",
         "Ngày chốt số liệu phải trong năm 2025, sau ngày 01/01, chậm nhất 31/7."),
        ({"last_day": "31/02/2025"}, "last_day", "Ngày phải viết dạng ngày/tháng/năm, ví dụ 30/06/2026."),
        ({"dated": "01/12/2025"}, "dated",
         "Ngày ghi trên báo cáo phải từ ngày chốt số liệu 31/12/2025 trở đi."),
        ({"year": 2027}, "year", "Hãy ghi một năm từ 1930 đến 2026."),
        ({"year": "hai"}, "year", "Năm phải là số có bốn chữ số, ví dụ 2026."),
    ],
)  # fmt: skip
def test_a_wrong_date_says_what_to_write(client, units, changes, field, message):
    signed_in(client, units["H"])
    response = client.post(LIST, asked(units["H"], **changes))
    assert errors(response) == {field: [message]}
    check_page(response)


def test_the_cut_off_of_a_year_that_is_not_over_is_taken(client, units):
    signed_in(client, units["H"])
    client.post(LIST, asked(units["H"], year=2026, last_day="31/10/2026", dated="05/11/2026"))
    params = queued()[0].params
    assert (params["first_day"], params["last_day"], params["dated"]) == ("2026-01-01", "2026-10-31", "2026-11-05")


# --- the list ---------------------------------------------------------------------------------------------------
def test_everybody_sees_the_reports_of_his_own_units(client, units):
    for code in ("H", "D1", "K1", "K3"):
        stored(units[code])
    seen = {}
    for code, role in (("H", Role.BOARD_OFFICER), ("D1", Role.COMMITTEE_OFFICER), ("K1", Role.CELL_SECRETARY)):
        signed_in(client, units[code], role)
        response = client.get(LIST)
        seen[code] = {report.organization.code for report in response.context["reports"]}
        check_page(response)
    assert seen == {"H": {"H", "D1", "K1", "K3"}, "D1": {"D1", "K1"}, "K1": {"K1"}}


def test_the_list_counts_and_says_what_is_where(client, units):
    signed_in(client, units["H"])
    stored(units["D1"], revisions=2)
    text = visible_text(client.get(LIST).content.decode())
    assert "Đã lập: 1 báo cáo" in text
    assert "Đảng bộ xã Minh Hòa Kỳ báo cáo năm 2025 Số liệu đến 31/12/2025" in text
    assert "Bản 2 (5 trang)" in text


def test_an_empty_list_says_how_reports_come_about(client, units):
    signed_in(client, units["H"])
    assert "Hãy điền ô “Lập báo cáo” ở trên" in visible_text(client.get(LIST).content.decode())
    signed_in(client, units["H"], Role.INSPECTOR, valid_until=date(2027, 1, 1))
    assert "khi cấp ủy hoặc Ban Tổ chức lập" in visible_text(client.get(LIST).content.decode())


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["K3 2025", "D1 2024", "H 2025"]),
        ("?nam=2024", ["D1 2024"]),
        ("?loai=half-year", ["K3 2025"]),
        ("?tim=minh", ["D1 2024", "H 2025"]),
        ("?tim=k3", ["K3 2025"]),
        ("?tim=khong co", []),
        ("?nam=x", ["K3 2025", "D1 2024", "H 2025"]),
        ("?nam=1e5", ["K3 2025", "D1 2024", "H 2025"]),
        ("?nam=99999", ["K3 2025", "D1 2024", "H 2025"]),
        ("?sort=to-chuc", ["H 2025", "D1 2024", "K3 2025"]),
        ("?sort=ky", ["D1 2024", "K3 2025", "H 2025"]),
        ("?sort=-ky", ["K3 2025", "H 2025", "D1 2024"]),
        ("?sort=nothing", ["K3 2025", "D1 2024", "H 2025"]),
    ],
)
def test_the_list_is_narrowed_and_sorted_by_its_address(client, units, query, found):
    signed_in(client, units["H"])
    stored(units["H"])
    stored(units["D1"], 2024)
    stored(units["K3"], kind=ReportKind.HALF_YEAR)
    response = client.get(f"{LIST}{query}")
    reports = response.context["reports"]
    assert [f"{report.organization.code} {report.last_day.year}" for report in reports] == found
    check_page(response)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_needs_the_same_queries_for_any_length(client, units, django_assert_num_queries, count):
    signed_in(client, units["H"])
    for number in range(count):
        stored(organization(f"X{number}", parent=units["D1"]), revisions=count)
    # session, user, grants, form (first, offered), count, reports, revisions, header and menu
    with django_assert_num_queries(10):
        client.get(LIST)


def test_a_long_list_has_pages_that_keep_the_filter(client, units):
    signed_in(client, units["H"])
    for year in range(1990, 2011):
        stored(units["H"], year)
    second = client.get(LIST, {"page": 2, "loai": "annual"})
    assert len(second.context["reports"]) == 1
    assert "loai=annual" in second.content.decode()


# --- one report and its file --------------------------------------------------------------------------------------
def test_a_report_shows_its_revisions_with_their_digests(client, units):
    signed_in(client, units["H"])
    report = stored(units["D1"], revisions=2)
    response = client.get(reverse("reports:report-detail", args=[report.public_id]))
    text = visible_text(response.content.decode())
    assert f"{2:064x}" in text
    assert f"{1:064x}" in text
    assert "Bản 2 Ngày ghi trên báo cáo ghi tay khi ký" in text
    assert "Bản 1 Ngày ghi trên báo cáo 08/01/2026" in text
    check_page(response)


def test_the_file_is_served_as_it_was_stored_and_each_download_is_recorded(client, units):
    person = signed_in(client, units["H"])
    report = stored(units["D1"], revisions=2)
    AuditEvent.objects.all().delete()
    response = client.get(reverse("reports:report-file", args=[report.public_id, 1]))
    assert b"".join(response.streaming_content) == b"%PDF-1"
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"] == (
        "inline; filename*=utf-8''B%C3%A1o%20c%C3%A1o%20n%C4%83m%202025-%20%C4%90%E1%BA%A3ng%20b%E1%BB%99%20x%C3%A3"
        "%20Minh%20H%C3%B2a%2C%20b%E1%BA%A3n%201.pdf"
    )
    (event,) = AuditEvent.objects.all()
    assert (event.action, event.actor, event.object_id) == ("download", person.username, str(report.public_id))
    assert (event.changes, event.scope_path) == ({"number": 1, "digest": f"{1:064x}"}, units["D1"].path)


def test_a_foreign_report_is_not_found(client, units):
    reports = [stored(units[code]) for code in ("K2", "D1", "H")]
    signed_in(client, units["K1"], Role.CELL_SECRETARY)
    AuditEvent.objects.all().delete()
    addresses = [reverse("reports:report-detail", args=[report.public_id]) for report in reports]
    addresses += [reverse("reports:report-file", args=[report.public_id, 1]) for report in reports]
    assert [client.get(address).status_code for address in addresses] == [404] * 6
    assert not AuditEvent.objects.exclude(action=AuditEvent.Action.REFUSE).exists()


def test_a_right_that_has_ended_opens_nothing(client, units):
    report = stored(units["D1"])
    signed_in(client, units["H"], valid_until=date(2026, 11, 22))
    assert client.get(reverse("reports:report-file", args=[report.public_id, 1])).status_code == 404


def test_a_revision_or_file_that_is_not_there_is_not_found(client, units):
    signed_in(client, units["H"])
    report = stored(units["D1"])
    assert client.get(reverse("reports:report-file", args=[report.public_id, 2])).status_code == 404
    (settings.FILES_DIR / report.revisions.get().file).unlink()
    assert client.get(reverse("reports:report-file", args=[report.public_id, 1])).status_code == 404


# --- deleting drafts ----------------------------------------------------------------------------------------------
def test_a_draft_is_deleted_after_one_more_question_and_with_a_reason(client, units):
    signed_in(client, units["D1"], Role.COMMITTEE_OFFICER)
    report = stored(units["K1"], revisions=2)
    url = f"{LIST}{report.public_id}/2/xoa/"
    assert f'href="{url}"' in client.get(f"{LIST}{report.public_id}/").content.decode()
    page = client.get(url)
    check_page(page)
    assert "số của bản này không dùng lại" in visible_text(page.content.decode())
    assert client.post(url, {"reason": " "}).context["form"].errors == {"reason": ["Hãy điền mục này."]}
    assert report.revisions.count() == 2
    response = client.post(url, {"reason": "Lập nhầm kỳ"}, follow=True)
    assert response.redirect_chain == [(f"{LIST}{report.public_id}/", 302)]
    assert "Đã xóa bản 2 của Báo cáo năm 2025: Chi bộ thôn Đồng Tâm." in visible_text(response.content.decode())
    assert client.get(url).status_code == 404


def test_a_report_without_editions_leaves_the_list(client, units):
    signed_in(client, units["H"])
    report = stored(units["D1"])
    client.post(f"{LIST}{report.public_id}/1/xoa/", {"reason": "Lập nhầm kỳ"})
    assert "Đã lập: 0 báo cáo" in visible_text(client.get(LIST).content.decode())
    assert client.get(f"{LIST}{report.public_id}/").status_code == 404


def test_who_only_reads_is_offered_no_deletion(client, units):
    signed_in(client, units["H"], Role.INSPECTOR, valid_until=date(2027, 1, 1))
    report = stored(units["K1"])
    assert "xoa" not in client.get(f"{LIST}{report.public_id}/").content.decode()
    assert client.post(f"{LIST}{report.public_id}/1/xoa/", {"reason": "x"}).status_code == 404
    assert report.revisions.count() == 1
