"""Many files at once, whole: what an import and the demo write. Derived by the same replay as a single event is.

Nothing is judged by gates: files kept on paper for years need not fulfil what the software would ask today. What no
rule knows is refused all the same.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from cells.models import Member, Organization
from cells.services.errors import RuleError
from core import audit
from core.bulk import chunks, insert_rows, update_rows, without_collector
from core.dates import DatePrecision
from core.models import AuditEvent
from pipeline.deriving import DERIVED, Judge, derived
from pipeline.engine.facts import Ballot as Figures
from pipeline.engine.facts import Facts
from pipeline.kinds import CaseStatus
from pipeline.models import (
    Ballot,
    Candidate,
    CandidateProfile,
    Case,
    CaseDocument,
    CaseEvent,
    CaseRow,
    Mentorship,
    Relative,
    SessionItem,
    VettingInquiry,
)
from pipeline.queries.cases import PART, judge_of
from pipeline.queries.facts import FileRows, facts_from, facts_of
from pipeline.queries.stays import key_on, stays_of_all, successions
from pipeline.rulebook.book import Edition
from pipeline.services.cases import NO_DOCUMENT, Document
from pipeline.services.identity import set_identity
from pipeline.services.joining import adopt
from pipeline.services.opening import FIRST_TIME, Surroundings, code_of, last_number, new_case

BALLOT = CaseEvent._meta.get_field("ballot")
EVENT_COLUMNS = [field.attname for field in CaseEvent._meta.concrete_fields]


@dataclass
class EventDraft:
    """One thing that happened. `figures` are those of its ballot, `confirmed` the public ids behind them."""

    kind: str
    on: date
    precision: str = DatePrecision.DAY
    agreed: bool | None = None
    figures: Figures | None = None
    confirmed: Sequence[str] = ()
    body: str = ""
    steps: Sequence[str] = ()
    by: str = ""
    on_behalf: str = ""
    document: Document = NO_DOCUMENT
    moved_to: Organization | None = None
    reason: str = ""
    late_reason: str = ""
    at: Organization | None = None
    """Where it happened, if not where the file lay by its own moves: from the ceremony on, where the person was."""
    session_item: SessionItem | None = None
    """The place on an agenda that led to it; one of the rows of the file as well."""


@dataclass
class CaseDraft:
    """A file as it is to be written. `rows` are unsaved rows of any kind of the file, without their file."""

    person: Candidate
    organization: Organization
    opened_on: date
    events: Sequence[EventDraft]
    profile: CandidateProfile | None = None
    relatives: Sequence[Relative] = ()
    rows: Sequence[CaseRow] = ()
    surroundings: Surroundings = FIRST_TIME
    code: str = ""
    """Mã hồ sơ; empty: the next number of its year."""
    case: Case = field(default=None, init=False)  # type: ignore[assignment]


def load_cases(drafts: Iterable[CaseDraft], *, today: date, savepoint: bool = True) -> list[Case]:
    """Write files with all that belongs to them, all or none, each with its event of the trail.

    Without *savepoint* a larger transaction around it fails as a whole; behind a savepoint SQLite takes the longer for
    each statement the more was written before.

    Raises RuleError for a kind that no rule knows, a day to come or before the file, a person with two open files.
    """
    drafts = list(drafts)
    judge = judge_of(today)
    for draft in drafts:
        _refuse(draft, judge)
    try:
        with transaction.atomic(savepoint=savepoint), audit.one_change(), without_collector():
            _write(drafts, judge)
    except IntegrityError as error:
        raise RuleError("Có hồ sơ trùng mã, hoặc một người có hai hồ sơ đang làm. Hãy sửa rồi nạp lại.") from error
    return [draft.case for draft in drafts]


def _refuse(draft: CaseDraft, judge: Judge) -> None:
    who = f"{draft.code or draft.person.full_name}: "
    for event in draft.events:
        edition = judge.book.on(event.on)
        if event.kind not in edition.steps and event.kind not in edition.outcomes:
            raise RuleError(f"{who}{edition.number} không có việc “{event.kind}”.")
        if event.on > judge.today or event.on < draft.opened_on:
            raise RuleError(f"{who}“{event.kind}” ghi ngày trước khi mở hồ sơ hoặc còn ở phía trước.")


def _write(drafts: list[CaseDraft], judge: Judge) -> None:
    _write_people(drafts)
    _number(drafts)
    for draft in drafts:
        # Until its events are there a file counts as closed: a person may have several, of which one is open.
        draft.case.status, draft.case.closed_on = CaseStatus.CLOSED, draft.opened_on
    insert_rows([draft.case for draft in drafts])
    cases = [draft.case for draft in drafts]
    events = _write_events(drafts, judge)
    held = _held(events, write_rows((draft.case, row) for draft in drafts for row in draft.rows))

    def facts(files: list[Case]) -> dict[int, Facts]:
        return facts_from(files, held.of({case.pk for case in files}), judge.today)

    _derive(cases, facts, judge)
    _place_people(drafts)
    audit.record_many(_told(draft) for draft in drafts)


def derive_all(cases: Sequence[Case], judge: Judge) -> None:
    """Renew and store the copies of files whose facts were just written, and tie them to what the roll says of them."""
    _derive(cases, lambda files: facts_of([case.pk for case in files], judge.today), judge)


def _derive(cases: Sequence[Case], facts_about: Callable[[list[Case]], dict[int, Facts]], judge: Judge) -> None:
    for part in chunks(cases, PART):
        facts = facts_about(part)
        if taken := adopt([(case, facts[case.pk]) for case in part], judge.book):
            # Where a file lies follows the roll from the ceremony on.
            facts |= facts_about([case for case in part if case.pk in taken])
        stays = stays_of_all(part)
        for case in part:
            place = key_on(stays[case.pk], judge.today)
            for name, value in (derived(facts[case.pk], judge) | {"organization_id": place}).items():
                setattr(case, name, value)
    update_rows(cases, [*DERIVED, "organization"])


def _held(events: list[CaseEvent], by_model: dict[type[CaseRow], list[Any]]) -> FileRows:
    """What was written just now, as the facts ask for it: nothing is read again but the helpers' days."""
    helpers = by_model.get(Mentorship, [])
    members = Member.objects.only("official_on").in_bulk({row.helper_id for row in helpers})
    for row in helpers:
        row.helper = members[row.helper_id]
    for event in events:
        if not BALLOT.is_cached(event):
            BALLOT.set_cached_value(event, None)
    return FileRows(events, helpers, by_model.get(VettingInquiry, []), by_model.get(CaseDocument, []))


