"""A file of the demo once more: written until the cell's vote, then entered event by event through the services."""

from datetime import date

from cells.models import Organization
from pipeline.engine.facts import Ballot as Figures
from pipeline.models import (
    Candidate,
    CandidateProfile,
    Case,
    CaseDocument,
    CaseEvent,
    Mentorship,
    VettingInquiry,
)  # fmt: skip
from pipeline.queries.voters import voters_on
from pipeline.services.ballots import Vote
from pipeline.services.bulk import CaseDraft, EventDraft, load_cases
from pipeline.services.cases import Document, perform
from pipeline.services.opening import Surroundings
from tests.today import TODAY

PERSON = ("full_name", "born_on", "sex", "education", "occupation", "in_youth_union", "in_trade_union", "is_citizen")
PLACE = ("has_youth_union", "has_trade_union", "is_difficult_area", "former_left_on", "former_because")


def entered_again(case: Case) -> Case:
    """A copy of *case*, of somebody else of the same name; its admission is another one on the roll."""
    events = list(CaseEvent.objects.in_force().filter(case=case).select_related("ballot", "organization").order_by(
        "occurred_on", "id"
    ))  # fmt: skip
    kinds = [event.kind for event in events]
    last = len(kinds) - kinds[::-1].index("cell_vote")
    copy = _written(case, events[:last])
    for event in events[last:]:
        perform(
            copy, event.kind, on=event.occurred_on, today=TODAY, version=copy.version, agreed=event.agreed,
            vote=_vote(event) if event.vote else None, steps=event.steps, by=event.by, on_behalf=event.on_behalf,
            document=Document(event.document_number, event.document_date, event.document_issuer),
            moved_to=event.moved_to, reason=event.reason, late_reason="Nhập sổ cũ",
        )  # fmt: skip
    return copy


def _written(case: Case, events: list[CaseEvent]) -> Case:
    person = Candidate(**{name: getattr(case.candidate, name) for name in PERSON})
    profile = CandidateProfile(has_political_question=case.candidate.profile.has_political_question)
    drafts = [
        EventDraft(
            event.kind, event.occurred_on, agreed=event.agreed, steps=event.steps, by=event.by,
            figures=Figures(**event.ballot.numbers()) if event.vote else None,
            confirmed=event.ballot.confirmed if event.vote else (), moved_to=event.moved_to, reason=event.reason,
            document=Document(event.document_number, event.document_date, event.document_issuer),
        )
        for event in events
    ]  # fmt: skip
    rows = [
        model(**{
            field.name: getattr(row, field.name) for field in model._meta.concrete_fields
            if field.name not in ("id", "public_id", "case", "replaces")
        })
        for model in (Mentorship, VettingInquiry, CaseDocument)
        for row in model.objects.filter(case=case).order_by("id")
    ]  # fmt: skip
    surroundings = Surroundings(case.kind, case.routes, {name: getattr(case, name) for name in PLACE})
    (copy,) = load_cases(
        [CaseDraft(person, case.first_organization, case.opened_on, drafts, profile=profile, rows=rows,
                   surroundings=surroundings)], today=TODAY,
    )  # fmt: skip
    return Case.objects.get(pk=copy.pk)


def _vote(event: CaseEvent) -> Vote:
    """The ballot with the names that are asked for today: whoever it is about counts as official by now."""
    ballot, names = event.ballot, _voters(event.organization, event.occurred_on)
    more = len(names) - ballot.members
    yes, no = (ballot.yes + more, ballot.no) if ballot.yes > ballot.no else (ballot.yes, ballot.no + more)
    return Vote(
        yes=yes, no=no, blank=ballot.blank, present=ballot.present + more, confirmed=names,
        exempt_present=ballot.exempt_present, body=ballot.body,
    )  # fmt: skip


def _voters(cell: Organization, day: date) -> tuple:
    return tuple(voters_on(cell, day).ids)
