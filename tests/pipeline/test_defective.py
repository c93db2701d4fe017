"""Wrong admissions and people who come back: cancel, remedy, redo, re-admission, with what they do to figures."""

from datetime import date, timedelta

import pytest

from cells.kinds import MovementKind
from cells.services.errors import RuleError
from cells.services.locks import lock_period
from core.dates import add_months
from pipeline.models import Case, RollEntry
from pipeline.queries.cases import judge_of, situation_of
from pipeline.services import defective
from pipeline.services.cases import Document
from pipeline.services.errors import GateError
from pipeline.services.opening import Consent
from pipeline.services.papers import add_paper
from reports.models import TargetPolicy
from reports.queries.rates import figures_of, rate_table
from reports.rates import Period
from tests import factories
from tests.pipeline import files
from tests.pipeline.files import agrees, done, vote
from tests.pipeline.upward import admitted, ceremony, decided, event, voted
from tests.today import TODAY

pytestmark = pytest.mark.django_db

DECIDED = date(2025, 9, 1)
CANCELLED = date(2026, 11, 3)
PAPER = Document("50-QĐ/TU", CANCELLED, "Tỉnh ủy")


@pytest.fixture
def units():
    return files.peopled(5)


def figures(unit, year: int):
    return rate_table(Period.of_year(year), TargetPolicy.of(year))[unit].figures


def cancel(case: Case, on: date = CANCELLED):
    return defective.cancel_admission(
        case, on=on, today=TODAY, version=case.version, reason="Khai lý lịch không trung thực", document=PAPER,
        late_reason="sổ cũ",
    )  # fmt: skip


def lock(units, year: int) -> None:
    lock_period(
        units["H"], first_day=date(year, 1, 1), last_day=date(year, 12, 31), by=factories.user(), reason="BC năm"
    )


def test_a_cancelled_admission_leaves_its_year(units):
    case = admitted(units["K1"], DECIDED)
    assert (figures(units["H"], 2025).admitted, figures(units["H"], 2025).closing) == (1, 6)
    with pytest.raises(RuleError, match="số và ngày"):
        defective.cancel_admission(
            case, on=CANCELLED, today=TODAY, version=case.version, reason="x", document=Document()
        )
    cancel(case)
    member = case.candidate.member
    assert (member.on_roll, case.status, case.outcome) == (False, "closed", "cancelled")
    assert (figures(units["H"], 2025).admitted, figures(units["H"], 2025).closing) == (0, 5)
    assert (figures(units["H"], 2026).decreases, figures(units["H"], 2026).closing) == (0, 5)
    assert agrees(case)


def test_a_locked_year_keeps_its_figures_and_the_roll_is_adjusted_on_the_day(units):
    case = admitted(units["K1"], DECIDED)
    lock(units, 2025)
    before = figures_of(Period.of_year(2025))[units["H"].pk]
    cancel(case)
    member = case.candidate.member
    member.refresh_from_db()
    assert figures_of(Period.of_year(2025))[units["H"].pk] == before
    assert (member.on_roll, figures(units["H"], 2026).opening, figures(units["H"], 2026).closing) == (False, 6, 5)
    last = member.movements.in_force().order_by("effective_on").last()
    assert (last.kind, last.effective_on, last.document) == (MovementKind.STRUCK_OFF, CANCELLED, "50-QĐ/TU")
    (found,) = defective.adjustments(date(2026, 1, 1), date(2026, 12, 31))
    assert (found.member, found.admission.effective_on) == (member, DECIDED)
    assert "50-QĐ/TU" in str(found)
    with pytest.raises(RuleError, match="không phải kết nạp lại"):
        defective.return_of(member, TODAY)


@pytest.mark.parametrize("is_locked", [False, True])
def test_after_remedy_the_admission_holds_by_its_own_days(units, is_locked):
    case = admitted(units["K1"], DECIDED)
    before = figures(units["H"], 2025)
    if is_locked:
        lock(units, 2025)
    cancel(case)
    defective.recognise_after_remedy(
        case, on=TODAY, today=TODAY, version=case.version, reason="Đã bổ sung", document=Document("51-QĐ/TU", TODAY)
    )
    member = case.candidate.member
    member.refresh_from_db()
    (movement,) = member.movements.in_force()
    assert (member.on_roll, member.joined_on, movement.effective_on) == (True, DECIDED, DECIDED)
    assert (case.status, case.stage, figures(units["H"], 2025)) == ("open", "PROBATION", before)
    assert defective.adjustments(date(2026, 1, 1), date(2026, 12, 31)) == []
    assert agrees(case)


