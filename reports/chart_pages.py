"""The charts of a printed report: what is frozen of them, and the pictures drawn from that."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString

from core.documents.pdf import FONT_FAMILY
from core.numbers import format_integer
from reports.appendix import reference
from reports.charts import GREY, RED, WIDE, Bar, Line, cumulative_chart, years_chart
from reports.facts import ReportFacts
from reports.growth import Growth, YearLine
from reports.letterhead import Letterhead
from reports.rates import is_small
from reports.wording import band, percent_cell

Content = dict[str, Any]
FONT = f'"{FONT_FAMILY}"'
FEWEST_YEARS = 2


def chart_page(facts: ReportFacts, head: Letterhead, dated: date | None) -> Content | None:
    """None where percentages would say nothing: of a cell, of a small unit, on a base of targets."""
    growth = _growth(facts.growth, facts) if facts.growth and facts.is_judged else None
    years = _years(facts.years, facts) if len(facts.years) >= FEWEST_YEARS and facts.is_judged else None
    if growth is None and years is None:
        return None
    return {
        "title": "Biểu đồ kết nạp đảng viên",
        "reference": reference(head, dated),
        "low": facts.policy.low.normalize(),
        "high": facts.policy.high.normalize(),
        "growth": growth,
        "years": years,
    }


def _growth(growth: Growth, facts: ReportFacts) -> Content:
    lines = [line for line in growth.lines if line]
    target = facts.line.target
    heads = ["Tháng", *(text for year in growth.shown_years for text in (f"Lũy kế {year}", f"Tỷ lệ {year} (%)"))]
    rows = []
    for month, cells in growth.rows():
        row = [str(month)]
        for cell in cells:
            row += [format_integer(cell[0]), percent_cell(cell[1])] if cell else ["", ""]
        rows.append(row)
    return {
        "caption": f"Tỷ lệ kết nạp lũy kế theo tháng năm {growth.year} (%)",
        "lines": [
            {
                "label": line.label,
                "points": [[_place(month), percent] for month, percent in line.points],
                "mark": [_place(line.mark[0]), line.mark[1]] if line.mark else None,
            }
            for line in lines
        ],
        "goal": facts.line.rate.percent_of(target) if target else None,
        "heads": heads,
        "rows": rows,
    }


def _years(years: list[YearLine], facts: ReportFacts) -> Content:
    heads = ["Năm", "Đảng viên đầu năm", "Kết nạp", "Tỷ lệ (%)", "Chỉ tiêu", "% chỉ tiêu"]
    return {
        "caption": f"Tỷ lệ kết nạp các năm {years[0].year}–{years[-1].year} (%)",
        "bars": [
            {
                "label": str(line.year),
                "percent": None if is_small(line.rate, line.low) else line.rate.percent,
                "is_own": line.year == facts.period.year,
            }
            for line in years
        ],
        "heads": heads,
        "rows": [
            [
                f"{line.year}{' (khai báo)' if line.figures.has_declared else ''}",
                format_integer(line.figures.opening),
                format_integer(line.figures.admitted),
                percent_cell(line.rate.percent),
                format_integer(line.target),
                percent_cell(line.attainment),
            ]
            for line in years
        ],
    }


def _place(month: float) -> Decimal:
    """A place on the axis of months, the same on every machine."""
    return Decimal(f"{month:.2f}")


# --- from the frozen content to pictures ------------------------------------------------------------------------


def pictures(charts: Content | None) -> dict[str, SafeString]:
    """The drawings of a frozen page of charts, by their names in it."""
    if charts is None:
        return {}
    low, high = Decimal(charts["low"]), Decimal(charts["high"])
    said = f"mục tiêu {band(low, high)}"
    drawn = {}
    if growth := charts["growth"]:
        now, *before = [_line(line) for line in growth["lines"]]
        drawn["growth"] = cumulative_chart(
            now, before[0] if before else None, low, high, name="growth", title=growth["caption"], description=said,
            goal=_decimal(growth["goal"]), width=WIDE, font=FONT,
        )  # fmt: skip
    if years := charts["years"]:
        bars = [Bar(bar["label"], _decimal(bar["percent"]), RED if bar["is_own"] else GREY) for bar in years["bars"]]
        drawn["years"] = years_chart(
            bars, low, high, name="years", title=years["caption"], description=said, width=WIDE, font=FONT
        )  # fmt: skip
    return drawn


def _line(line: Content) -> Line:
    mark = line["mark"]
    return Line(
        line["label"],
        [(float(month), Decimal(percent)) for month, percent in line["points"]],
        (float(mark[0]), Decimal(mark[1])) if mark else None,
    )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
