"""At the ceremony the person joins the roll, in one transaction; what is corrected in the file is corrected there."""

from datetime import date, timedelta

import pytest

from cells.kinds import MovementKind
from cells.models import Member, Movement
from cells.people import find_people
from cells.services import arranging, members, roll
from cells.services.arranging import Decision
from cells.services.errors import RuleError
from cells.services.locks import lock_period
from core import audit
from core.models import AuditEvent
from pipeline.models import Candidate, Case, CaseEvent, RollEntry
from pipeline.queries.cases import judge_of
from pipeline.services.cases import Document, correct, void
from pipeline.services.ceremony import check_ceremony
from pipeline.services.joining import link
from reports.kinds import CountsOn
from reports.models import TargetPolicy
from reports.queries.rates import rate_table
from reports.rates import Period
from tests import factories
from tests.pipeline import files
from tests.pipeline.files import agrees, done
from tests.pipeline.upward import admitted, ceremony, decided, event
from tests.today import TODAY

pytestmark = pytest.mark.django_db

DECIDED = date(2026, 9, 14)


@pytest.fixture
def units():
    return files.peopled(5)


def admitted_in(unit, year: int, counts_on: str = CountsOn.DECISION) -> int:
    policy = TargetPolicy.of(year)
    policy.counts_on = counts_on
    return rate_table(Period.of_year(year), policy)[unit].figures.admitted


def test_the_ceremony_puts_the_person_on_the_roll_and_into_the_rate(units):
    case = decided(units["K1"], DECIDED, someone=files.person("Trần Thị Mai"))
    assert Candidate.objects.get(pk=case.candidate_id).member is None
    assert admitted_in(units["H"], 2026) == 0
    ceremony(case, DECIDED + timedelta(days=10), document=Document("3-BB/CB", DECIDED))
    member = Member.objects.get(full_name="Trần Thị Mai")
    movement = member.movements.get()
    assert (movement.kind, movement.effective_on, movement.held_on, movement.document, movement.organization) == (
        MovementKind.ADMITTED, DECIDED, DECIDED + timedelta(days=10), "12-QĐ/HU", units["K1"],
    )  # fmt: skip
    assert (member.on_roll, member.joined_on, member.official_on, member.code) == (True, DECIDED, None, case.code)
    assert (case.stage, case.candidate.member) == ("PROBATION", member)
    assert [admitted_in(units[key], 2026) for key in ("K1", "D1", "H", "D2")] == [1, 1, 1, 0]
    assert agrees(case)


def test_each_policy_counts_by_its_own_date(units):
    case = decided(units["K1"], date(2025, 12, 22))
    assert admitted_in(units["H"], 2025) == 0
    ceremony(case, date(2026, 1, 9))
    counts = {(year, on): admitted_in(units["H"], year, on) for year in (2025, 2026) for on in CountsOn}
    assert counts == {
        (2025, CountsOn.DECISION): 1, (2025, CountsOn.CEREMONY): 0,
        (2026, CountsOn.DECISION): 0, (2026, CountsOn.CEREMONY): 1,
    }  # fmt: skip


def test_nothing_stays_where_the_roll_refuses(units):
    case = decided(units["K1"], DECIDED)
    lock_period(
        units["H"], first_day=date(2026, 9, 1), last_day=date(2026, 9, 30), by=factories.user(), reason="Quý III"
    )
    before = Case.objects.filter(pk=case.pk).values().get()
    with pytest.raises(RuleError, match="đã khóa"):
        ceremony(case, DECIDED + timedelta(days=10))
    assert Case.objects.filter(pk=case.pk).values().get() == before
    assert not CaseEvent.objects.filter(case=case, kind="ceremony").exists()
    assert not RollEntry.objects.exists()
    assert case.version == before["version"]


def test_the_trail_tells_of_file_and_roll_as_one_change(units):
    case = decided(units["K1"], DECIDED)
    ceremony(case, DECIDED + timedelta(days=10))
    told = AuditEvent.objects.filter(model="pipeline.case", object_id=str(case.public_id)).order_by("-pk")
    batch = AuditEvent.objects.filter(batch=told[0].batch).values_list("model", flat=True)
    assert set(batch) == {"pipeline.case", "cells.member", "cells.movement"}
    assert told.count() == case.version
    assert Movement.objects.get(member=case.candidate.member).batch == told[0].batch


def test_a_late_ceremony_warns_and_takes_the_consent_of_the_level_above(units):
    case = decided(units["K1"], date(2026, 8, 3))
    on, judge = date(2026, 11, 20), judge_of(TODAY)
    check = check_ceremony(case, on, judge)
    assert (check.needs_consent, check.due) == (True, judge.calendar.add(date(2026, 8, 3), 30))
    with pytest.raises(RuleError, match="số và ngày"):
        ceremony(case, on, consent=Document("", None))
    found = ceremony(case, on, consent=Document("41-CV/HU", date(2026, 11, 10), "Huyện ủy Minh Sơn"))
    assert "requirements.late_ceremony_consent" not in {each.rule for each in found.warnings}
    assert case.casedocument_set.get(kind="late_ceremony_consent").number == "41-CV/HU"
    other = decided(units["K1"], date(2026, 8, 3), number="13-QĐ/HU")
    found = ceremony(other, on)
    assert "requirements.late_ceremony_consent" in {each.rule for each in found.warnings}
    assert other.candidate.member.on_roll


