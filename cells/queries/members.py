"""Lists of members: on the roll now, on the roll as at a day, or gone from it; what a page shows of each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Sum

from cells.kinds import StateKind
from cells.models import Member, MemberState, Movement, Organization, OrganizationAncestor
from cells.queries.organizations import in_tree_order
from cells.queries.roll import SIGN, movements_until
from cells.scoping import path_within
from core.bulk import rows_by_key

FEW = 500
"""Up to so many organisations, a day's roll is gathered from their movements; beyond, each member is asked."""


@dataclass(frozen=True)
class Standing:
    """Which members a list shows: on the roll (in a *state* there, if given), or those who have left it."""

    has_left: bool = False
    state: str = ""


ON_ROLL = Standing()


@dataclass(frozen=True)
class Listed:
    """A member in a list of *day*: with the organisation on whose roll he is, or was last, and how he stands."""

    member: Member
    place: Organization
    day: date

    @property
    def official_on(self) -> date | None:
        """Ngày chính thức, where that day had come."""
        official = self.member.official_on
        return official if official and official <= self.day else None

    @property
    def is_on_probation(self) -> bool:
        return bool(self.member.joined_on) and self.official_on is None and not self.has_left

    @property
    def has_left(self) -> bool:
        return hasattr(self.member, "history")

    @property
    def last(self) -> Movement | None:
        """Of a member who has left: with what."""
        return self.member.history[-1] if self.member.history else None

    @property
    def states(self) -> list[MemberState]:
        return [] if self.has_left else self.member.present_states

    @property
    def is_ordinary(self) -> bool:
        """Official, on the roll, in no state: as most are."""
        return not (self.has_left or self.is_on_probation or self.states)

    @property
    def standing(self) -> str:
        """What the list shows as chips, in words."""
        if self.has_left:
            return str(self.last or "chưa vào danh sách")
        return ", ".join([*(["dự bị"] if self.is_on_probation else []), *(state.short for state in self.states)])


def members_below(organization: Organization | None, user: Any, *, when_long: bool = False) -> QuerySet[Member]:
    """The members whom *user* may see, of *organization* and all below it where one is given.

    *when_long*: as `ScopedQuerySet.walked`.
    """
    if not when_long:
        rows = Member.objects.visible_to(user)
        return rows.filter(path_within("organization__path", organization.path)) if organization else rows
    places = Organization.objects.visible_to(user, of="cells.member")
    if organization:
        places = places.filter(path_within("path", organization.path))
    return Member.objects.walked(places)


def members_now(rows: QuerySet[Member], standing: Standing, today: date) -> QuerySet[Member]:
    """Those of *rows* who stand as *standing* says."""
    return _in_state(rows.filter(on_roll=not standing.has_left), standing.state, today)


def members_on(places: QuerySet[Organization], day: date, state: str = "") -> QuerySet[Member]:
    """The members on the rolls of *places* at the end of *day*, wherever they are now."""
    present = movements_until(day).filter(organization__in=places).order_by()
    if places.order_by()[: FEW + 1].count() <= FEW:
        on_roll = present.values("member").annotate(size=Sum(SIGN)).filter(size__gt=0)
        rows = Member.objects.filter(pk__in=on_roll.values("member"))
    else:
        own = present.filter(member=OuterRef("pk")).values("member").annotate(size=Sum(SIGN))
        rows = Member.objects.filter(Exists(own.filter(size__gt=0)))
    return _in_state(rows, state, day)


def _in_state(rows: QuerySet[Member], state: str, day: date) -> QuerySet[Member]:
    if not state:
        return rows
    # Few are in any state: begin with them.
    return rows.filter(pk__in=MemberState.objects.in_force().on(day).filter(kind=state).values("member"))


def units_on(places: QuerySet[Organization], organization: Organization, day: date) -> QuerySet[Organization]:
    """Those of *places* that stood at or below *organization* on *day*."""
    below = OrganizationAncestor.objects.on(day).filter(ancestor=organization)
    return places.filter(pk__in=below.values("organization"))


def with_places(rows: QuerySet[Member], day: date) -> QuerySet[Member]:
    """*rows* with what a list shows of each: `organization`, and `present_states` on *day*."""
    states = MemberState.objects.in_force().on(day).exclude(kind=StateKind.HERE).order_by("valid_from")
    return rows.prefetch_related("organization__parent", Prefetch("states", states, "present_states"))


def with_departures(rows: QuerySet[Member]) -> QuerySet[Member]:
    """*rows* of members who have left, each with `history`: the movements in force, the last one last."""
    ordered = Movement.objects.in_force().order_by("effective_on", "id")
    return rows.prefetch_related(Prefetch("movements", ordered, "history"))


def listed(members: Iterable[Member], day: date, *, as_at: bool = False) -> list[Listed]:
    """*members* (with what `with_places` loads) as a list of *day* shows them; *as_at*: where they were then."""
    members = list(members)
    then = places_on(members, day) if as_at else {}
    return [Listed(member, then.get(member.pk, member.organization), day) for member in members]


@dataclass(frozen=True)
class Section:
    """The rows of one organisation."""

    place: Organization
    rows: list[Listed]

    @property
    def official(self) -> int:
        return sum(row.official_on is not None for row in self.rows)


def by_place(rows: Iterable[Listed]) -> list[Section]:
    """The rows of each organisation together, organisations in the order of the tree."""
    sections: dict[Organization, list[Listed]] = {}
    for row in rows:
        sections.setdefault(row.place, []).append(row)
    return [Section(place, sections[place]) for place in in_tree_order(sections)]


def common_unit(places: Iterable[Organization]) -> Organization | None:
    """The lowest organisation that is all of *places* or stands above them all."""
    paths = [place.path.rstrip("/").split("/") for place in places]
    shared = [keys[0] for keys in zip(*paths, strict=False) if len(set(keys)) == 1]
    return Organization.objects.select_related("parent").filter(pk=int(shared[-1])).first() if shared else None


def places_on(members: Iterable[Member], day: date) -> dict[int, Organization]:
    """For each of *members* who was on a roll at the end of *day*: on which. At most a page or a sheet of them."""
    keys = [member.pk for member in members]
    sums: dict[tuple[int, int], int] = {}
    rows = movements_until(day).values("member", "organization").annotate(size=Sum(SIGN)).order_by()
    for row in rows_by_key(rows, "member", keys):
        place = (row["member"], row["organization"])
        sums[place] = sums.get(place, 0) + row["size"]
    where = {member: organization for (member, organization), size in sums.items() if size > 0}
    found = {
        unit.pk: unit for unit in rows_by_key(Organization.objects.select_related("parent"), "pk", set(where.values()))
    }
    return {member: found[organization] for member, organization in where.items()}
