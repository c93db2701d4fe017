"""Numbers as Vietnamese reports print them: decimal comma, dot for thousands, half-up to two places."""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

EMPTY = "—"
_CENT = Decimal("0.01")
_COUNT = re.compile(r"[0-9]{1,30}|[0-9]{1,3}(\.[0-9]{3}){1,9}")


def round_half_up(value: Decimal) -> Decimal:
    """*value* to two places, halves away from zero."""
    return value.quantize(_CENT, rounding=ROUND_HALF_UP)


def percentage(part: Decimal | int, whole: Decimal | int | None) -> Decimal | None:
    """`part / whole × 100` to two places; None where there is nothing to divide by."""
    return round_half_up(Decimal(part) * 100 / Decimal(whole)) if whole else None


def parse_count(text: str) -> int:
    """A whole number from 0 up, with or without dots for thousands (`6.984`). Raises ValueError.

    Whoever stores it says how large it may be; what no reader would count is no number here.
    """
    text = text.strip()
    if not _COUNT.fullmatch(text):
        raise ValueError(text)
    return int(text.replace(".", ""))


def apportion(total: int, weights: Sequence[int]) -> list[int]:
    """*total* in whole parts proportional to *weights*, by the largest remainders; of equal ones the first comes first.

    The parts add up to *total*, unless nothing has a weight: then they are all 0.
    """
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: (-(total * weights[place] % whole), place))
    for place in by_remainder[: total - sum(parts)]:
        parts[place] += 1
    return parts


def format_integer(value: int | None) -> str:
    """`6.984`; unknown is a dash."""
    return EMPTY if value is None else f"{value:,}".replace(",", ".")


def format_decimal(value: Decimal | None, places: int = 2) -> str:
    """`1.234,50`; unknown is a dash."""
    return EMPTY if value is None else f"{value:,.{places}f}".translate(str.maketrans(",.", ".,"))


def format_percent(value: Decimal | None) -> str:
    """`2,81%`, no space before the sign; unknown is a dash."""
    return EMPTY if value is None else f"{format_decimal(value)}%"
