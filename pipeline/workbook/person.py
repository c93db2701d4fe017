"""What a row of CAM_TINH says of the person."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from cells.kinds import Sex
from cells.workbook.reading import Row
from pipeline.workbook.columns import DAYS, PERSON, PRIVATE


def days_of(row: Row) -> dict[str, date]:
    """The days the row states, in the order of the way."""
    return {key: row[key] for key in DAYS if row.states(key)}


def about_person(row: Row) -> dict[str, Any]:
    """Columns of the person that *row* states."""
    values = {name: row[name] for name in PERSON if row.states(name)}
    if "sources" in values:
        values["sources"] = "; ".join(filter(None, (part.strip() for part in values["sources"].split(";"))))
    if row.states("born_on"):
        values |= {"born_on": row["born_on"].value, "born_precision": row["born_on"].precision}
    return values


def about_private(row: Row) -> dict[str, Any]:
    """The same of what is masked."""
    return {name: row[name] for name in PRIVATE if row.states(name)}


def news(values: Mapping[str, Any], stored: Any) -> dict[str, Any]:
    """Those of *values* that are not stored like that yet; *stored* is None where nothing is."""
    return {name: value for name, value in values.items() if value != getattr(stored, name, "")}


def shown(name: str, value: Any) -> str:
    """*value* of the column *name* as a preview tells it."""
    if name == "sex":
        return Sex(value).label if value else ""
    return str(value or "")
