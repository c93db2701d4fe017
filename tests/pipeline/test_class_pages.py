"""The pages of classes: the way of a class by every actor, what the centre is not shown, files, paper, addresses."""

from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cells.roles import Role
from core.dates import format_date
from core.models import AuditEvent
from pipeline.kinds import ClassState
from pipeline.models import CandidateProfile, Case, CaseEvent, Enrolment, TrainingClass
from pipeline.services import enrolling
from tests.cells.roll_pages import page, visible
from tests.pages import take_out
from tests.pipeline import files, lessons
from tests.pipeline.lessons import accepted, fresh, issued, lesson, officer, passed, sympathiser, teacher
from tests.today import TODAY

pytestmark = [pytest.mark.once, pytest.mark.django_db]

LIST = "/lop/"


@pytest.fixture
def units():
    return files.peopled(4)


@pytest.fixture
def centre(units):
    return lessons.centre(units["H"])


def log_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def at(made: TrainingClass, rest: str = "") -> str:
    return f"/lop/{made.public_id}/{rest}"


def read(client: Client, address: str) -> str:
    html = page(client, address)
    return visible(html[html.index("<main") : html.index("</main>")])


def sent(client: Client, address: str, **data: object) -> str:
    """What the page that follows says."""
    response = client.post(address, data, follow=True)
    assert response.status_code == 200
    return unescape(response.content.decode())


# --- the way of a class -------------------------------------------------------------------------------------------
def test_a_class_goes_from_plan_to_register_by_every_actor(units, centre):
    hers, theirs = sympathiser(units["K1"], "Trần Thị Vân"), sympathiser(units["K1"], "Lê Văn An")
    holds, sends = log_in(teacher(centre)), log_in(officer(units["K1"], Role.CELL_SECRETARY))
    day = format_date(TODAY)
    told = sent(
        holds, "/lop/them/", organizer=centre.public_id, kind="awareness_class", title="Lớp khóa I", opens_on=day,
        closes_on=day, seats="40", sessions="3", place="Hội trường",
    )  # fmt: skip
    assert "Đã ghi lớp vào kế hoạch" in told
    made = TrainingClass.objects.get()
    assert (made.centre, made.organization, made.year) == (centre, units["H"], TODAY.year)
    assert "còn trong kế hoạch" in read(sends, at(made))
    assert "Lớp đã mở" in sent(holds, at(made, "tinh-trang/"), viec="mo", version=fresh(made))

    text = read(sends, at(made, "de-nghi/"))
    assert "Trần Thị Vân" in text
    assert "Lê Văn An" in text
    assert "Chưa chọn ai" in sent(sends, at(made, "de-nghi/"))
    chosen = [hers.public_id, theirs.public_id]
    assert "Đã đề nghị 2 người" in sent(sends, at(made, "de-nghi/"), chosen=chosen)
    assert "Không còn ai cần cử đi học" in read(sends, at(made, "de-nghi/"))

    assert "2 người chờ nhận vào lớp" in read(holds, at(made))
    rows = list(Enrolment.objects.order_by("case__candidate__name_key"))
    keys = [row.public_id for row in rows]
    assert "Đã nhận 2 người" in sent(holds, at(made, "nhan/"), chosen=keys, version=fresh(made))
    told = sent(
        holds, at(made, "ket-qua/"), version=fresh(made),
        **{f"buoi-{keys[0]}": "3", f"kq-{keys[0]}": "good", f"buoi-{keys[1]}": "9", f"kq-{keys[1]}": "good"},
    )  # fmt: skip
    assert "Lớp có 3 buổi" in told
    told = sent(
        holds, at(made, "ket-qua/"), version=fresh(made),
        **{f"buoi-{keys[0]}": "3", f"kq-{keys[0]}": "good", f"buoi-{keys[1]}": "2", f"kq-{keys[1]}": "excellent"},
    )  # fmt: skip
    assert "Đã ghi 2 người" in told

    numbering = {"chosen": keys, "first": "45", "suffix": "/CN-TTCT", "on": day, "version": fresh(made)}
    preview = sent(holds, at(made, "cap-giay/"), **numbering)
    assert "Cấp 2 giấy chứng nhận" in preview
    assert "46/CN-TTCT" in preview
    assert not CaseEvent.objects.filter(kind="awareness_class").exists()
    assert "Đã cấp 2 giấy chứng nhận" in sent(holds, at(made, "cap-giay/"), ghi="1", **numbering)
    assert CaseEvent.objects.in_force().filter(kind="awareness_class").count() == 2
    assert "Đã kết thúc lớp" in sent(holds, at(made, "tinh-trang/"), viec="ket-thuc", version=fresh(made))
    assert "45/CN-TTCT" in read(sends, at(made))
    assert "45/CN-TTCT" in read(sends, "/lop/da-hoc/")


