"""How figures are asked for: a period, a base, an admission date, and the day on which all this is known."""

from dataclasses import dataclass
from datetime import date

from core.dates import day_before, format_date, same_day_in_year
from reports.kinds import Base
from reports.rates import Period, term_base_day

BASE_UNITS = {
    Base.OPENING: "đảng viên đầu năm",
    Base.CLOSING: "đảng viên cuối kỳ",
    Base.AVERAGE: "đảng viên bình quân đầu kỳ và cuối kỳ",
    Base.TERM: "đảng viên đầu nhiệm kỳ",
    Base.TARGET: "người theo chỉ tiêu được giao",
}
"""What a base counts, as written after its number."""


@dataclass(frozen=True)
class Reckoning:
    """What a page of figures shows. An empty `base` or `counts_on` means what the policy of the year says."""

    period: Period
    today: date
    base: str = ""
    counts_on: str = ""

    @property
    def as_of(self) -> date:
        """The last day the figures can speak of."""
        return min(self.today, self.period.last_day)

    @property
    def is_of_one_year(self) -> bool:
        """Goals and targets are those of a year: a longer span is shown without a verdict."""
        return self.period.first_day.year == self.period.last_day.year

    @property
    def previous(self) -> Period:
        """The same days of the year before, as far as this year has come."""
        return Period(*(same_day_in_year(day, day.year - 1) for day in (self.period.first_day, self.as_of)))

    @property
    def words(self) -> str:
        """`năm 2026`, or `từ 01/03/2026 đến 30/06/2026`."""
        if self.period.is_full_year:
            return f"năm {self.period.year}"
        return f"từ {format_date(self.period.first_day)} đến {format_date(self.period.last_day)}"

    def base_days(self, base: Base, term_start: date) -> str:
        """The day (or days) whose roll *base* is, in words; empty for a target."""
        opening, closing = format_date(day_before(self.period.first_day)), format_date(self.as_of)
        match base:
            case Base.OPENING:
                return format_date(self.base_roll_day)
            case Base.CLOSING:
                return closing
            case Base.AVERAGE:
                return f"{opening} và {closing}"
            case Base.TERM:
                return format_date(term_base_day(term_start))
            case Base.TARGET:
                return ""

    @property
    def base_roll_day(self) -> date:
        """31 December before the year of the period."""
        return date(self.period.year - 1, 12, 31)
