"""From rows to facts: everything the engine may ask, in as many questions for three files as for one."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cells.kinds import CapabilityKind, StateKind
from cells.models import Capability
from cells.services import states, tree
from pipeline import open_cases
from pipeline.engine.facts import Former, Override
from pipeline.models import Case
from pipeline.queries.cases import judge_of, open_cases_of, situation_of, steps_of
from pipeline.queries.facts import facts_of
from pipeline.queries.voters import voters_on
from pipeline.services.people import edit_person
from tests import factories
from tests.pipeline import files
from tests.pipeline.files import opened
from tests.today import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def units():
    return files.peopled(4)


def questions(cases) -> int:
    with CaptureQueriesContext(connection) as asked:
        facts_of([case.pk for case in cases], TODAY)
    return len(asked)


def test_three_files_ask_as_much_as_one(units):
    cases = [opened(units[key]) for key in ("K1", "K2", "K3")]
    files.walk(cases[0])
    assert questions(cases[:1]) == questions(cases) <= 12


def test_all_that_was_entered_is_told(units):
    case = opened(units["K1"])
    files.walk(case)
    edit_person(
        case, today=TODAY, version=case.version, routes=["readmission"], former_left_on=date(2019, 3, 2),
        former_because="struck_off", decides_unit="Ban thường vụ Tỉnh ủy", decides_body="standing_committee",
        decides_reason="Theo quyết định riêng", children_beyond=3,
    )  # fmt: skip
    facts = facts_of([case.pk], TODAY)[case.pk]
    assert facts.former == Former(date(2019, 3, 2), "struck_off")
    assert facts.override == Override("Ban thường vụ Tỉnh ủy", "standing_committee", "Theo quyết định riêng")
    assert (facts.routes, facts.person.children_beyond, facts.voters) == (("readmission",), 3, 4)
    assert (facts.place.has_youth_union, facts.person.is_citizen) == (True, True)
    assert [event.kind for event in facts.events][:2] == ["introduction", "sympathiser_list"]
    (helper,) = facts.helpers
    assert (helper.official_on, helper.introduced_on) == (date(2011, 5, 19), files.after(case, 10 * 14))
    assert [paper.kind for paper in facts.papers] == ["consent"]


def test_units_stand_above_as_they_did_on_each_day(units):
    case = opened(units["K1"], date(2024, 3, 1))
    facts = facts_of([case.pk], TODAY)[case.pk]
    assert [unit.code for unit in facts.units_on(TODAY)] == ["K1", "D1", "H"]
    assert facts.units_on(TODAY)[2].powers >= {"decides", "has_board"}
    assert facts.units_on(TODAY)[2].body == "standing_committee"
    Capability.objects.create(
        organization=units["D1"], what=CapabilityKind.DECIDES, valid_from=date(2025, 1, 1), valid_until=date(2026, 1, 1)
    )
    facts = facts_of([case.pk], TODAY)[case.pk]
    holds = {day: "decides" in facts.units_on(day)[1].powers for day in (date(2024, 12, 31), date(2025, 1, 1), TODAY)}
    assert list(holds.values()) == [False, True, False]
    Capability.objects.create(organization=units["H"], what=CapabilityKind.HAS_BOARD, held=False, valid_from=TODAY)
    facts = facts_of([case.pk], TODAY)[case.pk]
    assert "has_board" not in facts.units_on(TODAY)[2].powers
    assert "has_board" in facts.units_on(TODAY - timedelta(days=1))[2].powers


def test_a_cell_that_changes_its_parent_takes_its_files_along(units):
    case = opened(units["K1"], date(2024, 3, 1))
    tree.reparent(units["K1"], units["D2"], on=date(2025, 7, 1), today=TODAY)
    facts = facts_of([case.pk], TODAY)[case.pk]
    assert facts.units_on(date(2025, 6, 30))[1].code == "D1"
    assert facts.units_on(date(2025, 7, 1))[1].code == "D2"


def test_voters_are_the_official_members_of_the_day(units):
    cell = units["K1"]
    factories.member(cell, full_name="Lò Văn Dự", joined_on=date(2026, 3, 1))
    someone = cell.members.filter(official_on__isnull=False).first()
    states.record_state(someone, kind=StateKind.AWAY, valid_from=date(2026, 1, 1), today=TODAY)
    found = voters_on(cell, TODAY)
    assert (len(found.members), found.count(StateKind.AWAY)) == (4, 1)
    assert len(voters_on(cell, date(2011, 5, 18)).members) == 0
    factories.moved(someone, "died", cell, date(2026, 11, 1))
    assert len(voters_on(cell, TODAY).members) == 3
    assert len(voters_on(cell, date(2026, 10, 31)).members) == 4


def test_steps_of_many_files_come_with_one_gathering(units):
    cases = [opened(units["K1"]) for _ in range(3)]
    judge = judge_of(TODAY)
    found = steps_of(Case.objects.order_by("code"), judge)
    assert [(case.code, [step.id for step in steps]) for case, steps in found] == [
        (case.code, ["sympathiser_list"]) for case in cases
    ]
    assert situation_of(cases[0], judge).progress.stage.name == "SOURCE"


def test_whoever_asks_the_rules_about_all_files_gets_those_within_reach(units):
    here, _ = opened(units["K1"]), opened(units["K3"])
    officer = factories.user()
    factories.appointment(officer, units["D1"], "committee_officer")
    assert [(each.code, each.organization) for each in open_cases_of(officer, TODAY)] == [(here.code, units["K1"].name)]
    assert open_cases_of in open_cases._sources
