"""Numbers, bases, periods and lists as a report words them. No database."""

from collections.abc import Sequence
from decimal import Decimal

from cells.kinds import BASE_KINDS, OrganizationKind
from core.dates import day_before, format_paper_date
from core.numbers import EMPTY, format_decimal, format_integer
from reports.kinds import Base, ReportKind
from reports.rates import Period, term_base_day

NAMED = 5
"""So many organisations are named in a sentence; the rest are counted."""


def number(value: int) -> str:
    """A count in a sentence: `09`, `112`, `6.984`; Party papers give single digits a zero."""
    return f"{value:02d}" if 0 < value < 10 else format_integer(value)


def amount(value: Decimal | None) -> str:
    """What a rate is divided by: `6.984`, or `742,5` for an average."""
    if value is None:
        return EMPTY
    return format_integer(int(value)) if value == value.to_integral_value() else format_decimal(value, 1)


def plain_percent(value: Decimal) -> str:
    """A goal: `3%`, `3,5%`."""
    return f"{value.normalize():f}%".replace(".", ",")


def band(low: Decimal, high: Decimal) -> str:
    """`3–4%`."""
    return f"{plain_percent(low).rstrip('%')}–{plain_percent(high)}"


def base_words(base: Base, period: Period, term_start) -> str:
    """What the rate is reckoned on, with its day: `đảng viên đầu năm (31/12/2025)`."""
    match base:
        case Base.OPENING:
            day = day_before(Period.of_year(period.year).first_day)
        case Base.CLOSING:
            day = period.last_day
        case Base.TERM:
            day = term_base_day(term_start)
        case _:
            return base.label
    return f"{base.label} ({format_paper_date(day)})"


def period_words(kind: str, year: int) -> str:
    """`6 tháng đầu năm 2026`, `năm 2026`."""
    return f"6 tháng đầu năm {year}" if kind == ReportKind.HALF_YEAR else f"năm {year}"


def whole(kind: str) -> str:
    """How the organisation speaks of itself."""
    match kind:
        case OrganizationKind.CELL | OrganizationKind.BASE_CELL:
            return "Chi bộ"
        case OrganizationKind.SUB_COMMITTEE:
            return "Đảng bộ bộ phận"
    return "Đảng bộ"


def rows_word(row_kinds: Sequence[str]) -> str:
    """What the rows of the appendix are."""
    return "tổ chức cơ sở đảng" if tuple(row_kinds) == BASE_KINDS else "chi bộ"


def listed(names: Sequence[str], most: int = NAMED) -> str:
    """`A, B và C`; of many the first *most*, the rest counted."""
    if len(names) > most + 1:
        return f"{', '.join(names[:most])} và {number(len(names) - most)} tổ chức khác"
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} và {names[-1]}"


def change(now: int, then: int) -> str:
    """`tăng 09`, `giảm 03`, `bằng`: for the middle of a sentence."""
    if now == then:
        return "bằng"
    return f"{'tăng' if now > then else 'giảm'} {number(abs(now - then))} đảng viên so với"


def capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def sentence(*parts: str) -> str:
    """Parts joined by commas into one sentence."""
    return f"{capital(', '.join(part for part in parts if part))}."


def percent_cell(value: Decimal | None) -> str:
    """A percentage in a column that says so itself: `46,67`."""
    return format_decimal(value)
