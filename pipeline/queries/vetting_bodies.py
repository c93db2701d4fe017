"""The directory of those who are asked: entries of the own line, and names that were typed and are not in it yet."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from cells.models import Organization
from cells.roles import Action
from cells.scoping import path_within
from core.names import fold
from pipeline.kinds import ONGOING
from pipeline.models import VettingBody, VettingInquiry

OFFERED = 500
"""So many names are suggested while one types; what is typed is looked up among all."""
TYPED = 20
"""So many names that are in no directory are offered at once."""
TYPED_READ = 400


def bodies(user: Any, on: date) -> QuerySet[VettingBody]:
    """The entries *user* may choose from: of the own unit, of those above it and below it."""
    return VettingBody.objects.visible_to(user, on=on)


def bodies_like(
    user: Any, on: date, *, text: str = "", organization: Organization | None = None, inactive_too: bool = False
) -> QuerySet[VettingBody]:
    """Those of them a list is asked for, by name."""
    rows = bodies(user, on).select_related("organization__parent").order_by("name_fold", "pk")
    if text:
        rows = rows.filter(name_fold__contains=fold(text))
    if organization:
        rows = rows.filter(path_within("organization__path", organization.path))
    return rows if inactive_too else rows.filter(is_active=True)


def offered_names(user: Any, on: date) -> list[str]:
    """Names to suggest, each once."""
    rows = bodies(user, on).filter(is_active=True).order_by("name_fold", "pk")
    return list(dict.fromkeys(rows.values_list("name", flat=True)[:OFFERED]))


def body_named(user: Any, text: str, on: date) -> VettingBody | None:
    """The entry called *text*, marks and case ignored; of several that which is kept lowest: by the own office."""
    rows = bodies(user, on).filter(name_fold=fold(text), is_active=True)
    return rows.order_by("-organization__path", "pk").first()


def phones_of(user: Any, inquiries: Collection[VettingInquiry], on: date) -> dict[int, str]:
    """By key of an inquiry the telephone of who was asked: of the entry that was chosen, else of one of that name.
    One question."""
    folds = {row.addressee: fold(row.addressee) for row in inquiries}
    chosen = {row.body_id for row in inquiries if row.body_id}
    known = bodies(user, on).filter(Q(pk__in=chosen) | Q(name_fold__in=set(folds.values())), is_active=True)
    by_key: dict[int | None, str] = {}
    by_name: dict[str, str] = {}
    for key, name, phone in known.exclude(phone="").values_list("pk", "name_fold", "phone"):
        by_key[key] = by_name[name] = phone
    return {row.pk: by_key.get(row.body_id) or by_name.get(folds[row.addressee], "") for row in inquiries}


@dataclass(frozen=True)
class Typed:
    """A name that people typed on letters and that is in no directory of the line."""

    name: str
    size: int


def typed_names(user: Any, on: date) -> list[Typed]:
    """Whom letters under way were sent to, or are to be sent, without an entry: the most frequent first."""
    rows = VettingInquiry.objects.visible_to(user, Action.VET, on=on).filter(
        case__status__in=ONGOING, answered_on__isnull=True, body__isnull=True
    )
    counts = rows.exclude(addressee="").order_by().values("addressee").annotate(size=Count("pk"))
    names: dict[str, Typed] = {}
    for row in counts.order_by("-size", "addressee")[:TYPED_READ]:
        folded = fold(row["addressee"])
        known = names.get(folded, Typed(row["addressee"], 0))
        names[folded] = Typed(known.name, known.size + row["size"])
    entered = set(bodies(user, on).filter(name_fold__in=names).values_list("name_fold", flat=True))
    return [typed for folded, typed in names.items() if folded not in entered][:TYPED]
