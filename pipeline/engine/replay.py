"""From events to where a file stands: the one way in which stage, steps done and outcome are known.

Services and bulk loaders use it alike. An event is only ever taken out by one that corrects it; a step that was done is
only opened again by an outcome that lists it, by a vote or decision against it, or by a validity that has run out.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from core.dates import BEGINNING
from pipeline.engine.facts import Event, Facts
from pipeline.engine.stages import ORDER, Stage
from pipeline.engine.votes import count
from pipeline.rulebook.book import Edition, Rulebook
from pipeline.rulebook.entries import Outcome, Step

OPEN, PAUSED, CLOSED = "open", "paused", "closed"


@dataclass(slots=True)
class Progress:
    """Where a file stands. Made by :func:`replay`, changed by nobody else."""

    done: dict[str, Event] = field(default_factory=dict)
    """Step → the event by which it is done."""
    passed: set[str] = field(default_factory=set)
    """Steps done, and those that must have come before them although nobody entered them."""
    reopened: dict[str, str] = field(default_factory=dict)
    """Step → the rule for which it is to be done again."""
    holding: set[str] = field(default_factory=set)
    rounds: dict[str, int] = field(default_factory=dict)
    """Step → votes without a majority either way."""
    status: str = OPEN
    outcome: str = ""
    """The outcome that holds now, empty while everything goes its way."""
    outcome_on: date = BEGINNING
    extended: dict[str, date] = field(default_factory=dict)
    stage: Stage = Stage.SOURCE
    ignored: list[Event] = field(default_factory=list)
    """Events of a kind that the edition of their day does not know."""

    def day_of(self, step: str) -> date | None:
        event = self.done.get(step)
        return event.on if event else None


def effective(events: Iterable[Event]) -> list[Event]:
    """The events that hold, by day; what is corrected is out, and so is a correction that puts nothing in its place."""
    events = tuple(events)
    corrected = {event.corrects for event in events if event.corrects}
    if not corrected:
        return sorted(events, key=_day)
    return sorted((event for event in events if event.id not in corrected and not event.void), key=_day)


def _day(event: Event) -> date:
    return event.on


def judging(book: Rulebook, facts: Facts, day: date) -> Edition:
    """The edition that judges what happens on *day*; whether that is the day's or the opening's is a setting."""
    edition = book.on(day)
    if edition.setting("file_judged_by") == "opening":
        return book.on(facts.opened_on)
    return edition


def outcome_of_vote(event: Event, step: Step, edition: Edition) -> str:
    """`passed`, `rejected` or `undecided`: what the vote or decision of *event* came to."""
    rule = edition.votes.get(step.vote) if step.vote else None
    if event.ballot and rule:
        found = count(event.ballot, rule, with_suspended=edition.setting("suspended_count") == "in")
        if found.passed:
            return "passed"
        if rule.strength == 0:  # a majority that nobody has confirmed overturns no resolution
            return "rejected" if event.agreed is False else "passed"
        return "rejected" if found.rejected or not rule.rounds else "undecided"
    return "rejected" if event.agreed is False else "passed"


def replay(facts: Facts, book: Rulebook) -> Progress:
    """Where the file stands after all its events."""
    progress, last = Progress(), None
    for last, progress in replaying(facts, book):  # noqa: B007 - the last ones are what is wanted
        pass
    _finish(progress, judging(book, facts, last.on) if last else None)
    return progress


def replaying(facts: Facts, book: Rulebook) -> Iterator[tuple[Event, Progress]]:
    """The events one by one, each with where the file stands right after it (`passed` and `stage` come at the end).

    It is the same `Progress` each time, as it grows.
    """
    progress = Progress()
    for event in effective(facts.events):
        edition = judging(book, facts, event.on)
        if step := edition.steps.get(event.kind):
            _take(progress, event, step, edition)
        elif outcome := edition.outcomes.get(event.kind):
            _befall(progress, event.kind, outcome, event, edition)
        else:
            progress.ignored.append(event)
        yield event, progress


def _take(progress: Progress, event: Event, step: Step, edition: Edition) -> None:
    result = outcome_of_vote(event, step, edition) if step.vote or event.agreed is not None else "passed"
    if result == "undecided":
        progress.rounds[step.name] = progress.rounds.get(step.name, 0) + 1
        return
    if result == "rejected":
        if outcome := edition.outcomes.get(step.on_failure):
            _befall(progress, outcome.name, outcome, event, edition)
        return
    for name in (step.name, *step.completes):
        if name == step.name or name not in progress.done:
            progress.done[name] = event
        progress.reopened.pop(name, None)
        progress.holding.discard(name)
    if progress.status == OPEN and f"outcomes.{progress.outcome}" not in progress.reopened.values():
        progress.outcome = ""
    if outcome := edition.outcomes.get(step.leads_to):
        _befall(progress, outcome.name, outcome, event, edition)


def _befall(progress: Progress, name: str, outcome: Outcome, event: Event, edition: Edition) -> None:
    match outcome.effect:
        case "pause":
            progress.status, progress.outcome = PAUSED, name
        case "close":
            progress.status, progress.outcome = CLOSED, name
        case "resume":
            progress.status, progress.outcome = OPEN, ""
        case "extend":
            progress.extended.setdefault(name, event.on)
        case "reopen":
            progress.outcome = name
    progress.outcome_on = event.on
    for step in outcome.reopens or (event.steps if outcome.effect in ("reopen", "resume") else ()):
        progress.done.pop(step, None)
        progress.rounds.pop(step, None)  # whoever sends it back lets it be voted on anew
        for other in edition.steps.values():
            if step in other.completes:
                progress.done.pop(other.name, None)
        progress.reopened[step] = outcome.id
        if outcome.holds:
            progress.holding.add(step)


def _finish(progress: Progress, edition: Edition | None) -> None:
    if edition is None:
        return
    before = edition.before
    for name in progress.done:
        progress.passed.add(name)
        progress.passed |= before.get(name, frozenset())
    progress.passed -= progress.reopened.keys()
    for name in progress.done:
        step = edition.steps.get(name)
        if step and step.stage and ORDER[Stage[step.stage]] > ORDER[progress.stage]:
            progress.stage = Stage[step.stage]
