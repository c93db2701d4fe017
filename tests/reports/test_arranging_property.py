"""Whatever happened before: a decision rehearsed leaves nothing, taken back it leaves everything as it was."""

from datetime import date, timedelta

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from cells.kinds import OrganizationKind
from cells.models import Organization
from cells.queries.tree_check import tree_faults
from cells.rehearsal import Scene, rehearse
from cells.services import arranging
from cells.services.arranging import Decision, Outcome
from cells.services.arranging_undo import undo_change
from cells.services.errors import RuleError
from tests.everything import everything
from tests.factories import TODAY, appointment, district, member, user
from tests.proof import cases, tally
from tests.reports.test_figures_property import CHANGE, carry_out

pytestmark = pytest.mark.django_db

DAY = st.integers(0, 1400).map(lambda number: date(2023, 6, 1) + timedelta(days=number))
PICK = st.integers(0, 12)
DECISION = st.tuples(
    st.sampled_from(["found", "rename", "kind", "move", "move", "merge", "merge", "merge", "dissolve"]),
    PICK, PICK, PICK, DAY,
)  # fmt: skip
KINDS = list(OrganizationKind)


def decide(what: str, first: int, second: int, third: int, day: date) -> Outcome:
    """One decision as the forms make it; whatever the rules forbid raises RuleError."""
    units = list(Organization.objects.exclude(path="").order_by("id"))
    unit, other, receiver = (units[number % len(units)] for number in (first, second, third))
    decision = Decision(day, TODAY, "Quyết định số 1", reason="Ghi muộn")
    match what:
        case "found":
            code = f"N{first}{second}"
            return arranging.found(other, decision, code=code, name="Tổ chức mới", kind=KINDS[third % len(KINDS)])
        case "rename":
            return arranging.change(unit, decision, name=f"Tên {third}", is_residential=bool(third % 2))
        case "kind":
            return arranging.change(unit, decision, kind=KINDS[third % len(KINDS)])
        case "move":
            return arranging.move(unit, decision, parent=other, kind=KINDS[third % len(KINDS)] if third % 2 else "")
        case "merge":
            receiver = receiver if third % 3 == 0 else None
            return arranging.merge(unit, decision, successor=other, receiver=receiver)
        case _:
            return arranging.dissolve(unit, decision, receiver=receiver if third % 2 else None)


class RandomDecisions(TestCase):
    @settings(max_examples=cases(quick=8, full=300))
    @given(st.lists(CHANGE, max_size=6), st.lists(DECISION, min_size=1, max_size=6))
    def test_decisions_taken_back_one_after_the_other_leave_everything_as_it_was(self, changes, decisions):
        units = district()
        officer = user()
        appointment(officer, units["H"])
        for cell in ("K1", "K2", "K3"):
            for number in range(2):
                member(units[cell], code=f"{cell}-{number}", joined_on=date(2023, 1 + number, 3))
        for change in changes:
            try:
                carry_out(*change)
            except RuleError as refusal:
                note(f"{change} refused: {refusal}")
        made = []
        for decision in decisions:
            before = everything()
            try:
                rehearse(Scene(officer, tuple(units.values()), decision[-1], TODAY), lambda d=decision: decide(*d))
                assert everything() == before
                outcome = decide(*decision)
            except RuleError as refusal:
                note(f"{decision} refused: {refusal}")
                assert everything() == before
                continue
            assert tree_faults(TODAY) == []
            made.append((outcome, before))
            tally(f"decisions: {decision[0]}")
            tally("members who moved along", len(outcome.members))
        for outcome, before in reversed(made):
            undo_change(outcome.organization, outcome.batch, reason="Ghi nhầm", today=TODAY)
            assert everything() == before
            assert tree_faults(TODAY) == []
            tally("decisions taken back")
