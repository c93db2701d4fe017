"""All that a person's page shows: what comes next, what happened, who helps, what lies in the file. A fixed number of
questions, however long the file."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from core.dates import add_months, format_date
from pipeline.deriving import Judge, foremost
from pipeline.engine.findings import Finding
from pipeline.engine.months import full_months
from pipeline.engine.recording import happenings, refusal
from pipeline.engine.replay import outcome_of_vote
from pipeline.engine.situation import Situation
from pipeline.engine.stages import Stage
from pipeline.engine.steps import Step, applies, steps_in
from pipeline.engine.votes import count
from pipeline.kinds import INTRODUCED_BY, CaseStatus
from pipeline.models import (
    Case,
    CaseDocument,
    CaseEvent,
    FileReceipt,
    Mentorship,
    Opinion,
    SessionItem,
    TrialTask,
    VettingInquiry,
)  # fmt: skip
from pipeline.queries.attention import answer_due
from pipeline.queries.cases import history_of_events, situation_of
from pipeline.queries.facts import event_of
from pipeline.queries.receiving import agendas_of, receipts_of
from pipeline.rulebook.book import Edition
from pipeline.rulebook.entries import Outcome
from pipeline.rulebook.telling import TONES
from pipeline.showing import WAY, Chip, action_of, due_chip, open_title, without_content

HELPER_MONTHS = 12


@dataclass(frozen=True)
class Card:
    """A step that may come next, as the page shows it."""

    step: Step
    title: str
    action: str
    due: Chip | None
    missing: list[Finding]
    warnings: list[Finding]

    within: str = ""
    """The later step whose clock runs already, where that is due first."""

    @property
    def tone(self) -> str:
        return TONES[self.step.confidence]


@dataclass(frozen=True)
class Happened:
    """An event of the timeline."""

    event: CaseEvent
    title: str
    notes: list[str]
    is_step: bool

    @property
    def withdrawn(self) -> bool:
        return not self.event.in_force


@dataclass(frozen=True)
class Point:
    """A step of the way: `done`, `now` (may be taken), `passed` (went by unrecorded) or `later`."""

    name: str
    title: str
    state: str
    on: str = ""


@dataclass
class Part:
    """A part of the way with its steps."""

    title: str
    points: list[Point] = field(default_factory=list)

    @property
    def state(self) -> str:
        states = {point.state for point in self.points}
        if "now" in states:
            return "now"
        return "later" if "later" in states else "done"

    @property
    def done(self) -> int:
        return sum(point.state in ("done", "passed") for point in self.points)


@dataclass(frozen=True)
class Helping:
    """A helper with what the page says of him."""

    row: Mentorship
    is_official: bool
    months: int | None
    """Months together before he was assigned; None where nobody has said."""
    remarks: list[Any]

    @property
    def is_short(self) -> bool:
        return self.months is not None and self.months < HELPER_MONTHS and self.row.replaces_id is None


@dataclass(frozen=True)
class Inquiry:
    """One inquiry by its number: dates and lateness, neither about whom nor what was found."""

    row: VettingInquiry
    number: int
    due: date | None
    chip: Chip


class FilePage:
    """One file on one day."""

    def __init__(self, case: Case, judge: Judge) -> None:
        self.case, self.judge = case, judge
        self.situation: Situation = situation_of(case, judge)
        self.edition: Edition = self.situation.edition
        self.steps = steps_in(self.situation)

    # --- what comes next ------------------------------------------------------------------------------------------
    @cached_property
    def cards(self) -> list[Card]:
        """The steps that may come next, the one to do first on top."""
        first = foremost(self.steps, self.situation)
        rest = [step for step in self.steps if step is not first]
        return [self._card(step) for step in ([first] if first else []) + rest]

    def _card(self, step: Step) -> Card:
        return Card(
            step, open_title(step.id, self.edition), action_of(step.id, self.edition),
            due_chip(step.deadline, self.judge.today),
            without_content(step.missing, self.edition), without_content(step.warnings, self.edition),
            open_title(step.within.clock.ends, self.edition) if step.within and step.deadline != step.due else "",
        )  # fmt: skip

    @cached_property
    def outcomes(self) -> list[Outcome]:
        """What else may befall the file now, ways back left out: those are cards."""
        ways = {step.id for step in self.steps}
        return [each for each in happenings(self.situation) if each.name not in ways]

    @cached_property
    def only_recorded(self) -> list[Any]:
        """Steps that nobody is ever told to take, but that may have happened."""
        rules = self.edition.steps.values()
        return [rule for rule in rules if rule.when == "recorded_only" and not refusal(rule.name, self.situation)]

    @property
    def standing(self) -> Chip | None:
        """What is out of the ordinary about the file."""
        tones = {CaseStatus.PAUSED: "soon", CaseStatus.CLOSED: "mute", CaseStatus.DONE: "ok"}
        status = CaseStatus(self.case.status)
        if status not in tones:
            return Chip("soon", open_title(self.case.outcome, self.edition)) if self.case.outcome else None
        words = self.case.get_status_display().capitalize()
        because = open_title(self.case.outcome, self.edition) if self.case.outcome else words
        return Chip(tones[status], words if because == words else f"{words}: {because}")

    # --- what happened --------------------------------------------------------------------------------------------
    @cached_property
    def _all_events(self) -> list[CaseEvent]:
        return history_of_events(self.case)

    @cached_property
    def timeline(self) -> list[Happened]:
        """What holds, the latest first."""
        rows = [event for event in self._all_events if event.in_force]
        return [self._happened(row) for row in sorted(rows, key=lambda row: (row.occurred_on, row.pk), reverse=True)]

    @cached_property
    def corrected(self) -> list[Happened]:
        """What was entered wrongly, with why."""
        reasons = {row.corrects_id: row.reason for row in self._all_events if row.corrects_id}
        rows = [row for row in self._all_events if not row.in_force and not row.void]
        return [self._happened(row, reasons.get(row.pk, "")) for row in rows]

    def _happened(self, row: CaseEvent, corrected_because: str = "") -> Happened:
        edition = self.judge.book.on(row.occurred_on)
        notes = [INTRODUCED_BY.get(row.by, row.by)] if row.by else []
        if row.document_number:
            day = f", {format_date(row.document_date)}" if row.document_date else ""
            notes.append(f"{row.document_number}{day}")
        if row.document_issuer:
            notes.append(row.document_issuer)
        if row.agreed is not None:
            notes.append("đồng ý" if row.agreed else "không đồng ý")
        if row.organization_id != self.case.organization_id:
            notes.append(f"tại {row.organization}")
        if row.steps:
            notes.append("làm lại: " + "; ".join(open_title(name, edition) for name in row.steps))
        if row.reason and not row.corrects_id:
            notes.append(f"lý do: {row.reason}")
        if row.late_reason:
            notes.append(f"ghi muộn: {row.late_reason}")
        if corrected_because:
            notes.append(f"đính chính: {corrected_because}")
        return Happened(row, open_title(row.kind, edition), notes, row.kind in edition.steps)

    @cached_property
    def ballots(self) -> list[dict[str, Any]]:
        """Every vote that holds, with what it came to."""
        return [self._ballot(each) for each in self.timeline if each.event.vote]

    def _ballot(self, happened: Happened) -> dict[str, Any]:
        row = happened.event
        edition = self.judge.book.on(row.occurred_on)
        step = edition.steps.get(row.kind)
        event = event_of(row)
        rule = edition.votes.get(step.vote) if step else None
        found = count(event.ballot, rule, with_suspended=edition.setting("suspended_count") == "in") if rule else None
        result = outcome_of_vote(event, step, edition) if step else "passed"
        return {"happened": happened, "ballot": row.vote, "count": found, "result": result}

    # --- the way --------------------------------------------------------------------------------------------------
    @cached_property
    def way(self) -> list[Part]:
        """Every step of the way by part: done, now, later. Duties that come again are left out."""
        parts: list[Part] = []
        now = {step.id for step in self.steps} if self.case.status == CaseStatus.OPEN else set()
        progress = self.situation.progress
        for rule in self.edition.steps.values():
            if rule.stage and (not parts or parts[-1].title != WAY[Stage[rule.stage]]):
                parts.append(Part(WAY[Stage[rule.stage]]))
            event = progress.done.get(rule.name)
            if rule.repeats_until or (event is None and not applies(rule, self.situation)):
                continue
            state = "done" if event else "now" if rule.name in now else "later"
            if state == "later" and rule.name in progress.passed:
                state = "passed"
            day = format_date(event.on) if event else ""
            parts[-1].points.append(Point(rule.name, open_title(rule.name, self.edition), state, day))
        return [part for part in parts if part.points]

    # --- what lies in the file ------------------------------------------------------------------------------------
    @cached_property
    def helpers(self) -> list[Helping]:
        rows = Mentorship.objects.filter(case=self.case).select_related("helper__organization", "replaces__helper")
        rows = rows.prefetch_related("remarks").order_by("until", "since", "id")
        return [_helping(row) for row in sorted(rows, key=lambda row: (row.until is not None, row.since or date.max))]

    @cached_property
    def tasks(self) -> list[TrialTask]:
        return list(TrialTask.objects.filter(case=self.case).order_by("given_on", "id"))

    @cached_property
    def inquiries(self) -> list[Inquiry]:
        rows = VettingInquiry.objects.filter(case=self.case).order_by("id")
        return [self._inquiry(row, number) for number, row in enumerate(rows, 1)]

    def _inquiry(self, row: VettingInquiry, number: int) -> Inquiry:
        due = answer_due(row, self.judge) if row.is_waiting else None
        if row.exempt_because:
            chip = Chip("ok", "Được miễn")
        elif row.answered_on:
            chip = Chip("ok", "Đã trả lời")
        elif row.is_waiting:
            chip = due_chip(due, self.judge.today) or Chip("info", "Đang chờ trả lời")
        else:
            chip = Chip("mute", "Chưa gửi")
        return Inquiry(row, number, due, chip)

    @cached_property
    def opinions(self) -> list[Opinion]:
        return list(Opinion.objects.filter(case=self.case).defer("text").order_by("given_on", "id"))

    @cached_property
    def papers(self) -> list[CaseDocument]:
        return list(CaseDocument.objects.filter(case=self.case).order_by("signed_on", "id"))

    @cached_property
    def relatives(self) -> int:
        """How many are declared; who they are is masked."""
        return self.case.candidate.relatives.count()

    @cached_property
    def receipts(self) -> list[FileReceipt]:
        return receipts_of(self.case)

    @cached_property
    def agendas(self) -> list[tuple[SessionItem, bool]]:
        return agendas_of(self.case)

    @property
    def official_on(self) -> date | None:
        """The day the twelve months of probation end, counted from the ceremony; None before it."""
        return self.situation.milestone("official")

    @property
    def rounds(self) -> tuple[int, int]:
        """Votes on recognition without a majority either way so far, and how many the rules allow."""
        rule = self.edition.votes.get("recognition")
        return self.situation.progress.rounds.get("recognition_vote", 0), rule.rounds if rule else 0

    @cached_property
    def certificate(self) -> dict[str, Any] | None:
        """The awareness class: when its certificate was given, until when it holds."""
        event = self.situation.progress.done.get("awareness_class")
        if event is None:
            return None
        rule = self.edition.validities.get("awareness_certificate")
        until = add_months(event.on, rule.months) if rule else None
        return {"on": event.on, "number": event.number, "until": until,
                "is_over": bool(until and until < self.judge.today)}  # fmt: skip


def _helping(row: Mentorship) -> Helping:
    day = row.since or row.introduced_on
    official = row.helper.official_on
    months = full_months(row.together_since, day) if row.together_since and day else None
    return Helping(row, bool(official and day and official <= day), months, list(row.remarks.all()))
