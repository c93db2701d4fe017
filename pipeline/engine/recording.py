"""May this be entered now? What a service refuses and a page does not offer, besides what gates say.

A step may be entered when it is among the next ones; an outcome when it can befall a file that stands like this.
"""

from collections.abc import Iterable
from dataclasses import replace

from core.dates import add_months, format_date
from core.workdays import WorkingCalendar
from pipeline.engine.facts import Event, Facts
from pipeline.engine.findings import Finding
from pipeline.engine.gates import gate_in, validity_span
from pipeline.engine.replay import CLOSED, OPEN, PAUSED, effective
from pipeline.engine.situation import Situation, situation
from pipeline.engine.steps import applies, steps_in
from pipeline.rulebook.book import Edition, Rulebook
from pipeline.rulebook.confidence import Strength
from pipeline.rulebook.entries import Outcome, Step

BEFORE_DECISION = ("withdrew", "removed", "not_yet", "paused", "moved", "returned")
NEEDS = {
    "removed": "sympathiser_list", "not_yet": "sympathiser_list", "returned": "application", "cancelled": "decision",
    "left_roll": "ceremony",
}  # fmt: skip
"""Outcome → the step that must lie behind for it to make sense."""


def title_of(kind: str, edition: Edition) -> str:
    """A step or an outcome as people call it."""
    found = edition.steps.get(kind) or edition.outcomes.get(kind)
    return found.title if found else kind


def happenings(case: Situation) -> list[Outcome]:
    """The outcomes that may be entered now, for a page to offer."""
    return [rule for name, rule in case.edition.outcomes.items() if not refusal(name, case)]


def refusal(kind: str, case: Situation) -> str:
    """Why *kind* cannot be entered as the file stands on the day of *case*; empty where it can."""
    if step := case.edition.steps.get(kind):
        return _of_step(step, case)
    if outcome := case.edition.outcomes.get(kind):
        return _of_outcome(outcome, case)
    return f"{case.edition.number} không có việc này. Hãy tải lại trang và chọn lại."


def gate_findings(kind: str, case: Situation) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """What blocks *kind* and what warns of it: the gate of a step, the waiting time of a way back."""
    if kind in case.edition.steps:
        gate = gate_in(kind, case)
        return gate.blocks, gate.warnings + gate.notes
    lacking = [each for step in steps_in(case) if step.id == kind for each in step.missing]
    blocks = tuple(each for each in lacking if each.strength is Strength.BLOCK)
    return blocks, tuple(each for each in lacking if each.strength is not Strength.BLOCK)


def as_on(facts: Facts, event_day: Event) -> Facts:
    """*facts* with the events that lay before *event_day*, a new event: those of its own day included."""
    return replace(facts, events=tuple(each for each in effective(facts.events) if each.on <= event_day.on))


def unlawful(facts: Facts, book: Rulebook, calendar: WorkingCalendar) -> dict[str, str]:
    """Event → why it could not have been entered as the file stood then. Of files kept since before the software
    much could not; a correction must not add to it."""
    events, found = effective(facts.events), {}
    for number, event in enumerate(events):
        before = replace(facts, events=tuple(events[:number]))
        case = situation(before, book, calendar, event.on, event.ballot)
        why = refusal(event.kind, case) or _first(gate_findings(event.kind, case)[0])
        if why:
            found[event.id] = why
    return found


def _first(findings: Iterable[Finding]) -> str:
    return next((str(each) for each in findings), "")


def _of_step(step: Step, case: Situation) -> str:
    progress, known = case.progress, case.edition.steps
    if progress.status in (PAUSED, CLOSED):
        return _stopped(case)
    if any(each.id == step.name for each in steps_in(case)):
        return ""
    waits = [
        name for name in step.after if name in known and name not in progress.passed and applies(known[name], case)
    ]
    if step.when == "recorded_only" and not waits:
        return ""
    if step.name in progress.passed and renews(step, case):
        return ""
    if step.name in progress.passed:
        day = progress.day_of(step.name)
        when = f" ngày {format_date(day)}" if day else ""
        return f"“{step.title}” đã ghi{when}. Nếu ghi sai, hãy đính chính việc đó."
    if waits and (step.when == "recorded_only" or applies(step, case)):
        return f"Chưa đến bước “{step.title}”: còn thiếu “{known[waits[0]].title}”. Hãy ghi bước đó trước."
    return f"Hồ sơ này hiện không có bước “{step.title}”. Hãy xem việc tiếp theo của hồ sơ."


def renews(step: Step, case: Situation) -> bool:
    """Whether what the step gave runs out soon, in the last fifth of its months, and is still to be tested: taken
    again, it holds from the later day."""
    for validity in case.edition.validities.values():
        if validity.of == (step.name,) and validity.tested_at not in case.progress.passed:
            span = validity_span(validity, case)
            if span and case.on >= add_months(span[0], -(validity.months // 5)):
                return True
    return False


def _stopped(case: Situation) -> str:
    words = "đang tạm dừng" if case.progress.status == PAUSED else "đã thôi"
    back = next((step.what for step in steps_in(case)), "")
    return f"Hồ sơ {words}. " + (f"Hãy ghi “{back}” trước." if back else "Không ghi thêm được.")


def _of_outcome(outcome: Outcome, case: Situation) -> str:
    progress, name = case.progress, outcome.name
    no = f"Không ghi được “{outcome.title}” lúc này. "
    if outcome.effect == "resume":
        ways = {step.id for step in steps_in(case)} if progress.status != OPEN else set()
        if name in ways or (name == "remedied" and progress.outcome == "cancelled"):
            return ""
        return no + "Hồ sơ không ở tình trạng cần việc này."
    if progress.status == CLOSED or (progress.status == PAUSED and outcome.effect not in ("close", "move")):
        return _stopped(case)
    if outcome.effect == "extend":
        return _of_extension(outcome, case, no)
    if any(step.leads_to == name for step in case.edition.steps.values()):
        return no + "Việc này có từ quyết định của cấp có thẩm quyền; hãy ghi quyết định đó."
    if name in BEFORE_DECISION and "decision" in progress.passed:
        return no + "Đã có quyết định kết nạp."
    if (needed := NEEDS.get(name)) and needed not in progress.passed:
        return no + f"Chưa có “{title_of(needed, case.edition)}”."
    if name == "not_yet" and "cell_vote" in progress.passed:
        return no + "Chi bộ đã thông qua."
    return _of_failure(outcome, case, no)


def _of_failure(outcome: Outcome, case: Situation, no: str) -> str:
    """What a vote or decision against leads to; told without it while that vote or decision is the next step."""
    leading = [step.name for step in case.edition.steps.values() if step.on_failure == outcome.name]
    if not leading or outcome.name == "not_yet" or {step.id for step in steps_in(case)} & {*leading}:
        return ""
    return no + f"Chưa đến bước “{title_of(leading[0], case.edition)}”."


def _of_extension(outcome: Outcome, case: Situation, no: str) -> str:
    for clock in case.edition.clocks.values():
        if clock.extended_by == outcome.name:
            if outcome.name in case.progress.extended:
                return no + "Thời hạn chỉ gia hạn một lần."
            if case.reading(clock.name) and clock.ends not in case.progress.passed:
                return ""
    return no + "Thời hạn này chưa bắt đầu hoặc việc đã xong."
