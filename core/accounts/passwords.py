"""What may not be a password here: words of the work itself, and what many Vietnamese people choose.

Both look at the letters without marks and capitals, and with digits and signs read as the letters they stand for
(`m4tkh4u`): who guesses passwords does that first.
"""

import re
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError

from core.names import fold

LIST = Path(__file__).with_name("common_passwords.txt")
LONGEST = 128
"""Signs that are looked at; a longer password is not one of a list."""
FEWEST_SIGNS = 5
"""Different signs that a password needs at least."""
_STANDS_FOR = str.maketrans("0134578@$!", "oieastbasi")
_NOT_LETTERS = re.compile("[^a-z]")
_NOT_SIGNS = re.compile("[^a-z0-9]")


def letters_of(password: str) -> Iterator[str]:
    """The letters in *password*: as they stand, and with digits read as letters."""
    folded = fold(password[:LONGEST])
    yield _NOT_LETTERS.sub("", folded)
    yield _NOT_LETTERS.sub("", folded.translate(_STANDS_FOR))


class ContextWordsValidator:
    """Refuses a password at least half of whose letters are words that everybody here would try.

    *words* are written without marks and spaces; digits around them do not help.
    """

    def __init__(self, words: Collection[str]) -> None:
        longest_first = sorted({_NOT_LETTERS.sub("", fold(word)) for word in words} - {""}, key=len, reverse=True)
        self._words = re.compile("|".join(longest_first) or "(?!)")

    def validate(self, password: str, user: Any = None) -> None:
        for letters in letters_of(password):
            left = len(self._words.sub("", letters))
            if letters and 2 * left <= len(letters):
                raise ValidationError(
                    "Mật khẩu này gần như chỉ gồm những từ ai làm công tác này cũng đoán ra. Hãy ghép vài từ không "
                    "liên quan đến công việc, ví dụ tên cây, tên món ăn, tên con suối.",
                    code="password_context",
                )

    def get_help_text(self) -> str:
        return "Đừng dùng tên phần mềm, tên tổ chức, chức danh hay từ “mật khẩu”."


class VietnameseCommonPasswordValidator:
    """Refuses what is wholly made of common passwords and digits, or of a few signs over and over."""

    def validate(self, password: str, user: Any = None) -> None:
        signs = _NOT_SIGNS.sub("", fold(password[:LONGEST]))
        if signs.isdigit():  # another rule says so
            return
        is_short_of_signs = len(set(fold(password))) < FEWEST_SIGNS
        tried = (signs, *letters_of(password))
        if is_short_of_signs or any(each and _is_made_of_common(each) for each in tried):
            raise ValidationError(
                "Mật khẩu này nhiều người dùng nên dễ bị đoán, thêm số vào cũng vậy. Hãy ghép vài từ không liên quan "
                "với nhau mà chỉ mình nhớ.",
                code="password_common_vietnamese",
            )

    def get_help_text(self) -> str:
        return "Đừng dùng câu quen thuộc, dãy phím liền nhau, kể cả khi thêm số."


@cache
def common_passwords() -> frozenset[str]:
    """Our own list: without marks, spaces and capitals."""
    lines = LIST.read_text(encoding="ascii").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _is_made_of_common(signs: str) -> bool:
    """Whether *signs* is one common password after the other, with any digits between them."""
    common = common_passwords()
    longest = max(map(len, common))
    reached = [True] + [False] * len(signs)
    for end in range(1, len(signs) + 1):
        reached[end] = (reached[end - 1] and signs[end - 1].isdigit()) or any(
            reached[start] and signs[start:end] in common for start in range(max(0, end - longest), end)
        )
    return reached[-1]
