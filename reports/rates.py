"""Rates: plain values in, plain values out. An empty base gives no rate, never 0 %."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from math import ceil

from core.dates import day_before
from core.numbers import percentage
from reports.kinds import Base, ReportKind

SMALLEST_JUDGED = 1
"""Where the low goal of the base comes to less than one person, people are shown instead of a verdict."""


@dataclass(frozen=True)
class Period:
    """A span of days, both ends included; figures use the tree of its last day."""

    first_day: date
    last_day: date

    @classmethod
    def of_year(cls, year: int) -> "Period":
        return cls(date(year, 1, 1), date(year, 12, 31))

    @classmethod
    def of_kind(cls, kind: str, year: int) -> "Period":
        """What a periodic report covers when nobody says otherwise: to 30 June, or the whole year."""
        return cls(date(year, 1, 1), date(year, 6, 30)) if kind == ReportKind.HALF_YEAR else cls.of_year(year)

    def suits(self, kind: str, year: int) -> bool:
        """Whether a periodic report of *year* may cover these days: it ends in the year, and that of half a year
        no later than a month after June; in practice figures are closed between 26 May and 30 June."""
        latest = date(year, 7, 31) if kind == ReportKind.HALF_YEAR else date(year, 12, 31)
        return self.first_day < self.last_day and date(year, 1, 1) < self.last_day <= latest

    @property
    def year(self) -> int:
        return self.last_day.year

    @property
    def is_full_year(self) -> bool:
        return self == Period.of_year(self.year)


def latest_ended(today: date) -> tuple[ReportKind, int]:
    """The periodic report that is due on *today*: of the half-year that ended last, or of last year."""
    half_year = Period.of_kind(ReportKind.HALF_YEAR, today.year)
    return (ReportKind.HALF_YEAR, today.year) if today >= half_year.last_day else (ReportKind.ANNUAL, today.year - 1)


@dataclass(frozen=True, slots=True)
class Figures:
    """Members of one organisation, all below it included, through a period. Numbers of people.

    `base_roll` is the roll at the end of the year before the period's (31/12); `has_declared` says that any
    part was typed in, not computed.
    """

    opening: int = 0
    admitted: int = 0
    transferred_in: int = 0
    reinstated: int = 0
    transferred_out: int = 0
    died: int = 0
    expelled: int = 0
    struck_off: int = 0
    resigned: int = 0
    closing: int = 0
    base_roll: int = 0
    has_declared: bool = False

    @property
    def increases(self) -> int:
        return self.admitted + self.transferred_in + self.reinstated

    @property
    def decreases(self) -> int:
        return self.transferred_out + self.died + self.expelled + self.struck_off + self.resigned

    @property
    def is_empty(self) -> bool:
        return not (self.opening or self.closing or self.increases or self.decreases or self.base_roll)

    @property
    def source(self) -> str:
        return "declared" if self.has_declared else "computed"


@dataclass(frozen=True)
class Rate:
    """Admitted people over a base, with all that must be shown beside the percentage."""

    admitted: int
    base_value: Decimal | None
    base: Base

    @property
    def percent(self) -> Decimal | None:
        """`admitted / base × 100`, half-up to two places; None for an empty base."""
        return self.percent_of(self.admitted)

    def percent_of(self, people: int) -> Decimal | None:
        """What *people* are in percent of the same base."""
        return percentage(people, self.base_value)


def base_value(base: Base, figures: Figures, *, term_roll: int | None, target: int | None) -> Decimal | None:
    """What the admitted are divided by; None where it is not known (no target assigned, no term roll given)."""
    match base:
        case Base.OPENING:
            return Decimal(figures.base_roll)
        case Base.CLOSING:
            return Decimal(figures.closing)
        case Base.AVERAGE:
            return Decimal(figures.opening + figures.closing) / 2
        case Base.TERM:
            return None if term_roll is None else Decimal(term_roll)
        case Base.TARGET:
            return None if target is None else Decimal(target)


def attainment(admitted: int, target: int | None) -> Decimal | None:
    """Percent of the assigned target; None without one."""
    return percentage(admitted, target)


class Verdict(Enum):
    """What a year's result amounts to; the text is shown, the tone gives colour and sign."""

    EXCEEDED = ("Vượt mục tiêu", "ok")
    TARGET_MET = ("Đạt chỉ tiêu", "ok")
    WITHIN = ("Đạt mục tiêu", "ok")
    NOT_YET = ("Chưa đạt", "soon")
    MISSED = ("Không đạt", "late")
    TOO_SMALL = ("Xem theo số người", "mute")
    NO_BASE = ("Chưa có đảng viên", "mute")

    def __init__(self, label: str, tone: str) -> None:
        self.label, self.tone = label, tone


def verdict(rate: Rate, *, target: int | None, low: Decimal, high: Decimal, year: int, as_of: date) -> Verdict:
    """The verdict on a year's *rate* against the band *low*–*high* (percent), as of a day.

    Nobody misses before 31 December; a unit that met its target has done what was asked of it; a base so small
    that the low goal is under one person is not judged by percent.
    """
    met = bool(target) and rate.admitted >= target
    percent = rate.percent
    if percent is not None and percent > high and not is_small(rate, low):
        return Verdict.EXCEEDED
    if met:
        return Verdict.TARGET_MET
    if percent is None:
        return Verdict.NO_BASE
    if is_small(rate, low):
        return Verdict.TOO_SMALL
    if percent >= low:
        return Verdict.WITHIN
    return Verdict.MISSED if as_of >= date(year, 12, 31) else Verdict.NOT_YET


def is_small(rate: Rate, low: Decimal) -> bool:
    """Whether *low* percent of the base is under one person, so that a percentage would say nothing."""
    return rate.base_value is not None and rate.base_value * low / 100 < SMALLEST_JUDGED


def still_needed(base_amount: Decimal | None, percent: Decimal, admitted: int) -> int:
    """How many more admissions reach *percent* of the base; 0 when it is reached or there is no base."""
    if not base_amount:
        return 0
    return max(0, ceil(base_amount * percent / 100) - admitted)


def term_base_day(term_start: date) -> date:
    """The day whose closing roll is the roll at the start of the term."""
    return day_before(term_start)
