"""How cells of somebody else's list are read: what they plainly say, else a proposal with a remark, never silently."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from cells.workbook.values import CellError, Proposed, read_text
from core.dates import PartialDate, format_date, parse_date, parse_partial
from core.names import clean_name, display_name, fold

CARD_DIGITS = 12
"""Of a card by 38-HD/BTCTW; older ones have fewer."""
MAX_EXACT_NUMBER = 10**15
EXCEL_DAY_NOUGHT = date(1899, 12, 30)
_EXCEL_DAYS = range(3_654, 73_051)  # 1910 to 2099
_MIDNIGHT = re.compile(r"[ T]0{1,2}:00(:00(\.0+)?)?$")
_MONTH_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_TWO_NUMBERS = re.compile(r"(\d{1,2})[/.-](\d{1,2})(?=[/.-]\d{4})")
_YEAR_OR_MONTH = re.compile(r"(\d{1,2}[/.-])?\d{4}")
_WHOLE_NUMBER = re.compile(r"(\d+)\.0+")
_NO_DATE = "“{text}” không phải là ngày có thật. Hãy viết ngày/tháng/năm, ví dụ 02/01/2026."
MONTHS = 12


def read_person(value: Any) -> Any:
    """A person's name; one typed all in capitals is proposed as it is usually written."""
    text = read_text(value)
    name = display_name(text)
    return text if name == text else Proposed(name, f"“{text}” đọc là “{name}”.")


class Order(StrEnum):
    """Which of two numbers is the day in the texts of one column."""

    DAY_FIRST = "day"
    MONTH_FIRST = "month"
    BOTH = "both"


@dataclass(frozen=True)
class ListDate:
    """Reads dates as lists have them: real, as text with the day or the month first, or as Excel's number of a day.

    What other cells of the column look like decides how a text such as `03/04/1990` is proposed (:meth:`suited`).
    """

    order: Order = Order.DAY_FIRST
    is_swapped: bool = False
    """Real dates never have a day above 12 while texts do: Excel took typed days for months."""
    may_be_partial: bool = False

    def suited(self, values: Iterable[Any]) -> "ListDate":
        """The reader for a column with *values*."""
        day_first = month_first = real = 0
        all_low = True
        for value in values:
            if isinstance(value, date):
                real += 1
                all_low = all_low and value.day <= MONTHS
            elif isinstance(value, str) and (match := _TWO_NUMBERS.match(value.strip())):
                day_first += int(match[1]) > MONTHS
                month_first += int(match[2]) > MONTHS
        order = Order.DAY_FIRST
        if month_first:
            order = Order.BOTH if day_first else Order.MONTH_FIRST
        return replace(self, order=order, is_swapped=bool(real and all_low and day_first))

    def __call__(self, value: Any) -> Any:
        if self.may_be_partial:
            found = self._read_partial(value)
            if found is not None:
                return found
        found = self._read(value)
        if not self.may_be_partial:
            return found
        if isinstance(found, Proposed):
            return Proposed(PartialDate(found.value), found.remark)
        return PartialDate(found)

    def _read_partial(self, value: Any) -> PartialDate | None:
        """A year or a month and year; None for everything else."""
        text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
        if not _YEAR_OR_MONTH.fullmatch(text):
            return None
        found = parse_partial(text)
        return found if 1900 <= found.value.year <= 2200 else None

    def _read(self, value: Any) -> Any:
        if isinstance(value, datetime | date):
            found = value.date() if isinstance(value, datetime) else value
            if self.is_swapped and found.day != found.month:
                return Proposed(
                    found, f"Đọc là {format_date(found)}, nhưng Excel có thể đã đảo ngày và tháng khi gõ. Hãy kiểm tra."
                )
            return found
        if isinstance(value, float):
            return _of_number(value, str(int(value)) if value.is_integer() else str(value))
        text = _MIDNIGHT.sub("", clean_name(str(value)))
        if match := _WHOLE_NUMBER.fullmatch(text):
            return _of_number(float(match[1]), text)
        match = _TWO_NUMBERS.match(text)
        if match and self.order != Order.DAY_FIRST and match[1] != match[2] and max(map(int, match.groups())) <= MONTHS:
            return self._of_two_numbers(text)
        return _of_text(text)

    def _of_two_numbers(self, text: str) -> Proposed:
        """A text in which either number can be the day."""
        if self.order == Order.BOTH:
            raise CellError(
                f"“{text}” không rõ ngày nào, tháng nào: cột này có ô viết ngày trước, có ô viết tháng trước. Hãy sửa "
                "cột cho thống nhất ngày/tháng/năm."
            )
        found = _month_first(text)
        if found is None:
            raise CellError(_NO_DATE.format(text=text))
        return Proposed(found, f"“{text}” đọc theo tháng trước ngày sau như các ô khác của cột: {format_date(found)}.")


