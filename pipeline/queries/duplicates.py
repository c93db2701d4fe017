"""Reports of somebody on file twice, as the unit above both places reads them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, QuerySet

from cells.models import Organization
from cells.roles import Action
from pipeline.models import Case, DuplicateReport


@dataclass(frozen=True)
class Side:
    """One of the two: a file or a member."""

    name: str
    born: str
    place: Organization
    code: str
    is_member: bool
    person: Any


def reports_of(user: Any, on: date, action: str = Action.VIEW) -> QuerySet[DuplicateReport]:
    """What has been reported to the units of *user*, open ones first."""
    rows = DuplicateReport.objects.visible_to(user, action, on)
    related = ("candidate__organization", "other__organization", "member__organization", "organization", "settled_by")
    return rows.select_related(*related).order_by(F("settled_on").desc(nulls_first=True), "-reported_on", "-id")


def open_reports(user: Any, on: date) -> QuerySet[DuplicateReport]:
    """Those that nobody has answered yet."""
    return reports_of(user, on, Action.RECORD_CASE).filter(settled_on=None)


def sides_of(report: DuplicateReport) -> list[Side]:
    """Both persons of *report*, the one entered later first. One question for the codes of files."""
    files = [person for person in (report.candidate, report.other) if person]
    codes = dict(
        Case.objects.filter(candidate__in=files).order_by("opened_on", "id").values_list("candidate_id", "code")
    )
    found = [
        Side(person.full_name, person.born_text, person.organization, codes.get(person.pk, ""), False, person)
        for person in files
    ]
    if member := report.member:
        found.append(Side(member.full_name, member.born_text, member.organization, member.code, True, member))
    return found
