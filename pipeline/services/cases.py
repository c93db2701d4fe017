"""The only way an event comes onto a file, besides the bulk loader, which derives by the same replay."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction

from cells.models import Organization
from cells.services.errors import RuleError
from core import audit
from core.dates import DatePrecision, format_date
from core.models import AuditEvent
from pipeline.deriving import Judge
from pipeline.engine.facts import Event, Facts
from pipeline.engine.findings import Finding
from pipeline.engine.recording import as_on, gate_findings, refusal, title_of, unlawful
from pipeline.engine.replay import effective, judging
from pipeline.engine.situation import situation
from pipeline.kinds import INTRODUCED_BY
from pipeline.models import Ballot, Case, CaseEvent
from pipeline.queries.cases import judge_of
from pipeline.queries.facts import event_of, facts_of
from pipeline.queries.stays import place_on
from pipeline.rulebook.book import Edition
from pipeline.services.ballots import Vote, ballot_for
from pipeline.services.errors import GateError
from pipeline.services.joining import before_the_roll, follow
from pipeline.services.settling import changing, settle, told

LATE_DAYS = 30
"""What is entered later than this after it happened, says why."""
NEEDS_REASON = ("pause", "close", "reopen", "move", "extend")
"""Effects of outcomes that nobody enters without a reason."""
TOLD = ("occurred_on", "agreed", "by", "document_number", "document_date", "document_issuer", "steps", "moved_to_id",
        "late_reason")  # fmt: skip
NOTHING: Mapping[str, object] = {}
NEW = "new"
"""Id of an event that has no key yet."""


@dataclass(frozen=True)
class Document:
    """The paper on which an event rests."""

    number: str = ""
    on: date | None = None
    issuer: str = ""


NO_DOCUMENT = Document()


def perform(
    case: Case,
    kind: str,
    *,
    on: date,
    today: date,
    version: int,
    precision: str = DatePrecision.DAY,
    agreed: bool | None = None,
    vote: Vote | None = None,
    steps: Iterable[str] = (),
    by: str = "",
    on_behalf: str = "",
    document: Document = NO_DOCUMENT,
    moved_to: Organization | None = None,
    reason: str = "",
    late_reason: str = "",
) -> CaseEvent:
    """Enter that a step was taken, or that an outcome befell the file, on the day *on*.

    The rules of that day judge the file as it stood then. The event carries their `warnings`. Raises GateError where
    they block it, CaseChangedError where the file is no longer at *version*, RuleError for everything else.
    """
    with before_the_roll(case, kind), changing(case, version):
        judge = judge_of(today)
        event = CaseEvent(
            case=case, kind=kind, occurred_on=on, precision=precision, agreed=agreed, steps=list(steps), by=by,
            on_behalf=on_behalf, document_number=document.number, document_date=document.on,
            document_issuer=document.issuer, moved_to=moved_to, reason=reason.strip(), late_reason=late_reason.strip(),
        )  # fmt: skip
        enter(event, vote, judge)
    return event


def enter(event: CaseEvent, vote: Vote | None, judge: Judge, also: Mapping[str, object] = NOTHING) -> None:
    """Judge and write a new event of a file at hand, let the roll follow, and derive the file anew; *also* is told to
    the trail with it. Only within `changing`."""
    case = event.case
    facts = facts_of([case.pk], judge.today)[case.pk]
    edition = judging(judge.book, facts, event.occurred_on)
    refuse_days(event, facts, judge.today)
    event.organization = place_on(case, event.occurred_on)
    ballot = prepare(event, vote, edition)
    new = event_of(event)
    event.warnings = _judged(facts, new, judge)
    if needs_late_reason(new, facts, edition, judge.today) and not event.late_reason:
        raise RuleError(
            f"Việc ngày {format_date(new.on)} ghi muộn hoặc ghi lùi so với việc đã ghi. Hãy ghi lý do ghi muộn."
        )
    if any(each.on > new.on for each in effective(facts.events)):
        refuse_contradictions(facts, replace(facts, events=(*facts.events, replace(new, id=NEW))), judge)
    write(event, ballot)
    follow(case, judge, event.kind)
    settle(
        case, judge, what=title_of(event.kind, edition), changes=told_of(event, ballot) | also,
        place=event.organization, reason=event.reason,
    )  # fmt: skip


def prepare(event: CaseEvent, vote: Vote | None, edition: Edition) -> Ballot | None:
    """Fill in what follows from the rules; returns the ballot. Raises RuleError."""
    step, outcome = edition.steps.get(event.kind), edition.outcomes.get(event.kind)
    if outcome and outcome.effect in NEEDS_REASON and not event.reason:
        raise RuleError(f"Hãy ghi lý do: {outcome.title.lower()}.")
    if unknown := [name for name in event.steps if name not in edition.steps]:
        raise RuleError(f"Không có bước “{unknown[0]}”. Hãy chọn lại việc phải làm lại.")
    if (event.kind == "moved") != (event.moved_to is not None):
        raise RuleError("Hãy chọn chi bộ nơi đến.")
    if step is None:
        return None
    event.on_behalf = event.on_behalf or step.on_behalf
    return ballot_for(event, step, vote)


def refuse_days(event: CaseEvent, facts: Facts, today: date) -> None:
    """Neither in the future nor before the file was opened."""
    if event.occurred_on > today:
        raise RuleError("Ngày này còn ở phía trước. Hãy ghi ngày đã diễn ra.")
    if event.occurred_on < facts.opened_on:
        raise RuleError(f"Ngày này trước ngày mở hồ sơ {format_date(facts.opened_on)}. Hãy sửa lại ngày.")
    if event.document_date and event.document_date > today:
        raise RuleError("Ngày văn bản còn ở phía trước. Hãy ghi lại ngày văn bản.")


def _judged(facts: Facts, new: Event, judge: Judge) -> tuple[Finding, ...]:
    then = situation(as_on(facts, new), judge.book, judge.calendar, new.on, new.ballot)
    if why := refusal(new.kind, then):
        raise RuleError(why)
    blocks, warnings = gate_findings(new.kind, then)
    if blocks:
        raise GateError(blocks)
    return warnings


def needs_late_reason(new: Event, facts: Facts, edition: Edition, today: date) -> bool:
    """Entered long after the day, or behind something that should have come later."""
    if (today - new.on).days > LATE_DAYS:
        return True
    later = [each.kind for each in effective(facts.events) if each.on > new.on]
    return any(kind in edition.outcomes or new.kind in edition.before.get(kind, ()) for kind in later)


def refuse_contradictions(before: Facts, after: Facts, judge: Judge) -> None:
    """Raise RuleError where an event that was lawful would not be so any more."""
    odd = unlawful(before, judge.book, judge.calendar)
    for key, why in unlawful(after, judge.book, judge.calendar).items():
        if key not in odd:
            event = next(each for each in after.events if each.id == key)
            title = title_of(event.kind, judging(judge.book, after, event.on))
            raise RuleError(f"Khi đó “{title}” ngày {format_date(event.on)} không còn đúng: {why}")


def write(event: CaseEvent, ballot: Ballot | None) -> None:
    """Store an event that was judged, with its ballot. Raises RuleError where the same stands there already."""
    audit.sign(event)
    try:
        with transaction.atomic():
            if event.corrects_id:
                CaseEvent.objects.filter(pk=event.corrects_id).update(in_force=False)
            event.save(force_insert=True)
            if ballot:
                ballot.event = event
                ballot.save(force_insert=True)
    except IntegrityError:
        raise RuleError("Việc này của ngày đó vừa được ghi rồi. Hãy tải lại trang để xem.") from None


def told_of(event: CaseEvent, ballot: Ballot | None) -> dict[str, object]:
    """An event for the trail."""
    changes = told(event, *TOLD)
    if event.by in INTRODUCED_BY:
        changes["by"] = INTRODUCED_BY[event.by]
    if ballot:
        changes |= {"members": ballot.members, "yes": ballot.yes, "no": ballot.no, "blank": ballot.blank}
        changes |= {"present": ballot.present} if ballot.present is not None else {}
    return changes


def correct(
    event: CaseEvent,
    *,
    reason: str,
    today: date,
    version: int,
    vote: Vote | None = None,
    document: Document | None = None,
    **values: object,
) -> CaseEvent:
    """Put a right event in the place of a wrong one; *values* are the columns that differ (`occurred_on`, `by`, …).

    The ballot is taken over unless *vote* is given. Raises as :func:`perform` does, and RuleError where something that
    was entered later would no longer be lawful.
    """
    case = event.case
    with before_the_roll(case, event.kind), changing(case, version):
        _refuse_corrected(event, reason)
        judge = judge_of(today)
        right = _copy(event, reason, values, document)
        facts = facts_of([case.pk], today)[case.pk]
        refuse_days(right, facts, today)
        edition = judging(judge.book, facts, right.occurred_on)
        if right.occurred_on != event.occurred_on and not event.moved_to_id:
            right.organization = place_on(case, right.occurred_on)
        ballot = prepare(right, vote or _vote_of(event), edition)
        new = replace(event_of(right), id=NEW)
        before = _without(facts, event)
        right.warnings = _judged(before, new, judge)
        refuse_contradictions(facts, replace(facts, events=(*facts.events, new)), judge)
        write(right, ballot)
        follow(case, judge, event.kind, reason.strip())
        was = event_of(event)
        changes = {"occurred_on": [was.on, new.on]} | {
            name: value for name, value in told_of(right, ballot).items() if name != "occurred_on"
        }
        settle(case, judge, what=f"Đính chính: {title_of(event.kind, edition)}", changes=changes,
               action=AuditEvent.Action.REVERSE, place=right.organization, reason=reason)  # fmt: skip
    return right


def void(event: CaseEvent, *, reason: str, today: date, version: int) -> CaseEvent:
    """Take an event back: it never happened, nothing stands in its place. Raises as :func:`correct` does."""
    case = event.case
    with before_the_roll(case, event.kind), changing(case, version):
        _refuse_corrected(event, reason)
        judge = judge_of(today)
        gone = _copy(event, reason, {}, None)
        gone.void, gone.in_force = True, False
        facts = facts_of([case.pk], today)[case.pk]
        if event.moved_to_id and any(each.on >= event.occurred_on for each in _without(facts, event).events):
            raise RuleError("Sau khi chuyển, chi bộ mới đã ghi việc khác. Hãy đính chính các việc sau trước.")
        refuse_contradictions(facts, _without(facts, event), judge)
        write(gone, None)
        follow(case, judge, event.kind, reason.strip())
        edition = judging(judge.book, facts, event.occurred_on)
        settle(case, judge, what=f"Bỏ: {title_of(event.kind, edition)}", changes=told(event, "occurred_on"),
               action=AuditEvent.Action.REVERSE, place=event.organization, reason=reason)  # fmt: skip
    return gone


def _refuse_corrected(event: CaseEvent, reason: str) -> None:
    if not reason.strip():
        raise RuleError("Hãy ghi lý do đính chính.")
    if not CaseEvent.objects.in_force().filter(pk=event.pk).exists():
        raise RuleError("Việc này vừa được người khác đính chính. Hãy tải lại trang.")


def _copy(event: CaseEvent, reason: str, values: dict, document: Document | None) -> CaseEvent:
    names = ("kind", "occurred_on", "precision", "agreed", "steps", "by", "on_behalf", "document_number",
             "document_date", "document_issuer", "late_reason", "organization", "moved_to")  # fmt: skip
    right = CaseEvent(
        case=event.case, corrects=event, reason=reason.strip(),
        **{name: values.get(name, getattr(event, name)) for name in names},
    )  # fmt: skip
    if document is not None:
        right.document_number, right.document_date = document.number, document.on
        right.document_issuer = document.issuer
    return right


def _vote_of(event: CaseEvent) -> Vote | None:
    old = event.vote
    if old is None:
        return None
    return Vote(
        yes=old.yes, no=old.no, blank=old.blank, present=old.present, confirmed=tuple(map(UUID, old.confirmed)),
        exempt_present=old.exempt_present, members=old.members, body=old.body,
    )  # fmt: skip


def _without(facts: Facts, event: CaseEvent) -> Facts:
    return replace(facts, events=tuple(each for each in effective(facts.events) if each.id != str(event.pk)))
