"""A rehearsal says what a decision would do, exactly, and leaves nothing behind."""

from datetime import date
from functools import partial
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cells.models import FactsVersion, Organization
from cells.queries.organizations import lines_of
from cells.rehearsal import Rehearsal, Scene, registered_effects, rehearse
from cells.services import arranging
from cells.services.arranging import Decision
from cells.services.arranging_undo import undo_change
from cells.services.errors import RuleError
from reports.models import Report, Target
from reports.services.figures import refresh_figures
from tests.factories import TODAY, appointment, district, member, user
from tests.reports.committee import stored

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 1)
decided = partial(Decision, DAY, TODAY, "Quyết định số 12-QĐ/ĐU")


@pytest.fixture
def units():
    units = district()
    for code, number in {"K1": 40, "K2": 3, "K3": 5}.items():
        for _ in range(number):
            member(units[code])
        member(units[code], joined_on=date(2026, 3, 1))
    return units


@pytest.fixture
def officer(units):
    person = user()
    appointment(person, units["H"])
    return person


def all_rows() -> dict[str, list[tuple]]:
    """Every row of every table there is."""
    return {model._meta.label: list(model._base_manager.order_by("pk").values_list()) for model in apps.get_models()}


def scene(person: Any, *places: Organization, on: date = DAY) -> Scene:
    return Scene(person, tuple(lines_of(places, Organization.objects.visible_to(person))), on, TODAY)


def shown(rehearsal: Rehearsal, heading: str = "Số liệu năm 2026") -> dict[str, list[str]]:
    (table,) = [table for table in rehearsal.tables if table.heading == heading]
    told = {}
    for row in table.rows:
        told[row.label] = [f"{v.before} → {v.after}" if v.differs else v.after for v in row.values]
    return told


def test_a_merger_is_told_with_figures_before_and_after(units, officer):
    Target.objects.create(organization=units["D1"], year=2026, value=2)
    rehearsal = rehearse(
        scene(officer, units["K2"], units["K3"]),
        lambda: arranging.merge(units["K2"], decided(), successor=units["K3"]),
    )
    assert shown(rehearsal) == {
        "Đảng bộ huyện Minh Sơn": ["48", "3", "51", "6,25% (3/48)", "Vượt mục tiêu", "150,00%", "1"],
        "Đảng bộ xã Minh Hòa": [
            "43 → 40", "2 → 1", "45 → 41", "4,65% (2/43) → 2,50% (1/40)", "Vượt mục tiêu → Chưa đạt",
            "100,00% → 50,00%", "0",
        ],
        "Chi bộ thôn Đông Thịnh": ["3", "1", "4 → 0", "33,33% (1/3)", "Xem theo số người", "—", "0"],
        "Đảng bộ xã Phú Khê": [
            "5 → 8", "1 → 2", "6 → 10", "20,00% (1/5) → 25,00% (2/8)", "Xem theo số người", "—", "0",
        ],
        "Chi bộ thôn Khê Thượng": [
            "5 → 8", "1 → 2", "6 → 10", "20,00% (1/5) → 25,00% (2/8)", "Xem theo số người", "—", "0",
        ],
    }  # fmt: skip
    assert (len(rehearsal.outcome.members), rehearsal.outcome.probationers) == (4, 4)


def test_a_change_without_effect_on_figures_says_so(units, officer):
    rehearsal = rehearse(scene(officer, units["K1"]), lambda: arranging.change(units["K1"], decided(), name="Khác"))
    assert rehearsal.tables == []
    assert [remark.text for remark in rehearsal.remarks] == ["Số liệu năm 2026 của các đơn vị liên quan không đổi."]


def test_the_year_of_the_day_is_told_beside_this_year(units, officer):
    decision = Decision(date(2025, 7, 1), TODAY, reason="Ghi muộn")
    rehearsal = rehearse(
        scene(officer, units["K1"], units["D2"], on=decision.on),
        lambda: arranging.move(units["K1"], decision, parent=units["D2"]),
    )
    assert [table.heading for table in rehearsal.tables] == ["Số liệu năm 2025", "Số liệu năm 2026"]


def test_reports_already_made_that_would_come_out_otherwise_are_named(units, officer):
    for code in ("H", "D1", "D2"):
        stored(units[code])
    Report.objects.update(last_day=date(2026, 11, 15))
    rehearsal = rehearse(
        scene(officer, units["C"], units["D1"]),
        lambda: arranging.move(units["C"], decided(), parent=units["D1"], kind="cell"),
    )
    told = [remark.text for remark in rehearsal.remarks if remark.warns]
    said = "đã lập: nội dung trong đó giữ nguyên như đã in; lập lại sẽ ra khác."
    assert told == [f"Báo cáo năm 2026: {units[code]} {said}" for code in ("H", "D1")]
    earlier = rehearse(
        scene(officer, units["C"], units["D1"], on=date(2026, 11, 16)),
        lambda: arranging.move(units["C"], Decision(date(2026, 11, 16), TODAY), parent=units["D1"], kind="cell"),
    )
    assert not [remark for remark in earlier.remarks if remark.warns]