def test_somebody_is_declined_with_a_reason_and_withdrawn_with_one(units, centre):
    made = lesson(centre)
    rows = enrolling.propose(made, [sympathiser(units["K1"]), sympathiser(units["K1"])], today=TODAY).enrolled
    holds, sends = log_in(teacher(centre)), log_in(officer(units["K1"], Role.CELL_SECRETARY))
    asked = {"chosen": [rows[0].public_id], "version": fresh(made), "khong-nhan": "1"}
    assert "Hãy ghi lý do" in sent(holds, at(made, "nhan/"), **asked)
    assert "không nhận 1 người" in sent(holds, at(made, "nhan/"), reason="Hết chỗ", **asked)
    assert "không nhận: Hết chỗ" in read(sends, at(made))
    address = f"/lop/hoc-vien/{rows[1].public_id}/rut/"
    assert sends.get(address).status_code == 200
    assert holds.get(address).status_code == 404
    assert "khỏi lớp" in sent(sends, address, reason="Ốm", version=rows[1].version)
    assert [row.state for row in Enrolment.objects.order_by("pk")] == ["declined", "withdrawn"]


def test_a_certificate_is_corrected_and_revoked_on_its_page(units, centre):
    made = lesson(centre)
    (row,) = accepted(made, sympathiser(units["K1"]))
    passed(made, row)
    issued(made, row)
    row.refresh_from_db()
    holds = log_in(teacher(centre))
    address = f"/lop/hoc-vien/{row.public_id}/dinh-chinh/"
    page(holds, address)
    day = format_date(TODAY)
    told = sent(holds, address, number="9/CN", on=day, result="good", reason="Nhầm số", version=row.version)
    assert "Đã đính chính" in told
    row.refresh_from_db()
    assert row.certificate_number == "9/CN"
    assert "Đã thu hồi" in sent(holds, address, **{"bo-reason": "Cấp nhầm", "bo-version": row.version})
    assert not CaseEvent.objects.in_force().filter(kind="awareness_class").exists()
    assert holds.get(address).status_code == 404


def test_what_files_did_not_take_is_shown_and_tried_again(units, centre):
    made = lesson(centre)
    case = sympathiser(units["K1"], "Trần Thị Vân")
    (row,) = accepted(made, case)
    passed(made, row)
    files.done(case, "paused", TODAY, reason="Lý do kín")
    issued(made, row)
    holds, board = log_in(teacher(centre)), log_in(officer(units["H"], Role.BOARD_OFFICER))
    assert "hãy báo chi bộ xem lại hồ sơ" in read(holds, at(made))
    assert "tạm dừng" not in read(holds, at(made))
    assert "tạm dừng" in read(board, at(made))
    assert "tạm dừng" not in sent(holds, at(made, "vao-ho-so/"), version=fresh(made))
    files.done(case, "resumed", TODAY)
    assert "Đã ghi 1 giấy chứng nhận vào hồ sơ" in sent(holds, at(made, "vao-ho-so/"), version=fresh(made))


def test_the_next_number_of_the_book_is_offered(units, centre):
    first, second = lesson(centre), lesson(centre)
    (one,), (two,) = accepted(first, sympathiser(units["K1"])), accepted(second, sympathiser(units["K1"]))
    passed(first, one)
    passed(second, two)
    issued(first, one, first=45)
    html = page(log_in(teacher(centre)), at(second, "cap-giay/"))
    assert 'value="46"' in html
    assert 'value="/CN-TTCT"' in html


# --- what is not shown --------------------------------------------------------------------------------------------
SECRET = "Zxqkin"


