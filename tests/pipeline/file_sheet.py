"""Rows of CAM_TINH for tests, and the roll they go with."""

from datetime import date
from typing import Any

from cells.kinds import MovementKind
from cells.models import Organization
from pipeline.workbook.columns import COLUMNS
from tests.factories import district, member, moved
from tests.workbooks import Cells

HEADERS = {column.key: column.header for column in COLUMNS}
ADMITTED = {"decision": date(2025, 6, 12), "ceremony": date(2025, 6, 28)}
WAY = {"sympathiser_list": date(2024, 1, 10), "awareness_class": date(2024, 6, 14), "application": date(2024, 8, 1),
       "cell_vote": date(2025, 4, 5)}  # fmt: skip
NAMES = {"M5": "Nghiêm Thu Diệp", "M6": "Nghiêm Thị Hòa", "X2": "Lò Thị Hoà"}
"""By the code of a member: what the roll calls him."""


def file_sheet(*rows: dict[str, Any], without: tuple[str, ...] = ()) -> Cells:
    """The sheet with all columns but those *without*."""
    keys = [key for key in HEADERS if key not in without]
    return [[HEADERS[key] for key in keys], *([row.get(key) for key in keys] for row in rows)]


def someone(code: str | None = "A1", **stated: Any) -> dict[str, Any]:
    """A row of somebody in the cell K1; of a member under the name the roll has."""
    return {
        "code": code,
        "full_name": NAMES.get(stated.get("member"), f"Lục Thị Bưởi {code}"),
        "born_on": date(2000, 10, 5),
        "organization": "K1",
    } | stated


def roll() -> dict[str, Organization]:
    """A district; in K1 two official members G1 and G2, a probationer M5, and M6, official since a month."""
    units = district()
    for code in ("G1", "G2"):
        member(units["K1"], code, "Vũ Văn Thành", official_on=date(2011, 5, 19))
    for code, official_on in (("M5", None), ("M6", date(2026, 6, 28))):
        person = member(units["K1"], code, NAMES[code], joined_on=None, official_on=official_on)
        moved(person, MovementKind.ADMITTED, units["K1"], ADMITTED["decision"], held_on=ADMITTED["ceremony"])
    return units
