"""Whatever allowed things happen to a file, its cell and its person, roll, rates and files agree."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from cells.kinds import MovementKind
from cells.models import Member
from cells.services import arranging, roll
from cells.services.arranging import Decision
from cells.services.errors import RuleError
from cells.services.locks import lock_period
from core import audit
from pipeline.deriving import DERIVED, derived
from pipeline.engine.membership import memberships
from pipeline.engine.recording import happenings
from pipeline.engine.steps import steps_in
from pipeline.kinds import ONGOING, OnRoll
from pipeline.models import Case, CaseEvent, RollEntry
from pipeline.queries.cases import judge_of
from pipeline.queries.facts import facts_of
from pipeline.queries.stays import place_on
from pipeline.services import helpers
from pipeline.services.cases import Document, correct, perform, void
from pipeline.services.nightly import refresh_cases
from reports.kinds import CountsOn
from reports.models import TargetPolicy
from reports.queries.rates import rate_table
from reports.rates import Period
from tests import factories, proof
from tests.pipeline import files
from tests.pipeline.upward import admitted, decided, due_for_recognition
from tests.today import TODAY

pytestmark = pytest.mark.django_db

DECIDED, DUE = date(2025, 9, 8), date(2026, 9, 21)
YEARS = (2025, 2026)
REPAIRS = ("cancelled", "remedied", "redo_ordered", "readmission", "left_roll")
WHAT = ["step"] * 6 + ["repair"] * 3 + ["void"] * 2
WHAT += ["correct", "outcome", "merge", "transfer", "die", "lock", "broken"]
ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(WHAT),
        st.integers(0, 1000), st.integers(0, 90),
    ),
    min_size=4, max_size=16,
)  # fmt: skip


@pytest.fixture
def place(db):
    found = factories.district()
    for key in ("K1", "K2", "K3"):
        for number in range(4):
            files.official(found[key], full_name=f"Lê Văn {'ABCD'[number]}")
    return found


@settings(max_examples=proof.cases(5, 150))
@given(actions=ACTIONS, begun=st.sampled_from(["decided", "admitted", "due", "due"]))
def test_roll_rates_and_files_agree(place, actions, begun):
    with transaction.atomic():  # each history begins with nobody else's
        for unit in place.values():
            unit.refresh_from_db()
        live(place, actions, begun)
        transaction.set_rollback(True)
    proof.tally("actions on roll and files", len(actions))


def live(place, actions, begun: str) -> None:
    begin = {"decided": decided, "admitted": admitted}.get(begun)
    case = begin(place["K1"], DECIDED) if begin else due_for_recognition(place["K1"], DECIDED, DUE)
    world = World(place, case, date(2025, 10, 1) if begin else DUE)
    world.check()
    for what, choice, days in actions:
        world.day = min(world.day + timedelta(days=days), TODAY)
        try:
            with transaction.atomic():
                world.do(what, choice)
        except (RuleError, OSError):
            world.case = Case.objects.get(pk=case.pk)
        world.check()


class World:
    """A file, its person, the cells around it."""

    def __init__(self, place, case: Case, day: date) -> None:
        self.place, self.case, self.day, self.others = place, case, day, Member.objects.count()
        self.others -= case.candidate.member is not None
        self.has_left = False
        self.judge = judge_of(TODAY)

    @property
    def cell(self):
        return self.case.organization

    def facts(self):
        return facts_of([self.case.pk], TODAY)[self.case.pk]

    def do(self, what: str, choice: int) -> None:
        at = {"today": TODAY, "version": self.case.version}
        events = list(CaseEvent.objects.in_force().filter(case=self.case).order_by("-occurred_on", "-pk")[:8])
        match what:
            case "step" | "broken":
                steps = [step for step in steps_in(self.judge.situation(self.facts())) if step.id != "list_review"]
                with pytest.MonkeyPatch.context() as patch:
                    if what == "broken":
                        patch.setattr(audit, "record", _broken)
                    if steps:
                        self.take(steps[choice % len(steps)], choice, at)
            case "repair" | "outcome":
                rules = [rule for rule in happenings(self.judge.situation(self.facts())) if rule.effect != "move"]
                rules = [rule for rule in rules if rule.name in REPAIRS] if what == "repair" else rules
                if rules:
                    rule = rules[choice % len(rules)]
                    more = {"document": Document("9-QĐ", self.day), "steps": ["opinions"] if rule.holds else []}
                    perform(self.case, rule.name, on=self.day, reason="vì vậy", late_reason="muộn", **more, **at)
            case "void":
                event = events[choice % len(events)]
                event.case = self.case
                void(event, reason="nhầm", **at)
            case "correct":
                event = events[choice % len(events)]
                event.case = self.case
                on = event.occurred_on + timedelta(days=choice % 20 - 10)
                correct(event, reason="nhầm ngày", occurred_on=on, **at)
            case "merge":
                units = (self.place["K1"], self.place["K2"])
                for unit in units:
                    unit.refresh_from_db()
                arranging.merge(units[0], Decision(self.day, TODAY, "5-QĐ/ĐU", "muộn"), successor=units[1])
                refresh_cases(TODAY)
            case "transfer" if self.case.candidate.member:
                member = self.case.candidate.member
                roll.transfer(member, to=self.place["K3"], left_on=self.day, arrived_on=self.day, today=TODAY)
            case "die" if choice % 3 == 0 and self.case.candidate.member:
                member = self.case.candidate.member
                place = Member.objects.get(pk=member.pk).organization
                roll.record_movement(
                    member, kind=MovementKind.DIED, organization=place, effective_on=self.day, today=TODAY
                )
                self.has_left = True
            case "lock" if choice % 2:
                lock_period(self.place["H"], first_day=date(2025, 1, 1), last_day=date(2025, 12, 31),
                            by=factories.user(), reason="BC năm")  # fmt: skip
        self.case = Case.objects.get(pk=self.case.pk)

    def take(self, step, choice: int, at: dict) -> None:
        on = max(self.day, min(step.earliest, TODAY))
        given = {"on": on, "late_reason": "muộn"} | at
        rule = self.judge.book.on(on).steps.get(step.id)
        if step.id in ("helper", "probation_helper", "introductions"):
            members = list(self.cell.members.filter(official_on__isnull=False, on_roll=True).order_by("pk"))
            member = members[choice % len(members)]
            if step.id == "introductions":
                helpers.introduce(self.case, member, **given)
            else:
                helpers.assign_helper(self.case, member, step=step.id, **given)
        elif rule is None:
            perform(self.case, step.id, reason="trở lại", document=Document("9-QĐ", on), **given)
        elif rule.vote and rule.actor == "cell":
            found = files.vote(place_on(self.case, on))
            size = len(found.confirmed)
            yes = size if choice % 3 else choice % (size + 1)
            perform(self.case, step.id, vote=files.vote(place_on(self.case, on), yes=yes, no=size - yes), **given)
        else:
            agreed = choice % 7 > 0 if rule.actor == "decider" and step.id != "card" else None
            perform(self.case, step.id, agreed=agreed, document=Document(f"{choice}-QĐ", on),
                    by="youth_union" if step.id == "union_introduction" else "", **given)  # fmt: skip

    # --- What must hold ------------------------------------------------------------------------------------------

    def check(self) -> None:
        case, facts = Case.objects.get(pk=self.case.pk), self.facts()
        assert {name: getattr(case, name) for name in DERIVED} == derived(facts, self.judge)
        assert case.status not in ONGOING or case.next_step, "open, and nobody knows what comes next"
        assert case.status not in ONGOING or case.organization == place_on(case, TODAY)
        found = memberships(facts, self.judge.book)
        self.check_entries(case, found)
        self.check_member(case, found)
        self.check_figures(case)

    def check_entries(self, case: Case, found: list) -> None:
        rows = RollEntry.objects.filter(case=case, movement__in_force=True).select_related("movement")
        entries = {(row.number, row.kind): row.movement for row in rows}
        assert len(entries) == len(rows)
        assert {number for number, _ in entries} <= set(range(1, len(found) + 1))
        for number, each in enumerate(found, 1):
            admission = entries.get((number, OnRoll.ADMISSION))
            adjusted = entries.get((number, OnRoll.ADJUSTMENT))
            left = entries.get((number, OnRoll.DEPARTURE))
            if each.annulled:
                assert (admission is None) == (adjusted is None)
                assert adjusted is None or adjusted.effective_on == each.annulled.on
            else:
                assert (admission.effective_on, admission.held_on) == (each.decided.on, each.held.on)
                assert adjusted is None
            assert (left.effective_on if left else None) == (each.left.on if each.left else None)

    def check_member(self, case: Case, found: list) -> None:
        member = case.candidate.member
        if not found:
            assert member is None or not member.on_roll
            return
        last = found[-1]
        if self.has_left:
            return
        assert member.on_roll == last.is_current
        if last.is_current:
            assert member.official_on == last.official_on
            assert case.status not in ONGOING or member.organization == case.organization

    def check_figures(self, case: Case) -> None:
        entered = RollEntry.objects.filter(case=case, kind=OnRoll.ADMISSION, movement__in_force=True)
        days = [(row.movement.effective_on, row.movement.held_on) for row in entered.select_related("movement")]
        for year in YEARS:
            for number, counts_on in enumerate((CountsOn.DECISION, CountsOn.CEREMONY)):
                policy = TargetPolicy.of(year)
                policy.counts_on = counts_on
                figures = rate_table(Period.of_year(year), policy)[self.place["H"]].figures
                assert figures.admitted == sum(pair[number].year == year for pair in days)
                assert figures.closing == figures.opening + figures.increases - figures.decreases
        on_roll = Member.objects.filter(on_roll=True).count()
        assert figures.closing == on_roll
        assert on_roll - self.others in (0, 1)


def _broken(*args, **details):
    raise OSError("no trail")
