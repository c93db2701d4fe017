"""Who issues a report and how it is signed: plain values in, the texts of the page's head and foot out.

A Board (Ban) works under its head and reports to the standing committee; a collective signs T/M and never K/T;
a cell has no seal, its secretary signs for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cells.kinds import CELL_KINDS, OrganizationKind
from cells.naming import Committee, committee_of
from core.dates import format_date_line
from reports.kinds import Signer

NUMBER = "Số      -BC/"
"""Room for the number, written by hand or by the office that keeps the numbers."""


@dataclass(frozen=True)
class Unit:
    """An organisation as it was called on the day of the report."""

    name: str
    kind: str


@dataclass(frozen=True)
class Letterhead:
    """Head and foot of a report. `author` and `addressee` are used in sentences; the addressee may be empty."""

    upper: str
    agency: str
    number: str
    place_and_date: str
    authority: str
    office: str
    author: str
    addressee: str
    receivers: tuple[str, ...]


def letterhead(
    line: list[Unit], *, has_board: bool, labels: Mapping[str, Any], dated: date | None, signer: str = Signer.HEAD
) -> Letterhead:
    """The letterhead of the first unit of *line*, which goes up to the top of the tree.

    *labels* are the installation's; beside those of the profile it may hold `place`, `board_deputy` and
    `receivers` (a list) for papers of the Board.
    """
    own = committee_of(line[0].name, line[0].kind)
    above = committee_of(line[1].name, line[1].kind) if len(line) > 1 else None
    place_and_date = ", ".join(filter(None, [_place(line, has_board, labels), format_date_line(dated)]))
    make = _of_board if has_board else _of_cell if line[0].kind in CELL_KINDS else _of_committee
    return make(own, above, line[0].kind, labels, signer == Signer.DEPUTY, place_and_date)


def _place(line: list[Unit], has_board: bool, labels: Mapping[str, Any]) -> str:
    """The nearest area in *line*; an agency or a cell stands in the area of the committee above it."""
    if has_board and labels.get("place"):
        return labels["place"]
    return next((place for unit in line if (place := committee_of(unit.name, unit.kind).place)), "")


def _of_board(
    own: Committee, above: Committee | None, kind: str, labels: Mapping[str, Any], by_deputy: bool, place: str
) -> Letterhead:
    board, symbol = _board(own, labels)
    head, deputy = labels["board_head"], labels.get("board_deputy") or f"PHÓ {labels['board_head']}"
    standing = _standing(own)
    receivers = labels.get("receivers") or [
        f"{standing} (báo cáo)",
        *([f"{labels['upper_board']} (báo cáo)"] if labels.get("upper_board") else []),
        "Các tổ chức đảng trực thuộc",
    ]
    return Letterhead(
        upper=own.name.upper(),
        agency=board.upper(),
        number=NUMBER + symbol,
        place_and_date=place,
        authority=f"K/T {head}" if by_deputy else "",
        office=deputy if by_deputy else head,
        author=f"{board} {own.word}",
        addressee=standing,
        receivers=(*receivers, f"Lưu {board}"),
    )


def _board(own: Committee, labels: Mapping[str, Any]) -> tuple[str, str]:
    """The Board's name and its symbol. The labels speak of one level; above it there is a Ban Tổ chức as well."""
    if _first_two(own.name).lower() == _first_two(labels["committee"]).lower():
        return labels["board"], labels["board_symbol"]
    return "Ban Tổ chức", f"BTC{own.symbol}"


def _of_committee(
    own: Committee, above: Committee | None, kind: str, labels: Mapping[str, Any], by_deputy: bool, place: str
) -> Letterhead:
    # A committee of part of a base organisation (đảng ủy bộ phận) has no standing committee.
    has_standing = kind != OrganizationKind.SUB_COMMITTEE
    author = f"Ban Thường vụ {own.name}" if has_standing else own.name
    return Letterhead(
        upper=above.name.upper() if above else "",
        agency=own.name.upper(),
        number=NUMBER + own.symbol,
        place_and_date=place,
        authority="T/M BAN THƯỜNG VỤ" if has_standing else "T/M ĐẢNG ỦY BỘ PHẬN",
        office="PHÓ BÍ THƯ" if by_deputy else "BÍ THƯ",
        author=author,
        addressee=_standing(above) if above and has_standing else above.name if above else "",
        receivers=(
            *([f"{_standing(above) if has_standing else above.name} (báo cáo)"] if above else []),
            "Các chi bộ trực thuộc" if kind != OrganizationKind.UPPER_COMMITTEE else "Các tổ chức đảng trực thuộc",
            f"Lưu {_first_two(own.word)}",
        ),
    )


def _of_cell(
    own: Committee, above: Committee | None, kind: str, labels: Mapping[str, Any], by_deputy: bool, place: str
) -> Letterhead:
    addressee = (_standing(above) if kind == OrganizationKind.BASE_CELL else above.name) if above else ""
    return Letterhead(
        upper=above.name.upper() if above else "",
        agency=own.name.upper(),
        number=NUMBER + own.symbol,
        place_and_date=place,
        authority="T/M CHI BỘ",
        office="PHÓ BÍ THƯ" if by_deputy else "BÍ THƯ",
        author=own.name,
        addressee=addressee,
        receivers=(*([f"{addressee} (báo cáo)"] if addressee else []), "Lưu chi bộ"),
    )


def _standing(committee: Committee) -> str:
    return f"Ban Thường vụ {committee.word}"


def _first_two(words: str) -> str:
    return " ".join(words.split()[:2])
