"""Who was on which roll on a given day, and finding people by name."""

from datetime import date

from django.db.models import Case, IntegerField, OuterRef, QuerySet, Subquery, Sum, Value, When

from cells.kinds import INCREASES
from cells.models import Member, Movement, Organization, OrganizationAncestor
from core.names import fold

DECISION, CEREMONY = "decision", "ceremony"
DATE_COLUMN = {DECISION: "effective_on", CEREMONY: "ceremony_on"}
"""The column of Movement that counts under either admission date (TargetPolicy.counts_on)."""

SIGN = Case(When(kind__in=INCREASES, then=Value(1)), default=Value(-1), output_field=IntegerField())


def movements_until(day: date, counts_on: str = DECISION) -> QuerySet[Movement]:
    """Movements that count for the roll at the end of *day*."""
    return Movement.objects.in_force().filter(**{f"{DATE_COLUMN[counts_on]}__lte": day})


def roll_sizes(day: date, counts_on: str = DECISION) -> dict[int, int]:
    """Members on the roll of each organisation itself (not of those below it) at the end of *day*."""
    sums = movements_until(day, counts_on).order_by().values("organization").annotate(size=Sum(SIGN))
    return {row["organization"]: row["size"] for row in sums if row["size"]}


def roll_on(organization: Organization, day: date, counts_on: str = DECISION) -> QuerySet[Member]:
    """Members on the roll of *organization* or anything below it at the end of *day*, in Vietnamese order.

    Each has `roll_organization_id`: where exactly. The tree is that of *day*.
    """
    below = OrganizationAncestor.objects.on(day).filter(ancestor=organization).values("organization")
    present = movements_until(day, counts_on).filter(member=OuterRef("pk")).order_by().values("organization")
    present = present.annotate(size=Sum(SIGN)).filter(size__gt=0)
    return (
        Member.objects.annotate(roll_organization_id=Subquery(present.values("organization")[:1]))
        .filter(roll_organization_id__in=below)
        .order_by("name_key", "born_on", "code")
    )


def partner_of(movement: Movement) -> Movement | None:
    """The other side of a transfer inside the tree, as stored now.

    Asked among the member's own movements: by a column that is nearly always empty SQLite would read the table.
    """
    own = list(Movement.objects.in_force().filter(member=movement.member_id).select_related("organization"))
    stored = next((row for row in own if row.pk == movement.pk), movement)
    return next((row for row in own if stored.pk and (row.pk == stored.pair_id or row.pair_id == stored.pk)), None)


def find_members(text: str, rows: QuerySet[Member] | None = None) -> QuerySet[Member]:
    """Members of *rows* whose folded name contains *text*, marks and case ignored, in Vietnamese order."""
    rows = Member.objects.all() if rows is None else rows
    wanted = fold(text)
    return rows.filter(name_fold__contains=wanted).select_related("organization") if wanted else rows.none()
