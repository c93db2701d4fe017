"""The generated committee as the sheets of a workbook: the rows a committee would type, by column."""

from collections.abc import Iterable, Iterator
from random import Random
from typing import Any

from cells.kinds import Sex
from cells.workbook.importing import registered_sheets
from cells.workbook.reading import RawSheet
from reports.demo.movements import Chronicle
from reports.demo.targets import assigned_targets, typed_years
from reports.demo.tree import Sector, Unit

Rows = Iterator[dict[str, Any]]


def sheets_of(rng: Random, chronicle: Chronicle) -> dict[str, RawSheet]:
    """Every sheet of the workbook with the rows of *chronicle*."""
    return _sheets(
        TO_CHUC=_organizations(chronicle.tree.units.values()),
        DANG_VIEN=_members(chronicle),
        BIEN_DONG=_movements(chronicle),
        SO_LIEU_NAM=_typed_years(rng, chronicle),
        CHI_TIEU=_targets(chronicle),
    )


def sheet_of_units(units: Iterable[Unit]) -> dict[str, RawSheet]:
    """A workbook of organisations alone."""
    return _sheets(TO_CHUC=_organizations(units))


def _sheets(**rows: Iterable[dict[str, Any]]) -> dict[str, RawSheet]:
    made = {}
    for sheet in registered_sheets():
        if sheet.name in rows:
            head = [column.header for column in sheet.columns]
            cells = ([row.get(column.key) for column in sheet.columns] for row in rows[sheet.name])
            made[sheet.name] = RawSheet.of_values(sheet.name, [head, *cells])
    return made


def _organizations(units: Iterable[Unit]) -> Rows:
    for unit in units:
        is_village = unit.sector is Sector.VILLAGE
        shared = {
            "code": unit.code,
            "sector": unit.sector.value,
            "is_residential": _yes_no(is_village if unit.holds_members else None),
            "is_ethnic_minority_area": _yes_no(unit.is_minority),
            "is_religious_area": _yes_no(unit.is_religious),
            "has_sources": _yes_no(unit.has_sources),
        }
        for stage in unit.stages:
            said = {"name": stage.name, "kind": stage.kind.label, "parent": stage.parent, "valid_from": stage.since}
            end = {"last_day": unit.last_day, "successor": unit.successor} if stage is unit.stages[-1] else {}
            yield shared | said | end


def _members(chronicle: Chronicle) -> Rows:
    for person in chronicle.people.everybody:
        yield {
            "code": person.code,
            "full_name": person.full_name,
            "born_on": person.born_text,
            "sex": (Sex.FEMALE if person.is_woman else Sex.MALE).label,
            "ethnicity": person.ethnicity,
            "religion": person.religion,
            "organization": person.cell,
            "joined_on": person.joined_on,
            "official_on": person.official_on,
            "education": person.schooling,
        }


def _movements(chronicle: Chronicle) -> Rows:
    for move in chronicle.moves:
        yield {
            "member": move.person.code,
            "kind": move.kind.label,
            "effective_on": move.on,
            "organization": move.cell,
            "document": move.document,
            "held_on": move.held_on,
        }


def _typed_years(rng: Random, chronicle: Chronicle) -> Rows:
    for row in typed_years(rng, chronicle):
        yield {
            "organization": row.code, "year": row.year, "opening": row.opening, "closing": row.closing, **row.counts
        }  # fmt: skip


def _targets(chronicle: Chronicle) -> Rows:
    for code, year, value in assigned_targets(chronicle):
        yield {"organization": code, "year": year, "value": value}


def _yes_no(value: bool | None) -> str:
    return {True: "có", False: "không", None: ""}[value]
