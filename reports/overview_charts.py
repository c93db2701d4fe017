"""The charts of Tổng quan, each with the table of its numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.safestring import SafeString

from core.dates import end_of_year, format_date
from core.numbers import format_decimal, format_integer, format_percent
from reports.charts import GOLD, GREY, NARROW, RED, WIDE, Bar, band_chart, cumulative_chart, years_chart
from reports.growth import Growth, YearLine
from reports.queries.overview import Overview
from reports.queries.years import YEARS
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
    charts = [growth_chart(overview) if overview.months else goal_chart(overview)]
    if len(overview.years) > 1:
        charts.append(five_years_chart(overview))
    return charts


def growth_chart(overview: Overview) -> Chart:
    """How the rate grew month by month, on the base of the whole period."""
    growth, policy = growth_of(overview), overview.policy
    now, before = growth.lines
    year = growth.year
    title = f"Tỷ lệ kết nạp lũy kế theo tháng, năm {year}"
    reached = format_percent(now.points[-1][1])
    description = f"Đến {format_date(growth.as_of)} đạt {reached}, mục tiêu {_goal(overview)}."
    if before:
        same = f"cùng ngày {format_percent(growth.same_day)}, " if growth.same_day is not None else ""
        description += f" Năm {year - 1}: {same}cả năm {format_percent(before.points[-1][1])}."
    if overview.target_percent is not None:
        description += f" Chỉ tiêu được giao cả năm: {format_percent(overview.target_percent)}."

    def draw(name: str, width: int) -> SafeString:
        return cumulative_chart(
            now, before, policy.low, policy.high,
            name=name, title=title, description=description, goal=overview.target_percent, width=width,
        )  # fmt: skip

    columns = ["Tháng", *(text for which in growth.shown_years for text in (f"Lũy kế {which}", f"Tỷ lệ {which}"))]
    rows = [[str(month), *(text for cell in cells for text in _texts(cell))] for month, cells in growth.rows()]
    return Chart("Lũy kế trong năm", draw("growth", WIDE), draw("growth-narrow", NARROW), columns, rows)


def growth_of(overview: Overview) -> Growth:
    year, previous = overview.reckoning.period.year, overview.own.previous
    return Growth(
        year,
        overview.reckoning.as_of,
        overview.months,
        {year: overview.own.rate.rate.base_value, year - 1: previous.base_value if previous else None},
        previous.percent if previous else None,
    )


def _texts(cell: tuple[int, Decimal] | None) -> tuple[str, str]:
    return (format_integer(cell[0]), format_percent(cell[1])) if cell else ("", "")


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


def five_years_chart(overview: Overview) -> Chart:
    """The rates of the last years, each on the base its own policy names."""
    years = overview.years
    shown = [
        Bar(str(line.year), line.rate.percent, RED if line.year == overview.reckoning.period.year else GREY)
        for line in years
    ]
    title = f"Tỷ lệ kết nạp các năm {years[0].year}–{years[-1].year}"

    def draw(name: str, width: int) -> SafeString:
        return years_chart(
            shown, overview.policy.low, overview.policy.high, name=name, title=title, width=width,
            description="; ".join(f"năm {bar.label}: {format_percent(bar.percent)}" for bar in shown) + ".",
        )  # fmt: skip

    rows = [
        [
            _year_words(line, overview.reckoning.as_of), format_integer(line.figures.opening),
            format_integer(line.figures.admitted), format_percent(line.rate.percent), format_integer(line.target),
            format_decimal(line.attainment),
        ]
        for line in years
    ]  # fmt: skip
    columns = ["Năm", "Đầu năm", "Kết nạp", "Tỷ lệ", "Chỉ tiêu", "% chỉ tiêu"]
    return Chart(
        "Năm năm gần đây" if len(years) == YEARS else "Các năm gần đây", draw("years", NARROW), None, columns, rows
    )


def _year_words(line: YearLine, as_of: date) -> str:
    if line.figures.has_declared:
        return f"{line.year} (khai báo)"
    return str(line.year) if as_of >= end_of_year(line.year) else f"{line.year} (đến {format_date(as_of)})"


def _goal(overview: Overview) -> str:
    return band(overview.policy.low, overview.policy.high)
