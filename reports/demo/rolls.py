"""Who was on which roll when, as the chronicle of the demo tells it: whom a file may name as helper and voter."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cells.kinds import INCREASES, StateKind
from core.dates import add_months
from pipeline.engine.facts import Ballot
from reports.demo.movements import Chronicle
from reports.demo.people import Person
from reports.demo.states import PersonState

TOGETHER_MONTHS = 12
"""Shared work, study or residence that a helper must have."""
OLDEST_HELPER_DAYS = 77 * 365


@dataclass(frozen=True)
class Stay:
    """A member on the roll of a cell in `[since, until)`."""

    person: Person
    cell: str
    since: date
    until: date
    known_since: date
    """Since when he has been among the same people: members of a merged cell have stayed together."""

    def holds(self, day: date) -> bool:
        return self.since <= day < self.until


class Rolls:
    """The rolls of a committee's cells on any day."""

    def __init__(self, chronicle: Chronicle, states: Iterable[PersonState]) -> None:
        self._units = chronicle.tree.units
        self._at: dict[str, list[Stay]] = defaultdict(list)
        self._of: dict[str, list[Stay]] = {}
        self._states: dict[str, list[PersonState]] = defaultdict(list)
        for person in chronicle.people.everybody:
            self._of[person.code] = line = _stays(person)
            for stay in line:
                self._at[stay.cell].append(stay)
        for state in states:
            self._states[state.member].append(state)

    def cell_on(self, cell: str, day: date) -> str:
        """The cell that holds on *day* what lay at *cell*: itself, or what has taken it over."""
        unit = self._units[cell]
        while unit.last_day is not None and unit.last_day < day and unit.successor:
            unit = self._units[unit.successor]
        return unit.code

    def place(self, code: str, day: date) -> str:
        """The cell on whose roll the member with that code is on *day*, or was last."""
        found = self._of[code][0]
        for stay in self._of[code]:
            if stay.since <= day:
                found = stay
        return found.cell

    def parting(self, helper: str, member: str, since: date) -> date:
        """The first day after *since* on which *helper* is not on the roll of the cell that *member* belongs to."""
        lines = (*self._of[helper], *self._of[member])
        for day in sorted({day for stay in lines for day in (stay.since, stay.until) if since < day < date.max}):
            here = self.place(member, day)
            if not any(stay.holds(day) and stay.cell == here for stay in self._of[helper]):
                return day
        return date.max

    def officials(self, cell: str, day: date) -> list[Stay]:
        """Official members of *cell* on *day*."""
        return [
            stay for stay in self._at[cell]
            if stay.holds(day) and stay.person.official_on and stay.person.official_on <= day
        ]  # fmt: skip

    def able_to_help(self, cell: str, day: date) -> list[Stay]:
        """Those of them who have been there for the months that the rules ask of a helper."""
        latest = add_months(day, -TOGETHER_MONTHS)
        return [
            stay for stay in self.officials(cell, day)
            if stay.known_since <= latest and self._state(stay.person, day) is None
            and (day - stay.person.born).days < OLDEST_HELPER_DAYS
        ]  # fmt: skip

    def leaves(self, person: Person, cell: str, since: date) -> date:
        """The first day after *since* on which *person* is no more where a file is that lay at *cell* then."""
        current: Stay | None = None
        for stay in self._of[person.code]:
            if current is None and not stay.holds(since):
                continue
            if current and stay.cell != self.cell_on(cell, stay.since):
                break
            current = stay
        return current.until if current else since

    def ballot(self, cell: str, day: date, without: Person | None = None) -> tuple[Ballot, tuple[str, ...]]:
        """The figures of a meeting on *day* before anybody has voted, and the codes of the members confirmed. Who is
        voted on (*without*) does not vote."""
        voters = [stay for stay in self.officials(cell, day) if stay.person is not without]
        states = [self._state(stay.person, day) for stay in voters]
        figures = Ballot(
            members=len(voters), yes=0, away=states.count(StateKind.AWAY), exempt=states.count(StateKind.EXEMPT),
            suspended=states.count(StateKind.SUSPENDED),
        )  # fmt: skip
        return figures, tuple(stay.person.code for stay in voters)

    def _state(self, person: Person, day: date) -> StateKind | None:
        for state in self._states.get(person.code, ()):
            if state.valid_from <= day and (state.valid_until is None or day < state.valid_until):
                return state.kind
        return None


def _stays(person: Person) -> list[Stay]:
    found: list[Stay] = []
    cell, since = person.cell, person.joined_on
    moves = list(person.moves)
    if moves and moves[0].kind not in INCREASES:
        cell = moves[0].cell
    elif moves:
        cell, since = moves[0].cell, moves[0].on
        moves = moves[1:]
    known, is_there = since, True
    for move in moves:
        if move.kind in INCREASES:
            known = known if move.on == found[-1].until else move.on
            cell, since, is_there = move.cell, move.on, True
        else:
            found.append(Stay(person, cell, since, move.on, known))
            is_there = False
    return [*found, Stay(person, cell, since, date.max, known)] if is_there else found
