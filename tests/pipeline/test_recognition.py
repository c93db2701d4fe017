"""Probation, recognition with its rounds, striking off, cards; Ngày chính thức follows the decision."""

from datetime import date, timedelta

import pytest

from cells.kinds import MovementKind
from cells.models import Member, Organization
from cells.services import members, roll
from cells.services.errors import RuleError
from core.dates import add_months
from pipeline.models import Case, MemberCard
from pipeline.queries.cards import without_card
from pipeline.queries.case_page import FilePage
from pipeline.queries.cases import judge_of
from pipeline.services import cards, helpers, recognition, sessions
from pipeline.services.ballots import Vote
from pipeline.services.bulk import CaseDraft, EventDraft, load_cases
from pipeline.services.cases import correct, void
from pipeline.services.errors import GateError
from tests import factories
from tests.pipeline import files
from tests.pipeline.files import agrees, done, vote
from tests.pipeline.upward import WAY_UP, admitted, event
from tests.replayed import replayed
from tests.today import TODAY

pytestmark = pytest.mark.django_db

DECIDED = date(2025, 8, 20)
HELD = date(2025, 9, 1)
OFFICIAL = date(2026, 9, 1)
VOTED = date(2026, 9, 20)
LATE = {"late_reason": "sổ cũ"}


@pytest.fixture
def units():
    return files.peopled(6)


@pytest.fixture
def case(units) -> Case:
    return probation_ended(units["K1"])


@replayed
def probation_ended(cell: Organization) -> Case:
    """Somebody with all papers for the cell's vote."""
    found = admitted(cell, DECIDED, held_after=12)
    prepare(found)
    return found


def shown(case: Case) -> FilePage:
    return FilePage(case, judge_of(TODAY))


def prepare(case: Case, papers_on: date = date(2026, 9, 10)) -> None:
    given = {"today": TODAY, **LATE}
    recognition.keep_helper(case, on=HELD, version=case.version, **given)
    done(case, "member_file", date(2025, 9, 20))
    recognition.finish_class(case, on=date(2026, 5, 4), version=case.version, number="77/CN", **given)
    for step in recognition.PAPERS:
        recognition.take_paper(case, step, on=papers_on, version=case.version, **given)


def voted(case: Case, on: date = VOTED, **figures):
    return recognition.vote_on_recognition(
        case, vote(case.organization, **figures), on=on, today=TODAY, version=case.version, **LATE
    )


def decided(case: Case, on: date, number: str, **details):
    its = sessions.open_session(case.organization.parent.parent, held_on=on, today=TODAY)
    item = sessions.submit(case, its, on=on, today=TODAY, version=case.version)
    given = {"agreed": True, "vote": Vote(10, members=11), "today": TODAY, "version": case.version} | LATE
    return sessions.decide(item, number=number, **(given | details))


def recognised(case: Case, on: date = date(2026, 10, 20)):
    voted(case)
    done(case, "recognition_resolution", on - timedelta(days=5))
    return decided(case, on, "200-QĐ/HU")


def test_ngay_chinh_thuc_is_the_end_of_the_twelve_months_however_late_the_decision(case):
    member = case.candidate.member
    assert shown(case).official_on == OFFICIAL
    recognised(case)
    member.refresh_from_db()
    assert (member.official_on, case.stage, case.next_step) == (OFFICIAL, "OFFICIAL", "card")
    assert agrees(case)


def test_a_wrong_recognition_is_taken_back_with_its_day(case):
    member = case.candidate.member
    recognised(case)
    member.refresh_from_db()
    with pytest.raises(RuleError, match=case.code):
        members.change_personal_data(member, version=member.version, today=TODAY, values={"official_on": TODAY})
    void(event(case, "recognition_decision"), reason="Ghi nhầm người", today=TODAY, version=case.version)
    member.refresh_from_db()
    assert (member.official_on, case.stage) == (None, "RECOGNITION")


def test_a_corrected_ceremony_moves_the_day(case):
    recognised(case)
    member = case.candidate.member
    correct(event(case, "ceremony"), occurred_on=HELD - timedelta(days=3), reason="Nhầm ngày", today=TODAY,
            version=case.version)  # fmt: skip
    member.refresh_from_db()
    assert member.official_on == OFFICIAL - timedelta(days=3)


def test_the_cell_does_not_vote_before_the_twelve_months_end(units):
    case = admitted(units["K1"], DECIDED, held_after=12)
    prepare(case, OFFICIAL)
    with pytest.raises(GateError, match="sau ngày hết thời gian dự bị"):
        voted(case, OFFICIAL)
    with pytest.raises(RuleError, match="hồ sơ"):
        members.recognise(
            case.candidate.member,
            official_on=OFFICIAL,
            document="x",
            version=case.candidate.member.version,
            today=TODAY,
        )


