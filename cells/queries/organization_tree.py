"""The tree of organisations as pages show it, as it was on a day: a branch two levels deep, or a list."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum

from cells.kinds import Sex
from cells.models import Member, Organization, OrganizationAncestor, OrganizationVersion
from cells.queries.roll import SIGN, movements_until
from cells.scoping import path_within


@dataclass(frozen=True)
class Node:
    """An organisation on a page: as it was on the day, its members with all below it, the units directly below."""

    version: OrganizationVersion
    members: int
    below: list["Node"] = field(default_factory=list)

    @property
    def organization(self) -> Organization:
        return self.version.organization


def versions_on(day: date, user: Any, within: Organization | None = None) -> QuerySet[OrganizationVersion]:
    """The organisations *user* may see as they were on *day*, with their parents of that day; closed ones too.

    *within* leaves those that stood at or below it on that day. Each has `parent_name`, that of the day.
    """
    rows = OrganizationVersion.objects.in_force().on(day).filter(organization__in=Organization.objects.visible_to(user))
    if within is not None:
        below = OrganizationAncestor.objects.on(day).filter(ancestor=within)
        rows = rows.filter(organization__in=below.values("organization"))
    return _with_parents(rows, day).select_related("organization", "parent")


def _with_parents(rows: QuerySet[OrganizationVersion], day: date) -> QuerySet[OrganizationVersion]:
    """*rows* with `parent_name`, what the parent was called on *day*."""
    above = OrganizationVersion.objects.in_force().on(day).filter(organization=OuterRef("parent"))
    return rows.annotate(parent_name=Subquery(above.values("name")[:1]))


def units_below(parents: Collection[int], day: date, user: Any) -> QuerySet[OrganizationVersion]:
    """The open units that stood directly below any of *parents* on *day* and *user* may see, by code."""
    rows = OrganizationVersion.objects.in_force().on(day).filter(parent__in=parents, is_closed=False)
    return (
        rows.filter(organization__in=Organization.objects.visible_to(user))
        .select_related("organization", "parent")
        .order_by("organization__code")
    )


def nodes_of(
    versions: Iterable[OrganizationVersion], day: date, today: date, user: Any, branch: Organization | None = None
) -> tuple[list[Node], int | None]:
    """*versions* with the units directly below each, and how many members all of them have; and those of *branch*."""
    shown = list(versions)
    children: dict[int, list[OrganizationVersion]] = {}
    for child in units_below([version.organization_id for version in shown], day, user):
        children.setdefault(child.parent_id, []).append(child)
    keys = {version.organization_id for version in (*shown, *(c for group in children.values() for c in group))}
    sizes = headcounts(keys | {branch.pk} if branch else keys, day, today, user)
    nodes = [
        Node(
            version,
            sizes.get(version.organization_id, 0),
            [Node(c, sizes.get(c.organization_id, 0)) for c in children.get(version.organization_id, ())],
        )
        for version in shown
    ]
    return nodes, sizes.get(branch.pk, 0) if branch else None


def with_headcounts(versions: Iterable[OrganizationVersion], day: date, today: date, user: Any) -> list[Node]:
    """*versions* with how many members each has, with all below it."""
    shown = list(versions)
    sizes = headcounts({version.organization_id for version in shown}, day, today, user)
    return [Node(version, sizes.get(version.organization_id, 0)) for version in shown]


def headcounts(keys: Collection[int], day: date, today: date, user: Any) -> dict[int, int]:
    """Members on the rolls of each of *keys* and all below it at the end of *day*, of those *user* may see.

    Counted per cell first, then added up the tree of that day.
    """
    above: dict[int, list[int]] = {}
    lines = OrganizationAncestor.objects.on(day).filter(ancestor__in=keys)
    for unit, ancestor in lines.values_list("organization_id", "ancestor_id"):
        above.setdefault(unit, []).append(ancestor)
    places = Organization.objects.visible_to(user, of="cells.member").filter(pk__in=lines.values("organization"))
    totals: dict[int, int] = {}
    for unit, size in _sizes(places, day, today):
        for ancestor in above.get(unit, ()):
            totals[ancestor] = totals.get(ancestor, 0) + size
    return totals


def _sizes(places: QuerySet[Organization], day: date, today: date) -> Iterable[tuple[int, int]]:
    """(organisation, members on its own roll) of *places*."""
    if day >= today:
        now = Member.objects.filter(on_roll=True, organization__in=places).order_by()
        return now.values_list("organization").annotate(size=Count("pk"))
    then = movements_until(day).filter(organization__in=places).order_by()
    return then.values_list("organization").annotate(size=Sum(SIGN))


def closed_into(organization: Organization, day: date, user: Any) -> QuerySet[OrganizationVersion]:
    """What had been closed under *organization* by *day*: merged into it, or dissolved below it; the latest first."""
    rows = OrganizationVersion.objects.in_force().on(day).filter(parent=organization, is_closed=True)
    return (
        rows.filter(organization__in=Organization.objects.visible_to(user))
        .select_related("organization")
        .order_by("-valid_from", "organization__code")
    )


@dataclass(frozen=True)
class Numbers:
    """Members on the roll of an organisation and all below it, by what they are now."""

    total: int = 0
    official: int = 0
    probationary: int = 0
    women: int = 0


def numbers_of(organization: Organization, user: Any) -> Numbers:
    """The roll of today, of those *user* may see."""
    rows = Member.objects.visible_to(user).filter(path_within("organization__path", organization.path), on_roll=True)
    found = rows.aggregate(
        total=Count("pk"),
        official=Count("pk", filter=Q(official_on__isnull=False)),
        probationary=Count("pk", filter=Q(official_on__isnull=True, joined_on__isnull=False)),
        women=Count("pk", filter=Q(sex=Sex.FEMALE)),
    )
    return Numbers(**found)


def version_on(organization: Organization, day: date) -> OrganizationVersion | None:
    """*organization* as it was on *day*, with `parent_name`, that of the day; None where it was not there yet."""
    return _with_parents(organization.versions.in_force().on(day), day).first()
