"""What a file says of itself, derived from its facts on a day: the copies that lists and duties read. No database."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from core.workdays import WorkingCalendar
from pipeline.engine.facts import Facts
from pipeline.engine.replay import CLOSED, OPEN, effective
from pipeline.engine.situation import Situation, situation
from pipeline.engine.stages import Stage
from pipeline.engine.steps import Step, steps_in
from pipeline.kinds import CaseStatus
from pipeline.rulebook.book import Rulebook

DERIVED = ("stage", "status", "outcome", "stage_since", "closed_on", "next_step", "next_due", "first_due", "checked_on")
"""Columns of `Case` that only this module fills, besides the place of the file."""


@dataclass(frozen=True)
class Judge:
    """What files are judged by: rules, working days and the day. Made once for a request, a job, a command."""

    book: Rulebook
    calendar: WorkingCalendar
    today: date

    def situation(self, facts: Facts) -> Situation:
        return situation(facts, self.book, self.calendar, self.today)


def derived(facts: Facts, judge: Judge) -> dict[str, Any]:
    """The values of DERIVED."""
    case = judge.situation(facts)
    steps = steps_in(case)
    progress, following = case.progress, foremost(steps, case)
    status, closed_on = progress.status, progress.outcome_on if progress.status == CLOSED else None
    if status == OPEN and not steps and progress.stage is Stage.OFFICIAL:
        status, closed_on = CaseStatus.DONE.value, effective(facts.events)[-1].on
    return {
        "stage": progress.stage.name,
        "status": status,
        "outcome": progress.outcome,
        "stage_since": _stage_since(case),
        "closed_on": closed_on,
        "next_step": following.id if following else "",
        "next_due": following.deadline if following else None,
        "first_due": min((step.deadline for step in steps if step.deadline), default=None),
        "checked_on": judge.today,
    }


def foremost(steps: list[Step], case: Situation) -> Step | None:
    """The one step to name where there is room for one: what is due first, then what nothing stands in the way of; a
    duty that comes again every month only where there is nothing else."""
    once = [step for step in steps if not repeats(step, case)] or steps
    return min(once, key=lambda step: (step.deadline or date.max, bool(step.missing)), default=None)


def repeats(step: Step, case: Situation) -> bool:
    """Whether it comes again and again until something ends it: the monthly look at the list, a quarter's remark."""
    rule = case.edition.steps.get(step.id)
    return bool(rule and rule.repeats_until)


def _stage_since(case: Situation) -> date:
    stage, rules = case.progress.stage.name, case.edition.steps
    days = [event.on for name, event in case.progress.done.items() if name in rules and rules[name].stage == stage]
    return min(days, default=case.facts.opened_on)
