"""Probationers: when their twelve months end, and how many of them each month."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from django.db.models import DateField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from cells.kinds import MovementKind
from cells.models import Member, Movement
from cells.probation import MONTHS, forgotten_since, over_since, probation_ends
from core.bulk import rows_by_key
from core.dates import add_months


def ceremony_day(member: Member) -> date | None:
    """From when the twelve months of *member* count: the latest ceremony, else Ngày vào Đảng."""
    latest = member.movements.in_force().filter(kind=MovementKind.ADMITTED).order_by("-effective_on", "-id")
    return latest.values_list("ceremony_on", flat=True).first() or member.joined_on


class Waiting(NamedTuple):
    """A probationer: key of the member, and the day from which the twelve months count."""

    key: int
    since: date


def waiting_among(members: QuerySet[Member], today: date) -> list[Waiting]:
    """Those of *members* on a roll who have joined and are not official, the longest waiting first.

    Those whose entry is most likely missing stand last. The day of each is asked for once: order, headings and pages
    all come from this list, which is as long as three in a hundred members.
    """
    latest = Movement.objects.in_force().filter(kind=MovementKind.ADMITTED, member=OuterRef("pk"))
    began = Subquery(latest.order_by("-effective_on", "-id").values("ceremony_on")[:1])
    rows = members.filter(on_roll=True, official_on=None, joined_on__isnull=False)
    since = Coalesce(began, "joined_on", output_field=DateField())
    found = [Waiting(*row) for row in rows.order_by("name_key", "id").values_list("pk", since)]
    last = forgotten_since(today)
    return sorted(found, key=lambda waiting: (waiting.since <= last, waiting.since))


def members_waiting(found: Iterable[Waiting]) -> list[tuple[Member, date]]:
    """The members of a page or sheet of *found*, each with the day from which the months count."""
    found = list(found)
    rows = Member.objects.prefetch_related("organization__parent")
    people = {member.pk: member for member in rows_by_key(rows, "pk", [waiting.key for waiting in found])}
    return [(people[waiting.key], waiting.since) for waiting in found if waiting.key in people]


@dataclass(frozen=True)
class Group:
    """Probationers of one heading: `key` as the address names it (`qua-han`, `2026-12`, `thieu`)."""

    key: str
    label: str
    short: str
    size: int = 0


PAST = Group("qua-han", "Đã hết 12 tháng, chưa ghi công nhận", "quá hạn")
LONG_AGO = Group("thieu", "Vào Đảng đã hơn 36 tháng, chưa ghi ngày chính thức", "thiếu ngày")
"""Headings that are no month: so long ago that rather the entry is missing."""


@lru_cache(maxsize=5_000)  # of thousands of people most joined on the same few days
def group_of(since: date, today: date) -> Group:
    """The heading under which a probationer stands whose months count from *since*."""
    if since <= forgotten_since(today):
        return LONG_AGO
    if since <= over_since(today):
        return PAST
    ends = probation_ends(since)
    return _month(ends.year, ends.month)


def _month(year: int, month: int) -> Group:
    return Group(f"{year}-{month:02d}", f"Hết 12 tháng trong tháng {month}/{year}", f"{month:02d}/{year}")


def headings(today: date) -> list[Group]:
    """All headings there can be: twelve months from this one on, and those that are no month."""
    ahead = [add_months(today.replace(day=1), number) for number in range(MONTHS + 1)]
    return [PAST, *(_month(day.year, day.month) for day in ahead), LONG_AGO]


def groups(found: Iterable[Waiting], today: date) -> list[Group]:
    """The headings of *found* with how many stand under each, in order."""
    sizes = Counter(group_of(waiting.since, today).key for waiting in found)
    return [replace(group, size=sizes[group.key]) for group in headings(today) if group.key in sizes]
