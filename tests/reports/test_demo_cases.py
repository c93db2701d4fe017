"""People on their way in the demo: believable, lawful under the edition of their day, the same for the same seed."""

from collections import Counter
from dataclasses import asdict
from datetime import date, timedelta
from statistics import median

import pytest
from django.db import transaction

from cells.kinds import CELL_KINDS
from cells.models import Appointment, Organization
from cells.profiles import ProfileName
from cells.roles import Role
from core.dates import add_months
from core.models import AuditEvent
from pipeline.engine.recording import unlawful
from pipeline.engine.steps import steps_in
from pipeline.models import (
    Ballot,
    Candidate,
    CandidateProfile,
    Case,
    CaseDocument,
    CaseEvent,
    Enrolment,
    HelperRemark,
    Mentorship,
    Relative,
    TrainingClass,
    TrialTask,
    VettingInquiry,
)
from pipeline.queries.cases import judge_of, stuck_cases, with_facts
from pipeline.queries.voters import voters_on
from reports.demo import commune, district
from reports.demo.accounts import posts
from reports.demo.case_fates import SHOWN
from reports.demo.case_rows import Folder
from reports.demo.loader import load_demo, make_committee
from reports.demo.names import name_words
from tests.today import TODAY

CLOSED = ("withdrew", "removed", "refused")
MODELS = {ProfileName.DISTRICT: district, ProfileName.COMMUNE: commune}


def made(profile: str = ProfileName.DISTRICT, *, seed: int = 1, today: date = TODAY, tiny: bool = False):
    """A committee without a database, and the files of its people."""
    extent = MODELS[ProfileName(profile)].TINY if tiny else MODELS[ProfileName(profile)].STANDARD
    committee = make_committee(profile, 1, seed, today, extent)
    wanted = posts(committee.chronicle, today, committee.tree.top)
    shown = next(post.place for post in wanted if post.role == Role.CELL_SECRETARY)
    committee.add_people(profile, seed, today, extent, shown)
    return committee, committee.folders


@pytest.fixture(scope="module")
def standard():
    return made()


@pytest.fixture(scope="module")
def folders(standard) -> list[Folder]:
    return standard[1]


# --- the standard district, without a database ----------------------------------------------------------------------


def test_fifteen_hundred_people_stand_at_every_step_of_the_way(folders):
    assert len(folders) == 1_500
    ends = Counter(folder.walk.status for folder in folders)
    assert set(ends) == {"open", "returned", "moved", "paused", *CLOSED}
    assert 0.08 <= sum(ends[end] for end in CLOSED) / 1_500 <= 0.18
    kinds = Counter(event.kind for folder in folders for event in folder.walk.happenings)
    assert {"resumed", "applied_again", "relisted", "political_conclusion", "union_introduction"} <= set(kinds)
    assert kinds["introduction"] == 1_500
    assert 90 <= kinds["cell_vote"] <= 220


def test_five_years_of_files_most_of_them_young(folders):
    years = Counter(folder.walk.opened_on.year for folder in folders)
    assert years[TODAY.year] > years[TODAY.year - 1] > years[TODAY.year - 2] > years[TODAY.year - 3]
    assert min(years) >= TODAY.year - 6
    assert all(years[TODAY.year - back] for back in range(5))


def test_vetting_is_the_slow_one_after_the_wait_for_a_class(folders):
    gaps: dict[str, list[int]] = {}
    for folder in folders:
        days = {event.kind: event.on for event in folder.walk.happenings if event.kind != "list_review"}
        for before, after in (
            ("trial_tasks", "awareness_class"), ("curriculum_vitae", "cv_seal"), ("cv_seal", "vetting"),
            ("vetting", "cv_certification"), ("introductions", "opinions"),
        ):  # fmt: skip
            if before in days and after in days and days[after] > days[before]:
                gaps.setdefault(after, []).append((days[after] - days[before]).days)
    middle = {step: median(found) for step, found in gaps.items()}
    assert 60 <= middle["vetting"] <= 160
    assert middle["awareness_class"] > middle["vetting"]
    assert max(middle[step] for step in ("cv_seal", "cv_certification", "opinions")) < middle["vetting"] / 2
    assert max(gaps["vetting"]) > 3 * middle["vetting"]  # a long tail, as of a log-normal


