"""Whom a cell's vote is counted over: its official members on the day, name by name."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from cells.kinds import StateKind
from cells.models import Member, MemberState, Organization
from cells.queries.roll import roll_on


@dataclass(frozen=True)
class Voters:
    """The official members of a cell on a day, in Vietnamese order, and what keeps some of them out of the number."""

    members: tuple[Member, ...]
    states: dict[int, str]
    """Key of a member → exempt, away or suspended."""

    def count(self, state: str) -> int:
        return sum(1 for member in self.members if self.states.get(member.pk) == state)

    @property
    def ids(self) -> set[UUID]:
        return {member.public_id for member in self.members}


def voters_on(cell: Organization, day: date) -> Voters:
    """Who was an official member of *cell* on *day*. Three questions."""
    members = tuple(
        member for member in roll_on(cell, day).filter(roll_organization_id=cell.pk)
        if member.official_on and member.official_on <= day
    )  # fmt: skip
    kinds = (StateKind.EXEMPT, StateKind.AWAY, StateKind.SUSPENDED)
    states = MemberState.objects.in_force().on(day).filter(member__in=[each.pk for each in members], kind__in=kinds)
    return Voters(members, dict(states.values_list("member_id", "kind")))
