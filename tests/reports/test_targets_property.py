"""After random saves each target is the last row in force, and every sum equals adding up by hand."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from cells.models import Organization
from cells.queries.organizations import load_tree
from cells.roles import Role
from cells.services import tree
from cells.services.errors import RuleError
from cells.tree import walk_up
from core.dates import end_of_year
from reports.models import Plan, Target
from reports.queries.allocation import allocation_of
from reports.queries.figures import compute_below, compute_targets
from reports.services.targets import NumberChange, mark, save_numbers
from tests.factories import TODAY, appointment, district, user
from tests.proof import cases, tally

YEARS = (2025, 2026)
CELL = st.tuples(
    st.sampled_from((Target, Plan)),
    st.integers(0, 6),
    st.sampled_from(YEARS),
    st.one_of(st.none(), st.integers(0, 9)),
    st.sampled_from((True, True, True, True, False)),
)
"""Target or plan, of which unit, for which year, the new number, whether the page showed the present one."""
SAVE = st.lists(CELL, min_size=1, max_size=5, unique_by=lambda cell: cell[:3])


def below_by_hand(numbers, key, year):
    """What stands below *key*: of every line downwards the topmost number."""
    placed = load_tree()
    lines = {unit: walk_up(placed, unit, end_of_year(year)) for unit in placed}
    found = [
        numbers[unit]
        for unit, line in lines.items()
        if unit in numbers and key in line[1:] and not any(step in numbers for step in line[1 : line.index(key)])
    ]
    return sum(found) if found else None


class RandomSaves(TestCase):
    @settings(max_examples=cases(quick=10, full=600))
    @given(st.lists(SAVE, min_size=1, max_size=8), st.booleans())
    def test_numbers_and_sums_follow_the_last_save(self, saves, merges):
        units = list(district().values())
        known: dict[tuple, int | None] = {}
        for save in saves:
            wanted = []
            is_stale = False
            for model, place, year, value, has_seen in save:
                row = model.objects.in_force().filter(organization=units[place], year=year).first()
                shown = mark(row) if has_seen else "0"
                is_stale |= not has_seen
                wanted.append(NumberChange(model, units[place], year, value, shown))
            try:
                save_numbers(wanted, reason="Điều chỉnh")
            except RuleError:
                assert is_stale
                continue
            assert not is_stale
            known |= {(change.model, change.organization.pk, change.year): change.value for change in wanted}
        if merges:
            tree.reparent(Organization.objects.get(code="K1"), Organization.objects.get(code="D2"),
                          on=date(2026, 5, 1), today=TODAY)  # fmt: skip
        tally("saves of numbers")
        appointment(reader := user(), Organization.objects.get(code="H"), Role.BOARD_OFFICER)
        for model in (Target, Plan):
            for year in YEARS:
                stored = dict(model.objects.in_force().filter(year=year).values_list("organization_id", "value"))
                wanted = {key: value for (m, key, y), value in known.items() if (m, y) == (model, year)}
                assert stored == {key: value for key, value in wanted.items() if value is not None}
                for unit in units:
                    below = compute_below(model, unit.pk, year, end_of_year(year))
                    assert below.get(unit.pk) == below_by_hand(stored, unit.pk, year)
        for year in YEARS:
            whole = compute_targets(year, end_of_year(year))
            for unit in Organization.objects.filter(code__in=("H", "D1", "D2")):
                found = allocation_of(unit, year, reader, TODAY.year)
                shares = [share.counted_target for share in found.shares]
                assert found.own.counted_target == whole.get(unit.pk)
                assert [whole.get(share.organization.pk) for share in found.shares] == shares
                assert (found.own.target_below or 0) == sum(number or 0 for number in shares)
                assert found.rest_target == found.rest_plan == 0
