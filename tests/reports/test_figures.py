"""Figures of organisations: rolled up through the dated tree, equal on both databases."""

import json
from datetime import date

import pytest
from django.core.management import call_command

from cells.kinds import MovementKind as Kind
from cells.kinds import OrganizationKind
from cells.models import DeclaredYear, FactsVersion
from cells.services import roll, tree
from core.models import Job
from reports.kinds import CountsOn
from reports.models import FiguresRun, YearFigures
from reports.queries.figures import compute_figures, compute_rolls, compute_targets
from reports.queries.rates import figures_of, policy_with, rate_table
from reports.rates import Figures, Period
from reports.services.figures import refresh_figures
from reports.services.targets import assign_target
from tests.factories import TODAY, district, member, moved, organization

pytestmark = pytest.mark.django_db

Y2025 = Period.of_year(2025)


def figures(period=Y2025, **kwargs):
    """Figures by code."""
    from cells.models import Organization

    codes = dict(Organization.objects.values_list("pk", "code"))
    return {codes[key]: its for key, its in compute_figures(period, **kwargs).items()}


def test_a_unit_that_changed_parent_brings_its_opening_along():
    """The example of the design: K (50 members) moves from D1 to D2 on 1 July, admits 2 in February, 1 in September."""
    units = district()
    k = organization("K", "Chi bộ K", parent=units["D1"])
    for _ in range(50):
        member(k, joined_on=date(2015, 3, 1))
    for day in (date(2025, 2, 3), date(2025, 2, 19), date(2025, 9, 2)):
        member(k, joined_on=day)
    tree.reparent(k, units["D2"], on=date(2025, 7, 1), today=TODAY)
    found = figures()
    assert (found["D1"].opening, found["D1"].closing, found["D1"].is_empty) == (0, 0, True)
    assert (found["D2"].opening, found["D2"].admitted, found["D2"].closing) == (50, 3, 53)
    rates = rate_table(Y2025, policy_with(2025))
    assert (rates[units["D1"]].rate.percent, str(rates[units["D2"]].rate.percent)) == (None, "6.00")


def test_closing_is_opening_plus_increases_minus_decreases():
    units = district()
    people = [member(units["K1"], joined_on=date(2015, 3, 1)) for _ in range(5)]
    moved(people[0], Kind.DIED, units["K1"], date(2025, 2, 1))
    moved(people[1], Kind.EXPELLED, units["K1"], date(2025, 3, 1))
    moved(people[1], Kind.REINSTATED, units["K1"], date(2025, 5, 1))
    moved(people[2], Kind.TRANSFERRED_OUT, units["K1"], date(2025, 4, 1))
    member(units["K1"], joined_on=date(2025, 6, 1))
    assert figures()["H"] == Figures(
        opening=5, admitted=1, reinstated=1, transferred_out=1, died=1, expelled=1, closing=4, base_roll=5
    )


def test_a_transfer_below_one_ancestor_cancels_there_and_counts_below():
    units = district()
    person = member(units["K1"], joined_on=date(2015, 3, 1))
    roll.transfer(person, to=units["K3"], left_on=date(2025, 3, 1), arrived_on=date(2025, 3, 9), today=TODAY)
    found = figures()
    assert found["H"] == Figures(opening=1, closing=1, base_roll=1)
    assert (found["D1"].transferred_out, found["D2"].transferred_in) == (1, 1)
    assert (found["K1"].closing, found["K3"].closing) == (0, 1)


def test_a_transfer_over_the_turn_of_the_year_counts_in_both_years():
    units = district()
    person = member(units["K1"], joined_on=date(2015, 3, 1))
    roll.transfer(person, to=units["K3"], left_on=date(2024, 12, 20), arrived_on=date(2025, 1, 10), today=TODAY)
    assert figures(Period.of_year(2024))["H"] == Figures(opening=1, transferred_out=1, closing=0, base_roll=1)
    assert figures()["H"] == Figures(opening=0, transferred_in=1, closing=1, base_roll=0)


def test_a_merged_unit_counts_under_its_successor_with_its_past():
    units = district()
    people = [member(units["K2"], joined_on=date(2015, 3, 1)) for _ in range(3)]
    member(units["K2"], joined_on=date(2025, 2, 3))
    member(units["K1"], joined_on=date(2015, 3, 1))
    tree.merge(units["K2"], units["K1"], on=date(2025, 7, 1), today=TODAY, document="Quyết định số 5-QĐ/ĐU")
    for person in people:
        roll.transfer(
            person, to=units["K1"], left_on=date(2025, 7, 1), arrived_on=date(2025, 7, 1), today=TODAY,
            document="Quyết định số 5-QĐ/ĐU",
        )  # fmt: skip
    found = figures()
    assert found["K1"] == Figures(opening=4, admitted=1, closing=5, base_roll=4)
    assert (found["K2"].opening, found["K2"].transferred_out, found["K2"].closing) == (3, 3, 1)
    assert figures(Period.of_year(2024))["K1"].closing == 1


