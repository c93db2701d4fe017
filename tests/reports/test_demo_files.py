"""Files of the demo in the database: lawful under the edition of their day, one with the roll, the same as entered one
by one."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Q

from cells.kinds import MovementKind
from cells.models import Appointment, Member, Movement, Organization
from cells.profiles import ProfileName
from cells.roles import Role
from core.dates import add_months
from core.models import AuditEvent
from pipeline.deriving import DERIVED
from pipeline.engine.recording import unlawful
from pipeline.engine.steps import steps_in
from pipeline.kinds import CARD_DAYS, ClassKind
from pipeline.models import (
    Ballot,
    Candidate,
    CardBatch,
    Case,
    CaseDocument,
    CaseEvent,
    Enrolment,
    FileReceipt,
    HelperRemark,
    MemberCard,
    Mentorship,
    Relative,
    RollEntry,
    Session,
    SessionItem,
    TrainingClass,
    TrialTask,
    VettingBody,
    VettingInquiry,
)
from pipeline.queries.cases import judge_of, stuck_cases, with_facts
from pipeline.queries.sessions import decided_without_ceremony, decides
from pipeline.queries.voters import voters_on
from pipeline.services.nightly import refresh_cases
from pipeline.services.sessions import is_waiting
from reports.demo import commune, directory, district, loader
from reports.demo.cases import filed_since
from reports.kinds import CountsOn
from reports.queries.rates import policy_with, rate_table
from reports.rates import Period
from tests.reports.replaying import entered_again
from tests.today import TODAY

pytestmark = pytest.mark.xdist_group("demo files")  # what they look at is made once

MODELS = {ProfileName.DISTRICT: district, ProfileName.COMMUNE: commune}


Figures = dict[tuple[int, str], Any]


def figures() -> Figures:
    """What the roll comes to: every rate of every year by either date, and each member."""
    found: Figures = {}
    for year in range(TODAY.year - 5, TODAY.year + 1):
        for counts_on in CountsOn:
            table = rate_table(Period.of_year(year), policy_with(year, counts_on=counts_on))
            found[year, counts_on] = {key: (row.rate, row.figures) for key, row in table.rows.items()}
    found[0, "roll"] = list(Member.objects.order_by("pk").values_list("pk", "organization", "on_roll", "official_on"))
    found[0, "moves"] = list(Movement.objects.order_by("pk").values_list("pk", "effective_on", "held_on", "in_force"))
    return found


@pytest.fixture(scope="module", params=ProfileName.values)
def loaded(request, django_db_setup, django_db_blocker):
    """A tiny committee of each model, loaded once for the tests below, with the figures before its files were there;
    the database is empty again afterwards."""
    before: list[Figures] = []
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(loader, "write_cases", watched(loader.write_cases, before))
        loader.load_demo(profile=request.param, today=TODAY, extent=MODELS[ProfileName(request.param)].TINY)
        yield request.param, before[0]
        transaction.set_rollback(True)


def watched(write: Any, before: list[Figures]) -> Any:
    def write_cases(*given: Any) -> Iterator[float]:
        before.append(figures())
        yield from write(*given)

    return write_cases


@pytest.fixture
def tiny(loaded, db):
    return loaded[0]


def members_files():
    return Case.objects.filter(candidate__member__isnull=False)


def admissions():
    """Those that have a file."""
    return Movement.objects.in_force().filter(
        kind=MovementKind.ADMITTED, effective_on__gte=filed_since(TODAY), is_implied=False
    )


# --- one with the roll ------------------------------------------------------------------------------------------------


def test_files_change_no_figure_and_nobody_on_the_roll(tiny, loaded):
    assert figures() == loaded[1]


def test_each_admission_of_the_last_years_has_exactly_one_file_that_says_the_same(tiny):
    assert admissions().count() > 20
    entries = RollEntry.objects.filter(kind="admission").select_related("movement", "case__candidate__member")
    assert sorted(entries.values_list("movement", flat=True)) == sorted(admissions().values_list("pk", flat=True))
    assert len({entry.case_id for entry in entries}) == members_files().count() == len(entries)
    for entry in entries:
        movement, member = entry.movement, entry.case.candidate.member
        events = {event.kind: event for event in CaseEvent.objects.in_force().filter(case=entry.case)}
        decision, ceremony = events["decision"], events["ceremony"]
        assert (decision.occurred_on, decision.document_number) == (movement.effective_on, movement.document)
        assert (ceremony.occurred_on, ceremony.organization_id) == (movement.held_on, movement.organization_id)
        due = add_months(movement.held_on, 12)
        assert member.official_on == (due if "recognition_decision" in events else None)
        person = entry.case.candidate
        assert (person.full_name, person.born_on, person.sex) == (member.full_name, member.born_on, member.sex)
        if member.on_roll:
            assert entry.case.organization_id == member.organization_id
        else:
            assert entry.case.status == "closed" or entry.case.stage == "OFFICIAL"


def test_who_waits_for_the_ceremony_is_on_no_roll_and_in_no_figure(tiny):
    waiting = decided_without_ceremony(Case.objects.all())
    assert waiting.exists()
    assert not waiting.filter(candidate__member__isnull=False).exists()
    numbers = set(CaseEvent.objects.filter(case__in=waiting, kind="decision").values_list("document_number", flat=True))
    assert len(numbers) == waiting.count()
    assert not admissions().filter(document__in=numbers).exists()
    assert not admissions().filter(held_on=None).exists()


def test_all_present_probationers_have_their_file(tiny):
    probationers = Member.objects.filter(on_roll=True, official_on=None)
    assert probationers.count() > 5
    cases = Case.objects.filter(candidate__member__in=probationers)
    assert cases.count() == probationers.count()
    assert set(cases.values_list("stage", flat=True)) <= {"PROBATION", "RECOGNITION"}
    for case in cases:
        if case.events.filter(kind="probation_helper").exists():
            assert case.mentorship_set.filter(until=None, since__isnull=False).exists(), case.code


def test_the_night_finds_nothing_to_renew(tiny):
    night = refresh_cases(TODAY)
    assert (night.changed, night.stuck) == (0, [])
    assert night.cases == Case.objects.ongoing().count()


# --- as if entered one by one -----------------------------------------------------------------------------------------


def test_files_entered_step_by_step_come_to_the_same(tiny):
    """From the cell's vote on; for members who have not moved since, or the copy's would have to move as well."""
    still = members_files().exclude(candidate__member__movements__kind=MovementKind.TRANSFERRED_IN)
    still = still.filter(Q(candidate__member__on_roll=True) | Q(outcome="struck_off")).order_by("pk")
    wanted = {"PROBATION": 5, "RECOGNITION": 3, "OFFICIAL": 6}
    chosen = [case for stage, size in wanted.items() for case in still.filter(stage=stage)[:size]]
    chosen += Case.objects.filter(stage__in=("DECIDED", "COMMITTEE", "CELL_PASSED"), status="open").order_by("pk")[:6]
    for case in chosen:
        with transaction.atomic():
            copy = entered_again(case)
            copy.refresh_from_db()
            for name in DERIVED:
                assert getattr(copy, name) == getattr(case, name), (case.code, name)
            assert copy.organization_id == case.organization_id
            assert on_the_roll(copy) == on_the_roll(case)
            transaction.set_rollback(True)
    assert len(chosen) >= 15


def on_the_roll(case: Case) -> list[tuple]:
    member = Candidate.objects.get(pk=case.candidate_id).member
    rows = RollEntry.objects.filter(case=case, movement__in_force=True).order_by("number", "kind")
    found = list(
        rows.values_list("number", "kind", "movement__effective_on", "movement__held_on", "movement__document")
    )
    return [*found, (member.official_on, member.on_roll) if member else ()]


# --- the law and the way ----------------------------------------------------------------------------------------------


def test_every_event_was_lawful_on_its_day(tiny):
    judge = judge_of(TODAY)
    for case, facts in with_facts(Case.objects.order_by("pk"), TODAY):
        assert unlawful(facts, judge.book, judge.calendar) == {}, case.code


def test_every_open_file_has_a_next_step(tiny):
    judge = judge_of(TODAY)
    assert not stuck_cases().exists()
    for case, facts in with_facts(Case.objects.ongoing(), TODAY):
        assert steps_in(judge.situation(facts)), case.code


def test_every_stage_is_there_in_its_share(tiny):
    stages = Counter(Case.objects.ongoing().values_list("stage", flat=True))
    everywhere = {"SOURCE", "SYMPATHISER", "FILE", "CELL_PASSED", "DECIDED", "PROBATION"}
    assert set(stages) >= everywhere | ({"COMMITTEE", "RECOGNITION"} if tiny == ProfileName.DISTRICT else set())
    total = sum(stages[name] for name in ("SOURCE", "SYMPATHISER", "FILE", "CELL_PASSED", "COMMITTEE"))
    assert 0.02 <= stages["SOURCE"] / total <= 0.2
    assert 0.35 <= stages["SYMPATHISER"] / total <= 0.7
    assert 0.15 <= stages["FILE"] / total <= 0.5
    assert 0.02 <= (stages["CELL_PASSED"] + stages["COMMITTEE"]) / total <= 0.2
    assert Case.objects.filter(stage="OFFICIAL", status="done").exists()


def test_one_open_file_in_eight_is_overdue(tiny):
    opened = Case.objects.filter(status="open")
    share = opened.filter(first_due__lt=TODAY).count() / opened.count()
    assert 0.08 <= share <= 0.16


def test_ballots_name_exactly_those_who_could_vote(tiny):
    ballots = list(Ballot.objects.select_related("event__organization", "event__case__candidate__member"))
    assert ballots
    for ballot in ballots:
        voters = voters_on(ballot.event.organization, ballot.event.occurred_on)
        own = ballot.event.case.candidate.member  # nobody votes on himself; he counts as official since his due day
        assert ballot.confirmed == sorted(str(each) for each in voters.ids - {own and own.public_id})
        states = [voters.count(state) for state in ("away", "exempt", "suspended")]
        assert [ballot.away, ballot.exempt, ballot.suspended] == states


def test_classes_registers_and_files_say_the_same(tiny):
    certified = Enrolment.objects.exclude(certificate_number="")
    events = CaseEvent.objects.in_force().filter(kind__in=ClassKind.values)
    assert set(certified.values_list("case", "certified_on", "certificate_number")) == set(
        events.values_list("case", "occurred_on", "document_number")
    )
    assert all(row.training_class.opens_on <= row.certified_on <= row.training_class.closes_on
               for row in certified.select_related("training_class"))  # fmt: skip
    states = Counter(TrainingClass.objects.values_list("state", flat=True))
    assert states["open"] == 2
    assert states["planned"] == 1
    assert {row.state for row in Enrolment.objects.filter(certificate_number="")} == {"accepted", "proposed"}
    assert set(certified.values_list("training_class__kind", flat=True)) == set(ClassKind.values)
    papers = CaseDocument.objects.filter(kind="certificate")
    assert set(papers.values_list("case", "number")) == set(events.values_list("case", "document_number"))


def test_the_committee_has_met_and_what_it_has_closed_waits_for_nobody(tiny):
    held, coming = Session.objects.filter(held_on__lte=TODAY), Session.objects.filter(held_on__gt=TODAY)
    months = {(session.held_on.year, session.held_on.month) for session in held}
    assert len(months) >= (24 if tiny == ProfileName.DISTRICT else 16)
    assert set(held.values_list("closed_on", flat=True)) == set(held.values_list("held_on", flat=True))
    assert not coming.exclude(closed_on=None).exists()
    assert coming.count() == 2
    assert not [item for item in SessionItem.objects.filter(session__in=held) if is_waiting(item)]
    assert SessionItem.objects.filter(session__in=coming).exists() or tiny == ProfileName.COMMUNE
    assert AuditEvent.objects.filter(model="pipeline.session", origin="demo").count() == Session.objects.count()


def test_each_decision_stands_on_the_agenda_of_a_meeting_before_it_under_a_number_of_its_own(tiny):
    items = SessionItem.objects.exclude(event=None).select_related("session__organization", "event", "case")
    assert items.count() >= (20 if tiny == ProfileName.DISTRICT else 5)
    numbers = Counter((item.event.occurred_on.year, item.event.document_number) for item in items)
    assert max(numbers.values()) == 1
    assert all(item.event.document_number for item in items)
    first = Session.objects.order_by("held_on").first()
    judge, by_case = judge_of(TODAY), {}
    for case, facts in with_facts(Case.objects.filter(pk__in={item.case_id for item in items}), TODAY):
        by_case[case.pk] = judge.situation(facts)
    for item in items:
        assert item.step == item.event.kind
        assert first.held_on <= item.session.held_on <= item.event.occurred_on
        assert item.submitted_on <= item.session.held_on
        assert item.notified_on is None or item.event.occurred_on <= item.notified_on <= TODAY
        assert decides(by_case[item.case_id], item.session.organization)
    waiting = SessionItem.objects.filter(event=None, outcome="").select_related("case")
    assert {item.case.next_step for item in waiting} <= {"decision", "recognition_decision"}


def test_where_the_base_committee_decides_itself_it_makes_no_resolution(tiny):
    voted = CaseEvent.objects.filter(kind="cell_vote", occurred_on__gte=date(2026, 7, 26)).values("case")
    resolved = CaseEvent.objects.filter(kind="base_resolution", case__in=voted)
    assert resolved.exists() is (tiny == ProfileName.DISTRICT)


def test_files_were_handed_in_to_committees(tiny):
    receipts = FileReceipt.objects.select_related("organization", "case")
    assert receipts.count() > 20
    assert receipts.exclude(lacking=[]).exists()
    assert not receipts.filter(lacking=[], completed_on=None).exists()


def test_whom_the_committee_asks_most_stands_in_its_directory_with_the_letters(tiny):
    letters = Counter(VettingInquiry.objects.exclude(addressee="").values_list("addressee", flat=True))
    bodies = VettingBody.objects.select_related("organization")
    assert {body.organization.parent_id for body in bodies} == {None}
    most = sorted(letters, key=lambda name: (-letters[name], name))[: directory.MOST]
    assert {body.name for body in bodies} == set(most)
    assert Counter(VettingInquiry.objects.filter(body__isnull=False).values_list("body__name", flat=True)) == Counter(
        {body.name: letters[body.name] for body in bodies}
    )


def test_cards_are_handed_out_on_the_days_for_it(tiny):
    assert {(batch.day.month, batch.day.day) for batch in CardBatch.objects.all()} <= set(CARD_DAYS)
    cards = list(MemberCard.objects.select_related("batch", "case"))
    assert cards
    numbers = [card.number.open() for card in cards if card.number]
    assert len(set(numbers)) == len(numbers)
    assert all(len(number) == 12 and number.startswith("099") and number.isdigit() for number in numbers)
    for card in cards:
        handed = [event.occurred_on for event in card.case.events.filter(kind="card")]
        assert handed == ([card.handed_on] if card.handed_on else [])
        assert card.case.stage == "OFFICIAL"
        assert card.handed_on is None or card.batch.day <= card.handed_on <= TODAY
        assert card.batch.decision_number or card.batch.day > TODAY


def test_helpers_are_official_members_together_for_a_year(tiny):
    rows = Mentorship.objects.select_related("helper", "case")
    assert rows.count() > Case.objects.count() / 2
    for row in rows:
        day = row.since or row.introduced_on
        assert row.helper.official_on <= day
        assert row.replaces_id or add_months(row.together_since, 12) <= day
    for row in rows.filter(until=None, since__isnull=False, case__status="open"):
        assert row.helper.on_roll
        assert row.helper.organization_id == row.case.organization_id


def test_what_belongs_to_a_file_lies_in_it(tiny):
    for model in (TrialTask, HelperRemark, VettingInquiry, Relative):
        assert model.objects.exists()
    assert CaseDocument.objects.filter(kind="consent").count() == Case.objects.count()
    waiting = VettingInquiry.objects.filter(requested_on__isnull=False, answered_on=None, exempt_because="")
    assert waiting.exists()
    assert not VettingInquiry.objects.exclude(conclusion="").exists()
    assert VettingInquiry.objects.exclude(exempt_because="").exists()
    assert CaseEvent.objects.filter(kind="list_review").exists()


def test_the_secretary_who_logs_in_has_something_of_everything(tiny):
    cell = Appointment.objects.get(role=Role.CELL_SECRETARY).organization
    cases = Case.objects.filter(organization=cell, candidate__member=None).exclude(stage="DECIDED")
    assert 6 <= cases.count() <= 10
    assert set(cases.values_list("stage", flat=True)) == {"SOURCE", "SYMPATHISER", "FILE", "CELL_PASSED"}
    dues = [case.first_due for case in cases if case.first_due]
    week = TODAY + timedelta(days=7)
    assert sum(due < TODAY for due in dues) == 1
    assert sum(TODAY <= due <= week for due in dues) == 2
    assert sum(due > week for due in dues) >= 2
    assert set(cases.values_list("status", flat=True)) == {"open", "paused"}
    assert cases.filter(outcome="returned").exists()
    late = TODAY - timedelta(days=45)
    assert VettingInquiry.objects.filter(case__in=cases, requested_on__lt=late, answered_on=None).exists()


def test_cells_of_villages_schools_and_offices_have_people_of_their_own_kind(tiny):
    assert Organization.objects.filter(cases__isnull=False).distinct().count() > 10
    assert Candidate.objects.filter(occupation="Giáo viên").exists()
    assert Candidate.objects.filter(sources__contains="nông dân").exists()
