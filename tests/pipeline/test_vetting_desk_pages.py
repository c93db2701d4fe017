"""The pages of the vetting desk: the list by every role, who waits for whom, paper, files, questions."""

import re
from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cells.roles import Role
from core.dates import format_date
from core.models import AuditEvent
from pipeline.models import VettingInquiry
from pipeline.queries.cases import judge_of
from pipeline.queries.vetting_clock import AnswerClock
from pipeline.services import vetting
from tests.cells.roll_pages import names, rows
from tests.pages import take_out
from tests.pipeline import files
from tests.pipeline.case_pages import client_of, read, send, text_of
from tests.pipeline.vetting import (
    FINDING,
    PLACE,
    TAN_LAP,
    answered,
    body,
    exempt,
    file_of,
    fresh,
    html,
    unsent,
    waiting,
)
from tests.today import TODAY

pytestmark = [pytest.mark.once, pytest.mark.django_db]

DESK = "/tham-tra/"
AGEING, SENT, PRINT = f"{DESK}theo-noi/", f"{DESK}cong-van/", f"{DESK}in/"
SEND, REMIND, ANSWERS, BODIES = f"{DESK}gui/", f"{DESK}don-doc/", f"{DESK}tra-loi/", f"{DESK}danh-ba/"
RELATIONS = ("cha đẻ", "mẹ đẻ", "đảng viên</td>", "parent_is_member")


def listed(client, url: str) -> list[str]:
    return names(html(client, url))


def sent(client, url: str, *chosen: VettingInquiry, **values: object):
    """What follows when the page at *url* is filled in: versions as it shows them, *chosen* ticked."""
    form = client.get(url).context["form"]
    hidden = {name: field.initial for name, field in form.fields.items() if name.startswith("phien-ban-")}
    ticked = {"chosen": [row.public_id for row in chosen]} if chosen else {}
    return client.post(url, hidden | ticked | values, follow=True)


def test_what_is_entered_from_the_desk_leads_back_to_it(units, mai, office):
    unsent(mai, "Đảng ủy xã Khê")
    (link,) = re.findall(r'href="([^"]*/mien/[^"]*)"', html(office, DESK))
    answer = send(office, link, because="parent_is_member")
    assert answer.redirect_chain == [(DESK, 302)]
    assert "Đã ghi miễn thẩm tra: Trần Thị Mai." in text_of(answer)
    assert VettingInquiry.objects.get().exempt_because == "parent_is_member"


# --- the list -----------------------------------------------------------------------------------------------------
def test_who_waits_longest_stands_first_then_what_is_not_sent_then_what_is_done(units, mai, an, office):
    exempt(mai)
    answered(mai)
    unsent(mai, "Đảng ủy xã Khê")
    waiting(mai, 10)
    waiting(mai, 90)
    waiting(an, 120)
    waiting(an, 150, abroad=True)
    found = [(row[0], row[4].split(" hạn ")[0]) for row in rows(html(office, DESK))]
    assert [each[1].lstrip("!✓▸○~ ").split(" ngày")[0] for each in found] == [
        "Quá 53", "Quá 31", "Quá 14", "Chờ trả lời", "Chưa gửi", "Đã trả lời", "Được miễn"
    ]  # fmt: skip
    assert "Lê Văn An (1998) Mục 1" in found[0][0]
    text = read(office, DESK)
    assert "7 mục · 1 chưa gửi, 4 chờ trả lời, trong đó 3 quá hạn" in text
    turned = rows(html(office, f"{DESK}?sort=-han"))
    assert "Chờ trả lời" in turned[0][4]
    assert "Được miễn" in turned[-1][4]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?trang-thai=chua-gui", {"Mục 1"}),
        ("?trang-thai=cho", {"Mục 2", "Mục 3"}),
        ("?trang-thai=qua-han", {"Mục 3"}),
        ("?trang-thai=da-tra-loi", {"Mục 4"}),
        ("?trang-thai=duoc-mien", {"Mục 5"}),
        ("?noi=xa khe", {"Mục 1"}),
        ("?noi=dang uy xa tan lap", {"Mục 2", "Mục 3", "Mục 4"}),
        ("?o-dau=nuoc-ngoai", {"Mục 2"}),
        ("?ten=tran thi mai&trang-thai=cho", {"Mục 2", "Mục 3"}),
        ("?ten=khong co ai", set()),
        ("?to-chuc=K2", set()),
        ("?trang-thai=khac", {"Mục 1", "Mục 2", "Mục 3", "Mục 4", "Mục 5"}),
    ],
)
def test_the_address_narrows_the_list(units, mai, office, query, expected):
    unsent(mai, "Đảng ủy xã Khê")
    waiting(mai, 10, abroad=True)
    waiting(mai, 90)
    answered(mai)
    exempt(mai)
    assert {"Mục" + name.split("Mục")[1] for name in listed(office, f"{DESK}{query}")} == expected


