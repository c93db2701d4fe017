"""Số định danh cá nhân: twelve digits, of which some say something about their owner.

Three for the province of birth, one for century and sex, two for the year of birth, six at random (Decree
137/2015/NĐ-CP, Article 13; kept by the Law on identity of 2023). Older papers carry nine digits that say nothing.
"""

import re
from collections.abc import Iterator

from core.dates import PartialDate

LENGTHS = (9, 12)
FIRST_CENTURY = 1900


def normalize(text: str) -> str:
    """*text* as digits alone. :raises ValueError: with what to do, where it is no such number."""
    digits = re.sub(r"[\s.\-]", "", text)
    if not (digits.isascii() and digits.isdigit() and len(digits) in LENGTHS):
        raise ValueError("Số định danh có 12 chữ số (chứng minh nhân dân cũ có 9). Hãy xem lại trên thẻ.")
    return digits


def is_number(text: str) -> bool:
    """Whether *text* may be such a number, with or without spaces."""
    try:
        return bool(normalize(text))
    except ValueError:
        return False


def disagreements(number: str, born: PartialDate | None, sex: str) -> Iterator[str]:
    """What in *number* (normalised) contradicts the birth and the sex (`male`, `female`) of its owner."""
    if len(number) != max(LENGTHS):
        return
    century, year = int(number[3]) // 2, int(number[4:6])
    if born and born.value.year != FIRST_CENTURY + 100 * century + year:
        yield "Số này là của người sinh năm khác. Hãy đối chiếu số định danh và ngày sinh trên thẻ."
    if sex and (int(number[3]) % 2 == 1) != (sex == "female"):
        yield "Số này là của người giới tính khác. Hãy đối chiếu số định danh và giới tính trên thẻ."
