"""Charts as SVG text: drawn on the server, the same on a page and in a PDF, with a title and a description.

Functions of plain values. All marks are presentation attributes, so that neither a style sheet nor an inline
style is needed; whoever places a chart puts a table of its numbers beside it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from core.numbers import format_integer, format_percent
from reports.wording import band, plain_percent

RED, GREY, GOLD = "#9b1c1f", "#7f8590", "#d9a520"
INK, INK_2, LINE = "#1d1f23", "#565c66", "#e3e1dc"
BAND, BAND_INK = "#e7f3ec", "#1f6f43"
SCREEN_FONT = '"Segoe UI", system-ui, -apple-system, Roboto, "Noto Sans", "DejaVu Sans", sans-serif'
FONT_SIZE = 12
MONTHS = 12
WIDE, NARROW = 640, 320


@dataclass(frozen=True)
class Line:
    """A line of percentages: pairs of months since the year began (0 to 12) and percent."""

    label: str
    points: Sequence[tuple[float, Decimal]]
    mark: tuple[float, Decimal] | None = None
    """A point to compare with, told beside it."""


@dataclass(frozen=True)
class Bar:
    """A bar of a percentage; None draws no bar and a dash."""

    label: str
    percent: Decimal | None
    colour: str = RED


@dataclass(frozen=True)
class People:
    """A bar of people, `late` of whom stand out."""

    label: str
    people: int
    late: int = 0


def cumulative_chart(
    line: Line, before: Line | None, low: Decimal, high: Decimal, *,
    name: str, title: str, description: str, goal: Decimal | None = None, width: int = WIDE, font: str = SCREEN_FONT,
) -> SafeString:  # fmt: skip
    """The rate as it grew through the year, against the year before and the band *low*–*high* (percent).

    *goal* is the assigned target, where the year's end should be. *name* begins the ids inside, so that several
    charts can stand on one page.
    """
    height = 260 if width >= WIDE else 220
    left, right, top, bottom = 40, 14, 20, 26
    highest = max([high, goal or high, *(percent for each in (line, before) if each for _, percent in each.points)])
    step = _step(highest)
    scale = ceil(highest / step) * step

    def x(month: float) -> float:
        return round(left + (width - left - right) * month / MONTHS, 1)

    def y(percent: Decimal | int) -> float:
        return round(float(height - bottom - (height - bottom - top) * Decimal(percent) / scale), 1)

    parts = [
        _rect(left, y(high), width - left - right, y(low) - y(high), BAND),
        _grid(left, width - right, [y(value) for value in range(0, scale + 1, step)]),
        *(_text(left - 6, y(value) + 4, f"{value}%", "end") for value in range(0, scale + 1, step)),
        *(_text(x(month - 0.5), height - 8, month, "middle") for month in range(1, MONTHS + 1)),
        _text(left + 6, y(high) + 15, f"mục tiêu {band(low, high)}", colour=BAND_INK),
    ]
    if goal is not None:
        parts += [
            _dot(x(MONTHS), y(goal), GOLD),
            _text(x(MONTHS) - 9, y(goal) + 4, f"chỉ tiêu {format_percent(goal)}", "end", colour=INK),
        ]
    if before:
        month, percent = before.points[min(len(before.points) - 1, 9)]
        own = next((value for at, value in line.points if at >= month), None)
        # Away from the other line: above it where this one is the higher.
        shift = -8 if own is None or percent > own else 18
        parts += [
            _polyline([(x(at), y(value)) for at, value in before.points], GREY, 1.5),
            _text(x(month), y(percent) + shift, before.label, "end" if shift < 0 else "start"),
        ]
        if before.mark:
            parts.append(_dot(x(before.mark[0]), y(before.mark[1]), GREY))
    at, percent = line.points[-1]
    is_late = at > MONTHS * 0.8
    parts += [
        _polyline([(x(month), y(value)) for month, value in line.points], RED, 3),
        _dot(x(at), y(percent), RED),
        _text(x(at) + (-8 if is_late else 8), y(percent) - 9, format_percent(percent), "end" if is_late else "start",
              colour=RED, weight="700", size=FONT_SIZE + 1),
    ]  # fmt: skip
    return _svg(width, height, parts, name=name, title=title, description=description, font=font)


def band_chart(
    bars: Sequence[Bar], low: Decimal, high: Decimal, *,
    name: str, title: str, description: str, width: int = NARROW, font: str = SCREEN_FONT,
) -> SafeString:  # fmt: skip
    """Rates as bars against the band *low*–*high* (percent)."""
    row, top, bottom, right = 46, 22, 8, 62
    height = top + row * len(bars) + bottom
    scale = max([high * Decimal("1.1"), *(bar.percent for bar in bars if bar.percent is not None)])

    def x(percent: Decimal) -> float:
        return round(float((width - right) * percent / scale), 1)

    parts = [
        _rect(x(low), top - 4, x(high) - x(low), height - top - bottom + 8, BAND),
        _text((x(low) + x(high)) / 2, top - 9, f"mục tiêu {band(low, high)}", "middle", colour=BAND_INK),
        format_html('<path d="M0.5 {}V{}" stroke="{}"/>', top - 4, height - bottom + 4, LINE),
    ]
    for number, bar in enumerate(bars):
        base = top + row * number
        end = x(bar.percent or Decimal(0))
        parts += [
            _text(5, base + 14, bar.label, size=FONT_SIZE + 1),
            _rect(0, base + 20, end, 16, bar.colour),
            _text(end + 7, base + 33, format_percent(bar.percent), colour=INK, weight="700", size=FONT_SIZE + 1),
        ]
    return _svg(width, height, parts, name=name, title=title, description=description, font=font)


def people_chart(
    bars: Sequence[People], *, name: str, title: str, description: str, width: int = NARROW, font: str = SCREEN_FONT
) -> SafeString:
    """Numbers of people as bars, one below the other; the late part of each in another colour, and in words."""
    row, bottom, right = 42, 4, 46
    height = row * len(bars) + bottom
    most = max([1, *(bar.people for bar in bars)])

    def x(people: int) -> float:
        return round((width - right) * people / most, 1)

    parts = [format_html('<path d="M0.5 4V{}" stroke="{}"/>', height - bottom, LINE)]
    for number, bar in enumerate(bars):
        base = row * number
        late = f" · {format_integer(bar.late)} quá hạn" if bar.late else ""
        parts += [
            _text(5, base + 15, f"{bar.label}{late}", size=FONT_SIZE + 1),
            _rect(0, base + 20, x(bar.people), 16, GREY),
            _rect(0, base + 20, x(bar.late), 16, RED),
            _text(x(bar.people) + 7, base + 33, format_integer(bar.people), colour=INK, weight="700",
                  size=FONT_SIZE + 1),
        ]  # fmt: skip
    return _svg(width, height, parts, name=name, title=title, description=description, font=font)


def years_chart(
    bars: Sequence[Bar], low: Decimal, high: Decimal, *,
    name: str, title: str, description: str, width: int = NARROW, font: str = SCREEN_FONT,
) -> SafeString:  # fmt: skip
    """Rates of several years as columns against the band *low*–*high* (percent)."""
    height, left, right, top, bottom = 220, 34, 6, 24, 26
    highest = max([high * Decimal("1.1"), *(bar.percent for bar in bars if bar.percent is not None)])
    step = _step(highest)
    scale = ceil(highest / step) * step
    place = (width - left - right) / max(1, len(bars))
    thick = min(44.0, place * 0.6)

    def y(percent: Decimal | int) -> float:
        return round(float(height - bottom - (height - bottom - top) * Decimal(percent) / scale), 1)

    parts = [
        _rect(left, y(high), width - left - right, y(low) - y(high), BAND),
        _grid(left, width - right, [y(value) for value in range(0, scale + 1, step)]),
        *(_text(left - 6, y(value) + 4, f"{value}%", "end") for value in range(0, scale + 1, step)),
    ]
    for number, bar in enumerate(bars):
        middle = round(left + place * (number + 0.5), 1)
        end = y(bar.percent or Decimal(0))
        parts += [
            _rect(middle - thick / 2, end, thick, height - bottom - end, bar.colour),
            _text(middle, end - 6, format_percent(bar.percent), "middle", colour=INK, weight="700"),
            _text(middle, height - 8, bar.label, "middle"),
        ]
    return _svg(width, height, parts, name=name, title=title, description=description, font=font)


def band_bar(
    percent: Decimal, low: Decimal, high: Decimal, *, name: str, title: str, description: str, font: str = SCREEN_FONT
) -> SafeString:
    """One rate on a scale from 0 past the band *low*–*high* (percent)."""
    width, height = NARROW, 46
    scale = max(high * Decimal("1.5"), percent * Decimal("1.1"))

    def x(value: Decimal) -> float:
        return round(float(width * value / scale), 1)

    parts = [
        _rect(0, 6, width, 16, "#efeeea"),
        _rect(x(low), 6, x(high) - x(low), 16, "#cfe5d7"),
        _rect(0, 10, x(percent), 8, RED),
        _text(0, height - 6, "0"),
        *(_text(x(value), height - 6, plain_percent(value), "middle") for value in (low, high)),
    ]
    return _svg(width, height, parts, name=name, title=title, description=description, font=font)


def _step(highest: Decimal) -> int:
    """Distance of the lines of the grid, so that there are at most about six."""
    return next((step for step in (1, 2, 5, 10, 20, 50, 100) if highest <= step * 6), 200)


def _svg(
    width: int, height: float, parts: Iterable[SafeString], *, name: str, title: str, description: str, font: str
) -> SafeString:
    css_class = "chart" if width >= WIDE else "chart chart-narrow"
    return format_html(
        '<svg class="{}" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-title {}-description" '
        'font-family="{}" font-size="{}"><title id="{}-title">{}</title><desc id="{}-description">{}</desc>{}</svg>',
        css_class, width, height, name, name, font, FONT_SIZE, name, title, name, description,
        mark_safe("".join(parts)),
    )  # fmt: skip


def _rect(x: float, y: float, width: float, height: float, colour: str) -> SafeString:
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>', *map(_plain, (x, y, width, height)), colour
    )


def _grid(left: float, right: float, heights: Iterable[float]) -> SafeString:
    lines = format_html_join("", "M{} {}H{}", ((left, height, right) for height in heights))
    return format_html('<path d="{}" stroke="{}" fill="none"/>', lines, LINE)


def _dot(x: float, y: float, colour: str) -> SafeString:
    return format_html('<circle cx="{}" cy="{}" r="4" fill="{}"/>', x, y, colour)


def _polyline(points: Iterable[tuple[float, float]], colour: str, width: float) -> SafeString:
    return format_html(
        '<polyline points="{}" fill="none" stroke="{}" stroke-width="{}" stroke-linejoin="round"/>',
        " ".join(f"{x},{y}" for x, y in points), colour, _plain(width),
    )  # fmt: skip


def _text(
    x: float, y: float, text: object, anchor: str = "start", *, colour: str = INK_2, weight: str = "400",
    size: int = FONT_SIZE,
) -> SafeString:  # fmt: skip
    return format_html(
        '<text x="{}" y="{}" text-anchor="{}" fill="{}" font-weight="{}" font-size="{}">{}</text>',
        _plain(x), _plain(y), anchor, colour, weight, size, str(text),
    )  # fmt: skip


def _plain(value: float) -> str:
    """A number as SVG wants it, whatever the language of the page."""
    return f"{value:.1f}".removesuffix(".0")
