"""The files that rows of CAM_TINH mean: by code, else by name, birth date and cell. A few questions for all rows."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from cells.models import Member
from cells.workbook.reading import Row
from core.bulk import chunks, rows_by_key
from core.names import fold
from pipeline.models import Candidate, Case, Mentorship
from pipeline.queries.days import NO_DAYS, Days, days_of
from pipeline.queries.rules import rulebook

Who = tuple[str, date | None, str]
"""Folded name, birth date, code of the cell."""


@dataclass(frozen=True)
class StoredFile:
    """A file as it is before the import."""

    case: Case
    days: Days
    helpers: frozenset[str]
    """Codes of the members who help now."""
    was_helped: bool
    """Whether anybody was ever assigned."""

    @property
    def member(self) -> Member | None:
        return self.case.candidate.member

    def day_of(self, step: str) -> date | None:
        return self.days.done.get(step)


def who_is(row: Row) -> Who | None:
    """By what a row without a code is recognised."""
    if not (row.states("full_name") and row.states("organization")):
        return None
    born = row["born_on"]
    return fold(row["full_name"]), born.value if born else None, row["organization"]


class StoredFiles:
    """All files that *rows* may mean."""

    def __init__(self, rows: Iterable[Row]) -> None:
        rows = list(rows)
        known = Case.objects.select_related("candidate__profile", "candidate__member", "organization")
        known = known.select_related("first_organization")
        codes = {row["code"] for row in rows if row.states("code")}
        self.by_code: dict[str, Case] = {case.code: case for case in rows_by_key(known, "code", codes)}
        people = {who_is(row) for row in rows if row["code"] not in self.by_code} - {None}
        self.by_person: dict[Who, list[Case]] = defaultdict(list)
        for case in rows_by_key(known, "candidate__name_fold", {name for name, _, _ in people}):
            who = (case.candidate.name_fold, case.candidate.born_on, case.organization.code)
            if who in people:
                self.by_person[who].append(case)
        self.cases = [*self.by_code.values(), *(case for cases in self.by_person.values() for case in cases)]
        self._load(self.cases)

    def _load(self, cases: list[Case]) -> None:
        self.days: Mapping[int, Days] = days_of(cases, rulebook()) if cases else {}
        self._helpers: dict[int, set[str]] = defaultdict(set)
        self._helped: set[int] = set()
        for part in chunks(case.pk for case in cases):
            assigned = Mentorship.objects.filter(case__in=part, since__isnull=False)
            for case, code, until in assigned.values_list("case", "helper__code", "until"):
                self._helped.add(case)
                if until is None:
                    self._helpers[case].add(code)

    def file(self, case: Case) -> StoredFile:
        return StoredFile(
            case, self.days.get(case.pk, NO_DAYS), frozenset(self._helpers[case.pk]), case.pk in self._helped
        )

    def member_codes(self) -> set[str]:
        """Of the people whose files are meant, those who are members."""
        return {case.candidate.member.code for case in self.cases if case.candidate.member}

    def owners_of(self, members: Iterable[Member]) -> dict[int, int]:
        """Key of a member → key of the person with files who is that member."""
        rows = Candidate.objects.filter(member__isnull=False)
        return {row.member_id: row.pk for row in rows_by_key(rows, "member", [each.pk for each in members if each.pk])}
