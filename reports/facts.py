"""What is known for one report, as plain values: :mod:`reports.queries.report` reads it, the report words it."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from cells.kinds import CELL_KINDS
from core.dates import end_of_year
from reports.growth import Growth, YearLine
from reports.kinds import Base
from reports.letterhead import Unit
from reports.rates import Figures, Period, Rate, is_small, still_needed
from reports.structure import Structure


@dataclass(frozen=True)
class Policy:
    """How the rate is reckoned, as printed."""

    base: Base
    counts_on: str
    term_start: date
    low: Decimal
    high: Decimal


@dataclass(frozen=True)
class Change:
    """A unit that stopped in the period; `successor` is empty where it was dissolved."""

    name: str
    on: date
    successor: str = ""
    document: str = ""


@dataclass(frozen=True)
class Line:
    """One organisation of the report: itself, or a row of its appendix.

    `before` is the same period a year earlier as it was then, None where the unit was not there or has no
    figures; `before_here` is what it would have been on this report's tree. `structure` is of the people on
    the roll, so that typed figures are not in it. `reorganised` is what units joining or leaving changed in
    the opening.
    """

    code: str
    name: str
    kind: str
    figures: Figures
    rate: Rate
    target: int | None
    structure: Structure
    before: Figures | None = None
    before_here: Figures | None = None
    reorganised: int = 0
    has_sources: bool | None = None
    is_closed: bool = False


@dataclass(frozen=True)
class ReportFacts:
    """What is known for one report. Counts are of people or organisations."""

    period: Period
    period_before: Period
    policy: Policy
    line: Line
    rate_before: Rate | None
    rows: list[Line]
    row_kinds: tuple[str, ...]
    issuer_line: list[Unit]
    has_board: bool
    labels: dict[str, Any]
    facts_version: int
    knows_only_the_year_before: bool = False
    has_own_target: bool = False
    target_document: str = ""
    target_stated_on: date | None = None
    next_target: int | None = None
    next_low: Decimal = Decimal(3)
    next_base: str = Base.OPENING
    closing_before: int | None = None
    recognised: int = 0
    recognised_before: int = 0
    cells: int = 0
    cells_admitting: int = 0
    idle_cells: int = 0
    idle_years: int = 0
    last_admission: date | None = None
    closures: list[Change] = field(default_factory=list)
    declared: list[str] = field(default_factory=list)
    declared_before: list[str] = field(default_factory=list)
    declared_unused: list[str] = field(default_factory=list)
    growth: Growth | None = None
    years: list[YearLine] = field(default_factory=list)

    @property
    def is_cell(self) -> bool:
        return self.line.kind in CELL_KINDS

    @property
    def then(self) -> str:
        """What this period is compared with, in words."""
        return f"{'' if self.period.is_full_year else 'cùng kỳ '}năm {self.period_before.year}"

    @property
    def unexplained(self) -> int:
        """What separates the opening from the year before, beside units that joined or left: typed figures."""
        if self.closing_before is None:
            return 0
        return self.line.figures.opening - self.closing_before - self.line.reorganised

    @property
    def open_rows(self) -> list[Line]:
        return [row for row in self.rows if not row.is_closed]

    @property
    def known_rows(self) -> list[Line]:
        """Open rows whose admissions make up the whole; none where the whole was declared by itself."""
        adds_up = sum(row.figures.admitted for row in self.rows) == self.line.figures.admitted
        return self.open_rows if adds_up else []

    @property
    def idle_rows(self) -> list[Line]:
        """Rows that admitted nobody in the period."""
        return [row for row in self.known_rows if not row.figures.admitted]

    @property
    def low_need(self) -> int:
        """Admissions that make the low goal; 0 where the rate is not judged by percent."""
        return still_needed(self.line.rate.base_value, self.policy.low, 0) if self.is_judged else 0

    @property
    def is_judged(self) -> bool:
        """Whether the rate is held against the goals: not on a base of targets, nor on one too small."""
        return self.judges(self.line)

    def judges(self, line: Line) -> bool:
        its = line.rate
        return self.policy.base is not Base.TARGET and its.percent is not None and not is_small(its, self.policy.low)

    @property
    def is_year_end(self) -> bool:
        return self.period.last_day == end_of_year(self.period.year)
