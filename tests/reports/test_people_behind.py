"""Every figure leads to its people: the lists count exactly what the figures say, declared numbers aside."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from cells.kinds import DECREASES
from cells.kinds import MovementKind as Kind
from cells.models import DeclaredYear, Organization
from cells.services import roll, tree
from cells.services.errors import RuleError
from core.dates import day_before
from reports.kinds import CountsOn
from reports.queries.figures import compute_figures, compute_rolls
from reports.queries.people import declarations_behind, declared_years_of, people_behind, roll_behind
from reports.rates import Period
from tests.factories import TODAY, district, member, moved
from tests.proof import cases
from tests.reports.test_figures_property import CHANGE, COMPONENTS, carry_out

pytestmark = pytest.mark.django_db

Y2025 = Period.of_year(2025)
PERIODS = [Y2025, Period.of_year(2026), Period(date(2025, 1, 1), date(2025, 6, 30)),
           Period(date(2024, 3, 5), date(2024, 11, 20))]  # fmt: skip


def names(rows) -> list[str]:
    return [row.member.full_name for row in rows]


def test_people_stand_in_vietnamese_order_with_what_their_row_shows(django_assert_num_queries):
    units = district()
    for number, name in enumerate(["Trần Văn Đức", "Lê Thị Ánh", "Nguyễn Văn Dũng", "Đỗ An"]):
        member(units["K1"], full_name=name, joined_on=date(2025, 2, 1 + number))
    with django_assert_num_queries(1):
        rows = list(people_behind(units["H"], Y2025, Kind.ADMITTED))
        shown = [(row.member.full_name, row.organization.code, row.counterpart) for row in rows]
    in_order = ["Đỗ An", "Lê Thị Ánh", "Nguyễn Văn Dũng", "Trần Văn Đức"]
    assert shown == [(name, "K1", None) for name in in_order]


def test_a_transfer_inside_is_nobodys_increase_above_and_somebodys_below():
    units = district()
    person = member(units["K1"], full_name="Hoàng Văn Bách")
    roll.transfer(person, to=units["K3"], left_on=date(2025, 3, 1), arrived_on=date(2025, 3, 9), today=TODAY)
    found = {
        (code, kind): names(people_behind(units[code], Y2025, kind))
        for code in ("H", "D1", "D2")
        for kind in (Kind.TRANSFERRED_IN, Kind.TRANSFERRED_OUT)
    }
    assert {place: people for place, people in found.items() if people} == {
        ("D1", Kind.TRANSFERRED_OUT): ["Hoàng Văn Bách"],
        ("D2", Kind.TRANSFERRED_IN): ["Hoàng Văn Bách"],
    }


def test_a_movement_taken_back_is_behind_nothing():
    units = district()
    person = member(units["K1"])
    gone = moved(person, Kind.RESIGNED, units["K1"], date(2025, 3, 1))
    assert people_behind(units["H"], Y2025, DECREASES).count() == 1
    roll.reverse_movement(gone, reason="Nhầm người", today=TODAY)
    assert people_behind(units["H"], Y2025, DECREASES).count() == 0


def test_the_ceremony_decides_who_is_behind_where_the_policy_says_so():
    units = district()
    person = member(units["K1"], joined_on=None)
    moved(person, Kind.ADMITTED, units["K1"], date(2024, 12, 20), held_on=date(2025, 1, 15))
    assert people_behind(units["K1"], Y2025, Kind.ADMITTED, CountsOn.DECISION).count() == 0
    assert people_behind(units["K1"], Y2025, Kind.ADMITTED, CountsOn.CEREMONY).count() == 1


def test_people_of_a_merged_unit_are_behind_its_successor_and_say_where_they_were():
    units = district()
    member(units["K2"], joined_on=date(2025, 2, 3))
    tree.merge(units["K2"], units["K1"], on=date(2025, 7, 1), today=TODAY)
    assert [row.organization.code for row in people_behind(units["K1"], Y2025, Kind.ADMITTED)] == ["K2"]


def test_a_declared_unit_has_its_declaration_instead_of_people():
    units = district()
    member(units["K1"], joined_on=date(2025, 2, 1))
    member(units["K3"], full_name="Vũ Thị Kha", joined_on=date(2025, 2, 2))
    typed = DeclaredYear.objects.create(organization=units["D1"], year=2025, opening=100, admitted=4, closing=104)
    DeclaredYear.objects.create(organization=units["K2"], year=2025, opening=7, admitted=1, closing=8)
    assert names(people_behind(units["H"], Y2025, Kind.ADMITTED)) == ["Vũ Thị Kha"]
    assert list(declarations_behind(units["H"], 2025)) == [typed]
    assert [row.organization.code for row in declarations_behind(units["K2"], 2025)] == ["K2"]
    assert people_behind(units["K1"], Y2025, Kind.ADMITTED).count() == 1, "its own list is not touched by D1's row"


def test_the_roll_says_where_each_member_was():
    units = district()
    person = member(units["K1"], full_name="Hoàng Văn Bách")
    member(units["C"], full_name="Cao Thị An", joined_on=date(2025, 6, 1))
    roll.transfer(person, to=units["K3"], left_on=date(2025, 3, 1), arrived_on=date(2025, 3, 9), today=TODAY)

    def shown(day: date) -> list[tuple[str, str]]:
        codes = dict(Organization.objects.values_list("pk", "code"))
        rows = roll_behind(units["H"], day, tree_on=date(2025, 12, 31))
        return [(row.full_name, codes[row.roll_organization_id]) for row in rows]

    assert shown(date(2024, 12, 31)) == [("Hoàng Văn Bách", "K1")]
    assert shown(date(2025, 3, 5)) == []
    assert shown(date(2025, 12, 31)) == [("Cao Thị An", "C"), ("Hoàng Văn Bách", "K3")]


def check_every_component(period: Period, counts_on: str) -> None:
    """Each number of each organisation is its people plus what is declared."""
    figures = compute_figures(period, counts_on)
    for unit in Organization.objects.filter(pk__in=figures):
        its, years = figures[unit.pk], declared_years_of(period)
        typed = list(declarations_behind(unit, years)) if years else []
        assert its.has_declared == bool(typed)
        found = Counter(people_behind(unit, period, [*Kind], counts_on).values_list("kind", flat=True))
        for name, day in (("opening", day_before(period.first_day)), ("closing", period.last_day)):
            found[name] = len(roll_behind(unit, day, period.last_day, counts_on, years))
        said = {name: getattr(its, name) - sum(getattr(row, name) for row in typed) for name in COMPONENTS}
        assert {name: found[name] for name in COMPONENTS} == said, unit.code


def check_rolls_at_the_turn_of_the_year(year: int) -> None:
    """As `compute_rolls` takes them: the opening of the year that begins, else the closing of the one that ends."""
    day, tree_on = date(year - 1, 12, 31), date(2026, 12, 31)
    rolls = compute_rolls(day, tree_on)
    for unit in Organization.objects.filter(pk__in=rolls):
        typed = declarations_behind(unit, (year, year - 1), tree_on)
        declared = sum(row.opening if row.year == year else row.closing for row in typed)
        assert len(roll_behind(unit, day, tree_on, declared_years=(year, year - 1))) + declared == rolls[unit.pk]


class RandomChanges(TestCase):
    @settings(max_examples=cases(quick=6, full=300))
    @given(st.lists(CHANGE, min_size=4, max_size=14))
    def test_every_figure_is_its_people_plus_what_is_declared(self, changes):
        units = district()
        for cell in ("K1", "K2", "K3"):
            for number in range(2):
                member(units[cell], code=f"{cell}-{number}", joined_on=date(2023, 1 + number, 3))
        for change in changes:
            try:
                carry_out(*change)
            except RuleError as refusal:
                note(f"{change} refused: {refusal}")
        for number, period in enumerate(PERIODS):
            check_every_component(period, CountsOn.CEREMONY if number % 2 else CountsOn.DECISION)
        check_rolls_at_the_turn_of_the_year(2025)