def test_three_rounds_without_a_majority_go_upward(case):
    for number in range(3):
        voted(case, VOTED + timedelta(days=number), yes=3, no=3)
        assert shown(case).rounds == (number + 1, 3)
    assert case.next_step == "escalation"
    with pytest.raises(RuleError):
        voted(case, VOTED + timedelta(days=5))
    recognition.report_upward(case, on=VOTED + timedelta(days=6), today=TODAY, version=case.version, **LATE)
    done(case, "recognition_resolution", VOTED + timedelta(days=8))
    decided(case, VOTED + timedelta(days=10), "201-TB/HU", agreed=False, reason="Chi bộ xét lại",
            vote=Vote(2, no=9, members=11))  # fmt: skip
    assert (case.outcome, case.next_step, shown(case).rounds) == (
        "recognition_refused", "recognition_vote", (0, 3),
    )  # fmt: skip
    for number in range(3):
        voted(case, VOTED + timedelta(days=12 + number), yes=3, no=3)
    assert case.next_step == "escalation"
    recognition.report_upward(case, on=VOTED + timedelta(days=20), today=TODAY, version=case.version, **LATE)
    decided(case, VOTED + timedelta(days=24), "205-QĐ/HU")
    assert (case.stage, case.outcome) == ("OFFICIAL", "")


def test_striking_off_takes_the_person_off_the_roll(case):
    voted(case, yes=1, no=5)
    assert case.outcome == "strike_off_proposed"
    decided(case, date(2026, 10, 6), "202-QĐ/HU")
    member = case.candidate.member
    member.refresh_from_db()
    last = member.movements.in_force().order_by("effective_on").last()
    assert (member.on_roll, last.kind, last.effective_on, last.document) == (
        False, MovementKind.STRUCK_OFF, date(2026, 10, 6), "202-QĐ/HU",
    )  # fmt: skip
    assert (case.status, case.outcome, agrees(case)) == ("closed", "struck_off", True)
    void(event(case, "strike_off_decision"), reason="Chưa có quyết định", today=TODAY, version=case.version)
    member.refresh_from_db()
    assert (member.on_roll, case.status) == (True, "open")


def test_a_strike_off_that_is_declined_lets_the_cell_vote_again(case):
    voted(case, yes=1, no=5)
    decided(case, date(2026, 10, 6), "203-TB/HU", agreed=False, reason="Chưa đủ cơ sở", vote=Vote(1, no=10, members=11))
    assert (case.outcome, case.next_step, case.candidate.member.on_roll) == (
        "strike_off_declined", "recognition_vote", True,
    )  # fmt: skip


def test_the_helper_goes_on_or_another_takes_over(units):
    case = admitted(units["K1"], DECIDED, held_after=12)
    old = case.mentorship_set.get()
    helpers.end_helper(old, on=HELD, today=TODAY, version=case.version, reason="Chuyển công tác")
    case.refresh_from_db()
    with pytest.raises(RuleError, match="không có đảng viên nào giúp đỡ"):
        recognition.keep_helper(case, on=HELD, today=TODAY, version=case.version, **LATE)
    new = units["K1"].members.exclude(pk=old.helper_id).filter(official_on__isnull=False).first()
    row, _ = recognition.assign_probation_helper(case, new, on=HELD, today=TODAY, version=case.version, **LATE)
    row.case = case
    helpers.record_remark(row, "Tiến bộ", year=2026, quarter=1, today=TODAY, version=case.version)
    assert event(case, "probation_helper").occurred_on == HELD


def test_a_file_written_in_bulk_takes_the_admission_of_its_person(units):
    person, member = files.person("Trần Thị Mai"), Member(code="099-1", full_name="Trần Thị Mai")
    roll.enter_member(member, kind=MovementKind.ADMITTED, organization=units["K1"], effective_on=DECIDED, held_on=HELD,
                      today=TODAY)  # fmt: skip
    person.member = member
    way = ("introduction", *files.WAY, *WAY_UP[:3])
    events = [EventDraft(kind, DECIDED - timedelta(days=200 - number)) for number, kind in enumerate(way)]
    events += [EventDraft("decision", DECIDED, agreed=True), EventDraft("ceremony", HELD)]
    events += [EventDraft(kind, HELD) for kind in ("member_file", "probation_helper", "new_member_class")]
    events += [EventDraft(kind, OFFICIAL) for kind in recognition.PAPERS]
    (case,) = load_cases([CaseDraft(person, units["K1"], DECIDED - timedelta(days=210), events)], today=TODAY)
    assert case.rollentry_set.get().movement == member.movements.get()
    case = Case.objects.get(pk=case.pk)
    recognised(case)
    member.refresh_from_db()
    assert member.official_on == OFFICIAL
    roll.transfer(member, to=units["K3"], left_on=TODAY, arrived_on=TODAY, today=TODAY)
    case.refresh_from_db()
    assert (case.organization, agrees(case)) == (units["K3"], True)


