"""The roll as plain data: what one member's movements say, and what cannot be. No database.

Closing = opening + increases − decreases holds because a movement either puts a member on the roll of one
organisation or takes him off it, and the two alternate.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise, permutations
from typing import Protocol

from cells import contradictions
from cells.contradictions import Contradiction, Key, Step
from cells.kinds import MovementKind

PAIRING_WORKING_DAYS = 60
"""A transfer of Party activity must be completed within 60 working days (admission.md §9.3)."""

# Twice as many calendar days can never hold fewer working days, whatever Tết does.
_SURELY_LATE = timedelta(days=PAIRING_WORKING_DAYS * 2)
_FEW = 5


class Calendar(Protocol):
    def add(self, start: date, working_days: int) -> date: ...


@dataclass
class Replay:
    """What a member's movements come to."""

    steps: list[Step]
    contradictions: list[Contradiction]
    doubts: list[Contradiction]
    """What can be, but seldom is: told, never refused."""
    implied: Step | None
    """The admission nobody entered: taken from Ngày vào Đảng where the movements begin without one."""
    organization: Key
    """Where the member is on the roll, else where he was last."""
    on_roll: bool
    joined_on: date | None
    """Ngày vào Đảng as given, else the day of the admission entered."""

    def pairs(self, calendar: Calendar) -> list[tuple[Step, Step]]:
        """Each transfer out with the transfer in that follows it elsewhere within 60 working days."""
        return pair_transfers(self.steps, calendar)


def replay(steps: Iterable[Step], joined_on: date | None, home: Key) -> Replay:
    """Follow one member through *steps*.

    *joined_on* is Ngày vào Đảng (the first admission); *home* the organisation the member is entered
    under, which counts where there are no movements. All contradictions and doubts are returned, none raised.
    """
    ordered = order(steps)
    found: list[Contradiction] = []
    doubts: list[Contradiction] = []
    implied = _implied_admission(ordered, joined_on, home, found)
    everything = [implied, *ordered] if implied else ordered

    place: Key | None = None
    last: Key = home
    previous: Step | None = None
    seen: set[tuple] = set()
    for step in everything:
        natural_key = (step.kind, step.on, step.organization)
        problem = contradictions.repeated(step) if natural_key in seen else _problem(step, place, previous)
        seen.add(natural_key)
        if problem:
            found.append(problem)
        elif odd := contradictions.doubt(step, previous):
            doubts.append(odd)
        place = step.organization if step.is_increase else None
        last = step.organization
        previous = step
    if joined_on is None and ordered and ordered[0].kind == MovementKind.ADMITTED:
        joined_on = ordered[0].on
    return Replay(everything, found, doubts, implied, last, place is not None, joined_on)


def order(steps: Iterable[Step]) -> list[Step]:
    """By day; movements of one day in the order in which they are possible (out of one cell, into the next)."""
    by_day: dict[date, list[Step]] = {}
    for step in sorted(steps, key=lambda step: step.on):
        by_day.setdefault(step.on, []).append(step)
    ordered: list[Step] = []
    for same_day in by_day.values():
        ordered += _possible_order(same_day, ordered[-1] if ordered else None)
    return ordered


def _possible_order(same_day: list[Step], previous: Step | None) -> Sequence[Step]:
    if len(same_day) == 1 or len(same_day) > _FEW:
        return same_day
    return min(permutations(same_day), key=lambda steps: _clashes(steps, previous))


def _clashes(steps: Iterable[Step], previous: Step | None) -> int:
    place = previous.organization if previous and previous.is_increase else None
    clashes = 0
    for step in steps:
        # A leading decrease is possible: the admission before it was never entered.
        fits = place is None if step.is_increase else place == step.organization or (place is None and not previous)
        if fits and step.is_increase and previous is not None:
            fits = contradictions.no_return(step, previous) is None
        clashes += not fits
        place, previous = (step.organization if step.is_increase else None), step
    return clashes


def _implied_admission(
    ordered: Sequence[Step], joined_on: date | None, home: Key, found: list[Contradiction]
) -> Step | None:
    """The admission that Ngày vào Đảng stands for; adds what disagrees with it to *found*."""
    if not ordered:
        return Step(MovementKind.ADMITTED, joined_on, home) if joined_on else None
    first = ordered[0]
    if first.kind == MovementKind.ADMITTED:
        if joined_on and joined_on != first.on:
            found.append(contradictions.admitted_on_another_day(first, joined_on))
        return None
    if joined_on and joined_on > first.on:
        found.append(contradictions.before_joining(first, joined_on))
        return None
    if first.is_increase:
        return None
    if joined_on is None:
        found.append(contradictions.never_joined(first))
        return None
    return Step(MovementKind.ADMITTED, joined_on, first.organization)


def _problem(step: Step, place: Key | None, previous: Step | None) -> Contradiction | None:
    """What is wrong with *step* for a member who is on the roll of *place* (None: on none)."""
    if previous and previous.kind == MovementKind.DIED:
        return contradictions.after_death(step, previous)
    if previous and previous.held_on and previous.held_on > step.on:
        return contradictions.before_ceremony(step, previous)
    if step.is_increase and place is not None:
        return contradictions.on_another_roll(step, place)
    if not step.is_increase and place is None and previous is not None:
        return contradictions.on_no_roll(step, previous)
    if not step.is_increase and place is not None and place != step.organization:
        return contradictions.leaves_elsewhere(step, place)
    return contradictions.no_return(step, previous) if step.is_increase and previous is not None else None


def pair_transfers(ordered: Sequence[Step], calendar: Calendar) -> list[tuple[Step, Step]]:
    """Each transfer out with the next transfer in, when that is elsewhere and within 60 working days."""
    pairs = []
    for step, following in pairwise(ordered):
        if (
            step.kind == MovementKind.TRANSFERRED_OUT
            and following.kind == MovementKind.TRANSFERRED_IN
            and step.organization != following.organization
            and _in_time(step.on, following.on, calendar)
        ):
            pairs.append((step, following))
    return pairs


def _in_time(left: date, arrived: date, calendar: Calendar) -> bool:
    if arrived - left <= timedelta(days=PAIRING_WORKING_DAYS):
        return True
    return arrived - left <= _SURELY_LATE and arrived <= calendar.add(left, PAIRING_WORKING_DAYS)
