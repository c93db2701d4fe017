"""Files written in bulk are what the same events make of them one by one."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from cells.services import tree
from cells.services.errors import RuleError
from core.dates import add_months
from core.models import AuditEvent
from pipeline.deriving import DERIVED
from pipeline.engine.facts import Ballot as Figures
from pipeline.models import CandidateProfile, Case, CaseDocument, CaseEvent, Mentorship, VettingInquiry
from pipeline.queries.facts import facts_of
from pipeline.services import moving
from pipeline.services.bulk import CaseDraft, EventDraft, load_cases
from pipeline.services.cases import Document
from pipeline.services.opening import Surroundings
from tests.pipeline import files
from tests.pipeline.files import done, opened, vote
from tests.today import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def units():
    return files.peopled(4, "K1", "K3")


def draft_of(case: Case, **person: object) -> CaseDraft:
    """The same file once more, of somebody else."""
    events = []
    for event in CaseEvent.objects.in_force().filter(case=case).select_related("ballot").order_by("id"):
        figures = Figures(**event.ballot.numbers()) if event.vote else None
        events.append(EventDraft(
            event.kind, event.occurred_on, figures=figures, confirmed=event.ballot.confirmed if event.vote else (),
            steps=event.steps, by=event.by, on_behalf=event.on_behalf, moved_to=event.moved_to, reason=event.reason,
            document=Document(event.document_number, event.document_date, event.document_issuer),
        ))  # fmt: skip
    rows = [
        model(**{
            field.name: getattr(row, field.name) for field in model._meta.concrete_fields
            if field.name not in ("id", "public_id", "case")
        })
        for model in (Mentorship, VettingInquiry, CaseDocument)
        for row in model.objects.filter(case=case).order_by("id")
    ]  # fmt: skip
    return CaseDraft(
        files.person(**person), case.first_organization, case.opened_on, events, rows=rows,
        surroundings=Surroundings(values=files.PLACE),
    )  # fmt: skip


def test_a_file_written_in_bulk_equals_one_entered_step_by_step(units):
    cases = [opened(units["K1"]) for _ in range(5)]
    files.walk(cases[1], "helper")
    files.walk(cases[2])
    done(cases[2], "cell_vote", vote=vote(units["K1"]))
    files.walk(cases[3])
    moving.move_case(cases[3], to=units["K3"], on=TODAY, today=TODAY, version=cases[3].version, reason="Chuyển nơi ở")
    done(cases[4], "withdrew", reason="Gia đình")
    copies = load_cases([draft_of(case) for case in cases], today=TODAY)
    assert [copy.code for copy in copies] == [f"HS-2026-{number:05d}" for number in range(6, 11)]
    facts = facts_of([case.pk for case in (*cases, *copies)], TODAY)
    for case, copy in zip(cases, copies, strict=True):
        case.refresh_from_db()
        stored = Case.objects.select_related("candidate").get(pk=copy.pk)
        for name in (*DERIVED, "organization_id", "first_organization_id"):
            assert getattr(stored, name) == getattr(case, name), name
        assert stored.candidate.organization_id == stored.organization_id
        one, other = (replace(facts[key], events=_without_ids(facts[key])) for key in (case.pk, copy.pk))
        assert one == other


def _without_ids(facts):
    return tuple(replace(event, id="") for event in facts.events)


def test_each_file_stands_in_the_trail_and_private_texts_are_sealed(units):
    profile = CandidateProfile(identity_number="099000000123", religion="Phật giáo")
    day = date(2026, 3, 1)
    (case,) = load_cases(
        [CaseDraft(files.person(), units["K1"], day, [EventDraft("introduction", day)], profile=profile)], today=TODAY
    )
    stored = CandidateProfile.objects.get(candidate=case.candidate)
    assert stored.identity_number.open() == "099000000123"
    assert stored.identity_digest
    assert CandidateProfile.objects.filter(identity_number__contains="0990").count() == 0
    told = AuditEvent.objects.get(model="pipeline.case", object_id=str(case.public_id))
    assert (told.scope_path, told.changes["stage"]) == (units["K1"].path, "SOURCE")


def test_a_person_may_have_a_closed_file_and_an_open_one_but_not_two_open(units):
    someone, first = files.person(), add_months(TODAY, -30)
    old = CaseDraft(someone, units["K1"], first, [
        EventDraft("introduction", first), EventDraft("withdrew", first + timedelta(days=90), reason="Đi học"),
    ])  # fmt: skip
    new = CaseDraft(someone, units["K3"], TODAY, [EventDraft("introduction", TODAY)])
    load_cases([old, new], today=TODAY)
    assert [old.case.status, new.case.status] == ["closed", "open"]
    someone.refresh_from_db()
    assert someone.organization == units["K3"]
    count = Case.objects.count()
    with pytest.raises(RuleError, match="hai hồ sơ"):
        load_cases([CaseDraft(someone, units["K1"], TODAY, [EventDraft("introduction", TODAY)])], today=TODAY)
    assert Case.objects.count() == count


@pytest.mark.parametrize(("kind", "days"), [("bịa", 0), ("introduction", 1), ("introduction", -9000)])
def test_what_no_rule_knows_and_days_that_cannot_be_are_refused(units, kind, days):
    day = TODAY + timedelta(days=days)
    with pytest.raises(RuleError):
        load_cases([CaseDraft(files.person(), units["K1"], TODAY, [EventDraft(kind, day)])], today=TODAY)
    assert Case.objects.count() == 0


def test_hundreds_of_files_take_as_many_questions_as_few(units, django_assert_max_num_queries):
    day = add_months(TODAY, -5)
    drafts = [
        CaseDraft(
            files.person(), units["K1"], day, [EventDraft("introduction", day), EventDraft("sympathiser_list", day)]
        )
        for _ in range(300)
    ]
    with django_assert_max_num_queries(60):
        load_cases(drafts, today=TODAY)
    assert Case.objects.filter(stage="SYMPATHISER").count() == 300


def test_a_cell_that_was_merged_hands_its_files_on(units):
    day = add_months(TODAY, -4)
    tree.merge(units["K1"], units["K2"], on=day, today=TODAY)
    early, late = (EventDraft("introduction", add_months(day, -2)), EventDraft("sympathiser_list", day))
    (case,) = load_cases([CaseDraft(files.person(), units["K1"], early.on, [early, late])], today=TODAY)
    assert (case.organization, case.candidate.organization) == (units["K2"], units["K2"])
    assert list(case.events.order_by("id").values_list("organization__code", flat=True)) == ["K1", "K2"]
