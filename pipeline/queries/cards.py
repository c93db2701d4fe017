"""Cards of members as pages show them: the batches, whose card is in which, who has none yet."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, DateField, OuterRef, Q, QuerySet, Subquery

from cells.kinds import CapabilityKind
from cells.models import Organization
from cells.roles import Action
from cells.scoping import path_within
from pipeline.engine.membership import RECOGNITION
from pipeline.models import CardBatch, Case, CaseEvent, MemberCard
from pipeline.queries.agendas import deciders

BATCH = "pipeline.cardbatch"
CARD = "card"
OFFERED = 300
"""So many people are offered for one batch."""


def without_card(rows: QuerySet[Case]) -> QuerySet[Case]:
    """Of *rows* the files of official members that are in no batch yet."""
    return rows.filter(stage="OFFICIAL", membercard_set=None).exclude(events__kind=CARD, events__in_force=True)


def issuers(user: Any, today: date) -> list[Organization]:
    """Committees within the reach of *user* that issue cards."""
    found = deciders(user, today, CapabilityKind.ISSUES_CARDS, BATCH)
    return found or deciders(user, today, CapabilityKind.DECIDES, BATCH)


def with_sizes(rows: QuerySet[CardBatch]) -> QuerySet[CardBatch]:
    """*rows* with `size`, the cards in the batch, `numbered` and `handed` of them."""
    return rows.select_related("organization").annotate(
        size=Count("cards"), numbered=Count("cards", filter=~Q(cards__number_digest="")),
        handed=Count("cards", filter=Q(cards__handed_on__isnull=False)),
    )  # fmt: skip


def cards_of(user: Any, batch: CardBatch, today: date) -> list[MemberCard]:
    """The cards of *batch* that *user* sees, by name."""
    rows = MemberCard.objects.visible_to(user, on=today).filter(batch=batch)
    related = ("case__candidate__member", "case__organization__parent", "batch__organization")
    return list(rows.select_related(*related).order_by("case__candidate__name_key", "pk"))


def card_of(case: Case) -> MemberCard | None:
    """The card of the file, where it is in a batch."""
    return MemberCard.objects.filter(case=case).select_related("batch__organization").first()


def awaiting_card(user: Any, batch: CardBatch, today: date) -> list[Case]:
    """Official members below the committee of *batch*, recognised by its day, in no batch yet; who waits longest
    first. Each with `recognised_on`."""
    rows = Case.objects.visible_to(user, Action.RECORD_CASE, on=today)
    return list(recognised_by(rows.filter(path_within("organization__path", batch.organization.path)), batch.day))


def recognised_by(rows: QuerySet[Case], day: date) -> Iterable[Case]:
    """Of *rows* those without a card whose recognition was decided not after *day*."""
    decided = CaseEvent.objects.in_force().filter(case=OuterRef("pk"), kind=RECOGNITION).exclude(agreed=False)
    latest = Subquery(decided.order_by("-occurred_on").values("occurred_on")[:1], output_field=DateField())
    found = without_card(rows).annotate(recognised_on=latest).filter(recognised_on__lte=day)
    return found.select_related("candidate", "organization__parent").order_by("recognised_on", "pk")[:OFFERED]


def people_without_card(user: Any, today: date) -> int:
    """How many official members whose files *user* keeps are in no batch yet."""
    return without_card(Case.objects.visible_to(user, Action.RECORD_CASE, on=today)).count()
