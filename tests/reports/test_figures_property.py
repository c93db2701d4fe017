"""After random changes the figures, stored or computed, equal recounting every member by hand."""

from datetime import date, timedelta

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from cells.kinds import MovementKind as Kind
from cells.models import DeclaredYear, FactsVersion, Member, Movement, Organization
from cells.queries.organizations import load_tree
from cells.services import roll, tree
from cells.services.errors import RuleError
from cells.tree import walk_up
from reports.kinds import CountsOn
from reports.models import YearFigures
from reports.queries.figures import compute_figures
from reports.queries.rates import figures_of, stored_figures
from reports.rates import Figures, Period
from reports.services.figures import refresh_figures
from tests.factories import TODAY, district, member
from tests.proof import cases, tally

FIRST = date(2023, 6, 1)
DAYS = st.integers(0, 1200).map(lambda n: FIRST + timedelta(days=n))
PICK = st.integers(0, 30)
CHANGE = st.tuples(
    st.sampled_from(
        [
            "admit",
            "admit",
            "transfer",
            "transfer",
            "leave",
            "return",
            "reverse",
            "correct",
            "reparent",
            "merge",
            "declare",
        ]
    ),
    PICK,
    PICK,
    DAYS,
)
YEARS = (2023, 2024, 2025, 2026)
COMPONENTS = YearFigures.COMPONENTS


def carry_out(what: str, first: int, second: int, day: date) -> None:
    """One change, picked by numbers; whatever the rules forbid raises RuleError."""
    units = list(Organization.objects.order_by("id"))
    cells = [unit for unit in units if unit.code in ("K1", "K2", "K3", "C")]
    people = list(Member.objects.order_by("id"))
    movements = list(Movement.objects.in_force().order_by("id"))
    unit, cell = units[first % len(units)], cells[second % len(cells)]
    person = people[first % len(people)]
    match what:
        case "admit":
            newcomer = Member.objects.create(code=f"N{len(people)}", full_name="Trần Văn Mới", organization=cell)
            held_on = min(day + timedelta(days=second * 3), TODAY)
            roll.record_movement(
                newcomer, kind=Kind.ADMITTED, organization=cell, effective_on=min(day, held_on), held_on=held_on,
                today=TODAY,
            )  # fmt: skip
        case "transfer":
            roll.transfer(person, to=cell, left_on=day, arrived_on=day + timedelta(days=second), today=TODAY)
        case "leave":
            kinds = [Kind.DIED, Kind.EXPELLED, Kind.TRANSFERRED_OUT, Kind.RESIGNED, Kind.STRUCK_OFF]
            place = person.organization
            roll.record_movement(person, kind=kinds[second % 5], organization=place, effective_on=day, today=TODAY)
        case "return":
            last = person.movements.in_force().order_by("effective_on").last()
            moved_away = last is not None and last.kind == Kind.TRANSFERRED_OUT
            kinds = [Kind.TRANSFERRED_IN] if moved_away else [Kind.REINSTATED, Kind.ADMITTED]
            kind = kinds[second % len(kinds)]
            roll.record_movement(person, kind=kind, organization=cell, effective_on=day, today=TODAY)
        case "reverse":
            roll.reverse_movement(movements[first % len(movements)], reason="Nhầm", today=TODAY)
        case "correct":
            roll.correct_movement(movements[first % len(movements)], effective_on=day, reason="Sai ngày", today=TODAY)
        case "reparent":
            tree.reparent(cell, units[first % 3], on=day, today=TODAY)
        case "merge":
            tree.merge(cells[first % len(cells)], cell, on=day, today=TODAY)
        case "declare":
            year = YEARS[second % 4]
            DeclaredYear.objects.update_or_create(
                organization=unit, year=year, defaults={"opening": 10 + first, "admitted": 2, "closing": 12 + first}
            )
            FactsVersion.advance()


def counted_by_hand(period: Period, column: str) -> dict[int, Figures]:
    """Figures as their definition says them: unit by unit, member by member."""
    placed = load_tree()
    lines = {key: walk_up(placed, key, period.last_day) for key in placed}
    declared = {row.organization_id: row for row in DeclaredYear.objects.filter(year=period.year)}
    movements = list(Movement.objects.in_force().select_related("pair"))
    found = {}
    for top in (key for key, line in lines.items() if line):
        own, typed = set(), set()
        for key, line in lines.items():
            if top not in line:
                continue
            way = line[: line.index(top) + 1]
            if not any(step in declared for step in way):
                own.add(key)
            elif key in declared and not any(step in declared for step in way[1:]):
                typed.add(key)
        numbers = dict.fromkeys(COMPONENTS, 0)
        for movement in movements:
            day = getattr(movement, column)
            if movement.organization_id not in own or day > period.last_day:
                continue
            numbers["closing"] += movement.sign
            if day < period.first_day:
                numbers["opening"] += movement.sign
            elif not _is_inner(movement, own, period, column):
                numbers[movement.kind] += 1
        for key in typed:
            for name in COMPONENTS:
                numbers[name] += getattr(declared[key], name)
        found[top] = Figures(**numbers, base_roll=numbers["opening"], has_declared=bool(typed))
    return found


def _is_inner(movement: Movement, own: set[int], period: Period, column: str) -> bool:
    partner = movement.pair or Movement.objects.in_force().filter(pair=movement).first()
    return (
        partner is not None
        and partner.organization_id in own
        and period.first_day <= getattr(partner, column) <= period.last_day
    )


class RandomChanges(TestCase):
    @settings(max_examples=cases(quick=12, full=600))
    @given(st.lists(CHANGE, min_size=1, max_size=14))
    def test_figures_equal_recounting_by_hand(self, changes):
        units = district()
        for cell in ("K1", "K2", "K3"):
            for number in range(2):
                member(units[cell], code=f"{cell}-{number}", joined_on=date(2023, 1 + number, 3))
        for change in changes:
            try:
                carry_out(*change)
            except RuleError as refusal:
                note(f"{change} refused: {refusal}")
        tally("histories recounted by hand")
        refresh_figures(TODAY)
        for year in YEARS:
            period = Period.of_year(year)
            for counts_on, column in ((CountsOn.DECISION, "effective_on"), (CountsOn.CEREMONY, "ceremony_on")):
                computed = compute_figures(period, counts_on)
                assert computed == counted_by_hand(period, column)
                assert all(its.closing == its.opening + its.increases - its.decreases for its in computed.values())
            stored = {row.organization_id: stored_figures(row) for row in YearFigures.objects.filter(year=year)}
            assert stored == compute_figures(period) == figures_of(period)


pytestmark = pytest.mark.django_db