def test_the_centre_is_shown_no_file_no_stage_no_masked_field_and_no_other_centre(units, centre):
    other = lessons.centre(units["H"], "Trung tâm Qwzx")
    made, theirs = lesson(centre), lesson(other, title="Lớp Qwzx")
    case = sympathiser(units["K1"], "Trần Thị Vân", occupation=f"nghề {SECRET}", sources=SECRET)
    CandidateProfile.objects.filter(candidate=case.candidate).update(
        ethnicity=SECRET, religion=SECRET, home_address=SECRET
    )
    Case.objects.filter(pk=case.pk).update(outcome=SECRET)
    accepted(made, case)
    not_proposed = sympathiser(units["K1"], "Hoàng Qwzx Đức")
    foreign = accepted(theirs, sympathiser(units["K1"], "Vũ Qwzx Bình"))
    holds = log_in(teacher(centre))
    addresses = [LIST, "/lop/da-hoc/", "/lop/them/"]
    addresses += [at(made, rest) for rest in ("", "sua/", "nhan/", "ket-qua/", "cap-giay/", "in/", "tep/")]
    for address in addresses:
        html = holds.get(address).content.decode()
        for word in ("Qwzx", SECRET, "cảm tình", case.code, str(case.public_id), not_proposed.code, "12/05/1998"):
            assert word not in html, (address, word)
    assert "Trần Thị Vân (1998)" in read(holds, at(made))
    for address in (
        "/lop/can-hoc/", at(made, "de-nghi/"), at(theirs), at(theirs, "in/"), at(theirs, "tep/"), at(theirs, "nhan/"),
        f"/lop/hoc-vien/{foreign[0].public_id}/rut/", f"/lop/hoc-vien/{foreign[0].public_id}/dinh-chinh/",
    ):  # fmt: skip
        assert holds.get(address).status_code in (403, 404), address
    for rest in ("tinh-trang/", "vao-ho-so/"):
        assert holds.post(at(theirs, rest), {"viec": "ket-thuc", "version": 1}).status_code == 404


def test_a_cell_sees_its_own_people_in_a_class_and_offers_no_others(units, centre):
    for number in range(4):
        files.official(units["K3"], full_name=f"Lê Văn {'ABCD'[number]}")
    made = lesson(centre)
    accepted(made, sympathiser(units["K1"], "Trần Thị Vân"), sympathiser(units["K3"], "Hoàng Văn Đức"))
    elsewhere = sympathiser(units["K3"], "Vũ Văn Bình")
    sends = log_in(officer(units["K1"], Role.CELL_SECRETARY))
    for rest in ("", "in/", "de-nghi/"):
        text = read(sends, at(made, rest))
        assert "Hoàng Văn Đức" not in text
        assert "Vũ Văn Bình" not in text
    assert "Trần Thị Vân" in read(sends, at(made))
    assert "Danh sách vừa thay đổi" in sent(sends, at(made, "de-nghi/"), chosen=[elsewhere.public_id])
    assert Enrolment.objects.count() == 2


# --- the plan, paper, files ---------------------------------------------------------------------------------------
def test_the_plan_says_need_seats_and_classes(units, centre):
    sympathiser(units["K1"])
    lesson(centre, title="Lớp khóa I", seats=30)
    lesson(centre, title="Lớp đã lâu", opens_on=TODAY - timedelta(days=400), closes_on=TODAY - timedelta(days=399))
    for person in (teacher(centre), officer(units["H"], Role.BOARD_OFFICER)):
        client = log_in(person)
        text = read(client, LIST)
        assert "1 người" in text
        assert "còn 30 chỗ" in text
        assert "Lớp khóa I" in text
        assert "Lớp đã lâu" not in text
        assert "Lớp đã lâu" in read(client, f"{LIST}?nam={(TODAY - timedelta(days=400)).year}")
        assert "bốn chữ số" in read(client, f"{LIST}?nam=abc")
    assert "Lớp bồi dưỡng" in log_in(teacher(centre)).get(LIST).content.decode().split("<main")[0]