def _write_people(drafts: list[CaseDraft]) -> None:
    new = list({id(draft.person): draft.person for draft in drafts if draft.person.pk is None}.values())
    places = {id(draft.person): draft.organization for draft in drafts}
    for person in new:
        person.organization = places[id(person)]
        person.fill_name_columns()
    insert_rows(new)
    fresh = {id(person) for person in new}
    profiles: dict[int, CandidateProfile] = {}
    for draft in drafts:
        if id(draft.person) in fresh:
            profiles[id(draft.person)] = draft.profile or profiles.get(id(draft.person)) or CandidateProfile()
            profiles[id(draft.person)].candidate = draft.person
            if isinstance(number := profiles[id(draft.person)].identity_number, str) and number:
                set_identity(profiles[id(draft.person)], number)
        for relative in draft.relatives:
            relative.candidate = draft.person
    insert_rows(profiles.values())
    insert_rows(relative for draft in drafts for relative in draft.relatives)


def _number(drafts: list[CaseDraft]) -> None:
    numbers: Counter[int] = Counter()
    for draft in drafts:
        year = draft.opened_on.year
        draft.case = new_case(draft.person, draft.organization, draft.opened_on, draft.surroundings)
        if draft.code:
            draft.case.code = draft.code
            continue
        numbers[year] = (numbers[year] or last_number(year)) + 1
        draft.case.code = code_of(year, numbers[year])


