"""The charts of Tổng quan, each with the table of its numbers."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

from django.utils.safestring import SafeString

from core.dates import format_date
from core.numbers import format_integer, format_percent, percentage
from reports.charts import GOLD, GREY, MONTHS, NARROW, WIDE, Bar, Line, band_chart, cumulative_chart
from reports.queries.overview import Overview
from reports.rates import Rate, Verdict
from reports.wording import amount, band


@dataclass(frozen=True)
class Chart:
    """A picture, the same for narrow screens where the wide one would be too small to read, and its numbers."""

    heading: str
    picture: SafeString
    narrow: SafeString | None
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


def charts_of(overview: Overview) -> list[Chart]:
    """None for a period or a unit for which the band says nothing."""
    rate = overview.own.rate.rate
    if not overview.has_goal or rate.percent is None or overview.own.verdict is Verdict.TOO_SMALL:
        return []
    return [*([growth_chart(overview)] if overview.months else []), goal_chart(overview)]


def growth_chart(overview: Overview) -> Chart:
    """How the rate grew month by month, on the base of the whole period."""
    year, policy, as_of = overview.reckoning.period.year, overview.policy, overview.reckoning.as_of
    sums = {which: list(accumulate(counts)) for which, counts in overview.months.items()}
    sums[year] = sums[year][: as_of.month]
    bases = {year: overview.own.rate.rate, year - 1: overview.own.previous}
    rates = {
        which: [percentage(total, bases[which].base_value) or Decimal(0) for total in totals]
        for which, totals in sums.items()
        if bases[which] is not None
    }

    def line(which: int, label: str) -> Line:
        points = [(0.0, Decimal(0)), *((float(month), rate) for month, rate in enumerate(rates[which], start=1))]
        if which == year:  # the present month is drawn as far as it has come
            month = as_of.month - 1 + as_of.day / monthrange(year, as_of.month)[1]
            points[-1] = (month, points[-1][1])
        return Line(label, points)

    before = line(year - 1, f"năm {year - 1}") if year - 1 in rates else None
    title = f"Tỷ lệ kết nạp lũy kế theo tháng, năm {year}"
    description = f"Đến {format_date(as_of)} đạt {format_percent(rates[year][-1])}, mục tiêu {_goal(overview)}."
    if before:
        description += f" Cả năm {year - 1}: {format_percent(before.points[-1][1])}."

    def draw(name: str, width: int) -> SafeString:
        return cumulative_chart(
            line(year, f"năm {year}"), before, policy.low, policy.high,
            name=name, title=title, description=description, width=width,
        )  # fmt: skip

    columns = ["Tháng", *(text for which in rates for text in (f"Lũy kế {which}", f"Tỷ lệ {which}"))]
    rows = [
        [str(month + 1), *(text for which in rates for text in _cells(sums[which], rates[which], month))]
        for month in range(MONTHS)
    ]
    return Chart("Lũy kế trong năm", draw("growth", WIDE), draw("growth-narrow", NARROW), columns, rows)


def _cells(sums: Sequence[int], rates: Sequence[Decimal], month: int) -> tuple[str, str]:
    return (format_integer(sums[month]), format_percent(rates[month])) if month < len(sums) else ("", "")


def goal_chart(overview: Overview) -> Chart:
    """The rate, the one of the same days a year before and the assigned target, all against the band."""
    own, year = overview.own, overview.reckoning.period.year
    shown: list[tuple[Bar, int | None, Rate]] = [
        (Bar("Kỳ này", own.rate.rate.percent), own.figures.admitted, own.rate.rate)
    ]
    if own.previous is not None and own.previous.percent is not None:
        shown.append((Bar(f"Cùng kỳ {year - 1}", own.previous.percent, GREY), own.previous.admitted, own.previous))
    if overview.target_percent is not None:
        shown.append((Bar("Chỉ tiêu được giao cả năm", overview.target_percent, GOLD), own.rate.target, own.rate.rate))
    picture = band_chart(
        [bar for bar, *_ in shown], overview.policy.low, overview.policy.high,
        name="goal",
        title=f"Tỷ lệ kết nạp so với mục tiêu {_goal(overview)}",
        description="; ".join(f"{bar.label}: {format_percent(bar.percent)}" for bar, *_ in shown) + ".",
    )  # fmt: skip
    rows = [
        [bar.label, format_integer(part), amount(rate.base_value), format_percent(bar.percent)]
        for bar, part, rate in shown
    ]
    return Chart("So với mục tiêu", picture, None, ["", "Số người", "Tính trên", "Tỷ lệ"], rows)


def _goal(overview: Overview) -> str:
    return band(overview.policy.low, overview.policy.high)