def test_what_was_due_on_friday_is_not_late_on_sunday(mai, office):
    due_on_friday = AnswerClock(judge_of(TODAY))._calendar.latest_start(TODAY, 30)
    waiting(mai, (TODAY - due_on_friday).days)
    assert TODAY.weekday() == 6
    assert "Vừa hết hạn" in rows(html(office, DESK))[0][4]
    assert listed(office, f"{DESK}?trang-thai=qua-han") == []
    assert rows(html(office, AGEING), "ageing")[0][2] == "0"


def test_a_typed_name_that_is_one_addressee_means_that_one_only(mai, office):
    waiting(mai, 10, "Đảng ủy xã Tân Lập Hạ")
    waiting(mai, 10)
    assert len(listed(office, f"{DESK}?noi=tân lập")) == 2
    assert len(listed(office, f"{DESK}?noi={TAN_LAP}")) == 1


def test_files_that_have_ended_are_listed_when_asked_for(units, mai, office):
    waiting(mai)
    files.done(mai, "withdrew", reason="Chuyển đi xa")
    assert listed(office, DESK) == []
    assert "đã thôi" in listed(office, f"{DESK}?ho-so=tat-ca")[0]


def test_nothing_that_is_masked_stands_on_any_page(units, mai, office):
    row = unsent(mai)
    exempt(mai)
    answered(mai)
    late = waiting(mai, 90)
    vetting.declare_relative(mai, "father", "Qwzcha", today=TODAY, version=fresh(mai), residence="Qwznoio")
    pages = (DESK, PRINT, AGEING, f"{SENT}?ngay={format_date(late.requested_on)}", SEND, REMIND, ANSWERS, BODIES)
    for client in (office, client_of(mai.organization)):
        for url in pages:
            text = client.get(url).content.decode()
            for secret in (FINDING, PLACE, "Qwzcha", "Qwznoio", *RELATIONS):
                assert secret not in text, (url, secret)
    file = take_out(office, f"{DESK}?tep=xlsx", format="csv")
    text = b"".join(file.streaming_content).decode()
    assert "Trần Thị Mai" in text
    assert not any(secret in text for secret in (FINDING, PLACE, "cha đẻ", "parent_is_member"))
    assert str(row.public_id) not in read(office, PRINT)


def test_whom_to_call_and_what_to_send_stand_beside_what_is_late_and_name_nobody(units, mai, office):
    row = waiting(mai, 90)
    waiting(mai, 5)
    text = read(office, DESK)
    assert text.count("Lời nhắn để gửi") == 1
    assert "Ghi số điện thoại" in text
    body(units["H"], phone="0204 3 111 222")
    page = html(office, DESK)
    assert 'href="tel:02043111222"' in page
    message = page.split("data-copy>")[1].split("<")[0]
    assert message.startswith(f"Công văn số {row.request_number} đề nghị thẩm tra lý lịch gửi ngày")
    assert "Mai" not in message
    assert "HS-" not in message
    duty = read(office, reverse("duties"))
    assert "Gọi: Đảng ủy xã Tân Lập, 0204 3 111 222" in duty


def test_each_role_sees_the_inquiries_of_the_own_units_and_only_offices_tick(units, mai, an):
    waiting(mai)
    waiting(an)
    waiting(file_of(units["K3"], "Nguyễn Thị Ánh"))
    secretary = client_of(units["K1"])
    page = html(secretary, DESK)
    assert len(names(page)) == 1
    assert 'name="muc"' not in page
    assert 'data-label="Chi bộ"' not in page  # there is but one
    assert "Ghi trả lời" in page  # of the own file, on its own form
    assert [secretary.get(url).status_code for url in (SEND, REMIND, ANSWERS, f"{BODIES}them/")] == [403] * 4
    assert [secretary.post(url).status_code for url in (SEND, REMIND, ANSWERS, f"{BODIES}them/")] == [403] * 4
    inspector = client_of(units["H"], Role.INSPECTOR, valid_until=TODAY.replace(year=2027))
    page = html(inspector, DESK)
    assert len(names(page)) == 3
    assert "Ghi trả lời" not in page
    assert 'name="muc"' not in page
    board = html(client_of(units["H"], Role.BOARD_OFFICER), DESK)
    assert board.count('name="muc"') == 3
    assert client_of(None, Role.ADMINISTRATOR).get(DESK).status_code == 403


