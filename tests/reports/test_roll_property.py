"""After any sequence of what the forms record, nobody is on two rolls; and what was just recorded can be taken back
without a trace in roll, figures and the person's days."""

from datetime import date, timedelta

import pytest
from django.db.models import Sum
from hypothesis import given, note, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from cells.kinds import MovementKind as Kind
from cells.models import Member, Movement, Organization
from cells.queries.members import Standing, members_now, members_on, places_on
from cells.queries.roll import SIGN
from cells.services import members, roll
from cells.services.errors import RuleError
from core import audit
from reports.queries.figures import compute_figures
from reports.rates import Period
from tests.factories import TODAY, district, member
from tests.proof import cases, tally

pytestmark = pytest.mark.django_db

FIRST = date(2023, 6, 1)
DAYS = st.integers(0, 1270).map(lambda number: FIRST + timedelta(days=number))
PICK = st.integers(0, 12)
STEP = st.tuples(
    st.sampled_from(["admit", "arrive", "transfer", "transfer", "leave", "leave", "return", "return", "recognise",
                     "rejoin", "correct"]),
    PICK, PICK, DAYS, st.booleans(),
)  # fmt: skip
LEAVING = [Kind.TRANSFERRED_OUT, Kind.DIED, Kind.EXPELLED, Kind.STRUCK_OFF, Kind.RESIGNED]
RETURNING = [Kind.TRANSFERRED_IN, Kind.REINSTATED, Kind.ADMITTED]


def carry_out(what: str, first: int, second: int, day: date) -> list[Movement]:
    """One thing recorded as the forms do; the movements it made. Whatever the rules forbid raises RuleError."""
    people, cells = list(Member.objects.order_by("id")), list(Organization.objects.filter(code__in=("K1", "K2", "K3")))
    person, cell = people[first % len(people)], cells[second % 3]
    facts = {"organization": cell, "effective_on": day, "today": TODAY}
    newcomer = Member(code=f"N{len(people)}", full_name="Trần Văn Mới")
    match what:
        case "admit":
            return [roll.enter_member(newcomer, kind=Kind.ADMITTED, held_on=day + timedelta(days=second), **facts)]
        case "arrive":
            newcomer.joined_on, newcomer.official_on = day - timedelta(days=3000), day - timedelta(days=2600)
            return [roll.enter_member(newcomer, kind=Kind.TRANSFERRED_IN, **facts)]
        case "transfer":
            arrived_on = day + timedelta(days=second * 9)
            return list(roll.transfer(person, to=cell, left_on=day, arrived_on=arrived_on, today=TODAY))
        case "leave":
            facts["organization"] = person.organization
            return [roll.record_movement(person, kind=LEAVING[second % 5], **facts)]
        case "return":
            return [roll.record_movement(person, kind=RETURNING[second % 3], joined_on=date(2000, 1, 1), **facts)]
        case "recognise":
            version, document = person.version, "Quyết định số 1"
            members.recognise(person, official_on=day, document=document, version=version, today=TODAY)
        case "rejoin":
            values = {"joined_on": day - timedelta(days=2000)}
            members.change_personal_data(person, version=person.version, today=TODAY, values=values)
        case "correct":
            movements = list(Movement.objects.in_force().order_by("id"))
            wrong = movements[first % len(movements)]
            roll.correct_movement(wrong, effective_on=day, organization=cell, reason="Ghi sai", today=TODAY)
    return []


def picture() -> dict[str, object]:
    """Rolls, figures, and what is known of everybody who has any history."""
    rows = Member.objects.select_related("organization").order_by("code")
    people = {
        person.code: (person.on_roll, person.organization.code, person.joined_on, person.official_on)
        for person in rows
        if person.joined_on
    }
    movements = Movement.objects.in_force().order_by("member__code", "effective_on", "kind", "organization")
    return {
        "people": people,
        "movements": list(
            movements.values_list("member__code", "kind", "effective_on", "held_on", "organization", "is_implied",
                                  "counterpart", "pair__organization")
        ),
        "figures": [compute_figures(Period.of_year(year)) for year in (2023, 2024, 2025, 2026)],
    }  # fmt: skip


def check_rolls() -> None:
    """Nobody is on two rolls on any day, and the stored place is what the movements say."""
    movements = list(Movement.objects.in_force())
    for person in Member.objects.all():
        own = [movement for movement in movements if movement.member_id == person.pk]
        for day in {movement.effective_on for movement in own} | {TODAY}:
            sums: dict[int, int] = {}
            for movement in own:
                if movement.effective_on <= day:
                    sums[movement.organization_id] = sums.get(movement.organization_id, 0) + movement.sign
            places = [place for place, size in sums.items() if size]
            assert len(places) <= 1, (person, day)
            assert all(sums[place] == 1 for place in places), (person, day)
        assert person.on_roll == bool(places_now := [place for place, size in _sums(own).items() if size])
        if person.on_roll:
            assert places_now == [person.organization_id]


def _sums(movements: list[Movement]) -> dict[int, int]:
    sums: dict[int, int] = {}
    for movement in movements:
        sums[movement.organization_id] = sums.get(movement.organization_id, 0) + movement.sign
    return sums


def check_lists() -> None:
    """The lists of now and of a day, asked either way, name exactly those on the rolls."""
    everywhere = Organization.objects.all()
    on_roll = set(Member.objects.filter(on_roll=True))
    assert {*members_now(Member.objects.all(), Standing(), TODAY)} == {*members_on(everywhere, TODAY)} == on_roll
    then = date(2025, 1, 1)
    rows = Movement.objects.in_force().filter(effective_on__lte=then).order_by().values("member")
    present = {row["member"] for row in rows.annotate(size=Sum(SIGN)) if row["size"]}
    listed = list(members_on(everywhere, then))
    assert {person.pk for person in listed} == present == places_on(listed, then).keys()


class RecordedAndTakenBack(TestCase):
    @settings(max_examples=cases(quick=10, full=600))
    @given(st.lists(STEP, min_size=1, max_size=10))
    def test_nobody_is_on_two_rolls_and_what_was_just_recorded_leaves_no_trace_when_taken_back(self, steps):
        units = district()
        for number, cell in enumerate(("K1", "K2", "K3")):
            member(units[cell], code=f"{cell}-1", joined_on=date(2021, 1 + number, 3))
            member(units[cell], code=f"{cell}-2", joined_on=date(2010, 1, 3), official_on=date(2011, 1, 3))
        for *step, is_taken_back in steps:
            before = picture()
            try:
                with audit.one_change():
                    recorded = carry_out(*step)
            except RuleError as refusal:
                note(f"{step} refused: {refusal}")
                assert picture() == before
                continue
            check_rolls()
            if recorded and is_taken_back:
                roll.reverse_movement(recorded[-1], reason="Nhầm", today=TODAY, with_partner=len(recorded) == 2)
                tally("recorded and taken back")
                assert picture() == before
        check_lists()
        tally("histories of what forms record")
