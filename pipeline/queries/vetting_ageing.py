"""Who has been waiting for whom: what each addressee has not answered, how long, and the day's letters for the book.

The database counts by addressee and day of sending; working days, which it does not know, are worked out once a day.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Max, QuerySet

from cells.models import Organization
from core.names import fold, sort_key
from pipeline.models import VettingInquiry
from pipeline.queries.vetting_clock import AnswerClock
from pipeline.queries.vetting_list import WAITING

NAMELESS = "chưa ghi nơi được hỏi"


@dataclass
class Ageing:
    """One addressee: how many inquiries wait for an answer, how many of them late, how long in working days."""

    addressee: str
    waiting: int = 0
    late: int = 0
    chased_on: date | None = None
    _days: list[tuple[int, int]] = field(default_factory=list)
    """(working days waiting, how many)."""

    def add(self, size: int, waited: int, is_late: bool, chased_on: date | None) -> None:
        self.waiting += size
        self.late += size if is_late else 0
        self._days.append((waited, size))
        self.chased_on = max(filter(None, (self.chased_on, chased_on)), default=None)

    @property
    def longest(self) -> int:
        return max(days for days, _ in self._days)

    @property
    def median(self) -> int:
        """That of the one in the middle; of an even number, of the earlier of two: nobody waits half a day."""
        place = (self.waiting - 1) // 2
        for days, size in sorted(self._days):
            if place < size:
                return days
            place -= size
        return 0


def ageing(rows: QuerySet[VettingInquiry], clock: AnswerClock) -> list[Ageing]:
    """Of those of *rows* that wait, by addressee: most late first, then most waiting. One question."""
    counts = (
        rows.filter(WAITING).order_by().values("addressee", "requested_on", "abroad")
        .annotate(size=Count("pk"), chased=Max("chased_on")).order_by("addressee", "requested_on", "abroad")
    )  # fmt: skip
    folds: dict[str, str] = {}
    found: dict[str, Ageing] = {}
    for row in counts:
        name, sent, abroad = row["addressee"], row["requested_on"], row["abroad"]
        if name not in folds:
            folds[name] = fold(name)
        one = found.setdefault(folds[name], Ageing(name))
        one.add(row["size"], clock.waited(sent), bool(clock.late(sent, abroad)), row["chased"])
    return sorted(found.values(), key=lambda each: (-each.late, -each.waiting, sort_key(each.addressee)))


@dataclass(frozen=True)
class Sent:
    """What was asked about one person on one day: never of whom of the family, only how many inquiries."""

    name: str
    birth_year: int | None
    cell: Organization
    number: str
    size: int


def sent_on(rows: QuerySet[VettingInquiry], day: date) -> dict[str, list[Sent]]:
    """Of *rows* what was sent on *day*: by addressee, person by person. Two questions."""
    counts = (
        rows.filter(requested_on=day).order_by()
        .values("addressee", "request_number", "case_id", "case__organization_id", "case__candidate__full_name",
                "case__candidate__name_key", "case__candidate__born_on")
        .annotate(size=Count("pk")).order_by("case__candidate__name_key", "case_id", "request_number")
    )  # fmt: skip
    found = list(counts)
    cells = Organization.objects.select_related("parent").in_bulk({row["case__organization_id"] for row in found})
    groups: dict[str, list[Sent]] = {}
    for row in found:
        born = row["case__candidate__born_on"]
        groups.setdefault(row["addressee"], []).append(Sent(
            row["case__candidate__full_name"], born.year if born else None, cells[row["case__organization_id"]],
            row["request_number"], row["size"],
        ))  # fmt: skip
    return dict(sorted(groups.items(), key=lambda pair: sort_key(pair[0] or NAMELESS)))


def sizes_of(groups: Iterable[list[Sent]]) -> Iterator[int]:
    """How many inquiries each addressee was asked."""
    for rows in groups:
        yield sum(row.size for row in rows)
