"""How a cell of a sheet is read: one value each, or a sentence that says what to write instead."""

import unicodedata
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from core.dates import PartialDate, parse_date, parse_partial
from core.names import clean_name
from core.numbers import format_integer, parse_count

MAX_EXACT_DIGITS = 10**15
MAX_COUNT = 9_999_999
"""People in one number; the whole Party has 5.6 million members. More is a slip, and sums of it no database holds."""


class CellError(Exception):
    """A cell that cannot be read; the text says what to write instead."""


@dataclass(frozen=True)
class Proposed:
    """A cell read as something it does not plainly say: *value*, with the remark that tells of it."""

    value: Any
    remark: str


def read_text(value: Any) -> str:
    """Any text; whole numbers as typed."""
    if isinstance(value, bool):
        raise CellError("Ô này là giá trị đúng/sai của Excel. Hãy gõ lại bằng chữ.")
    if isinstance(value, datetime | date | time | timedelta):
        raise CellError("Excel đã tự đổi ô này thành ngày, giờ. Hãy định dạng cột là Văn bản (Text) rồi gõ lại.")
    if isinstance(value, float):
        if not value.is_integer():
            raise CellError("Ô này là số lẻ. Hãy định dạng cột là Văn bản (Text) rồi gõ lại.")
        return str(int(value))
    return clean_name(str(value))


def read_code(value: Any) -> str:
    """A code: text, or a number short enough for Excel to have kept every digit."""
    if isinstance(value, float) and abs(value) >= MAX_EXACT_DIGITS:
        raise CellError(
            "Excel đã làm tròn dãy số dài này. Hãy định dạng cột là Văn bản (Text) rồi gõ lại đủ các chữ số."
        )
    return read_text(value)


def read_date(value: Any) -> date:
    """A real date or `dd/mm/yyyy`."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        try:
            return parse_date(value)
        except ValueError:
            raise CellError(
                f"“{value.strip()}” không phải là ngày có thật. Hãy viết ngày/tháng/năm, ví dụ 02/01/2026."
            ) from None
    raise CellError("Ô này là số, không phải ngày. Hãy viết ngày/tháng/năm, ví dụ 02/01/2026.")


def read_partial_date(value: Any) -> PartialDate:
    """A date that may be known to the month (`05/1975`) or the year (`1975`) only."""
    if isinstance(value, float) and value.is_integer() and 1900 <= value <= 2200:
        return PartialDate(date(int(value), 1, 1), parse_partial("1900").precision)
    if isinstance(value, str):
        try:
            return parse_partial(value)
        except ValueError:
            raise CellError(
                f"“{value.strip()}” không phải là ngày có thật. Hãy viết ngày/tháng/năm (12/05/1975), "
                "tháng/năm (05/1975) hoặc năm (1975)."
            ) from None
    return PartialDate(read_date(value))


def read_count(value: Any) -> int:
    """A whole number from 0 up."""
    number = None
    if isinstance(value, str):
        with suppress(ValueError):
            number = parse_count(value)
    elif isinstance(value, float) and value.is_integer() and value >= 0:
        number = int(value)
    if number is None:
        raise CellError(f"“{_shown(value)}” không phải là số nguyên không âm. Hãy ghi số, ví dụ 25.")
    if number > MAX_COUNT:
        raise CellError(f"“{_shown(value)}” quá lớn, tối đa là {format_integer(MAX_COUNT)}. Hãy kiểm tra lại số này.")
    return number


def read_year(value: Any) -> int:
    """A year as four digits."""
    try:
        year = read_count(value)
    except CellError:
        year = 0
    if not 1930 <= year <= 2200:
        raise CellError(f"“{_shown(value)}” không phải là năm. Hãy ghi đủ bốn chữ số, ví dụ 2026.")
    return year


def read_yes_no(value: Any) -> bool:
    """`có` or `không`; an empty cell means that nobody knows."""
    text = str(value).strip()
    answers = {"có": True, "không": False}
    try:
        return answers[unicodedata.normalize("NFC", text).casefold()]
    except KeyError:
        raise CellError(f"“{_shown(value)}” không rõ nghĩa. Hãy ghi “có”, “không” hoặc để trống.") from None


def read_codes(value: Any) -> list[str]:
    """Codes with semicolons between, each once."""
    return list(dict.fromkeys(filter(None, (clean_name(part) for part in read_code(value).split(";")))))


def yes_no(value: bool | None) -> str:
    """What :func:`read_yes_no` reads back; empty where nobody knows."""
    return {True: "có", False: "không", None: ""}[value]


class Choice:
    """Reads one of some texts, case and spacing ignored."""

    def __init__(self, choices: Mapping[str, Any]) -> None:
        self.listed = ", ".join(choices)
        self._known = {clean_name(label).casefold(): value for label, value in choices.items()}

    def __call__(self, value: Any) -> Any:
        try:
            return self._known[clean_name(str(value)).casefold()]
        except KeyError:
            raise CellError(f"“{_shown(value)}” không có trong danh mục. Hãy chọn một trong: {self.listed}.") from None


def read_choice(choices: Mapping[str, Any]) -> Choice:
    """One of *choices*, case and spacing ignored."""
    return Choice(choices)


def _shown(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


# --- How to write a cell: what the guide in the template says ------------------------------------------------

_WRITTEN: dict[Callable[[Any], Any], str] = {
    read_text: "chữ",
    read_code: "chữ, số; định dạng cột là Văn bản (Text) để không mất số 0 ở đầu",
    read_codes: "mã; nhiều mã thì cách nhau bằng dấu chấm phẩy (;); định dạng cột là Văn bản (Text)",
    read_date: "ngày/tháng/năm",
    read_partial_date: "ngày/tháng/năm; nếu chỉ biết tháng hoặc năm thì ghi tháng/năm hoặc năm",
    read_count: "số nguyên từ 0 trở lên",
    read_year: "năm, bốn chữ số",
    read_yes_no: "có hoặc không; để trống là chưa rõ",
}


def written_as(read: Callable[[Any], Any]) -> str:
    """How people write a cell that *read* takes."""
    return f"một trong: {read.listed}" if isinstance(read, Choice) else _WRITTEN[read]
