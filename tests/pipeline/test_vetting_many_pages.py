"""Many inquiries at once on pages, by who may and who was slower; and the directory of those who are asked."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cells.roles import Role
from core.dates import format_date
from core.models import AuditEvent
from pipeline.models import VettingBody, VettingInquiry
from tests.cells.roll_pages import names, rows
from tests.pipeline.case_pages import address, client_of, read, send, text_of
from tests.pipeline.vetting import FINDING, TAN_LAP, body, file_of, fresh, html, unsent, waiting
from tests.today import TODAY

pytestmark = [pytest.mark.once, pytest.mark.django_db]

DESK = "/tham-tra/"
SENT = f"{DESK}cong-van/"
SEND, REMIND, ANSWERS, BODIES = f"{DESK}gui/", f"{DESK}don-doc/", f"{DESK}tra-loi/", f"{DESK}danh-ba/"


def sent(client, url: str, *chosen: VettingInquiry, **values: object):
    """What follows when the page at *url* is filled in: versions as it shows them, *chosen* ticked."""
    form = client.get(url).context["form"]
    hidden = {name: field.initial for name, field in form.fields.items() if name.startswith("phien-ban-")}
    ticked = {"chosen": [row.public_id for row in chosen]} if chosen else {}
    return client.post(url, hidden | ticked | values, follow=True)


# --- letters ------------------------------------------------------------------------------------------------------
def test_ticked_inquiries_are_sent_and_lead_to_the_list_for_the_book(units, mai, an, office):
    first, second, other = unsent(mai), unsent(an, "Đảng ủy xã Khê"), unsent(an, relation="mother")
    body(units["D1"])
    url = f"{SEND}?muc={first.public_id}&muc={second.public_id}"
    page = html(office, url)
    assert len(names(page)) == 2
    assert page.count(" checked") == 2
    answer = sent(office, url, first, second, addressee="dang uy xa tan lap", on=format_date(TODAY), number="9-CV/ĐU",
                  **{f"so-{second.public_id}": "10-CV/ĐU"})  # fmt: skip
    assert "Đã ghi gửi 2 mục ngày 22/11/2026" in text_of(answer)
    found = VettingInquiry.objects.filter(requested_on=TODAY).order_by("pk")
    assert [(row.addressee, row.body.name, row.request_number) for row in found] == [
        (TAN_LAP, TAN_LAP, "9-CV/ĐU"), (TAN_LAP, TAN_LAP, "10-CV/ĐU")
    ]  # fmt: skip
    assert not VettingInquiry.objects.get(pk=other.pk).requested_on
    book = read(office, f"{SENT}?ngay={format_date(TODAY)}")
    assert "1. Đảng ủy xã Tân Lập · 2 mục" in book
    assert "Lê Văn An (1998) Chi bộ thôn Đông Thịnh, Đảng bộ xã Minh Hòa 10-CV/ĐU 1" in book
    assert AuditEvent.objects.filter(action="print", label__startswith="Danh sách đề nghị thẩm tra").count() == 1


def test_who_has_no_addressee_is_named_and_nothing_is_sent(mai, an, office):
    first, second = unsent(mai, TAN_LAP), unsent(an)
    answer = sent(office, SEND, first, second, on=format_date(TODAY))
    text = text_of(answer)
    assert "Chưa ghi mục nào." in text
    assert "Lê Văn An, mục 1: Hãy ghi nơi được hỏi." in text
    assert answer.content.decode().count(" checked") == 2
    assert not VettingInquiry.objects.filter(requested_on__isnull=False).exists()
    assert "Chưa chọn mục nào" in text_of(sent(office, SEND, on=format_date(TODAY)))
    assert "Ngày phải viết" in text_of(sent(office, SEND, first, on="31/31/2026"))


def test_the_slower_of_two_is_told_who_was_faster_and_may_press_again(mai, office):
    row = unsent(mai, TAN_LAP)
    form = office.get(SEND).context["form"]
    values = {f"phien-ban-{row.public_id}": form.fields[f"phien-ban-{row.public_id}"].initial,
              "chosen": [row.public_id], "on": format_date(TODAY)}  # fmt: skip
    unsent(mai, relation="mother")
    answer = office.post(SEND, values)
    assert "Trần Thị Mai: Hồ sơ vừa có người ghi trước" in text_of(answer)
    version = answer.context["form"][f"phien-ban-{row.public_id}"].value()
    assert version == str(fresh(mai))
    assert office.post(SEND, values | {f"phien-ban-{row.public_id}": version}).status_code == 302
    answer = office.post(SEND, values)
    assert "Trần Thị Mai" in text_of(answer)
    assert VettingInquiry.objects.get(pk=row.pk).requested_on == TODAY


def test_inquiries_out_of_reach_are_not_sent_whatever_is_posted(units, office):
    foreign = unsent(file_of(units["K3"], "Nguyễn Thị Ánh"), TAN_LAP)
    values = {f"phien-ban-{foreign.public_id}": fresh(foreign.case), "chosen": [foreign.public_id],
              "on": format_date(TODAY)}  # fmt: skip
    answer = office.post(SEND, values)
    assert answer.status_code == 200
    assert "Ánh" not in text_of(answer)
    assert "Danh sách vừa thay đổi" in text_of(answer)
    assert not VettingInquiry.objects.filter(requested_on__isnull=False).exists()


def test_what_was_ticked_and_stands_elsewhere_is_told(mai, office):
    row, other = unsent(mai), waiting(mai)
    text = read(office, f"{SEND}?muc={row.public_id}&muc={other.public_id}&muc=xyz")
    assert "1 mục đã đánh dấu không ở tình trạng này" in text


def test_more_than_one_page_takes_are_cut_and_said(mai, office, monkeypatch):
    for number in range(3):
        waiting(mai, 10 + number)
    monkeypatch.setattr("pipeline.views.vetting_many.ANSWERED_AT_ONCE", 2)
    text = read(office, ANSWERS)
    assert "2 mục đầu" in text
    assert "Mỗi lần nhiều nhất 2 mục" in text


# --- reminders and answers ----------------------------------------------------------------------------------------
def test_addressees_are_reminded_in_one_go(mai, an, office):
    late, other = waiting(mai, 90), waiting(an, 80)
    assert html(office, f"{REMIND}?chon=het").count(" checked") == 2
    text = text_of(sent(office, f"{REMIND}?noi=tan lap", late, other, on=format_date(TODAY)))
    assert "Đã ghi đôn đốc 2 mục" in text
    assert "đã đôn đốc 1 lần, gần nhất 22/11/2026" in text


def test_answers_of_an_addressee_are_entered_in_a_row_and_not_shown_again(mai, an, office):
    first, second, third = waiting(mai, 60), waiting(an, 50), waiting(an, 40)
    waiting(an, 30, "Đảng ủy xã Khê")
    url = f"{ANSWERS}?noi={TAN_LAP}"
    assert len(names(html(office, url))) == 3
    answer = sent(office, url, on=format_date(TODAY), number="77-CV/ĐU", **{
        f"kq-{first.public_id}": FINDING, f"kq-{second.public_id}": FINDING,
        f"ngay-{second.public_id}": format_date(TODAY - timedelta(days=1)), f"so-{second.public_id}": "78-CV/ĐU",
    })  # fmt: skip
    assert "Đã ghi trả lời của 2 mục" in text_of(answer)
    assert FINDING not in answer.content.decode()
    found = VettingInquiry.objects.exclude(answered_on=None).order_by("pk")
    assert [(row.answered_on, row.answer_number, row.conclusion) for row in found] == [
        (TODAY, "77-CV/ĐU", FINDING), (TODAY - timedelta(days=1), "78-CV/ĐU", FINDING)
    ]  # fmt: skip
    assert FINDING not in office.get(url).content.decode()
    assert VettingInquiry.objects.get(pk=third.pk).answered_on is None


@pytest.mark.parametrize(
    ("second", "words"),
    [
        ({"ngay": "01/11/2026"}, "Hãy ghi kết quả, hoặc xóa cả dòng"),
        ({"so": "5"}, "Hãy ghi kết quả, hoặc xóa cả dòng"),
        ({"kq": "Rõ"}, "Hãy ghi ngày trả lời ở dòng này"),
        ({"kq": "Rõ", "ngay": "xyz"}, "Ngày phải viết dạng"),
        ({"kq": "Rõ", "ngay": "01/01/2020"}, "Lê Văn An, mục 1: Ngày trả lời trước ngày gửi"),
        ({"kq": "Rõ", "ngay": "01/01/2030"}, "Lê Văn An, mục 1: Ngày trả lời còn ở phía trước"),
    ],
)
def test_a_bad_line_is_named_and_keeps_the_others_out(mai, an, office, second, words):
    good, bad = waiting(mai, 60), waiting(an, 50)
    values = {f"kq-{good.public_id}": "Rõ", f"ngay-{good.public_id}": format_date(TODAY)}
    answer = sent(office, ANSWERS, **values, **{f"{name}-{bad.public_id}": value for name, value in second.items()})
    assert words in text_of(answer)
    assert not VettingInquiry.objects.exclude(answered_on=None).exists()
    assert "Chưa ghi kết quả của mục nào" in text_of(sent(office, ANSWERS, on=format_date(TODAY)))


# --- the directory ------------------------------------------------------------------------------------------------
def test_an_entry_is_put_in_from_a_typed_name_and_changed_by_its_office(units, mai, office):
    waiting(mai, 90)
    assert "Đảng ủy xã Tân Lập · 1 mục" in read(office, BODIES)
    url = f"{BODIES}them/?ten={TAN_LAP}"
    form = office.get(url).context["form"]
    assert form.initial["name"] == TAN_LAP
    assert form.initial["organization"] == units["D1"]
    text = text_of(send(office, url, kind="base_committee", phone="0204 3 111 222"))
    assert "Đã ghi Đảng ủy xã Tân Lập vào danh bạ" in text
    assert "chưa có trong danh bạ" not in text
    entry = VettingBody.objects.get()
    assert (entry.organization, entry.phone, entry.is_active) == (units["D1"], "0204 3 111 222", True)
    edit = reverse("pipeline:body-edit", args=[entry.public_id])
    assert "Đã lưu" in text_of(send(office, edit, address="Thôn Trung"))
    stale = {"name": TAN_LAP, "kind": "base_committee", "version": "1"}
    assert "vừa có người khác sửa" in text_of(office.post(edit, stale))
    entry.refresh_from_db()
    assert "Đã lưu" in text_of(office.post(edit, stale | {"version": entry.version}, follow=True))
    entry.refresh_from_db()
    assert not entry.is_active
    assert "Không có nơi nào" not in read(office, f"{BODIES}?tinh-trang=tat-ca")
    assert "đã ngừng" in read(office, f"{BODIES}?tinh-trang=tat-ca")


def test_each_sees_the_directory_of_the_own_line_and_changes_what_is_kept_below(units, office):
    above, own, beside = body(units["H"], "Nơi trên"), body(units["D1"], "Nơi mình"), body(units["D2"], "Nơi bên")
    page = html(office, BODIES)
    assert [name for name in ("Nơi trên", "Nơi mình", "Nơi bên") if name in page] == ["Nơi trên", "Nơi mình"]
    assert page.count("/danh-ba/") - page.count("/danh-ba/them/") >= 1
    edits = [reverse("pipeline:body-edit", args=[entry.public_id]) for entry in (above, own, beside)]
    assert [url in page for url in edits] == [False, True, False]
    assert [office.get(url).status_code for url in edits] == [404, 200, 404]
    secretary = client_of(units["K1"])
    page = html(secretary, BODIES)
    assert "Nơi mình" in page
    assert "Nơi bên" not in page
    assert "Thêm nơi thẩm tra" not in page
    assert [secretary.get(url).status_code for url in edits] == [404] * 3
    assert len(rows(html(client_of(units["H"], Role.BOARD_OFFICER), f"{BODIES}?ten=noi"), "bodies")) == 3
    assert "Nơi trên" not in html(office, f"{BODIES}?to-chuc=D1")


def test_an_office_does_not_keep_a_directory_for_others(units, office):
    answer = send(office, f"{BODIES}them/", kind="other", name="Nơi lạ", organization="D2")
    assert "Không có tổ chức “D2”" in text_of(answer)
    assert not VettingBody.objects.exists()


def test_one_inquiry_takes_its_addressee_from_the_directory_too(units, mai):
    entry = body(units["H"], kind="abroad")
    row, secretary = unsent(mai), client_of(units["K1"])
    url = address("inquiry-record", mai, row=row.public_id, what="gui")
    assert TAN_LAP in html(secretary, url)  # suggested
    send(secretary, url, addressee="Dang uy xa Tan Lap", on=format_date(TODAY))
    row = VettingInquiry.objects.get(pk=row.pk)
    assert (row.addressee, row.body, row.abroad) == (TAN_LAP, entry, True)
    send(secretary, address("inquiry-add", mai), relation="spouse", addressee="Nơi gõ tay")
    assert VettingInquiry.objects.get(relation="spouse").addressee == "Nơi gõ tay"


def test_many_are_sent_in_as_many_questions_for_each(units, mai, an, office):
    """A batch costs no more for each inquiry than one alone."""
    counts = []
    for chosen in ([unsent(mai, TAN_LAP)], [unsent(mai, TAN_LAP), unsent(an, TAN_LAP), unsent(an, TAN_LAP)]):
        form = office.get(SEND).context["form"]
        hidden = {name: field.initial for name, field in form.fields.items() if name.startswith("phien-ban-")}
        values = hidden | {"chosen": [row.public_id for row in chosen], "on": format_date(TODAY)}
        with CaptureQueriesContext(connection) as found:
            assert office.post(SEND, values).status_code == 302
        counts.append(len(found))
    assert counts[1] < 3 * counts[0]