def test_the_ceremony_decides_the_year_where_the_policy_says_so():
    units = district()
    person = member(units["K1"], joined_on=None)
    moved(person, Kind.ADMITTED, units["K1"], date(2024, 12, 20), held_on=date(2025, 1, 15))
    by_decision, by_ceremony = figures()["K1"], figures(counts_on=CountsOn.CEREMONY)["K1"]
    assert (by_decision.opening, by_decision.admitted, by_decision.closing) == (1, 0, 1)
    assert (by_ceremony.opening, by_ceremony.admitted, by_ceremony.closing) == (0, 1, 1)


def test_part_of_a_year_has_its_own_opening_and_the_year_s_base():
    units = district()
    for day in (date(2015, 3, 1), date(2025, 2, 3), date(2025, 6, 15)):
        member(units["K1"], joined_on=day)
    found = figures(Period(date(2025, 4, 1), date(2025, 6, 30)))["H"]
    assert (found.opening, found.admitted, found.closing, found.base_roll) == (2, 1, 3, 1)


def declare(unit, year, opening, closing, **counts):
    DeclaredYear.objects.create(organization=unit, year=year, opening=opening, closing=closing, **counts)
    FactsVersion.advance()


def test_a_declared_year_takes_the_place_of_everything_below_it():
    units = district()
    member(units["K1"], joined_on=date(2015, 3, 1))
    member(units["K3"], joined_on=date(2015, 3, 1))
    declare(units["D1"], 2025, 100, 103, admitted=4, died=1)
    found = figures()
    assert found["D1"] == Figures(opening=100, admitted=4, died=1, closing=103, base_roll=100, has_declared=True)
    assert found["H"] == Figures(opening=101, admitted=4, died=1, closing=104, base_roll=101, has_declared=True)
    assert found["K1"] == Figures(opening=1, closing=1, base_roll=1)
    assert (found["D2"].source, found["H"].source) == ("computed", "declared")


def test_a_parents_own_declaration_beats_the_sum_of_its_children():
    units = district()
    declare(units["D1"], 2025, 100, 103, admitted=3)
    declare(units["D2"], 2025, 50, 51, admitted=1)
    declare(units["H"], 2025, 200, 210, admitted=10)
    assert (figures()["H"].admitted, figures()["D1"].admitted) == (10, 3)
    DeclaredYear.objects.filter(organization=units["H"]).delete()
    assert (figures()["H"].admitted, figures()["H"].closing) == (4, 154)


def test_transfers_out_of_a_declared_unit_do_not_cancel():
    units = district()
    person = member(units["K1"], joined_on=date(2015, 3, 1))
    roll.transfer(person, to=units["K3"], left_on=date(2025, 3, 1), arrived_on=date(2025, 3, 9), today=TODAY)
    declare(units["D1"], 2025, 10, 9, transferred_out=1)
    assert figures()["H"] == Figures(
        opening=10, transferred_in=1, transferred_out=1, closing=10, base_roll=10, has_declared=True
    )


def test_declared_figures_speak_of_whole_years_only():
    units = district()
    member(units["K1"], joined_on=date(2015, 3, 1))
    declare(units["D1"], 2025, 100, 100)
    assert figures(Period(date(2025, 1, 1), date(2025, 6, 30)))["D1"] == Figures(opening=1, closing=1, base_roll=1)


def test_the_roll_of_the_start_of_term_takes_declared_years_too():
    units = district()
    member(units["K1"], joined_on=date(2015, 3, 1))
    declare(units["D2"], 2020, 60, 66, admitted=6)
    rolls = compute_rolls(date(2020, 12, 31), date(2025, 12, 31))
    assert {code: rolls[units[code].pk] for code in ("H", "D1", "D2", "K3")} == {"H": 67, "D1": 1, "D2": 66, "K3": 0}
    declare(units["D2"], 2021, 65, 65)
    assert compute_rolls(date(2020, 12, 31), date(2025, 12, 31))[units["D2"].pk] == 65


def test_a_parents_target_is_its_own_else_the_sum_below():
    units = district()
    assign_target(units["K1"], 2025, 1)
    assign_target(units["K2"], 2025, 2)
    assign_target(units["D2"], 2025, 4)
    assert compute_targets(2025, TODAY) == {
        units["K1"].pk: 1, units["K2"].pk: 2, units["D1"].pk: 3, units["D2"].pk: 4, units["H"].pk: 7,
    }  # fmt: skip
    assign_target(units["H"], 2025, 10)
    assert compute_targets(2025, TODAY)[units["H"].pk] == 10


def test_units_without_anybody_are_listed_and_long_closed_ones_are_not():
    units = district()
    tree.dissolve(units["K3"], on=date(2022, 7, 1), today=TODAY)
    table = rate_table(Y2025, policy_with(2025))
    assert [row.organization.code for row in table.rows.values()] == ["H", "C", "D1", "K1", "K2", "D2"]
    assert [row.organization.code for row in table.below(units["D1"])] == ["D1", "K1", "K2"]


