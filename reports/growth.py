"""How the rate grew: month by month through a year, and from year to year. No database."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate

from core.numbers import percentage
from reports.charts import MONTHS, Line
from reports.rates import Figures, Rate, Verdict, attainment


@dataclass(frozen=True)
class YearLine:
    """One year of an organisation as it stood at the year's end, or today."""

    year: int
    figures: Figures
    rate: Rate
    target: int | None
    low: Decimal
    high: Decimal
    verdict: Verdict

    @property
    def attainment(self) -> Decimal | None:
        return attainment(self.figures.admitted, self.target)


@dataclass(frozen=True)
class Growth:
    """People admitted in each month of *year* up to *as_of* and of the year before, on the base of either year.

    `bases` has no entry for a year whose base nobody knows; a line then is not drawn. `same_day` is the rate of the
    year before on the day of *as_of*.
    """

    year: int
    as_of: date
    months: Mapping[int, Sequence[int]]
    bases: Mapping[int, Decimal | None]
    same_day: Decimal | None = None

    @property
    def shown_years(self) -> list[int]:
        return [year for year in self.months if self.bases.get(year)]

    def sums(self, year: int) -> list[int]:
        """Admitted since 1 January, at the end of each month; of the present year as far as it has come."""
        sums = list(accumulate(self.months[year]))
        return sums[: self.as_of.month] if year == self.year else sums

    def rates(self, year: int) -> list[Decimal]:
        """The same in percent of the base."""
        return [percentage(total, self.bases[year]) or Decimal(0) for total in self.sums(year)]

    @property
    def now(self) -> float:
        """How many months of the year have passed by *as_of*."""
        return self.as_of.month - 1 + self.as_of.day / monthrange(self.as_of.year, self.as_of.month)[1]

    def line(self, year: int) -> Line:
        """What a chart draws."""
        rates = self.rates(year)
        points = [(0.0, Decimal(0)), *((float(month), rate) for month, rate in enumerate(rates, start=1))]
        if year == self.year:  # the present month is drawn as far as it has come
            points[-1] = (self.now, points[-1][1])
            return Line(f"năm {year}", points)
        return Line(f"năm {year}", points, (self.now, self.same_day) if self.same_day is not None else None)

    @property
    def lines(self) -> tuple[Line, Line | None]:
        """Of this year and, where it is known, of the year before."""
        before = self.year - 1
        return self.line(self.year), self.line(before) if before in self.shown_years else None

    def rows(self) -> list[tuple[int, list[tuple[int, Decimal] | None]]]:
        """For each month: admitted so far and the rate, in the order of `shown_years`; None for months to come."""
        columns = [list(zip(self.sums(year), self.rates(year), strict=True)) for year in self.shown_years]
        return [
            (month + 1, [column[month] if month < len(column) else None for column in columns])
            for month in range(MONTHS)
        ]
