"""What would stand in the way of entering something of a file on a day, asked before it is entered."""

from dataclasses import dataclass
from datetime import date

from pipeline.deriving import Judge
from pipeline.engine.facts import Ballot, Event, Facts
from pipeline.engine.findings import Finding
from pipeline.engine.gates import requirements_of
from pipeline.engine.recording import as_on, gate_findings, refusal
from pipeline.engine.replay import judging
from pipeline.engine.situation import Situation, situation
from pipeline.rulebook.book import Edition
from pipeline.rulebook.confidence import Strength
from pipeline.rulebook.entries import Outcome, Step
from pipeline.services.cases import needs_late_reason
from pipeline.showing import without_content


@dataclass(frozen=True)
class Outlook:
    """One step or outcome on one day: why it cannot be entered, what blocks it, what to know first."""

    rule: Step | Outcome
    situation: Situation
    why: str
    blocks: list[Finding]
    warnings: list[Finding]

    @property
    def edition(self) -> Edition:
        return self.situation.edition

    @property
    def to_be_read(self) -> list[str]:
        """The rules whose warnings have to be seen before anything is entered; mere notes need not."""
        return sorted({each.rule for each in self.warnings if each.strength is Strength.WARN})

    @property
    def met(self) -> list[str]:
        """What is asked for and fulfilled."""
        lacking = {each.rule for each in (*self.blocks, *self.warnings)}
        asked = requirements_of(self.rule.name, self.situation) if isinstance(self.rule, Step) else ()
        return [each.title for each in asked if each.id not in lacking]

    @property
    def went_by(self) -> bool:
        """Later steps were entered without it: it can still be entered, on the day it was taken."""
        progress = self.situation.progress
        return self.rule.name in progress.passed and self.rule.name not in progress.done


def outlook(kind: str, facts: Facts, judge: Judge, on: date, ballot: Ballot | None = None) -> Outlook | None:
    """How it stands with *kind* on the day *on*; None where no rule of that day knows it."""
    then = situation(as_on(facts, Event(kind, on)), judge.book, judge.calendar, on, ballot)
    rule = then.edition.steps.get(kind) or then.edition.outcomes.get(kind)
    if rule is None:
        return None
    blocks, warnings = gate_findings(kind, then)
    return Outlook(
        rule, then, refusal(kind, then), without_content(blocks, then.edition), without_content(warnings, then.edition)
    )


def is_late(kind: str, facts: Facts, judge: Judge, on: date) -> bool:
    """Whether entering *kind* of the day *on* needs a reason for being late."""
    return needs_late_reason(Event(kind, on), facts, judging(judge.book, facts, on), judge.today)


UNREPEATED = ("introduction", "sympathiser_list")
"""Steps that no returned file asks for again."""


def again_of(found: Situation) -> list[tuple[str, str]]:
    """(name, title) of what was done, and may be asked for again when the file goes back."""
    done = found.progress.done
    return [(name, rule.title) for name, rule in found.edition.steps.items() if name in done and name not in UNREPEATED]