def _write_events(drafts: list[CaseDraft], judge: Judge) -> list[CaseEvent]:
    events: list[CaseEvent] = []
    ballots: list[Ballot] = []
    edition = cache(judge.book.on)
    moves = {place.pk for draft in drafts for each in draft.events for place in (each.moved_to, each.at) if place}
    taken_over = successions({draft.organization.pk for draft in drafts} | moves)
    signed = signature()
    for draft in drafts:
        here = draft.organization.pk
        for each in sorted(draft.events, key=lambda event: event.on):
            while here in taken_over and taken_over[here][0] <= each.on:
                here = taken_over[here][1]
            here = each.at.pk if each.at else here
            event = event_row(draft.case.pk, here, each, edition(each.on), signed)
            here = each.moved_to.pk if each.moved_to else here
            events.append(event)
            if each.session_item:
                each.session_item.event = event
            if each.figures:
                ballots.append(_ballot(event, each))
    insert_rows(events)
    insert_rows(ballots)
    return events


def signature() -> dict[str, Any]:
    """Who records events now, and with which change."""
    who = audit.current()
    return {"recorded_at": timezone.now(), "recorded_by_id": who.user.pk if who.user else None, "batch": who.batch}


def event_row(case: int, place: int, each: EventDraft, edition: Edition, signed: Mapping[str, Any]) -> CaseEvent:
    """What *each* says of the file *case* at the cell *place* (keys both), unsaved; *signed* by :func:`signature`.

    Made of its columns in their order: by name, each would be looked for among them and its default asked for.
    """
    step = edition.steps.get(each.kind)
    values = {
        **signed, "public_id": uuid4(), "in_force": True, "void": False, "case_id": case, "organization_id": place,
        "kind": each.kind, "occurred_on": each.on, "precision": each.precision, "agreed": each.agreed,
        "steps": list(each.steps), "by": each.by, "on_behalf": each.on_behalf or (step.on_behalf if step else ""),
        "document_number": each.document.number, "document_date": each.document.on,
        "document_issuer": each.document.issuer, "moved_to_id": each.moved_to.pk if each.moved_to else None,
        "reason": each.reason, "late_reason": each.late_reason,
    }  # fmt: skip
    return CaseEvent(*map(values.get, EVENT_COLUMNS))


def _ballot(event: CaseEvent, each: EventDraft) -> Ballot:
    names = ("members", "yes", "no", "blank", "present", "away", "exempt", "exempt_present", "suspended")
    figures = {name: getattr(each.figures, name) for name in names}
    return Ballot(event=event, body=each.body, confirmed=list(each.confirmed), **figures)


def write_rows(rows: Iterable[tuple[Case, CaseRow]]) -> dict[type[CaseRow], list[Any]]:
    """Rows, each of its file: those of one model in one go; those that others name (helpers before remarks) first.
    Returns them by model."""
    by_model: dict[type[CaseRow], list[Any]] = {}
    user = audit.current().user.pk if audit.current().user else None
    for case, row in rows:
        row.case_id, row.recorded_by_id = case.pk, user
        by_model.setdefault(type(row), []).append(row)
    for model in sorted(by_model, key=lambda model: model.__name__ != "Mentorship"):
        insert_rows(by_model[model])
    return by_model


def _place_people(drafts: list[CaseDraft]) -> None:
    """A person belongs where the file lies that is open, or was the last."""
    last: dict[int, Case] = {}
    for draft in sorted(drafts, key=lambda draft: (draft.case.is_ongoing, draft.opened_on)):
        last[draft.person.pk] = draft.case
    people = {draft.person.pk: draft.person for draft in drafts}
    moved = []
    for key, case in last.items():
        if people[key].organization_id != case.organization_id:
            people[key].organization = case.organization
            moved.append(people[key])
    update_rows(moved, ["organization"])


def _told(draft: CaseDraft) -> AuditEvent:
    case = draft.case
    happened = "; ".join(f"{each.kind} {each.on:%d/%m/%Y}" for each in draft.events)
    changes: dict[str, Any] = {"event": "Nạp hồ sơ", "events": happened, "stage": case.stage, "status": case.status}
    return audit.event(
        AuditEvent.Action.CREATE, case, label=f"{case.code}, {draft.person.full_name}", changes=changes,
        scope_path=case.organization.path,
    )  # fmt: skip
