"""Numbers as Vietnamese reports print them: decimal comma, dot for thousands, half-up to two places."""

from decimal import ROUND_HALF_UP, Decimal

EMPTY = "—"
_CENT = Decimal("0.01")


def round_half_up(value: Decimal) -> Decimal:
    """*value* to two places, halves away from zero."""
    return value.quantize(_CENT, rounding=ROUND_HALF_UP)


def percentage(part: Decimal | int, whole: Decimal | int | None) -> Decimal | None:
    """`part / whole × 100` to two places; None where there is nothing to divide by."""
    return round_half_up(Decimal(part) * 100 / Decimal(whole)) if whole else None


def format_integer(value: int | None) -> str:
    """`6.984`; unknown is a dash."""
    return EMPTY if value is None else f"{value:,}".replace(",", ".")


def format_decimal(value: Decimal | None, places: int = 2) -> str:
    """`1.234,50`; unknown is a dash."""
    return EMPTY if value is None else f"{value:,.{places}f}".translate(str.maketrans(",.", ".,"))


def format_percent(value: Decimal | None) -> str:
    """`2,81%`, no space before the sign; unknown is a dash."""
    return EMPTY if value is None else f"{format_decimal(value)}%"
