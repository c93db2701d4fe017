"""People on their way, for whoever looks for people by name."""

from collections.abc import Iterator
from typing import Any

from cells.models import Member
from cells.people import Person
from core.names import fold
from pipeline.models import Candidate, Case


def people_named(text: str) -> Iterator[Person]:
    """Everybody with a file whose folded name contains *text*, by the code of the last file; who has joined the roll is
    found there. Two questions."""
    if not (wanted := fold(text)):
        return
    rows = list(Candidate.objects.filter(name_fold__contains=wanted, member=None).select_related("organization"))
    codes = dict(
        Case.objects.filter(candidate__in=[row.pk for row in rows])
        .order_by("opened_on", "pk")
        .values_list("candidate", "code")
    )
    for row in rows:
        if row.pk in codes:
            yield Person(codes[row.pk], row.full_name, row.organization.code, row.name_key)


def former_member(user: Any, code: str) -> Member | None:
    """Somebody with that Mã đảng viên within the reach of *user*, on the roll or not any more."""
    return Member.objects.visible_to(user).filter(code=code).select_related("organization").first()


def person_of(member: Member) -> Candidate | None:
    """Who had a file before becoming *member*."""
    return Candidate.objects.filter(member=member).first()
