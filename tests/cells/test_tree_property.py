"""Random histories of the tree: at any date the stored ancestors are those found by walking the parents."""

from datetime import date, timedelta

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from cells.models import Organization, OrganizationAncestor
from cells.queries.organizations import load_tree
from cells.queries.tree_check import tree_faults
from cells.services import tree
from cells.services.errors import RuleError
from cells.tree import walk_up
from tests.factories import TODAY, organization
from tests.proof import cases, tally

FIRST = date(2020, 1, 1)
DAYS = st.integers(0, 1500).map(lambda n: FIRST + timedelta(days=n))
UNIT = st.integers(0, 7)
OPERATION = st.one_of(
    st.tuples(st.just("create"), UNIT, UNIT, DAYS),
    st.tuples(st.just("reparent"), UNIT, UNIT, DAYS),
    st.tuples(st.just("merge"), UNIT, UNIT, DAYS),
    st.tuples(st.just("dissolve"), UNIT, UNIT, DAYS),
    st.tuples(st.just("rename"), UNIT, UNIT, DAYS),
)


def carry_out(operation: str, unit: Organization, other: Organization, day: date) -> None:
    match operation:
        case "create":
            organization(parent=other, valid_from=day)
        case "reparent":
            tree.reparent(unit, other if other != unit else None, on=day, today=TODAY)
        case "merge":
            tree.merge(unit, other, on=day, today=TODAY)
        case "dissolve":
            tree.dissolve(unit, on=day, today=TODAY)
        case "rename":
            tree.rename(unit, f"Tổ chức đổi tên {day}", on=day, today=TODAY)


class RandomHistories(TestCase):
    @settings(max_examples=cases(quick=12, full=600))
    @given(st.lists(OPERATION, min_size=1, max_size=12), st.lists(DAYS, min_size=3, max_size=3))
    def test_ancestors_equal_walking_the_parents_of_that_day(self, operations, sampled_days):
        units = [organization(f"U{n}") for n in range(4)]
        for operation, first, second, day in operations:
            units = list(Organization.objects.order_by("id"))
            try:
                carry_out(operation, units[first % len(units)], units[second % len(units)], day)
            except RuleError as refusal:
                note(f"{operation} refused: {refusal}")
        tally("histories of the tree")
        placed = load_tree()
        changes = {day + timedelta(days=d) for _, _, _, day in operations for d in (-1, 0)}
        for day in {*sampled_days, *changes, TODAY}:
            for key in placed:
                stored = OrganizationAncestor.objects.on(day).filter(organization=key).order_by("depth")
                assert list(stored.values_list("ancestor_id", flat=True)) == walk_up(placed, key, day)
        assert tree_faults(TODAY) == []


pytestmark = pytest.mark.django_db
