"""Deadlines: where a clock starts, how long it runs, when it is due, with all it was computed from."""

from dataclasses import dataclass
from datetime import date

from core.dates import add_months
from core.workdays import WorkingCalendar
from pipeline.engine.facts import Facts
from pipeline.engine.replay import Progress, judging
from pipeline.rulebook.book import Edition, Rulebook
from pipeline.rulebook.entries import Clock


@dataclass(frozen=True, slots=True)
class Reading:
    """A clock that runs. `other_due` follows from the start that another edition names, None where that is unknown."""

    clock: Clock
    edition: Edition
    started_on: date
    due: date
    extended: bool = False
    other_start: date | None = None
    other_due: date | None = None


def milestone(name: str, progress: Progress, edition: Edition) -> date | None:
    """The day of a milestone; None while its step is not done."""
    rule = edition.milestones.get(name)
    if rule is None or (rule.known_after and rule.known_after not in progress.done):
        return None
    day = progress.day_of(rule.of)
    return add_months(day, rule.months) if day and rule.months else day


def start_of(name: str, progress: Progress, edition: Edition) -> date | None:
    return milestone(name, progress, edition) if name in edition.milestones else progress.day_of(name)


def reading(
    clock: Clock, facts: Facts, progress: Progress, book: Rulebook, calendar: WorkingCalendar, today: date
) -> Reading | None:
    """How *clock* stands; None while it has not started, and where the edition that judges has none like it.

    Which edition governs a clock that was running when the regulation changed is a setting: that of its start
    (default), or the one in force today.
    """
    edition = judging(book, facts, today)
    started = start_of(clock.starts, progress, edition)
    if edition.setting("clock_judged_by") != "today":
        started, clock, edition = _at_start(started, clock, edition, facts, progress, book)
    if started is None:
        return None
    if clock.repeats:
        started = max(started, progress.day_of(clock.ends) or started)
    extended = bool(clock.extended_by and clock.extended_by in progress.extended)
    length = clock.length + (clock.extension if extended else 0)
    other = progress.day_of(clock.other_start) if clock.other_start else None
    return Reading(
        clock, edition, started, due_on(started, length, clock.unit, calendar), extended,
        other, due_on(other, length, clock.unit, calendar) if other else None,
    )  # fmt: skip


def _at_start(
    started: date | None, clock: Clock, edition: Edition, facts: Facts, progress: Progress, book: Rulebook
) -> tuple[date | None, Clock, Edition]:
    """The clock as the edition of its start says it. For a clock whose start itself changed between editions, that
    is the edition in force when the first of both starts happened."""
    days = [day for day in (started, progress.day_of(clock.other_start) if clock.other_start else None) if day]
    if not days:
        return started, clock, edition
    earlier = judging(book, facts, min(days))
    own = earlier.clocks.get(clock.name)
    if own is None:
        return started, clock, edition
    return start_of(own.starts, progress, earlier), own, earlier


def due_on(start: date, length: int, unit: str, calendar: WorkingCalendar) -> date:
    """The last day: working days are counted from the next one, months end on the same day."""
    return add_months(start, length) if unit == "months" else calendar.add(start, length)
