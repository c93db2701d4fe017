"""People on their way, for whoever looks for people by name."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from cells.keeping import File
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


def files_of_member(member: Member, user: Any) -> list[File]:
    """For the page of a member: the files within the reach of *user*, the latest first. One question."""
    rows = Case.objects.visible_to(user).filter(candidate__member=member).order_by("-opened_on", "-pk")
    return [File(case.code, reverse("pipeline:case-detail", args=[case.public_id]), case.is_ongoing) for case in rows]
