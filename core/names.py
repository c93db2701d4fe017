"""Vietnamese names: one column to search by, one to sort by; the same on every database.

Both are filled wherever a name is stored, bulk writes included. SQLite cannot even lower-case "Đ", and
collations differ between servers, so neither search nor order is left to the database.
"""

import re
import unicodedata

# Order of the Vietnamese alphabet (with f, j, w, z where dictionaries put them).
LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
# Order of the tones: level, huyền, hỏi, ngã, sắc, nặng.
TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}

_SPACE, _OTHER = "01", "09"
_UNSAFE_IN_FILE_NAMES = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
_RANK = {letter: f"{position:02d}" for position, letter in enumerate(LETTERS, start=30)}
_RANK |= {str(digit): f"{digit + 10:02d}" for digit in range(10)}
_SHAPES = {"\u0306", "\u0302", "\u031b"}  # breve, circumflex, horn: part of the letter, not a tone


def clean_name(text: str) -> str:
    """*text* in NFC with single spaces; letters as typed."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()


def display_name(text: str) -> str:
    """A person's name as it is printed: names typed all in capitals or all small are capitalised by word."""
    name = clean_name(text)
    if name.isupper() or name.islower():
        return " ".join(word[:1].upper() + word[1:].lower() for word in name.split(" "))
    return name


def file_name(title: str, longest: int = 120) -> str:
    """*title* without signs that a file system refuses, without an ending."""
    name = _UNSAFE_IN_FILE_NAMES.sub("-", unicodedata.normalize("NFC", title)).strip(" .-")
    return name[:longest].rstrip(" .-") or "Ket qua"


def fold(text: str) -> str:
    """*text* for searching: lower case, no marks, đ as d, single spaces. Never longer than the clean name."""
    lowered = clean_name(text).lower().replace("đ", "d")
    bare = "".join(sign for sign in unicodedata.normalize("NFD", lowered) if not unicodedata.combining(sign))
    return unicodedata.normalize("NFC", bare)  # other scripts fall apart into several signs each


def sort_key(full_name: str) -> str:
    """Digits that sort people as Vietnamese lists do: given name, then middle names, then family name.

    Letters first (two digits each), tones last, so that Hoa < Hòa < Hoàng. A word carries one tone at most;
    it counts for the word, wherever an old or a new spelling puts the mark (Hoà = Hòa).
    """
    words = clean_name(full_name).lower().split(" ")
    ordered = words[-1:] + words[1:-1] + words[:1] if len(words) > 1 else words
    ranked, tones = zip(*(_rank_word(word) for word in ordered), strict=True)
    return _SPACE.join(ranked) + "00" + "".join(tones)


def _rank_word(word: str) -> tuple[str, str]:
    """The digits of a word's letters, and the digit of its tone."""
    tone = "0"
    bare = []
    for sign in unicodedata.normalize("NFD", word):
        if sign in TONES:
            tone = TONES[sign]
        elif not unicodedata.combining(sign) or sign in _SHAPES:
            bare.append(sign)
    letters = unicodedata.normalize("NFC", "".join(bare))
    return "".join(_RANK.get(letter, _OTHER) for letter in letters), tone