def test_what_is_empty_says_what_to_do(units, office):
    assert "Chưa có mục thẩm tra nào" in read(office, DESK)
    assert "Không có mục thẩm tra nào như vậy" in read(office, f"{DESK}?ten=x")
    assert "Không có nơi nào chưa trả lời" in read(office, AGEING)
    assert "Không có mục nào để in" in read(office, PRINT)
    assert "Ngày này không gửi" in read(office, SENT)
    assert "Không có mục nào chưa gửi" in read(office, SEND)
    assert "Không có mục nào chờ trả lời" in read(office, REMIND)
    assert "Không có mục nào chờ trả lời" in read(office, ANSWERS)
    assert "Danh bạ chưa có nơi nào" in read(office, BODIES)
    assert "giữ danh bạ này" in read(client_of(units["K1"]), BODIES)


def test_the_menu_leads_to_the_desk(units, office):
    assert "Thẩm tra lý lịch" in html(office, "/nguon/").split("<main")[0]
    assert "Thẩm tra lý lịch" not in client_of(None, Role.ADMINISTRATOR).get("/viec-can-lam/").content.decode()


# --- who waits for whom -------------------------------------------------------------------------------------------
def test_ageing_leads_to_the_same_number_in_the_list(units, mai, an, office):
    for days in (90, 80, 5):
        waiting(mai, days)
    waiting(an, 70, "Đảng ủy xã Khê")
    found = rows(html(office, AGEING), "ageing")
    assert [row[:3] for row in found] == [[TAN_LAP, "3", "! 2"], ["Đảng ủy xã Khê", "1", "! 1"]]
    assert len(listed(office, f"{DESK}?noi={TAN_LAP}&trang-thai=cho")) == 3
    assert len(listed(office, f"{DESK}?noi={TAN_LAP}&trang-thai=qua-han")) == 2
    assert "2 nơi chưa trả lời 4 mục, trong đó 3 mục quá hạn" in read(office, AGEING)
    assert [row[0] for row in rows(html(office, f"{AGEING}?to-chuc=K2"), "ageing")] == ["Đảng ủy xã Khê"]
    secretary = html(client_of(units["K1"]), AGEING)
    assert [row[:2] for row in rows(secretary, "ageing")] == [[TAN_LAP, "3"]]
    assert ANSWERS not in secretary


# --- paper, files, questions --------------------------------------------------------------------------------------
def test_the_lists_leave_through_the_gate_and_print_leaves_its_line(units, mai, office):
    waiting(mai, 90)
    body(units["D1"])
    for url in (DESK, AGEING, BODIES):
        book = openpyxl.load_workbook(BytesIO(take_out(office, f"{url}?tep=xlsx").getvalue()))
        assert TAN_LAP in str(list(book.active.values))
        assert office.post(url).status_code == 405
    assert AuditEvent.objects.filter(action="export").count() == 3
    text = read(office, f"{PRINT}?trang-thai=qua-han")
    assert "Trần Thị Mai (1998)" in text
    assert AuditEvent.objects.filter(action="print", label__startswith="Danh sách thẩm tra lý lịch").count() == 1


def test_a_list_too_long_for_paper_or_a_file_is_refused(mai, office, monkeypatch):
    for _ in range(3):
        waiting(mai)
    monkeypatch.setattr("pipeline.views.vetting.LONGEST_PRINT", 2)
    monkeypatch.setattr("pipeline.views.vetting.LONGEST", 2)
    assert "quá dài để in" in read(office, PRINT)
    answer = office.get(f"{DESK}?tep=xlsx", follow=True)
    assert "quá dài cho một tệp" in text_of(answer)


def questions(client, url: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)


def test_the_pages_ask_as_much_for_three_as_for_one(units, mai, an, office):
    pages = (DESK, f"{DESK}?noi={TAN_LAP}", PRINT, AGEING, f"{SENT}?ngay={format_date(TODAY - timedelta(days=90))}",
             SEND, REMIND, ANSWERS, BODIES)  # fmt: skip

    def one_more(case) -> None:
        unsent(case, TAN_LAP)
        waiting(case, 90)
        waiting(case, 200, abroad=True)
        answered(case)
        exempt(case)

    one_more(mai)
    body(units["D1"], "Nơi 1", phone="1")
    for url in pages:
        office.get(url)
    once = [questions(office, url) for url in pages]
    one_more(mai)
    one_more(an)
    body(units["D1"], "Nơi 2", phone="2")
    body(units["H"], "Nơi 3", phone="3")
    assert [questions(office, url) for url in pages] == once
