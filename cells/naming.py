"""What a committee is called, read from the name of its organisation; plain texts, no database.

An organisation is entered by the name of the body of members ("Đảng bộ huyện Minh Sơn"); papers are issued by
its committee ("Huyện ủy Minh Sơn").
"""

from dataclasses import dataclass

from cells.kinds import CELL_KINDS, OrganizationKind

_BODIES = ("đảng bộ ", "đảng ủy ", "đảng uỷ ")
_UPPER = {
    "tỉnh": ("Tỉnh ủy", "TU"),
    "thành phố": ("Thành ủy", "TU"),
    "thị xã": ("Thị ủy", "TU"),
    "quận": ("Quận ủy", "QU"),
    "huyện": ("Huyện ủy", "HU"),
}
_COMMUNES = ("xã", "phường", "thị trấn", "đặc khu")
_COMMITTEE, _SYMBOL = "Đảng ủy", "ĐU"


@dataclass(frozen=True)
class Committee:
    """How papers speak of a committee.

    `name` is its full name, `word` what it is called among its own (without the place), `symbol` its part in a
    document number, `place` the name of its area as a date line gives it, empty where it has none.
    """

    name: str
    word: str
    symbol: str
    place: str = ""


def committee_of(name: str, kind: str) -> Committee:
    """The committee of the organisation called *name*; a cell acts itself and keeps its name.

    Only a committee above base level is a Huyện ủy: the committee of "Đảng bộ Huyện đội" is a Đảng ủy.
    """
    if kind in CELL_KINDS:
        return Committee(name, "Chi bộ", "CB")
    rest = _without_body(name)
    lowered = rest.lower()
    if kind == OrganizationKind.UPPER_COMMITTEE:
        for level, (word, symbol) in _UPPER.items():
            for prefix in (f"{word.lower()} ", f"{level} "):
                if lowered.startswith(prefix):
                    place = rest[len(prefix) :]
                    return Committee(f"{word} {place}", word, symbol, place)
    for level in _COMMUNES:
        if lowered.startswith(f"{level} "):
            place = level.capitalize() + rest[len(level) :]
            return Committee(f"{_COMMITTEE} {level}{rest[len(level) :]}", f"{_COMMITTEE} {level}", _SYMBOL, place)
    return Committee(f"{_COMMITTEE} {rest}", f"{_COMMITTEE} {rest}", _SYMBOL)


def _without_body(name: str) -> str:
    for body in _BODIES:
        if name.lower().startswith(body):
            return name[len(body) :].lstrip()
    return name
