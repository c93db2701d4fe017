"""The days of a probation: what is done in its twelve months, the recognition after them, the card."""

from calendar import FRIDAY
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from core.dates import add_months
from reports.demo.case_ground import Ground
from reports.demo.session_days import card_day

TWICE = 0.05
"""Recognitions for which the cell votes a second time."""
UNDECIDED = 2
"""People of a committee whose recognition is undecided today."""
STALLED = 0.25
"""Of those whose probation is over: nobody has collected their papers."""
MADE_IN = timedelta(days=24)
"""What it takes until a card is there."""
PAPERS = ("self_review", "helper_comment", "probation_opinions")
PREPARING = (2, 6)
"""Days before a meeting of the committee on which a file is put before it."""
ONE_DAY = timedelta(days=1)


@dataclass
class Course:
    """Which step on which day. What lies after *until* did not come to pass."""

    until: date
    days: list[tuple[date, str]] = field(default_factory=list)
    votes: dict[date, str] = field(default_factory=dict)
    card: date | None = None
    """Day of the batch in which the card is."""

    def vote(self, day: date, result: str) -> None:
        self.days.append((day, "recognition_vote"))
        self.votes[day] = result


def course(
    rng: Random, ground: Ground, cell_on: Callable[[date], str], held_on: date, steps: list[str], *, until: date,
    recognised: date | None, dropped: date | None,
) -> Course:  # fmt: skip
    """A probation that began on *held_on*. *steps* are those of committees between the cell's vote and the decision;
    the member was *recognised* or *dropped* on a day, or neither yet."""
    way, due = Course(until), add_months(held_on, 12)
    way.days = [
        (_in_the_week(held_on + timedelta(days=rng.randint(9, 38))), "member_file"),
        (ground.meetings.following(cell_on(held_on), held_on), "probation_helper"),
        (ground.next_class(held_on + timedelta(days=rng.randint(20, 70))), "new_member_class"),
    ]
    if dropped:
        voted = due + max(ONE_DAY, (dropped - due) * 2 // 5)
        _papers(way, due, voted)
        way.vote(voted, "against")
    elif recognised:
        _recognise(rng, ground, way, cell_on(due), due, recognised, steps)
        way.days.append((recognised, "recognition_decision"))
        _hand_out(rng, ground, way, recognised)
    elif due < until and rng.random() >= STALLED:
        _begin(rng, ground, way, cell_on(due), due, steps)
    return way


def _papers(way: Course, due: date, voted: date) -> None:
    span = voted - due
    way.days += [(due + span * part // 4, name) for part, name in enumerate(PAPERS)]


def _recognise(
    rng: Random, ground: Ground, way: Course, cell: str, due: date, recognised: date, steps: list[str]
) -> None:
    """Everything in time for the meeting of the committee on the day *recognised*."""
    ready = recognised - timedelta(days=rng.randint(*PREPARING))
    latest = max(due + ONE_DAY, ready - timedelta(days=3 * len(steps)))
    voted = ground.meetings.following(cell, due)
    if voted > latest:
        voted = due + max(ONE_DAY, (latest - due) * 2 // 3)
    _papers(way, due, voted)
    if latest - voted > timedelta(days=14) and rng.random() < TWICE:
        way.vote(voted, "undecided")
        voted += timedelta(days=14)
    way.vote(voted, "for")
    part = (ready - voted) // (len(steps) + 1)
    way.days += [(voted + part * number, step) for number, step in enumerate(steps, 1)]


def _begin(rng: Random, ground: Ground, way: Course, cell: str, due: date, steps: list[str]) -> None:
    """What has come to pass since the twelve months have ended."""
    voted = ground.meetings.following(cell, due + timedelta(days=rng.randint(1, 12)))
    _papers(way, due, voted)
    if voted < way.until and ground.undecided < UNDECIDED:
        ground.undecided += 1
        way.vote(voted, "undecided")
        return
    way.vote(voted, "for")
    for step in steps:
        voted += timedelta(days=rng.randint(3, 9))
        way.days.append((voted, step))


def _hand_out(rng: Random, ground: Ground, way: Course, recognised: date) -> None:
    batch, has_left = card_day(recognised + MADE_IN), way.until < ground.today
    if batch > (way.until if has_left else card_day(ground.today + ONE_DAY)):
        return
    way.card = batch
    if batch <= ground.today:
        way.days.append((batch + timedelta(days=rng.randint(0, 9)), "card"))


def _in_the_week(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - FRIDAY))
