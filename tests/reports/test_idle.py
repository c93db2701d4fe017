"""Cells that have admitted nobody for years: what counts for them, and what nobody can know."""

from datetime import date

import pytest

from cells.models import DeclaredYear
from cells.services import tree
from reports.queries.idle import idle_units, idle_years, last_admissions
from tests.factories import TODAY, district, member, moved, organization
from tests.reports.committee import enrol

pytestmark = pytest.mark.django_db

DAY = date(2025, 12, 31)


def idle(units, day=DAY, **kwargs) -> set[str]:
    cells = {units[code].pk: code for code in ("K1", "K2", "K3", "C")}
    return {cells[key] for key in idle_units(units["H"], cells, day, **kwargs)}


def test_cells_without_an_admission_in_three_years_are_found():
    units = district()
    enrol(units["K1"], 1, date(2022, 12, 31))
    enrol(units["K2"], 1, date(2023, 1, 1))
    assert idle(units) == {"K1", "K3", "C"}
    assert idle(units, years=4) == {"K3", "C"}


def test_years_are_whole_ones_that_end_on_the_day_and_no_more_than_asked_for():
    units = district()
    for code, joined_on in (("K1", date(2025, 1, 1)), ("K2", date(2024, 12, 31)), ("K3", date(2023, 12, 31))):
        enrol(units[code], 1, joined_on)
    found = idle_years(units["H"], [units[code].pk for code in ("K1", "K2", "K3", "C", "D1", "H")], DAY)
    assert list(found.values()) == [0, 1, 2, 3, 0, 0]


def test_what_was_closed_into_a_cell_counts_for_it():
    units = district()
    enrol(units["K1"], 1, date(2015, 1, 1))
    enrol(units["K2"], 1, date(2024, 1, 1))
    tree.merge(units["K2"], units["K1"], on=date(2025, 7, 1), today=TODAY)
    assert last_admissions(units["D1"], DAY) == {
        units["D1"].pk: date(2024, 1, 1), units["K1"].pk: date(2024, 1, 1), units["K2"].pk: date(2024, 1, 1),
    }  # fmt: skip
    assert "K1" not in idle(units)


def test_only_admissions_count_and_only_up_to_the_day():
    units = district()
    person = member(units["K1"], joined_on=date(2015, 1, 1))
    moved(person, "transferred_out", units["K1"], date(2024, 1, 1))
    moved(person, "transferred_in", units["K3"], date(2024, 9, 1))
    member(units["C"], joined_on=date(2026, 1, 1))
    assert idle(units) == {"K1", "K2", "K3", "C"}


def test_a_cell_younger_than_three_years_has_not_been_idle_for_three():
    units = district()
    units["K1"] = organization("KX", "Chi bộ mới", parent=units["D1"], valid_from=date(2023, 1, 2))
    units["K2"] = organization("KY", "Chi bộ cũ hơn", parent=units["D1"], valid_from=date(2023, 1, 1))
    assert idle(units) == {"K2", "K3", "C"}


@pytest.mark.parametrize(
    ("code", "year", "admitted", "known"),
    [
        ("D1", 2023, 2, False),
        ("D1", 2023, 0, True),
        ("D1", 2022, 2, True),
        ("K1", 2024, 1, False),
        ("D2", 2023, 1, True),
    ],
)
def test_where_a_declaration_has_admissions_nobody_knows_which_cell_admitted(code, year, admitted, known):
    units = district()
    DeclaredYear.objects.create(
        organization=units[code], year=year, opening=10, admitted=admitted, closing=10 + admitted
    )
    assert ("K1" in idle(units)) is known
