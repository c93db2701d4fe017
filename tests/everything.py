"""All that is known, by codes instead of keys: equal before an import and after it was taken back."""

from datetime import date
from typing import Any

from django.db import transaction

from cells.models import Member, Movement, Organization, OrganizationAncestor
from cells.queries.organizations import load_tree
from cells.services.roll_plan import personal_data
from cells.workbook.exporting import export_scope
from cells.workbook.importing import ImportResult, import_sheets, registered_sheets
from cells.workbook.reading import RawSheet
from cells.workbook.undo.running import run_undo
from reports.kinds import CountsOn
from reports.models import TargetPolicy
from reports.queries.figures import compute_figures, compute_targets
from reports.queries.rates import figures_of, rate_table
from reports.rates import Period
from tests.factories import TODAY

YEARS = (2023, 2024, 2025, 2026)


def everything() -> dict[str, Any]:
    """Exports, tree, roll and figures."""
    codes = dict(Organization.objects.values_list("pk", "code"))
    scope = export_scope()
    return {
        "export": {sheet.name: list(sheet.export(scope)) for sheet in registered_sheets()},
        "placements": {
            codes[key]: [(codes.get(place.parent), place.valid_from, place.valid_until) for place in places]
            for key, places in load_tree().items()
        },
        "ancestors": sorted(
            OrganizationAncestor.objects.values_list(
                "organization__code", "ancestor__code", "depth", "valid_from", "valid_until"
            ),
            key=str,
        ),
        "organizations": {
            unit.code: (
                unit.name,
                unit.name_fold,
                unit.kind,
                codes.get(unit.parent_id),
                _line(unit, codes),
                unit.closed_on,
            )
            for unit in Organization.objects.exclude(path="")
        },
        "members": {
            member.code: (personal_data(member), member.name_key, codes[member.organization_id], member.on_roll)
            for member in Member.objects.all()
        },
        "movements": sorted(_told(movement) for movement in _movements()),
        "figures": {
            (year, counts_on): {
                codes[key]: its for key, its in compute_figures(Period.of_year(year), counts_on).items()
            }
            for year in YEARS
            for counts_on in CountsOn
        },
        "shown figures": {
            year: {codes[key]: its for key, its in figures_of(Period.of_year(year)).items()} for year in YEARS
        },
        "rates": {
            year: [(row.organization.code, row.rate, row.target) for row in rate_table(*_year(year)).rows.values()]
            for year in YEARS
        },
        "targets": {
            year: {codes[key]: value for key, value in compute_targets(year, date(year, 12, 31)).items()}
            for year in YEARS
        },
    }


def _year(year: int) -> tuple[Period, TargetPolicy]:
    return Period.of_year(year), TargetPolicy.of(year)


def _line(unit: Organization, codes: dict[int, str]) -> list[str]:
    return [codes[int(key)] for key in unit.path.rstrip("/").split("/")]


def _movements() -> Any:
    return Movement.objects.in_force().select_related("member", "organization", "counterpart", "pair__organization")


def _told(movement: Movement) -> tuple[str, ...]:
    pair = movement.pair
    told = (
        movement.member.code, movement.kind, movement.effective_on, movement.organization.code, movement.document,
        movement.held_on, movement.is_implied, movement.counterpart and movement.counterpart.code,
        pair and (pair.kind, pair.effective_on, pair.organization.code),
    )  # fmt: skip
    return tuple(map(str, told))


def brought_in(sheets: dict[str, list[list[Any]]], **options: Any) -> ImportResult:
    """The result of importing *sheets* without a file."""
    raws = {name: RawSheet.of_values(name, rows) for name, rows in sheets.items()}
    return import_sheets(raws, today=TODAY, title="so.xlsx", **options)


def taken_back(result: ImportResult, may_touch: Any = lambda *_: True) -> list[str]:
    """Why *result* cannot be taken back; none when it was."""
    return run_undo(
        batch=result.batch, former=result.former, facts_version=result.facts_version + 1, reason="Nhập nhầm tệp",
        today=TODAY, may_touch=may_touch, commit=transaction.atomic,
    )  # fmt: skip