def _of_text(text: str) -> Any:
    try:
        return parse_date(text)
    except ValueError:
        found = _month_first(text)
    if found is None:
        raise CellError(_NO_DATE.format(text=text))
    return Proposed(found, f"“{text}” viết tháng trước ngày sau, đọc là {format_date(found)}.")


def _month_first(text: str) -> date | None:
    match = _MONTH_FIRST.fullmatch(text)
    if match is None:
        return None
    month, day, year = map(int, match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _of_number(value: float, shown: str) -> Proposed:
    if value.is_integer() and int(value) in _EXCEL_DAYS:
        found = EXCEL_DAY_NOUGHT + timedelta(days=int(value))
        return Proposed(found, f"Ô này là số {shown} (ngày dạng số của Excel), đọc là {format_date(found)}.")
    raise CellError(f"Ô này là số {shown}, không phải ngày. Hãy viết ngày/tháng/năm, ví dụ 02/01/2026.")


read_list_date = ListDate()
read_list_birth = ListDate(may_be_partial=True)


def read_card(value: Any) -> Any:
    """A card's number. Excel drops leading zeros and adds ".0": twelve digits are proposed again."""
    if isinstance(value, float):
        if not value.is_integer() or value >= MAX_EXACT_NUMBER:
            raise CellError("Excel đã làm tròn số thẻ này. Hãy định dạng cột là Văn bản (Text) rồi gõ lại đủ số.")
        return _twelve_digits(str(int(value)), str(int(value)))
    text = read_text(value).replace(" ", "")
    if match := _WHOLE_NUMBER.fullmatch(text):
        return _twelve_digits(match[1], text)
    if text.isdecimal() and len(text) != CARD_DIGITS:
        return Proposed(text, f"Số thẻ “{text}” có {len(text)} số, thẻ mới có {CARD_DIGITS} số; giữ như trong tệp.")
    return text


def _twelve_digits(digits: str, shown: str) -> Any:
    whole = digits.zfill(CARD_DIGITS)
    return Proposed(whole, f"Số thẻ “{shown}” đang là số của Excel, đọc là “{whole}”. Hãy kiểm tra các số 0 ở đầu.")


class Standing(StrEnum):
    """What a list says of a person's present standing."""

    ACTIVE = "active"
    EXEMPT = "exempt"
    SUSPENDED = "suspended"
    GONE = "gone"


_WORDS: tuple[tuple[Standing, tuple[str, ...]], ...] = (
    (Standing.GONE, ("da chuyen", "chuyen di", "chuyen sinh hoat di", "chuyen ra", "tu tran", "da mat", "khai tru",
                     "xoa ten", "xin ra", "ra khoi dang", "roi khoi", "da roi")),
    (Standing.EXEMPT, ("mien",)),
    (Standing.SUSPENDED, ("dinh chi",)),
    (Standing.ACTIVE, ("dang sinh hoat", "sinh hoat", "hoat dong", "chinh thuc", "du bi", "binh thuong", "chuyen den")),
)  # fmt: skip


def read_standing(value: Any) -> tuple[Standing, str]:
    """The standing, and the words the list has for it."""
    text = read_text(value)
    folded = fold(text)
    for standing, words in _WORDS:
        if any(word in folded for word in words):
            return standing, text
    raise CellError(
        f"Trạng thái “{text}” không rõ nghĩa. Hãy ghi: đang sinh hoạt, dự bị, miễn sinh hoạt, đình chỉ, đã chuyển, từ "
        "trần, khai trừ, xóa tên hoặc xin ra."
    )


def read_wish(value: Any) -> str:
    """What is written under "Đề nghị xóa"; empty where it says no."""
    text = read_text(value)
    return "" if fold(text) in ("khong", "0", "false") else text