def test_a_corrected_decision_or_ceremony_corrects_the_roll(units):
    case = admitted(units["K1"], DECIDED)
    member = case.candidate.member
    day = DECIDED - timedelta(days=1)
    correct(event(case, "decision"), occurred_on=day, document=Document("12A-QĐ/HU", day), reason="Gõ nhầm",
            today=TODAY, version=case.version)  # fmt: skip
    correct(event(case, "ceremony"), occurred_on=DECIDED + timedelta(days=12), reason="Nhầm ngày", today=TODAY,
            version=case.version)  # fmt: skip
    movement = member.movements.in_force().get()
    assert (movement.effective_on, movement.held_on, movement.document) == (
        day, DECIDED + timedelta(days=12), "12A-QĐ/HU",
    )  # fmt: skip
    member.refresh_from_db()
    assert (member.joined_on, member.on_roll) == (day, True)
    assert RollEntry.objects.filter(case=case, movement__in_force=True).count() == 1


def test_a_ceremony_that_never_was_leaves_no_member(units):
    case = admitted(units["K1"], DECIDED)
    member = case.candidate.member
    void(event(case, "ceremony"), reason="Ghi nhầm hồ sơ", today=TODAY, version=case.version)
    member.refresh_from_db()
    assert (member.on_roll, member.joined_on, member.movements.in_force().count()) == (False, None, 0)
    assert (case.stage, admitted_in(units["H"], 2026)) == ("DECIDED", 0)
    ceremony(case, DECIDED + timedelta(days=14))
    member.refresh_from_db()
    assert (member.on_roll, member.joined_on, admitted_in(units["H"], 2026)) == (True, DECIDED, 1)
    assert Member.objects.filter(full_name=member.full_name).count() == 1


def test_by_hand_the_roll_sends_to_the_file(units):
    case = admitted(units["K1"], DECIDED)
    member = case.candidate.member
    movement = member.movements.get()
    for attempt in (
        lambda: roll.reverse_movement(movement, reason="nhầm", today=TODAY),
        lambda: roll.correct_movement(movement, reason="nhầm", today=TODAY, effective_on=date(2026, 9, 1)),
        lambda: factories.moved(member, MovementKind.STRUCK_OFF, units["K1"], TODAY),
    ):
        with pytest.raises(RuleError, match=case.code):
            attempt()


@pytest.mark.parametrize("is_locked", [False, True])
def test_an_admission_that_the_roll_had_before_is_the_files_and_no_second_one(units, is_locked):
    """Brought with a list that names neither ceremony nor number: the file fills them in, where the period is open."""
    case = decided(units["K1"], DECIDED)
    member = factories.member(units["K1"], joined_on=DECIDED)
    link(case, member)
    if is_locked:
        given = {"first_day": DECIDED, "last_day": DECIDED, "by": factories.user(), "reason": "đã báo cáo"}
        lock_period(units["H"], **given)
    ceremony(case, DECIDED + timedelta(days=10))
    admission = member.movements.in_force().get(kind=MovementKind.ADMITTED)
    assert case.rollentry_set.get(movement=admission).kind == "admission"
    assert admission.held_on == (None if is_locked else DECIDED + timedelta(days=10))
    assert admitted_in(units["H"], DECIDED.year) == 1
    assert agrees(case)


def test_whoever_is_transferred_takes_the_file_along(units):
    case = admitted(units["K1"], DECIDED)
    roll.transfer(
        case.candidate.member, to=units["K3"], left_on=date(2026, 11, 2), arrived_on=date(2026, 11, 3), today=TODAY
    )
    case.refresh_from_db()
    assert case.organization == units["K3"]
    assert done(case, "member_file").organization == units["K3"]
    assert agrees(case)


def test_a_ceremony_entered_after_its_cell_was_taken_over_ends_at_the_successor(units):
    case = decided(units["K1"], DECIDED)
    on = date(2026, 10, 30)
    arranging.merge(units["K1"], Decision(on, TODAY, "5-QĐ/ĐU"), successor=units["K2"])
    case.refresh_from_db()
    ceremony(case, DECIDED + timedelta(days=10))
    member = case.candidate.member
    moves = member.movements.in_force().order_by("effective_on", "kind")
    assert [(row.kind, row.organization.code) for row in moves] == [
        ("admitted", "K1"), ("transferred_in", "K2"), ("transferred_out", "K1"),
    ]  # fmt: skip
    assert (member.organization, case.organization) == (units["K2"], units["K2"])
    assert admitted_in(units["D1"], 2026) == 1
    void(event(case, "ceremony"), reason="Nhầm", today=TODAY, version=case.version)
    member.refresh_from_db()
    assert (member.on_roll, member.movements.in_force().count()) == (False, 0)


def test_a_known_identity_is_no_second_member(units):
    old = files.official(units["K3"], full_name="Trần Thị Mai")
    members.change_personal_data(old, version=old.version, today=TODAY, values={}, identity_number="099000000111")
    case = decided(units["K1"], DECIDED, identity_number="099000000111")
    with pytest.raises(RuleError, match="đang trong danh sách"):
        ceremony(case, DECIDED + timedelta(days=10))


def test_whoever_joins_is_found_once_by_name(units):
    case = decided(units["K1"], DECIDED, someone=files.person("Đặng Thị Ngọc Hà"))
    assert [(each.code, each.organization) for each in find_people("dang thi ngoc")] == [(case.code, "K1")]
    ceremony(case, DECIDED + timedelta(days=10), code="099-000123")
    assert [(each.code, each.organization) for each in find_people("ngọc hà")] == [("099-000123", "K1")]


def test_a_failing_trail_leaves_neither_event_nor_member(units, monkeypatch):
    case = decided(units["K1"], DECIDED)
    monkeypatch.setattr(audit, "record", lambda *_, **__: (_ for _ in ()).throw(OSError("no trail")))
    with pytest.raises(OSError, match="no trail"):
        ceremony(case, DECIDED + timedelta(days=10))
    assert not Movement.objects.filter(effective_on=DECIDED).exists()
    assert Candidate.objects.get(pk=case.candidate_id).member is None
