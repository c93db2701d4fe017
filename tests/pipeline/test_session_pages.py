"""Pages of sessions, of the way up to them, of the ceremony and of cards: the way of a file by every actor."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cells.kinds import MovementKind
from cells.models import Member, Movement
from cells.roles import Role
from core.dates import format_date
from core.models import AuditEvent
from pipeline.models import CardBatch, Case, CaseEvent, FileReceipt, MemberCard, Session, SessionItem
from tests.pages import take_out
from tests.pipeline import files
from tests.pipeline.case_pages import address, client_of, read, send, text_of
from tests.pipeline.files import agrees
from tests.pipeline.test_case_list import sheet
from tests.pipeline.test_defective import struck_off
from tests.pipeline.test_recognition import prepare
from tests.pipeline.upward import admitted, decided, voted
from tests.today import TODAY

pytestmark = [pytest.mark.once, pytest.mark.django_db]

VOTED = TODAY - timedelta(days=40)
HELD = TODAY - timedelta(days=5)


def day(on: date) -> str:
    return format_date(on)


@pytest.fixture
def units():
    return files.peopled(6)


@pytest.fixture
def board(units) -> Client:
    return client_of(units["H"], Role.BOARD_OFFICER)


@pytest.fixture
def committee(units) -> Client:
    return client_of(units["D1"], Role.COMMITTEE_OFFICER)


@pytest.fixture
def secretary(units) -> Client:
    return client_of(units["K1"])


def waiting(units, committee: Client, board: Client, name: str = "Trần Thị Mai") -> Case:
    """A file that only waits for the decision, taken up there on its pages."""
    case = voted(units["K1"], VOTED, someone=files.person(name))
    figures = {"agreed": "co", "members": "11", "present": "11", "yes": "11"}
    told = text_of(send(committee, address("case-step", case, step="base_resolution"), on=day(VOTED + timedelta(15)),
                        document_number="8-NQ/ĐU", **figures))  # fmt: skip
    assert "Đã ghi: Đảng ủy cơ sở ra nghị quyết" in told
    told = text_of(send(board, address("case-step", case, step="file_check"), on=day(VOTED + timedelta(20))))
    assert "Đã ghi: Ban tổ chức" in told
    case.refresh_from_db()
    return case


def called(board: Client, held_on: date = HELD) -> Session:
    told = text_of(send(board, "/phien-hop/them/", held_on=day(held_on), title="Phiên tháng này"))
    assert "Đã ghi phiên họp" in told
    return Session.objects.get()


def at(session: Session, rest: str = "") -> str:
    return f"/phien-hop/{session.public_id}/{rest}"


def item_at(item: SessionItem, rest: str) -> str:
    return f"/phien-hop/ho-so/{item.public_id}/{rest}/"


# --- the way up ---------------------------------------------------------------------------------------------------
def test_a_file_is_handed_in_and_what_lacks_is_added(units, committee, secretary):
    case = voted(units["K1"], VOTED)
    assert "không ở cấp đó" in read(secretary, address("file-receive", case))
    told = text_of(send(committee, address("file-receive", case), on=day(VOTED + timedelta(3)), number="12",
                        lacking="giấy khai sinh\nảnh 3×4", add_before=day(VOTED + timedelta(13))))  # fmt: skip
    assert "Đã ghi nhận hồ sơ" in told
    receipt = FileReceipt.objects.get()
    assert (receipt.organization, receipt.lacking) == (units["D1"], ["giấy khai sinh", "ảnh 3×4"])
    text = read(secretary, address("case-detail", case))
    assert "quá hạn bổ sung" in text
    assert "giấy khai sinh; ảnh 3×4" in text
    printed = read(secretary, address("file-receipt", case, row=receipt.public_id))
    assert "Phiếu nhận hồ sơ số 12" in printed
    assert "ảnh 3×4" in printed
    done = address("file-complete", case, row=receipt.public_id)
    assert "trước ngày" in text_of(send(committee, done, on=day(VOTED))) or not receipt.completed_on
    assert "Đã ghi hồ sơ đủ giấy tờ" in text_of(send(committee, done, on=day(VOTED + timedelta(9))))
    assert "đủ giấy tờ" in read(secretary, address("case-detail", case))


def test_a_committee_that_does_not_agree_says_why(units, committee):
    case = voted(units["K1"], VOTED)
    asked = {"on": day(VOTED + timedelta(15)), "agreed": "khong", "members": "11", "yes": "3", "no": "8"}
    url = address("case-step", case, step="base_resolution")
    assert "Hãy ghi vì sao không đồng ý" in text_of(send(committee, url, **asked))
    assert not CaseEvent.objects.filter(kind="base_resolution").exists()
    assert "Đã ghi" in text_of(send(committee, url, reason="Chưa rõ thời gian ở nước ngoài", **asked))


def test_the_clock_is_extended_once_with_a_reason(units, board):
    case = voted(units["K1"], VOTED)
    url = address("case-step", case, step="decision_extension")
    assert "Đã ghi: Gia hạn" in text_of(send(board, url, on=day(TODAY), reason="Chờ trả lời ở nước ngoài"))
    assert "Chưa ghi được việc này" in read(board, url)


# --- the session --------------------------------------------------------------------------------------------------
def test_a_session_goes_from_call_to_notices(units, board, committee, secretary):
    first, second, third = (waiting(units, committee, board, name) for name in ("Trần Mai", "Vi Văn Nam", "Lò Thị Sa"))
    assert "3 hồ sơ đã xong các bước trước" in read(board, "/phien-hop/")
    session = called(board)
    assert "Chương trình chưa có ai" in read(board, at(session))
    chosen = [each.public_id for each in (first, second, third)]
    assert "Chưa chọn ai" in text_of(board.post(at(session, "trinh/"), {"on": day(HELD)}))
    told = text_of(board.post(at(session, "trinh/"), {"on": day(HELD), "chosen": chosen}, follow=True))
    assert "Đã đưa 3 người vào chương trình" in told
    assert "Không có hồ sơ nào chờ trình" in read(board, at(session, "trinh/"))
    items = {item.case_id: item for item in SessionItem.objects.select_related("case")}

    session.refresh_from_db()
    order = {f"so-{items[case.pk].public_id}": number for case, number in ((first, 3), (second, 1), (third, 2))}
    told = text_of(board.post(at(session, "thu-tu/"), {"version": session.version} | order, follow=True))
    assert told.index("Vi Văn Nam") < told.index("Lò Thị Sa") < told.index("Trần Mai")
    listed = read(board, at(session, "trich-ngang/"))
    assert "Vi Văn Nam" in listed
    assert "8-NQ/ĐU" in listed
    assert AuditEvent.objects.filter(action="print", label__startswith="Danh sách trích ngang").exists()
    assert "Xét việc" in read(board, item_at(items[first.pk], "phieu"))
    rows = sheet(take_out(board, at(session, "trich-ngang/tep/")))
    assert any("Vi Văn Nam" in row for row in rows)

    step = address("case-step", first, step="decision")
    assert "Nơi đó ghi quyết định" in read(secretary, step)
    yes = {"agreed": "co", "members": "11", "present": "10", "yes": "9", "no": "1"}
    assert "Hãy ghi số quyết định" in text_of(send(board, step, **yes))
    told = text_of(send(board, step, document_number="120-QĐ/HU", **yes))
    assert "Trần Mai: Đã ghi" in told
    assert "số 120-QĐ/HU" in told
    event = CaseEvent.objects.get(kind="decision")
    assert (event.occurred_on, event.document_issuer) == (HELD, units["H"].name)
    no = {"agreed": "khong", "members": "11", "yes": "2", "no": "9", "document_number": "7-TB/HU"}
    step = address("case-step", second, step="decision")
    assert "Hãy ghi vì sao không đồng ý" in text_of(send(board, step, **no))
    assert "Đã ghi" in text_of(send(board, step, reason="Chưa đủ tín nhiệm", **no))

    told = text_of(board.post(at(session, "ket-thuc/"), {"version": 99}, follow=True))
    assert "Chưa ghi kết quả của: Lò Thị Sa" in told
    assert "Đã để lại" in text_of(send(board, item_at(items[third.pk], "de-lai"), reason="Chờ ý kiến"))
    assert "Chờ ý kiến" in read(secretary, address("case-detail", third))
    session.refresh_from_db()
    told = text_of(board.post(at(session, "ket-thuc/"), {"version": session.version}, follow=True))
    assert "Đã kết thúc phiên họp" in told
    assert "2 kết quả chưa thông báo" in told
    for case in (first, second):
        told = text_of(send(board, item_at(items[case.pk], "thong-bao"), on=day(HELD + timedelta(days=2))))
        assert "Đã ghi thông báo" in told
    assert CaseEvent.objects.filter(case=first, kind="decision_receipt").count() == 1
    for case in (first, second, third):
        assert agrees(Case.objects.get(pk=case.pk))


def test_a_session_sends_a_file_back(units, board, committee, secretary):
    case = waiting(units, committee, board)
    session = called(board)
    board.post(at(session, "trinh/"), {"on": day(HELD), "chosen": [case.public_id]})
    item = SessionItem.objects.get()
    url = item_at(item, "tra-lai")
    assert "Bắt buộc" in text_of(send(board, url, reason="Thiếu ý kiến")) or item.outcome == ""
    told = text_of(send(board, url, reason="Thiếu ý kiến nơi cư trú", steps=["opinions"]))
    assert "Đã trả lại hồ sơ" in told
    item.refresh_from_db()
    assert item.outcome == "returned"
    assert "Thiếu ý kiến nơi cư trú" in read(secretary, address("case-detail", case))
    assert "trả lại để bổ sung" in read(board, at(session))


def test_what_a_session_keeps_is_its_own_committees(units, board, committee, secretary):
    case = waiting(units, committee, board)
    session = called(board)
    board.post(at(session, "trinh/"), {"on": day(HELD), "chosen": [case.public_id]})
    item = SessionItem.objects.get()
    for client in (committee, secretary):
        assert client.get(at(session)).status_code == 404
        assert client.get(item_at(item, "de-lai")).status_code == 404
        assert client.get(item_at(item, "phieu")).status_code == 404
    assert "chờ xét" in read(secretary, address("case-detail", case))


def test_a_session_is_put_right_and_refuses_what_cannot_be(units, board):
    session = called(board)
    assert "đã có phiên họp ngày này" in text_of(send(board, "/phien-hop/them/", held_on=day(HELD)))
    told = text_of(send(board, at(session, "sua/"), place="Hội trường", minutes_number="5-BB/HU"))
    assert "Đã lưu phiên họp" in told
    assert "Biên bản số 5-BB/HU" in told
    assert "vừa có người khác sửa" in text_of(send(board, at(session, "sua/"), version="1", place="Nhà văn hóa"))
    assert "hơn một năm" in text_of(send(board, "/phien-hop/them/", held_on=day(TODAY + timedelta(days=500))))


def test_a_decision_of_years_ago_is_entered_without_a_session(units, board, committee):
    case = waiting(units, committee, board)
    url = address("case-step", case, step="decision")
    told = text_of(send(board, url, on=day(HELD), agreed="co", document_number="9-QĐ/HU", members="11", yes="9"))
    assert "Đã ghi: Xét, quyết định kết nạp" in told
    assert not SessionItem.objects.exists()


# --- ceremony, probation, recognition -----------------------------------------------------------------------------
def test_the_ceremony_puts_the_person_on_the_roll(units, secretary):
    case = decided(units["K1"], TODAY - timedelta(days=20))
    url = address("case-step", case, step="ceremony")
    assert "Văn bản đồng ý" not in read(secretary, url)
    told = text_of(send(secretary, url, on=day(HELD), member_code="099-7", document_number="3-BB/CB"))
    assert "Đã ghi: Tổ chức lễ kết nạp" in told
    member = Member.objects.get(code="099-7")
    movement = Movement.objects.in_force().get(member=member)
    assert (movement.kind, movement.held_on) == (MovementKind.ADMITTED, HELD)
    assert "mã 099-7" in told
    assert "Hết 12 tháng" in told


def test_a_late_ceremony_asks_for_the_consent_above(units, secretary):
    case = decided(units["K1"], TODAY - timedelta(days=90))
    url = address("case-step", case, step="ceremony")
    assert "Văn bản đồng ý của cấp trên" in read(secretary, url)
    given = {"on": day(TODAY), "consent_number": "55-CV/HU"}
    assert "Hãy ghi ngày của văn bản" in text_of(send(secretary, url, **given))
    told = text_of(send(secretary, url, consent_date=day(TODAY - timedelta(days=3)), **given))
    assert "Đã ghi: Tổ chức lễ kết nạp" in told
    assert case.casedocument_set.filter(kind="late_ceremony_consent", number="55-CV/HU").exists()


def test_whoever_helped_helps_on_and_the_class_has_its_certificate(units, secretary):
    case = admitted(units["K1"], TODAY - timedelta(days=40), held_after=20)
    told = text_of(send(secretary, address("case-step", case, step="probation_helper"), on=day(HELD)))
    assert "Đã ghi" in told
    assert CaseEvent.objects.filter(case=case, kind="probation_helper").count() == 1
    url = address("case-step", case, step="new_member_class")
    assert "Hãy ghi số giấy chứng nhận" in text_of(send(secretary, url, on=day(HELD)))
    assert "Đã ghi" in text_of(send(secretary, url, on=day(HELD), document_number="12/CN-ĐVM"))
    assert case.casedocument_set.filter(form="CN-ĐVM", number="12/CN-ĐVM").exists()


def test_a_wrong_admission_is_cancelled_with_its_paper(units, board):
    case = admitted(units["K1"], TODAY - timedelta(days=40), held_after=20)
    url = address("case-step", case, step="cancelled")
    assert "Hãy ghi số và ngày" in text_of(send(board, url, on=day(TODAY), reason="Sai thẩm quyền"))
    told = text_of(send(board, url, on=day(TODAY), reason="Sai thẩm quyền", document_number="70-QĐ/HU",
                        document_date=day(TODAY)))  # fmt: skip
    assert "Hủy việc kết nạp" in told
    assert not Movement.objects.in_force().filter(kind=MovementKind.ADMITTED, member__candidate=case.candidate).exists()


def test_who_was_struck_off_is_introduced_again_by_the_code_of_then(units, board):
    old = struck_off(units, date(2023, 1, 10))
    member = old.candidate.member
    given = {"on": day(TODAY), "by": "Chi ủy", "consent": "consent", "consent_on": day(TODAY),
             "organization": units["K1"].code}  # fmt: skip
    url = "/nguon/moi/"
    assert "Không có đảng viên mã X-9" in text_of(send(board, url, full_name="Vi Văn An", former_code="X-9", **given))
    wrong = text_of(send(board, url, full_name="Vi Văn An", former_code=member.code, **given))
    assert f"là của {member.full_name}" in wrong
    told = text_of(send(board, url, full_name=member.full_name, former_code=member.code, **given))
    assert "Đã ghi giới thiệu" in told
    case = Case.objects.exclude(pk=old.pk).get()
    assert (case.kind, case.candidate, case.routes) == ("readmission", old.candidate, ["readmission"])
    assert case.former_left_on == date(2023, 1, 10)


# --- cards --------------------------------------------------------------------------------------------------------
@pytest.fixture
def official(units, board) -> Case:
    """Recognised, on the pages of a session."""
    case = admitted(units["K1"], date(2025, 8, 20), held_after=12)
    prepare(case)
    for step, on in (("recognition_vote", date(2026, 9, 20)), ("recognition_resolution", date(2026, 10, 1))):
        files.done(case, step, on, **({"vote": files.vote(units["K1"])} if step == "recognition_vote" else {}))
    session = called(board, date(2026, 10, 20))
    board.post(at(session, "trinh/"), {"on": day(date(2026, 10, 18)), "chosen": [case.public_id]})
    told = text_of(send(board, address("case-step", case, step="recognition_decision"), agreed="co",
                        document_number="200-QĐ/HU", members="11", yes="9", late_reason="Nhập lại từ sổ"))  # fmt: skip
    assert "số 200-QĐ/HU" in told, told
    case.refresh_from_db()
    assert case.stage == "OFFICIAL"
    return case


def test_cards_go_from_batch_to_the_persons_hand(units, board, secretary, official):
    assert "1 đảng viên chính thức chưa vào đợt" in read(board, "/the-dang/")
    assert "Đã mở đợt" in text_of(send(board, "/the-dang/them/", day="2026-11-07"))
    batch = CardBatch.objects.get()
    here = f"/the-dang/{batch.public_id}/"
    assert official.candidate.full_name in read(board, f"{here}dua-vao/")
    told = text_of(board.post(f"{here}dua-vao/", {"chosen": [official.public_id]}, follow=True))
    assert "Đã đưa 1 người" in told
    assert "Không còn ai chờ" in read(board, f"{here}dua-vao/")
    assert "Đã ghi quyết định" in text_of(send(board, f"{here}quyet-dinh/", number="30-QĐ/HU", on=day(TODAY)))
    card = MemberCard.objects.get()
    key = card.public_id
    official.refresh_from_db()
    sent = {f"ban-{key}": official.version}
    assert "12 chữ số" in text_of(board.post(here, sent | {f"so-{key}": "123"}))
    handed = sent | {f"so-{key}": "099000000321", f"trao-{key}": day(TODAY)}
    told = text_of(board.post(here, handed, follow=True))
    assert "Đã ghi 1 thẻ" in told
    assert "099000000321" not in told
    official.refresh_from_db()
    assert official.status == "done"
    assert AuditEvent.objects.filter(changes__icontains="099000000321").count() == 0
    rows = sheet(take_out(board, f"{here}tep/"))
    assert any(official.candidate.full_name in row for row in rows)
    assert secretary.get(here).status_code == 404


def test_a_row_that_cannot_be_names_the_person_and_saves_nothing(units, board, official):
    text_of(send(board, "/the-dang/them/", day="2026-11-07"))
    batch = CardBatch.objects.get()
    here = f"/the-dang/{batch.public_id}/"
    board.post(f"{here}dua-vao/", {"chosen": [official.public_id]})
    key = MemberCard.objects.get().public_id
    told = text_of(board.post(here, {f"ban-{key}": 1, f"so-{key}": "099000000321"}))
    assert f"{official.candidate.full_name}: Hồ sơ vừa có người ghi trước" in told
    assert MemberCard.objects.get().number_digest == ""


# --- lists do not ask more as they grow ---------------------------------------------------------------------------
def test_pages_ask_as_much_with_one_person_as_with_three(units, board, committee):
    session = called(board)
    batch = CardBatch.objects.create(organization=units["H"], day=date(2026, 11, 7))
    cards = f"/the-dang/{batch.public_id}/"
    pages = ("/phien-hop/", "/the-dang/", at(session), at(session, "trinh/"), at(session, "thu-tu/"),
             at(session, "trich-ngang/"), cards, f"{cards}dua-vao/")  # fmt: skip
    counts = {page: [] for page in pages}
    for number in range(3):
        case = waiting(units, committee, board, f"Trần Thị {'ABC'[number]}")
        waiting(units, committee, board, f"Lê Thị {'ABC'[number]}")
        SessionItem.objects.create(session=session, case=case, step="decision", position=number + 1, submitted_on=HELD)
        someone = files.person(f"Vi Văn {'ABC'[number]}")
        done = files.opened(units["K1"], on=date(2026, 1, number + 1), someone=someone)
        MemberCard.objects.create(batch=batch, case=done)
        for page in pages:
            with CaptureQueriesContext(connection) as asked:
                assert board.get(page).status_code == 200
            counts[page].append(len(asked))
    assert {page: found for page, found in counts.items() if found[0] != found[2]} == {}
