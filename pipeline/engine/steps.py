"""What comes next: the lawful steps of a file today, by whom, from when, until when, under which article."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from core.dates import add_months, day_after
from core.workdays import WorkingCalendar
from pipeline.engine.actors import words_for
from pipeline.engine.clocks import Reading, reading
from pipeline.engine.conditions import CONDITIONS
from pipeline.engine.deciding import holder_between
from pipeline.engine.facts import Facts
from pipeline.engine.findings import Finding, finding
from pipeline.engine.gates import gate_in, validity_span
from pipeline.engine.replay import CLOSED, OPEN, PAUSED
from pipeline.engine.situation import Situation, situation
from pipeline.rulebook import entries
from pipeline.rulebook.book import Rulebook
from pipeline.rulebook.confidence import Confidence, Strength


@dataclass(frozen=True, slots=True)
class Step:
    """Bước tiếp theo. `missing` says what stands in its way; `due` is None where no clock ends with it."""

    id: str
    what: str
    who: str
    earliest: date
    due: date | None
    article: str
    edition: str
    confidence: Confidence
    missing: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    form: str = ""
    on_behalf: str = ""
    clock: Reading | None = None
    because: str = ""
    """The rule for which a step that was done is to be done again."""
    within: Reading | None = None
    """A clock that runs already and ends with a later step: this one has to be taken in time for that."""

    @property
    def deadline(self) -> date | None:
        """The day by which it has to be taken: its own, or that of the later step, whichever comes first."""
        return min((day for day in (self.due, self.within and self.within.due) if day), default=None)

    def overdue_days(self, today: date) -> int:
        """Calendar days after the due day; lateness cancels nothing, it stays until the step is done."""
        return max((today - self.due).days, 0) if self.due else 0


def next_steps(facts: Facts, rulebook: Rulebook, calendar: WorkingCalendar, today: date) -> list[Step]:
    """The steps that may or must come next, in the order of the way; several where they run in parallel.

    The edition of *today* judges. Of a paused or closed file: the ways back.
    """
    return steps_in(situation(facts, rulebook, calendar, today))


def steps_in(case: Situation) -> list[Step]:
    """The same, asked of a situation at hand."""
    if case.progress.status in (PAUSED, CLOSED):
        return list(_ways_back(case))
    assert case.progress.status == OPEN
    lapsed = _lapsed(case)
    unlawful = {name for name, rule in lapsed.items() if _strength(rule, case) is Strength.BLOCK}
    blocked = _downstream(case, case.progress.holding | unlawful)
    running = list(_running(case))
    found = []
    for name, rule in case.edition.steps.items():
        if name in blocked:
            continue
        because = lapsed.get(name) or case.progress.reopened.get(name, "")
        if _is_next(rule, case, because):
            found.append(_step(rule, case, because, running))
    return found


def _running(case: Situation) -> Iterator[Reading]:
    """Clocks that have started and whose last step is still to come; duties that come again have their own day."""
    for clock in case.edition.clocks.values():
        if clock.repeats or clock.ends in case.progress.passed:
            continue
        if found := reading(clock, case.facts, case.progress, case.book, case.calendar, case.on):
            yield found


def _is_next(rule: entries.Step, case: Situation, because: str) -> bool:
    passed, known = case.progress.passed, case.edition.steps
    if rule.repeats_until:
        if rule.repeats_until in passed:
            return False
    elif rule.name in passed and not because:
        return False
    for name in rule.after:
        if name not in passed and name in known and applies(known[name], case):
            return False
    return applies(rule, case) and not (rule.unless and CONDITIONS[rule.unless](case))


def applies(rule: entries.Step, case: Situation) -> bool:
    """Whether this step is taken in this file at all."""
    if not CONDITIONS[rule.when](case):
        return False
    if not rule.power:
        return True
    units = case.facts.units_on(case.progress.day_of("cell_vote") or case.on)
    return holder_between(units, case.decides, rule.power) is not None


def _step(rule: entries.Step, case: Situation, because: str, running: list[Reading]) -> Step:
    found = gate_in(rule.name, case)
    clock = _clock(rule.name, case)
    later = [] if rule.repeats_until else [
        each for each in running if rule.name in case.edition.before.get(each.clock.ends, ())
    ]  # fmt: skip
    return Step(
        id=rule.name,
        what=rule.title,
        who=words_for(rule, case),
        earliest=_earliest(rule, case, clock),
        due=clock.due if clock else None,
        article=rule.article,
        edition=case.edition.number,
        confidence=rule.confidence,
        missing=found.blocks,
        warnings=found.warnings + found.notes,
        form=rule.form,
        on_behalf=rule.on_behalf,
        clock=clock,
        because=because,
        within=min(later, key=lambda each: each.due, default=None),
    )


def _clock(name: str, case: Situation) -> Reading | None:
    """The clock that is due first among those ending with this step."""
    readings = [
        found for clock in case.edition.clocks_ending.get(name, ())
        if (found := reading(clock, case.facts, case.progress, case.book, case.calendar, case.on))
    ]  # fmt: skip
    return min(readings, key=lambda each: each.due, default=None)


def _earliest(rule: entries.Step, case: Situation, clock: Reading | None) -> date:
    """Not before what it waits for, not before its clock starts, and after the milestone it must lie behind."""
    days = [case.facts.opened_on]
    days += [day for name in rule.after if (day := case.progress.day_of(name))]
    if clock:
        days.append(clock.started_on)
    if rule.not_before and (day := case.milestone(rule.not_before)):
        days.append(day)
    for name in rule.requires:
        requirement = case.edition.requirements.get(name)
        if requirement and requirement.check == "is_after":
            end = case.milestone(requirement.parameters["milestone"])
            days += [day_after(end)] if end else []
    return max(days)


def _lapsed(case: Situation) -> dict[str, str]:
    """Steps to be done again because what they gave no longer holds."""
    found: dict[str, str] = {}
    for validity in case.edition.validities.values():
        if validity.tested_at in case.progress.passed:
            continue
        span = validity_span(validity, case)
        if span and case.on > span[1]:
            found |= {name: validity.id for name in validity.redo if name in case.progress.done}
    return found


def _strength(validity: str, case: Situation) -> Strength:
    return case.edition.entries[validity].strength


def _downstream(case: Situation, held: set[str]) -> set[str]:
    """All steps that come after one that is held up."""
    if not held:
        return set()
    return {name for name, before in case.edition.before.items() if before & held and name not in held}


def _ways_back(case: Situation) -> Iterator[Step]:
    outcome = case.edition.outcomes.get(case.progress.outcome)
    back = case.edition.outcomes.get(outcome.back) if outcome else None
    if outcome is None or back is None:
        return
    earliest = add_months(case.progress.outcome_on, outcome.back_after)
    lacking: tuple[Finding, ...] = ()
    if case.on < earliest:
        text = f"Chưa đủ {outcome.back_after} tháng kể từ {outcome.title.lower()}. Hãy chờ đến {earliest:%d/%m/%Y}."
        lacking = (finding(outcome, text, case.edition.number),)
    yield Step(
        id=back.name, what=back.title, who=words_for(back, case), earliest=earliest, due=None, article=back.article,
        edition=case.edition.number, confidence=back.confidence, missing=lacking, because=outcome.id,
    )  # fmt: skip