@pytest.mark.parametrize("is_locked", [False, True])
def test_done_again_it_is_an_admission_of_its_own(units, is_locked):
    case = admitted(units["K1"], DECIDED)
    if is_locked:
        lock(units, 2025)
    cancel(case, date(2026, 9, 1))
    defective.order_redo(
        case, on=date(2026, 9, 2), today=TODAY, version=case.version, reason="Sai thủ tục",
        document=Document("52-CV/TU", date(2026, 9, 2)), late_reason="sổ cũ",
    )  # fmt: skip
    assert (case.status, case.next_step) == ("open", "cell_vote") or case.next_step
    done(case, "cell_vote", date(2026, 9, 10), vote=vote(units["K1"]))
    done(case, "base_resolution", date(2026, 9, 20))
    done(case, "file_check", date(2026, 9, 25))
    done(case, "decision", date(2026, 10, 5), agreed=True, document=Document("300-QĐ/HU", date(2026, 10, 5)))
    ceremony(case, date(2026, 10, 15))
    member = case.candidate.member
    member.refresh_from_db()
    assert (member.on_roll, figures(units["H"], 2026).admitted, figures(units["H"], 2026).closing) == (True, 1, 6)
    assert figures(units["H"], 2025).admitted == (1 if is_locked else 0)
    assert RollEntry.objects.filter(case=case, number=2, movement__in_force=True).count() == 1
    assert agrees(case)


def struck_off(units, on: date) -> Case:
    """Somebody struck off the roll by his file on the day *on*."""
    case = admitted(units["K1"], add_months(on, -15))
    for step in ("probation_helper", "new_member_class"):
        done(case, step, add_months(on, -10))
    for step in ("self_review", "helper_comment", "probation_opinions"):
        done(case, step, on - timedelta(days=40))
    done(case, "recognition_vote", on - timedelta(days=30), vote=vote(units["K1"], yes=0, no=5))
    done(case, "strike_off_decision", on, agreed=True, document=Document("9-QĐ/HU", on))
    return case


def again(units, case: Case, opened_on: date, **values) -> Case:
    found = defective.return_of(case.candidate.member, TODAY)
    return files.opened(
        units["K1"], on=opened_on, someone=case.candidate, consent=Consent(opened_on),
        surroundings=found.surroundings(**files.PLACE, **values),
    )  # fmt: skip


LEFT = date(2023, 1, 10)


def test_who_was_struck_off_comes_back_after_36_months_with_consent(units):
    old = struck_off(units, LEFT)
    member = old.candidate.member
    assert defective.return_of(member, TODAY).earliest == date(2026, 1, 10)
    case = again(units, old, date(2025, 10, 1))
    assert (case.kind, case.routes, case.former_left_on) == ("readmission", ["readmission"], LEFT)
    files.walk(case, every=5)
    with pytest.raises(GateError, match="cần ít nhất 36"):
        done(case, "cell_vote", date(2026, 1, 5), vote=vote(units["K1"]))
    done(case, "cell_vote", date(2026, 1, 15), vote=vote(units["K1"]))
    done(case, "base_resolution", date(2026, 1, 22))
    done(case, "file_check", date(2026, 1, 26))
    with pytest.raises(GateError, match="đồng ý kết nạp lại"):
        done(case, "decision", date(2026, 2, 10), agreed=True)
    signed = {"signed_on": date(2026, 2, 2), "number": "4-CV/TU"}
    add_paper(case, "consent_readmission", today=TODAY, version=case.version, **signed)
    done(case, "decision", date(2026, 2, 10), agreed=True, document=Document("77-QĐ/HU", date(2026, 2, 10)))
    ceremony(case, date(2026, 2, 16))
    member.refresh_from_db()
    assert (member.on_roll, member.official_on, member.movements.in_force().count()) == (True, None, 3)
    assert figures(units["H"], 2026).admitted == 1
    assert case.candidate.member == member
    with pytest.raises(RuleError, match="không ở trong diện"):
        defective.return_of(member, TODAY)
    assert agrees(case)


def test_nobody_is_admitted_again_twice(units):
    old = struck_off(units, LEFT)
    found = defective.return_of(old.candidate.member, TODAY)
    case = again(units, old, date(2025, 10, 1), times_readmitted=found.times_readmitted + 1)
    files.walk(case, every=5)
    with pytest.raises(GateError, match="Đã kết nạp lại một lần"):
        done(case, "cell_vote", date(2026, 1, 15), vote=vote(units["K1"]))


def test_in_the_same_file_the_conditions_are_those_of_re_admission(units):
    case = struck_off(units, LEFT)
    given = {"today": TODAY, "reason": "Xin vào lại", "document": Document(), "late_reason": "x"}
    with pytest.raises(GateError, match="Chưa đủ 36 tháng"):
        defective.begin_again(case, on=date(2025, 12, 1), version=case.version, **given)
    defective.begin_again(case, on=date(2026, 1, 12), version=case.version, **given)
    member = case.candidate.member
    member.refresh_from_db()
    assert (case.status, member.on_roll, member.movements.in_force().count()) == ("open", False, 2)
    situation = situation_of(case, judge_of(TODAY))
    assert (situation.facts.former.left_on, situation.facts.routes) == (LEFT, ("readmission",))
    assert agrees(case)


def test_cancelling_before_the_ceremony_touches_no_roll(units):
    case = decided(units["K1"], DECIDED)
    cancel(case)
    assert case.candidate.member is None
    assert figures(units["H"], 2025).admitted == 0


def test_what_was_not_decided_cannot_be_cancelled(units):
    case = voted(units["K1"], DECIDED)
    with pytest.raises(RuleError, match="Chưa có"):
        cancel(case)
    assert not event(case, "cell_vote").void