def test_files_go_over_the_cells_as_members_do_and_some_cells_have_none(standard):
    committee, folders = standard
    rolls = committee.chronicle.rolls
    cells = [cell.code for cell in committee.tree.cells if cell.is_open(TODAY)]
    there = Counter(folder.walk.cell for folder in folders)
    assert set(there) <= set(cells)
    assert 0.04 <= 1 - len(there) / len(cells) <= 0.2
    assert max(there.values()) <= 25
    large = sorted(cells, key=lambda code: -len(rolls[code]))[: len(cells) // 4]
    assert sum(there[code] for code in large) > 0.3 * len(folders)


def test_names_numbers_and_origins_fit_the_person(standard):
    committee, folders = standard
    words, numbers = name_words(), set()
    minority = {cell.code for cell in committee.tree.cells if cell.is_minority}
    religious = {cell.code for cell in committee.tree.cells if cell.is_religious}
    for folder in folders:
        person, walk = folder.walk.person, folder.walk
        names = [person.full_name, *(kin.full_name for kin in person.family)]
        assert {word for name in names for word in name.split()} <= words
        number = person.identity_number
        assert (len(number), number[:3], number[4:6]) == (12, "099", f"{person.born:%y}")
        assert int(number[3]) == 2 * (person.born.year >= 2000) + person.is_woman
        numbers.add(number)
        assert person.religion != "Công giáo" or walk.opened_in in religious
        assert 18 <= (walk.opened_on - person.born).days / 365.25 < 60
        assert person.work.occupation
        assert person.work.sources
    assert len(numbers) == len(folders)
    foreign = [folder.walk.person for folder in folders if folder.walk.opened_in in minority]
    assert sum(person.ethnicity != "Kinh" for person in foreign) > 0.4 * len(foreign)
    others = [folder.walk.person for folder in folders if folder.walk.opened_in not in minority]
    assert sum(person.ethnicity != "Kinh" for person in others) < 0.1 * len(others)


def test_certificates_lapse_and_classes_are_repeated(folders):
    lapsed = [folder.walk for folder in folders if folder.walk.fate.end == "lapsed"]
    repeated = [
        folder.walk for folder in folders
        if sum(event.kind == "awareness_class" for event in folder.walk.happenings) == 2
    ]  # fmt: skip
    assert lapsed
    assert repeated
    assert all(add_months(walk.done["awareness_class"], 60) < TODAY for walk in lapsed)
    for walk in repeated:
        first, second = (event.on for event in walk.happenings if event.kind == "awareness_class")
        assert add_months(first, 60) < second


def test_the_same_seed_and_day_give_the_same_files_and_another_seed_others():
    def told(seed: int) -> list[str]:
        _, folders = made(seed=seed, tiny=True)
        return [
            repr((asdict(folder.walk.person), folder.walk.happenings, folder.walk.helpings, folder.tasks,
                  folder.remarks, folder.asked, folder.papers))
            for folder in folders
        ]  # fmt: skip

    first = told(1)
    assert (told(1) == first, told(2) == first) == (True, False)


@pytest.mark.parametrize("seed", range(1, 9))
def test_whatever_the_seed_the_secretary_has_nine_people(seed):
    _, folders = made(ProfileName.COMMUNE if seed % 2 else ProfileName.DISTRICT, seed=seed, tiny=True)
    shown = Counter(folder.walk.cell for folder in folders if folder.walk.fate in SHOWN)
    assert shown.total() == len(SHOWN) == 9
    assert len(shown) == 1
    for walk in (folder.walk for folder in folders if folder.walk.fate in SHOWN):
        assert walk.fate.reached in walk.done
        assert walk.status == walk.fate.end or (walk.status, walk.fate.end) == ("open", "")


@pytest.mark.parametrize("profile", ProfileName.values)
@pytest.mark.parametrize("today", [TODAY, date(2027, 1, 3), date(2025, 7, 1), date(2032, 2, 29)])
def test_whatever_the_day_nothing_lies_ahead(profile, today):
    committee, folders = made(profile, seed=3, today=today, tiny=True)
    assert len(folders) == MODELS[ProfileName(profile)].TINY.people
    for folder in folders:
        walk = folder.walk
        days = [event.on for event in walk.happenings]
        assert walk.opened_on == min(days)
        assert max(days) <= today
        assert committee.tree.units[walk.opened_in].is_open(walk.opened_on)
        assert committee.tree.units[walk.cell].is_open(today)
        assert walk.done.keys() - {"introduction"} == {event.kind for event in walk.happenings[1:]} - {"list_review"}


# --- in the database ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=ProfileName.values)
def loaded(request, django_db_setup, django_db_blocker):
    """A tiny committee of each model, loaded once for the tests below; the database is empty again afterwards."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_demo(profile=request.param, today=TODAY, extent=MODELS[ProfileName(request.param)].TINY)
        yield request.param
        transaction.set_rollback(True)


@pytest.fixture
def tiny(loaded, db):
    return loaded


def test_each_file_is_there_with_its_event_in_the_trail_and_nobody_is_on_the_roll(tiny):
    assert Case.objects.count() == MODELS[ProfileName(tiny)].TINY.people
    assert AuditEvent.objects.filter(model="pipeline.case", origin="demo").count() == Case.objects.count()
    assert not Candidate.objects.filter(member__isnull=False).exists()
    assert {case.organization.kind for case in Case.objects.select_related("organization")} <= set(CELL_KINDS)
    for profile in CandidateProfile.objects.all():
        assert profile.identity_number.open()[:3] == "099"


def test_every_event_was_lawful_on_its_day(tiny):
    judge = judge_of(TODAY)
    for case, facts in with_facts(Case.objects.order_by("pk"), TODAY):
        assert unlawful(facts, judge.book, judge.calendar) == {}, case.code


def test_every_open_file_has_a_next_step(tiny):
    judge = judge_of(TODAY)
    assert not stuck_cases().exists()
    for case, facts in with_facts(Case.objects.ongoing(), TODAY):
        assert steps_in(judge.situation(facts)), case.code


def test_every_stage_up_to_the_vote_is_there_in_its_share(tiny):
    stages = Counter(Case.objects.ongoing().values_list("stage", flat=True))
    assert set(stages) == {"SOURCE", "SYMPATHISER", "FILE", "CELL_PASSED"}
    total = stages.total()
    assert 0.03 <= stages["SOURCE"] / total <= 0.2
    assert 0.35 <= stages["SYMPATHISER"] / total <= 0.7
    assert 0.15 <= stages["FILE"] / total <= 0.5
    assert 0.02 <= stages["CELL_PASSED"] / total <= 0.2


def test_one_open_file_in_eight_is_overdue(tiny):
    opened = Case.objects.filter(status="open")
    share = opened.filter(first_due__lt=TODAY).count() / opened.count()
    assert 0.08 <= share <= 0.16


def test_ballots_name_exactly_those_who_could_vote(tiny):
    ballots = list(Ballot.objects.select_related("event__organization"))
    assert ballots
    for ballot in ballots:
        voters = voters_on(ballot.event.organization, ballot.event.occurred_on)
        assert ballot.confirmed == sorted(str(each) for each in voters.ids)
        states = [voters.count(state) for state in ("away", "exempt", "suspended")]
        assert [ballot.away, ballot.exempt, ballot.suspended] == states


def test_classes_registers_and_files_say_the_same(tiny):
    certified = Enrolment.objects.exclude(certificate_number="")
    events = CaseEvent.objects.in_force().filter(kind="awareness_class")
    assert set(certified.values_list("case", "certified_on", "certificate_number")) == set(
        events.values_list("case", "occurred_on", "document_number")
    )
    assert all(row.training_class.opens_on <= row.certified_on <= row.training_class.closes_on
               for row in certified.select_related("training_class"))  # fmt: skip
    states = Counter(TrainingClass.objects.values_list("state", flat=True))
    assert states["open"] == 2
    assert states["planned"] == 1
    assert {row.state for row in Enrolment.objects.filter(certificate_number="")} == {"accepted", "proposed"}
    papers = CaseDocument.objects.filter(kind="certificate")
    assert set(papers.values_list("case", "number")) == set(events.values_list("case", "document_number"))


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
    cases = Case.objects.filter(organization=cell)
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
