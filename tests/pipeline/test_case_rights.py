"""Who sees which files, and what a cell still sees that a person has left."""

from datetime import timedelta

import pytest
from django.apps import apps

from cells.kinds import AssociationKind
from cells.models import Association, DeclaredConflict
from cells.queries.trail import trail_of
from cells.roles import Action, Role
from core.field_classes import FieldClass, class_of, unclassified
from pipeline.models import (
    Ballot,
    Candidate,
    CandidateProfile,
    Case,
    CaseDocument,
    CaseEvent,
    DuplicateReport,
    Mentorship,
    VettingInquiry,
)  # fmt: skip
from pipeline.queries.cases import events_of
from pipeline.services import moving, vetting
from tests import factories
from tests.pipeline import files
from tests.pipeline.files import done, opened, vote
from tests.today import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def units():
    return files.peopled(4, "K1", "K3")


def officer(place, role: str):
    person = factories.user()
    ends = {"valid_until": TODAY.replace(year=2027)} if role == Role.INSPECTOR else {}
    factories.appointment(person, place, role, **ends)
    return person


def seen(person, model, action: str = Action.VIEW) -> int:
    return model.objects.visible_to(person, action, on=TODAY).count()


def test_each_sees_and_records_the_files_of_the_own_units(units):
    case = opened(units["K1"])
    files.walk(case)
    for inquiry in vetting.plan_inquiries(case, today=TODAY, version=case.version):
        vetting.exempt(inquiry, "parent_is_member", today=TODAY, version=case.version)
    done(case, "cell_vote", vote=vote(units["K1"]))
    opened(units["K3"])
    models = (Candidate, CandidateProfile, Case, CaseDocument)
    for place, role, count, records in (
        ("K1", Role.CELL_SECRETARY, 1, 1),
        ("K2", Role.CELL_SECRETARY, 0, 0),
        ("D1", Role.COMMITTEE_OFFICER, 1, 1),
        ("D2", Role.COMMITTEE_OFFICER, 1, 1),
        ("H", Role.BOARD_OFFICER, 2, 2),
        ("H", Role.BOARD_HEAD, 2, 2),
        ("H", Role.INSPECTOR, 2, 0),
    ):
        person = officer(units[place], role)
        assert {seen(person, model) for model in models} == {count}, (place, role)
        assert {seen(person, model, Action.RECORD_CASE) for model in models} == {records}, (place, role)
        only = place not in ("K2", "D2")
        assert [seen(person, model) > 0 for model in (Ballot, Mentorship, VettingInquiry)] == [only] * 3


def test_offices_beside_the_party_and_the_technician_see_no_file(units):
    opened(units["K1"])
    beside = Association.objects.create(
        code="TT", name="TT", kind=AssociationKind.TRAINING_CENTRE, organization=units["H"]
    )
    for role in (Role.TRAINING_CENTRE, Role.MASS_ORGANISATION, Role.ADMINISTRATOR):
        person = factories.user()
        association = None if role == Role.ADMINISTRATOR else beside
        factories.appointment(person, None, role, association=association)
        assert seen(person, Case) == seen(person, CaseEvent) == seen(person, Candidate) == 0


def test_a_cell_that_was_left_sees_its_own_events_only(units):
    case = opened(units["K1"])
    files.walk(case)
    day = TODAY - timedelta(days=2)
    moving.move_case(case, to=units["K3"], on=day, today=TODAY, version=case.version, reason="Chuyển nơi ở")
    done(case, "helper", TODAY)
    old, new = (officer(units[key], Role.CELL_SECRETARY) for key in ("K1", "K3"))
    assert (seen(old, Case), seen(old, Candidate), seen(old, Mentorship)) == (0, 0, 0)
    theirs = CaseEvent.objects.visible_to(old, on=TODAY)
    assert {event.organization for event in theirs} == {units["K1"]}
    assert theirs.filter(kind="moved").exists()
    assert not theirs.filter(occurred_on=TODAY).exists()
    assert Case.objects.visible_to(new, on=TODAY).get() == case
    assert len(events_of(case)) == theirs.count() + 1


def test_only_the_unit_above_both_learns_of_somebody_on_file_twice(units):
    for key in ("K1", "K3"):
        opened(units[key], someone=files.person("Hoàng Văn Đức"))
    assert DuplicateReport.objects.count() == 1
    for place, role, count in (
        ("K1", Role.CELL_SECRETARY, 0), ("K3", Role.CELL_SECRETARY, 0), ("D1", Role.COMMITTEE_OFFICER, 0),
        ("D2", Role.COMMITTEE_OFFICER, 0), ("H", Role.BOARD_OFFICER, 1), ("H", Role.INSPECTOR, 0),
    ):  # fmt: skip
        person = officer(units[place], role)
        assert seen(person, DuplicateReport) == count
        told = trail_of(person, TODAY).filter(model="pipeline.duplicatereport")
        assert told.exists() == (place == "H")


def test_a_relative_of_the_person_sees_nothing_of_the_file(units):
    case = opened(units["K1"])
    files.walk(case)
    done(case, "cell_vote", vote=vote(units["K1"]))
    person = officer(units["D1"], Role.COMMITTEE_OFFICER)
    assert seen(person, Case) == 1
    DeclaredConflict.objects.create(
        user=person, model="pipeline.candidate", file=case.candidate.public_id, name="Trần", relation="em"
    )
    person = type(person).objects.get(pk=person.pk)
    for model in (Case, Candidate, CandidateProfile, CaseEvent, Ballot, Mentorship, CaseDocument):
        assert seen(person, model) == 0, model
    assert not trail_of(person, TODAY).filter(model="pipeline.case").exists()


def test_every_column_says_how_private_it_is():
    found = {model.__name__: list(unclassified(model)) for model in apps.get_app_config("pipeline").get_models()
             if model.__name__ != "RuleConfirmation"}  # fmt: skip
    assert {name: columns for name, columns in found.items() if columns} == {}
    for name in ("relative", "relation", "conclusion", "exempt_because"):
        assert class_of(VettingInquiry, name) is FieldClass.VETTING
    for name in ("requested_on", "answered_on", "addressee"):
        assert class_of(VettingInquiry, name) is FieldClass.BASIC
    assert class_of(CandidateProfile, "identity_number") is FieldClass.SENSITIVE
