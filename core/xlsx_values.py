"""How Excel writes dates: as numbers, in cells whose format shows them as such."""

import re
from datetime import date, datetime, time, timedelta

Cell = str | float | bool | date | time | timedelta
"""`datetime` where there is a time of day; an empty cell is an empty text."""

EPOCH_1900, EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
_DATE_FORMATS = {*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)}
_SPAN_FORMAT = 46
_NOT_LETTERS_OF_TIME = re.compile(r'"[^"]*"|\\.|[_*].|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_MILLISECONDS_OF_DAY = 24 * 60 * 60 * 1000
_LAST_SERIAL = 2_958_466
"""The day after 31/12/9999."""
_LEAP_DAY_OF_1900 = 60
"""Excel takes 1900 for a leap year: serials before this day are one day behind."""


def shows_span(key: str, code: str | None) -> bool | None:
    """None for numbers, False for dates and times of day, True for spans of time."""
    if code is None:
        number = int(key)
        return True if number == _SPAN_FORMAT else False if number in _DATE_FORMATS else None
    letters = _NOT_LETTERS_OF_TIME.sub("", code).partition(";")[0].lower()
    if re.search(r"\[(h+|m+|s+)\]", letters):
        return True
    return False if re.search("[dmyhs]", letters) else None


def shown_date(number: float, is_span: bool, epoch: datetime) -> Cell:
    """What *number* shows in a cell formatted as a date; the number itself where Excel shows none."""
    if not 0 <= number < _LAST_SERIAL:
        return number
    milliseconds = round(number * _MILLISECONDS_OF_DAY)
    if is_span:
        return timedelta(milliseconds=milliseconds)
    days, rest = divmod(milliseconds, _MILLISECONDS_OF_DAY)
    if days == 0:
        return (datetime.min + timedelta(milliseconds=rest)).time()
    if epoch == EPOCH_1900 and days < _LEAP_DAY_OF_1900:
        days += 1
    try:
        moment = epoch + timedelta(days=days, milliseconds=rest)
    except OverflowError:
        return number
    return moment if rest else moment.date()


def iso_date(text: str) -> Cell:
    try:
        moment = datetime.fromisoformat(text.strip().rstrip("Z"))
    except ValueError:
        return text
    moment = moment.replace(tzinfo=None)
    return moment if moment.time() != time.min else moment.date()