def test_the_register_is_printed_and_taken_out_through_the_gate(units, centre):
    made = lesson(centre)
    rows = accepted(made, sympathiser(units["K1"], "Trần Thị Vân"))
    passed(made, *rows)
    issued(made, *rows)
    holds = log_in(teacher(centre))
    assert "Danh sách có 1 học viên, trong đó 1 người đạt" in read(holds, at(made, "in/"))
    assert AuditEvent.objects.filter(action="print", model="pipeline.trainingclass").count() == 1
    assert take_out(holds, at(made, "tep/")).getvalue()[:2] == b"PK"
    assert take_out(holds, "/lop/da-hoc/?tep=xlsx").getvalue()[:2] == b"PK"
    assert AuditEvent.objects.filter(action="export").count() == 2
    assert holds.post("/lop/da-hoc/").status_code == 405


def test_who_needs_the_class_is_listed_with_where_he_is_sent(units, centre):
    made = lesson(centre, title="Lớp khóa I")
    sympathiser(units["K1"], "Lê Văn An")
    enrolling.propose(made, [sympathiser(units["K1"], "Trần Thị Vân")], today=TODAY)
    board = log_in(officer(units["H"], Role.BOARD_OFFICER))
    text = read(board, "/lop/can-hoc/?to-chuc=D1")
    assert "chưa cử" in text
    assert "Lớp khóa I" in text
    assert "Không có ai như vậy" in read(board, "/lop/can-hoc/?to-chuc=D2")
    assert "Không có ai như vậy" in read(board, "/lop/can-hoc/?lop=dang-vien-moi")


def test_pages_without_anything_say_what_to_do(units, centre):
    board, holds = log_in(officer(units["H"], Role.BOARD_OFFICER)), log_in(teacher(centre))
    assert "chưa có lớp nào trong kế hoạch" in read(board, LIST)
    assert "chưa mở lớp nào" in read(log_in(officer(units["K1"], Role.CELL_SECRETARY)), LIST)
    assert "Chưa có ai học xong" in read(board, "/lop/da-hoc/")
    assert "Không có ai cần học" in read(board, "/lop/can-hoc/")
    made = lesson(centre, state=ClassState.PLANNED)
    assert "hiện không nhận đề nghị" in read(board, at(made, "de-nghi/"))
    for rest, words in (("nhan/", "Không có ai chờ nhận"), ("ket-qua/", "Lớp chưa nhận ai"),
                        ("cap-giay/", "Không có ai chờ giấy"), ("in/", "chưa có học viên để in")):  # fmt: skip
        assert words in read(holds, at(made, rest))


def test_the_slower_of_two_is_told_and_a_wrong_button_is_nothing(units, centre):
    made = lesson(centre)
    holds = log_in(teacher(centre))
    old = fresh(made) - 1
    assert "vừa có người khác sửa" in sent(holds, at(made, "tinh-trang/"), viec="ket-thuc", version=old)
    assert holds.post(at(made, "tinh-trang/"), {"viec": "xyz"}).status_code == 404
    assert holds.get(at(made, "tinh-trang/")).status_code == 405
    assert holds.get(at(made, "vao-ho-so/")).status_code == 405


def questions(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_the_pages_ask_as_much_for_three_as_for_one(units, centre):
    made, waiting = lesson(centre), lesson(centre)
    holds, board = log_in(teacher(centre)), log_in(officer(units["H"], Role.BOARD_OFFICER))
    pages = [(holds, at(made, rest)) for rest in ("", "ket-qua/", "cap-giay/", "in/")]
    pages += [(holds, at(waiting, "nhan/")), (holds, LIST), (holds, "/lop/da-hoc/"), (board, LIST), (board, at(made)),
              (board, at(made, "de-nghi/")), (board, "/lop/can-hoc/"), (board, "/lop/da-hoc/")]  # fmt: skip

    def one_more() -> None:
        (row,) = accepted(made, sympathiser(units["K1"]))
        passed(made, row)
        (certified,) = accepted(made, sympathiser(units["K1"]))
        passed(made, certified)
        issued(made, certified, first=Enrolment.objects.count())
        enrolling.propose(waiting, [sympathiser(units["K1"])], today=TODAY)
        sympathiser(units["K1"])

    one_more()
    for client, address in pages:
        client.get(address)
    once = [questions(client, address) for client, address in pages]
    one_more()
    one_more()
    assert [questions(client, address) for client, address in pages] == once
