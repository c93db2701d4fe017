"""What checks and conditions look at: the facts, where the file stands, the edition that judges, the day."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from core.workdays import WorkingCalendar
from pipeline.engine.clocks import Reading, milestone, reading
from pipeline.engine.deciding import Decision, decider
from pipeline.engine.facts import Ballot, Facts
from pipeline.engine.replay import Progress, judging, replay
from pipeline.engine.returning import with_return
from pipeline.rulebook.book import Edition, Rulebook


@dataclass(frozen=True)
class Situation:
    """One file on one day."""

    facts: Facts
    progress: Progress
    edition: Edition
    book: Rulebook
    calendar: WorkingCalendar
    on: date
    ballot: Ballot | None = None
    """Of the meeting that is being recorded."""

    @cached_property
    def decides(self) -> Decision:
        """Who decides: judged on the day of the step the rule names (the cell's vote), today before it."""
        rule = self.edition.deciding.get("admission")
        day = self.progress.day_of(rule.judged_on) if rule else None
        if day is None:
            return decider(self.facts, self.edition, self.on)
        return decider(self.facts, self.edition_of(day), day)

    def edition_of(self, day: date) -> Edition:
        return judging(self.book, self.facts, day)

    def milestone(self, name: str) -> date | None:
        return milestone(name, self.progress, self.edition)

    def reading(self, clock: str) -> Reading | None:
        rule = self.edition.clocks.get(clock)
        return reading(rule, self.facts, self.progress, self.book, self.calendar, self.on) if rule else None

    def has_paper(self, kind: str) -> bool:
        return any(paper.kind == kind and paper.on <= self.on for paper in self.facts.papers)


def situation(
    facts: Facts, book: Rulebook, calendar: WorkingCalendar, on: date, ballot: Ballot | None = None
) -> Situation:
    """*facts* as they stand on the day *on*, judged by the edition of that day."""
    facts = with_return(facts)
    return Situation(facts, replay(facts, book), judging(book, facts, on), book, calendar, on, ballot)
