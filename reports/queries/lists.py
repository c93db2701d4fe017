"""The lists that numbers on a page lead to: people, the declarations that stand in for them, cells."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from django.db.models import QuerySet

from cells.kinds import DECREASES, INCREASES, MovementKind
from cells.models import DeclaredYear, Member, Movement, Organization, OrganizationVersion
from core.bulk import rows_by_key
from core.dates import day_before, end_of_year, format_date
from reports.models import TargetPolicy
from reports.queries.idle import idle_years, latest_of
from reports.queries.overview import cells_of
from reports.queries.people import declarations_behind, declared_years_of, people_behind, roll_behind
from reports.queries.rates import figures_of
from reports.rates import Figures, term_base_day
from reports.reckoning import Reckoning

MOVEMENT_LISTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "ket-nap": ("Đảng viên kết nạp", (MovementKind.ADMITTED,)),
    "chuyen-den": ("Đảng viên chuyển đến", (MovementKind.TRANSFERRED_IN,)),
    "phuc-hoi": ("Đảng viên được phục hồi", (MovementKind.REINSTATED,)),
    "chuyen-di": ("Đảng viên chuyển đi", (MovementKind.TRANSFERRED_OUT,)),
    "tu-tran": ("Đảng viên từ trần", (MovementKind.DIED,)),
    "khai-tru": ("Đảng viên bị khai trừ", (MovementKind.EXPELLED,)),
    "xoa-ten": ("Đảng viên bị xóa tên", (MovementKind.STRUCK_OFF,)),
    "xin-ra": ("Đảng viên xin ra khỏi Đảng", (MovementKind.RESIGNED,)),
    "tang": ("Đảng viên tăng", INCREASES),
    "giam": ("Đảng viên giảm", DECREASES),
}
"""What the address says after `nguoi/`: the heading, and the movements counted."""

CLOSING, TERM_START = "cuoi-ky", "dau-nhiem-ky"
ROLL_LISTS = ("dau-nam", "dau-ky", CLOSING, TERM_START)


@dataclass(frozen=True)
class Declared:
    """A declared year that stands in for people: the row, and its part of the number."""

    row: DeclaredYear
    number: int

    @property
    def increases(self) -> int:
        return sum(getattr(self.row, kind) for kind in INCREASES)

    @property
    def decreases(self) -> int:
        return sum(getattr(self.row, kind) for kind in DECREASES)


@dataclass(frozen=True)
class PeopleList:
    """The people behind one number. `total` is that number; `hidden` of them are out of the reader's sight.

    `rows` are movements of `kinds`, or, where there are none, the members on the roll of a day.
    """

    heading: str
    kinds: tuple[str, ...]
    rows: QuerySet[Movement] | QuerySet[Member]
    declared: list[Declared]
    total: int
    hidden: int

    @property
    def is_roll(self) -> bool:
        return not self.kinds

    @property
    def is_mixed(self) -> bool:
        return len(self.kinds) > 1

    @property
    def has_admissions(self) -> bool:
        return MovementKind.ADMITTED in self.kinds

    @property
    def has_transfers(self) -> bool:
        return bool({MovementKind.TRANSFERRED_IN, MovementKind.TRANSFERRED_OUT} & set(self.kinds))

    @property
    def declared_total(self) -> int:
        return sum(each.number for each in self.declared)


def people_list(
    organization: Organization, what: str, reckoning: Reckoning, policy: TargetPolicy, user: Any
) -> PeopleList | None:
    """The list called *what* of *organization*; None where there is no such list."""
    if what in MOVEMENT_LISTS:
        heading, kinds, people, years, number = _movements(organization, what, reckoning, policy)
    elif what in ROLL_LISTS:
        heading, kinds, people, years, number = _roll(organization, what, reckoning, policy)
    else:
        return None
    visible = Organization.objects.visible_to(user)
    typed = declarations_behind(organization, years, reckoning.period.last_day) if years else []
    declared = [Declared(row, number(row)) for row in typed]
    seen_keys = set(visible.filter(pk__in=[row.organization_id for row in typed]).values_list("pk", flat=True))
    seen = [each for each in declared if each.row.organization_id in seen_keys]
    rows = people(visible)
    total = people(None).count() + sum(each.number for each in declared)
    hidden = total - rows.count() - sum(each.number for each in seen)
    return PeopleList(heading, kinds, rows, seen, total, hidden)


class _Source(NamedTuple):
    """Where a list comes from: its people, and the years whose declared rows stand in, with their number."""

    heading: str
    kinds: tuple[str, ...]
    people: Callable[[QuerySet[Organization] | None], QuerySet]
    declared_years: tuple[int, ...]
    number: Callable[[DeclaredYear], int]


def _movements(organization: Organization, what: str, reckoning: Reckoning, policy: TargetPolicy) -> _Source:
    title, kinds = MOVEMENT_LISTS[what]
    period = reckoning.period
    return _Source(
        f"{title} {reckoning.words}",
        kinds,
        lambda within: people_behind(organization, period, kinds, policy.counts_on, within),
        declared_years_of(period),
        lambda row: sum(getattr(row, kind) for kind in kinds),
    )


def _roll(organization: Organization, what: str, reckoning: Reckoning, policy: TargetPolicy) -> _Source:
    period = reckoning.period
    years = declared_years_of(period)
    match what:
        case "dau-nam":
            day, heading = reckoning.base_roll_day, f"Đảng viên đầu năm {period.year}"
        case "dau-ky":
            day = day_before(period.first_day)
            heading = f"Đảng viên đầu kỳ ({format_date(day)})"
        case "cuoi-ky":
            day, heading = period.last_day, f"Đảng viên đến {format_date(reckoning.as_of)}"
        case _:
            day = term_base_day(policy.term_start)
            heading = f"Đảng viên đầu nhiệm kỳ ({format_date(day)})"
            # As the base takes it: the opening of the year that begins then, else the closing of the one that ends.
            years = (day.year + 1, day.year) if day == end_of_year(day.year) else ()

    def number(row: DeclaredYear) -> int:
        return row.closing if what == CLOSING or (what == TERM_START and row.year == day.year) else row.opening

    return _Source(
        heading,
        (),
        lambda within: roll_behind(organization, day, period.last_day, policy.counts_on, years, within),
        years,
        number,
    )


@dataclass(frozen=True)
class SilentCell:
    """A cell that admitted nobody, with its figures and the day of its latest admission before, if any is known."""

    version: OrganizationVersion
    figures: Figures
    latest: date | None = None


class SilentCells(Sequence[SilentCell]):
    """Cells by their keys, of which only those looked at are read: a province has tens of thousands."""

    def __init__(self, keys: Sequence[int], cells: QuerySet[OrganizationVersion], figures: Mapping[int, Figures]):
        self._keys, self._figures = keys, figures
        self._cells = cells.select_related("organization", "parent")

    def __len__(self) -> int:
        return len(self._keys)

    def __getitem__(self, part: slice) -> list[SilentCell]:
        keys = self._keys[part]
        found = {cell.organization_id: cell for cell in rows_by_key(self._cells, "organization_id", keys)}
        return [SilentCell(found[key], self._figures[key]) for key in keys if key in found]

    def __iter__(self) -> Iterator[SilentCell]:
        return iter(self[:])


def silent_cells(
    organization: Organization, reckoning: Reckoning, policy: TargetPolicy, user: Any, years: int = 0
) -> SilentCells:
    """The cells behind "chưa kết nạp được đảng viên" of Tổng quan, by code: in the period, or for *years* up to now."""
    figures = figures_of(reckoning.period, policy.counts_on)
    cells = cells_of(organization, reckoning.period, user)
    keys = [key for key in cells.values_list("organization_id", flat=True) if key in figures]
    if years:
        idle = idle_years(organization, keys, reckoning.as_of, policy.counts_on)
        keys = [key for key in keys if idle[key] >= years]
    else:
        keys = [key for key in keys if figures[key].admitted == 0]
    return SilentCells(keys, cells, figures)


def with_latest_admissions(cells: Iterable[SilentCell], reckoning: Reckoning, counts_on: str) -> list[SilentCell]:
    """*cells* (those of one page) with the day of the latest admission of each."""
    cells = list(cells)
    latest = latest_of([cell.version.organization_id for cell in cells], reckoning.as_of, counts_on)
    return [replace(cell, latest=latest.get(cell.version.organization_id)) for cell in cells]