def test_units_out_of_sight_are_not_told(units):
    person = user()
    appointment(person, units["D1"], "committee_officer")
    rehearsal = rehearse(
        scene(person, units["K2"], units["K1"]),
        lambda: arranging.merge(units["K2"], decided(), successor=units["K1"]),
    )
    assert list(shown(rehearsal)) == ["Đảng bộ xã Minh Hòa", "Chi bộ thôn Đồng Tâm", "Chi bộ thôn Đông Thịnh"]


DECISIONS = {
    "found": lambda units: arranging.found(units["D1"], decided(), code="K9", name="Chi bộ Mới", kind="cell"),
    "change": lambda units: arranging.change(units["K1"], decided(), name="Chi bộ Một", has_sources=False),
    "move": lambda units: arranging.move(units["K1"], decided(), parent=units["D2"]),
    "merge": lambda units: arranging.merge(units["K2"], decided(), successor=units["K3"]),
    "merge a committee": lambda units: arranging.merge(units["D2"], decided(), successor=units["D1"]),
    "dissolve": lambda units: arranging.dissolve(units["K2"], decided(), receiver=units["K1"]),
}


def looks(stage: Scene) -> list[Any]:
    return [effect.look(stage) for effect in registered_effects()]


def told(stage: Scene, before: list[Any], after: list[Any]) -> list[Any]:
    sides = zip(registered_effects(), before, after, strict=True)
    return [each for effect, was, comes in sides for each in effect.tell(stage, was, comes)]


@pytest.mark.parametrize("name", DECISIONS)
def test_a_rehearsal_leaves_no_row_and_says_what_doing_it_gives(
    units, officer, name, django_capture_on_commit_callbacks
):
    refresh_figures(TODAY)
    stored(units["D1"])
    stage, stored_rows, before = scene(officer, *units.values()), all_rows(), looks(scene(officer, *units.values()))
    with django_capture_on_commit_callbacks() as callbacks:
        rehearsal = rehearse(stage, lambda: DECISIONS[name](units))
    assert callbacks == []
    assert all_rows() == stored_rows

    outcome = DECISIONS[name](units)
    after = looks(stage)
    assert told(stage, before, after) == rehearsal.told
    assert [person.pk for person in outcome.members] == [person.pk for person in rehearsal.outcome.members]

    taken = partial(undo_change, outcome.organization, outcome.batch, reason="Nhầm", today=TODAY)
    rehearsal = rehearse(stage, taken)
    taken()
    assert told(stage, after, looks(stage)) == rehearsal.told


def test_a_refusal_is_that_of_the_service_and_leaves_no_row(units, officer):
    before = all_rows()
    with pytest.raises(RuleError, match="không thể sáp nhập vào chính mình"):
        rehearse(scene(officer, units["K1"]), lambda: arranging.merge(units["K1"], decided(), successor=units["K1"]))
    assert all_rows() == before


def test_facts_changed_between_the_two_looks_are_looked_at_again(units, officer, monkeypatch):
    real, seen = FactsVersion.advance, []

    def once_too_late(expected=None):
        if expected is not None and not seen:
            seen.append(expected)
            return False
        return real(expected=expected)

    monkeypatch.setattr(FactsVersion, "advance", once_too_late)
    attempt = partial(arranging.change, units["K1"], decided(), name="Khác")
    assert rehearse(scene(officer, units["K1"]), attempt).remarks
    monkeypatch.setattr(FactsVersion, "advance", lambda expected=None: expected is None)
    with pytest.raises(RuleError, match="Hãy xem trước lại sau ít phút"):
        rehearse(scene(officer, units["K1"]), attempt)


def test_the_queries_of_a_rehearsal_do_not_grow_with_members(units, officer, django_assert_max_num_queries):
    def merged() -> Any:
        return arranging.merge(units["K2"], decided(), successor=units["K3"])

    stage = scene(officer, units["K2"], units["K3"])
    with CaptureQueriesContext(connection) as first:
        rehearse(stage, merged)
    for _ in range(20):
        member(units["K2"])
    with django_assert_max_num_queries(len(first)):
        rehearse(stage, merged)