def test_a_cancelled_admission_written_in_bulk_takes_the_roll_s_striking_off_as_its_adjustment(units):
    person, member = files.person("Trần Thị Lan"), Member(code="099-2", full_name="Trần Thị Lan")
    roll.enter_member(member, kind=MovementKind.ADMITTED, organization=units["K1"], effective_on=DECIDED, held_on=HELD,
                      today=TODAY)  # fmt: skip
    roll.transfer(member, to=units["K3"], left_on=HELD + timedelta(days=50), arrived_on=HELD + timedelta(days=60),
                  today=TODAY)  # fmt: skip
    factories.moved(member, MovementKind.STRUCK_OFF, units["K3"], date(2026, 9, 12))
    person.member = member
    way = ("introduction", *files.WAY, *WAY_UP[:3])
    events = [EventDraft(kind, DECIDED - timedelta(days=200 - number)) for number, kind in enumerate(way)]
    events += [EventDraft("decision", DECIDED, agreed=True), EventDraft("ceremony", HELD)]
    events.append(EventDraft("cancelled", date(2026, 9, 12), reason="Sai thủ tục", at=units["K3"]))
    (case,) = load_cases([CaseDraft(person, units["K1"], DECIDED - timedelta(days=210), events)], today=TODAY)
    entered = dict(case.rollentry_set.values_list("kind", "movement__kind"))
    assert entered == {"admission": MovementKind.ADMITTED, "adjustment": MovementKind.STRUCK_OFF}
    case = Case.objects.get(pk=case.pk)
    assert (case.outcome, case.organization, agrees(case)) == ("cancelled", units["K3"], True)
    places = dict(case.events.values_list("kind", "organization"))
    assert (places["ceremony"], places["cancelled"]) == (units["K1"].pk, units["K3"].pk)


def test_the_file_of_somebody_who_has_left_the_roll_is_closed(case):
    with pytest.raises(RuleError, match="đang trong danh sách"):
        done(case, "left_roll", reason="Từ trần")
    factories.moved(case.candidate.member, MovementKind.DIED, case.organization, date(2026, 9, 12))
    with pytest.raises(RuleError, match="không còn trong danh sách"):
        recognised(case)
    case = Case.objects.get(pk=case.pk)
    done(case, "left_roll", reason="Từ trần")
    assert (case.status, case.outcome, case.next_step, agrees(case)) == ("closed", "left_roll", "", True)


def test_cards_come_in_batches_with_numbers_of_twelve_digits(units, case):
    assert cards.next_batch_day(date(2026, 9, 3)) == date(2026, 11, 7)
    assert cards.next_batch_day(date(2026, 12, 1)) == date(2027, 2, 3)
    with pytest.raises(RuleError, match="3/2, 19/5, 2/9, 7/11"):
        cards.open_batch(units["H"], day=date(2026, 9, 3), today=TODAY)
    batch = cards.open_batch(units["H"], day=date(2026, 11, 7), today=TODAY)
    with pytest.raises(RuleError, match="chưa được công nhận"):
        cards.put_into_batch([case], batch, today=TODAY)
    recognised(case)
    assert list(without_card(Case.objects.all())) == [case]
    (card,) = cards.put_into_batch([case], batch, today=TODAY)
    assert list(without_card(Case.objects.all())) == []
    cards.decide_batch(batch, number="30-QĐ/HU", on=date(2026, 11, 2), today=TODAY, version=batch.version)
    with pytest.raises(RuleError, match="12 chữ số"):
        cards.number_card(card, "123", today=TODAY, version=case.version)
    with pytest.raises(RuleError, match="chưa có số"):
        cards.hand_out(card, on=TODAY, today=TODAY, version=case.version)
    cards.number_card(card, "099 000 000 123", today=TODAY, version=case.version)
    assert (str(card.number), card.number.open()) == ("••••", "099000000123")
    card = MemberCard.objects.select_related("batch__organization", "case").get(pk=card.pk)
    card.case = case
    cards.hand_out(card, on=TODAY, today=TODAY, version=case.version)
    assert (case.status, case.next_step, event(case, "card").document_number) == ("done", "", "30-QĐ/HU")
    assert agrees(case)


def test_probation_is_counted_from_the_ceremony(case):
    assert shown(case).official_on == add_months(HELD, 12) == OFFICIAL
