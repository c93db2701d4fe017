"""What the figures of a declared year must satisfy; plain numbers, no database."""

from collections.abc import Mapping

from cells.kinds import DECREASES, INCREASES
from core.numbers import format_integer

FIGURES = ("opening", *INCREASES, *DECREASES, "closing")
SIGNS = {"opening": 1} | dict.fromkeys(INCREASES, 1) | dict.fromkeys(DECREASES, -1)
"""With which sign each figure counts for the closing."""


def expected_closing(figures: Mapping[str, int]) -> int:
    """Opening + increases − decreases; negative where more left than there were."""
    return sum(sign * figures[name] for name, sign in SIGNS.items())


def closing_fault(figures: Mapping[str, int]) -> str | None:
    """Why these figures cannot be, in words that name the remedy; None when they add up."""
    expected = expected_closing(figures)
    if expected < 0:
        return f"Số giảm nhiều hơn số có {format_integer(-expected)} người. Hãy kiểm tra lại các cột giảm."
    if figures["closing"] != expected:
        return (
            f"Đảng viên cuối năm phải bằng đầu năm + tăng − giảm = {format_integer(expected)}, đang ghi "
            f"{format_integer(figures['closing'])}. Hãy sửa các số cho khớp."
        )
    return None