def listed(capsys, *arguments):
    """Codes and names `compute_rates` lists, with the openings."""
    capsys.readouterr()
    call_command("compute_rates", *arguments, "--json")
    rows = json.loads(capsys.readouterr().out)["organizations"]
    return [(row["code"], row["name"], row["opening"]) for row in rows]


def test_past_years_are_listed_as_the_tree_and_the_names_were_then(capsys):
    units = district()
    for code in ("K1", "K2", "K3"):
        member(units[code], joined_on=date(2015, 3, 1))
    tree.reparent(units["K1"], units["D2"], on=date(2025, 7, 1), today=TODAY)
    tree.rename(units["D1"], "Đảng bộ xã Minh Hòa mới", on=date(2025, 7, 1), today=TODAY)
    tree.rename(units["K1"], "Chi bộ thôn Đồng Tâm mới", on=date(2025, 8, 1), today=TODAY)
    tree.merge(units["K2"], units["K3"], on=date(2025, 7, 1), today=TODAY)
    old = [("D1", units["D1"].name, 2), ("K1", units["K1"].name, 1), ("K2", units["K2"].name, 1)]
    assert listed(capsys, "2024", "--organization", "D1") == old
    assert [code for code, _, _ in listed(capsys, "2024")] == ["H", "C", "D1", "K1", "K2", "D2", "K3"]
    assert listed(capsys, "2025", "--organization", "D1") == [("D1", "Đảng bộ xã Minh Hòa mới", 0)]
    assert [(code, opening) for code, _, opening in listed(capsys, "2025", "--organization", "D2")] == [
        ("D2", 3), ("K1", 1), ("K3", 2), ("K2", 1),
    ]  # fmt: skip
    # What was planned for later counts for the year it falls in only.
    half = listed(capsys, "2025", "--organization", "D1", "--from", "2025-01-01", "--to", "2025-06-30")
    assert half == old


def test_a_year_before_an_organisation_was_there_lists_nothing_and_says_so(capsys):
    units = district()
    organization("K9", "Chi bộ Chín", parent=units["D1"], valid_from=date(2025, 1, 1))
    call_command("compute_rates", "2024", "--organization", "K9", "--json")
    told = capsys.readouterr()
    assert (json.loads(told.out)["organizations"], told.err) == (
        [], "Cảnh báo: Chi bộ Chín không có trong năm 2024. Hãy kiểm tra lại năm.\n",
    )  # fmt: skip


def test_stored_figures_are_used_while_they_are_up_to_date():
    units = district()
    member(units["K1"], joined_on=date(2015, 3, 1))
    assert refresh_figures(TODAY) == 10
    assert refresh_figures(TODAY) == 0
    YearFigures.objects.filter(year=2025).update(admitted=99)
    assert figures_of(Y2025)[units["H"].pk].admitted == 99
    member(units["K1"], joined_on=date(2025, 3, 1))
    assert figures_of(Y2025)[units["H"].pk].admitted == 1
    assert refresh_figures(TODAY) == 10
    assert YearFigures.objects.get(year=2025, organization=units["H"]).admitted == 1


def test_older_figures_never_replace_newer_ones():
    from reports.services.figures import store_figures

    units = district()
    store_figures(2025, CountsOn.DECISION, {units["H"].pk: Figures(admitted=2)}, facts_version=7)
    store_figures(2025, CountsOn.DECISION, {units["H"].pk: Figures(admitted=1)}, facts_version=6)
    assert (YearFigures.objects.get().admitted, FiguresRun.objects.get().facts_version) == (2, 7)


def test_changes_in_a_row_are_computed_once():
    units = district()
    person = member(units["K1"])
    Job.objects.all().delete()
    moved(person, Kind.TRANSFERRED_OUT, units["K1"], date(2025, 3, 1))
    moved(person, Kind.TRANSFERRED_IN, units["K3"], date(2025, 3, 2))
    assert list(Job.objects.values_list("kind", "state")) == [("reports.figures", "queued")]


def test_levels_may_be_of_any_number():
    top = organization("T", kind=OrganizationKind.UPPER_COMMITTEE)
    unit = top
    for number in range(6):
        unit = organization(f"L{number}", kind=OrganizationKind.SUB_COMMITTEE, parent=unit)
    member(unit, joined_on=date(2025, 3, 1))
    assert {its.admitted for its in figures().values()} == {1}


def test_numbers_of_people_are_whole_numbers_on_every_database():
    units = district()
    member(units["K1"], joined_on=date(2015, 3, 1))
    assign_target(units["K1"], 2025, 3)
    found = compute_figures(Y2025)[units["H"].pk]
    rolls, targets = compute_rolls(date(2024, 12, 31), date(2025, 12, 31)), compute_targets(2025, date(2025, 12, 31))
    values = [found.opening, found.admitted, found.base_roll, rolls[units["H"].pk], targets[units["H"].pk]]
    assert [type(value) for value in values] == [int] * 5
