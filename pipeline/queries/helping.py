"""Who may help: official members of a cell, and whom they help already."""

from datetime import date

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from cells.models import Member, Organization
from core.names import fold
from pipeline.kinds import ONGOING
from pipeline.models import Case, Mentorship


def official_members(cell: Organization, today: date) -> list[Member]:
    """The official members of *cell* now, in Vietnamese order; each says in `helps` how many people he helps."""
    helping = Mentorship.objects.present().filter(helper=OuterRef("pk"), case__status__in=ONGOING)
    size = helping.order_by().values("helper").annotate(size=Count("pk")).values("size")
    rows = Member.objects.filter(organization=cell, on_roll=True, official_on__lte=today)
    return list(rows.annotate(helps=Coalesce(Subquery(size), 0)).order_by("name_key", "born_on", "pk"))


def present_helpers(case: Case) -> list[Mentorship]:
    """Who helps now."""
    rows = Mentorship.objects.present().filter(case=case)
    return list(rows.select_related("helper").order_by("since", "id"))


def helped_by(text: str) -> QuerySet:
    """The keys of the files in which somebody of that name, marks and case ignored, helps now."""
    rows = Mentorship.objects.present().filter(helper__name_fold__contains=fold(text))
    return rows.values("case")
