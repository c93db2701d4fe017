"""CAM_TINH as it is exported: the files that go on, or are done."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from cells.kinds import Sex
from cells.workbook.exporting import ExportScope
from core.bulk import chunks
from core.dates import DatePrecision
from pipeline.kinds import CaseStatus
from pipeline.models import Case, Mentorship
from pipeline.queries.days import days_of
from pipeline.queries.rules import rulebook
from pipeline.workbook.columns import CEREMONY, COLUMNS, DAYS, RECOGNITION


def rows_of(scope: ExportScope) -> Iterator[list[Any]]:
    """In the order of the columns.

    Files that were given up, refused or struck off are left out: no column says so, and read back they would be open.
    """
    cases = Case.objects.filter(organization__in=scope.within).exclude(status=CaseStatus.CLOSED)
    cases = cases.select_related("candidate__profile", "candidate__member", "organization").order_by("code")
    book = rulebook()
    for part in chunks(cases.iterator()):
        days = days_of(part, book)
        helpers = _helpers([case.pk for case in part], scope)
        for case in part:
            yield _row(case, days[case.pk].done, helpers[case.pk])


def _helpers(cases: Collection[int], scope: ExportScope) -> dict[int, list[str]]:
    """Whoever helps now, among the members of the export: it must stand by itself."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = Mentorship.objects.present().filter(case__in=cases, helper__in=scope.members).order_by("since", "id")
    for case, code in rows.values_list("case", "helper__code"):
        found[case].append(code)
    return found


def _row(case: Case, done: dict[str, Any], helpers: list[str]) -> list[Any]:
    person, profile = case.candidate, getattr(case.candidate, "profile", None)
    member = person.member if CEREMONY in done else None
    born: Any = person.born_on
    if born and person.born_precision != DatePrecision.DAY:
        born = person.born_text
    if RECOGNITION in done and member is not None:
        done = done | {RECOGNITION: member.official_on or done[RECOGNITION]}
    said = {
        "code": case.code, "member": member.code if member else "", "full_name": person.full_name, "born_on": born,
        "sex": Sex(person.sex).label if person.sex else "", "ethnicity": profile.ethnicity if profile else "",
        "religion": profile.religion if profile else "", "organization": case.organization.code,
        "sources": person.sources, "occupation": person.occupation, "helpers": "; ".join(helpers),
    }  # fmt: skip
    said |= {key: done.get(key) for key in DAYS}
    return [said[column.key] for column in COLUMNS]
