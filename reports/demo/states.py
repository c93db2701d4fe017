"""States of members that change a vote and not the roll: the old who are exempt, the young who are away."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from cells.kinds import StateKind
from reports.demo.people import Person
from reports.demo.tree import Sector, Tree

EXEMPT_FROM = 72
AWAY = 0.06
"""Share of young members of village cells who work far away for a time."""


@dataclass(frozen=True)
class PersonState:
    """A state of the member with that code, in `[valid_from, valid_until)`."""

    member: str
    kind: StateKind
    valid_from: date
    valid_until: date | None = None


def member_states(rng: Random, tree: Tree, people: list[Person], today: date) -> Iterator[PersonState]:
    """States of those who are on the roll today, one each at most."""
    suspended = 0
    for person in people:
        age = (today - person.born).days / 365.25
        if not person.on_roll or person.free_from > today:
            continue
        settled_on = person.moves[-1].on if person.moves else person.joined_on
        since = max(settled_on + timedelta(days=1), today - timedelta(days=rng.randint(20, 1500)))
        if age >= EXEMPT_FROM and rng.random() < (age - EXEMPT_FROM + 3) / 30:
            yield PersonState(person.code, StateKind.EXEMPT, since)
        elif age < 40 and tree.units[person.cell].sector is Sector.VILLAGE and rng.random() < AWAY:
            left = max(settled_on + timedelta(days=1), today - timedelta(days=rng.randint(30, 330)))
            yield PersonState(person.code, StateKind.AWAY, left, left + timedelta(days=365))
        elif suspended < 2 and 40 <= age < 55 and rng.random() < 0.002:
            suspended += 1
            yield PersonState(person.code, StateKind.SUSPENDED, today - timedelta(days=rng.randint(10, 60)))
