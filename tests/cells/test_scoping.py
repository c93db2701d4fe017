"""The one door to data: what each appointment lets through, and nothing else."""

from datetime import date

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser

from cells.kinds import AssociationKind
from cells.models import Association, Member, Movement, Organization
from cells.roles import GRANTS, Action, Role
from cells.scoping import may, reaches
from cells.services import tree
from cells.services.appointments import appoint, end_appointment
from cells.services.errors import RuleError
from core.models import AuditEvent, User
from tests.factories import TODAY, appointment, district, member, user

pytestmark = pytest.mark.django_db


@pytest.fixture
def units():
    return district()


def someone(unit, role, **details):
    person = user()
    appointment(person, unit, role, **details)
    return person


def codes(person, **options):
    return sorted(Organization.objects.visible_to(person, **options).values_list("code", flat=True))


def test_a_board_officer_sees_the_whole_tree(units):
    assert codes(someone(units["H"], Role.BOARD_OFFICER)) == ["C", "D1", "D2", "H", "K1", "K2", "K3"]


def test_a_committee_officer_sees_the_own_part(units):
    assert codes(someone(units["D1"], Role.COMMITTEE_OFFICER)) == ["D1", "K1", "K2"]


def test_a_secretary_sees_the_own_cell_and_what_was_merged_into_it(units):
    person = someone(units["K1"], Role.CELL_SECRETARY)
    assert codes(person) == ["K1"]
    tree.merge(units["K2"], units["K1"], on=date(2025, 7, 1), today=TODAY)
    assert codes(person) == ["K1", "K2"]


def test_rows_of_members_and_movements_follow_their_organisation(units):
    mine, foreign = member(units["K1"]), member(units["K3"])
    person = someone(units["D1"], Role.COMMITTEE_OFFICER)
    assert list(Member.objects.visible_to(person)) == [mine]
    assert {movement.member for movement in Movement.objects.visible_to(person)} == {mine}
    assert not Member.objects.visible_to(person).filter(pk=foreign.pk).exists()


def test_a_unit_that_moves_away_takes_its_rows_along(units):
    person = someone(units["D1"], Role.COMMITTEE_OFFICER)
    tree.reparent(units["K1"], units["D2"], on=date(2025, 7, 1), today=TODAY)
    assert codes(person) == ["D1", "K2"]


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "sees"),
    [
        (date(2026, 11, 22), None, True),
        (date(2026, 11, 23), None, False),
        (date(2020, 1, 1), date(2026, 11, 23), True),
        (date(2020, 1, 1), date(2026, 11, 22), False),
    ],
)
def test_rights_begin_and_end_with_the_dates_of_the_appointment(units, valid_from, valid_until, sees):
    person = someone(units["K1"], Role.BOARD_OFFICER, valid_from=valid_from, valid_until=valid_until)
    assert codes(person) == (["K1"] if sees else [])


def test_an_ended_appointment_ends_its_rights_with_the_next_request(units):
    person = someone(units["K1"], Role.CELL_SECRETARY)
    end_appointment(person.appointments.get(), on=TODAY, reason="Thay bí thư")
    assert codes(User.objects.get(pk=person.pk)) == []
    assert list(person.appointments.in_force().values_list("valid_until", flat=True)) == [TODAY]


def test_the_reach_of_one_appointment_is_never_mixed_with_the_right_of_another(units):
    person = someone(units["K1"], Role.CELL_SECRETARY)
    appointment(person, units["D2"], Role.COMMITTEE_OFFICER)
    assert codes(person) == ["D2", "K1", "K3"]
    assert codes(person, action=Action.IMPORT) == ["D2", "K3"]


def test_an_inspector_reads_within_the_mandate_and_writes_nothing(units):
    person = someone(units["D1"], Role.INSPECTOR, valid_until=date(2026, 12, 31))
    assert codes(person) == ["D1", "K1", "K2"]
    assert codes(person, action=Action.IMPORT) == []


@pytest.mark.parametrize("role", [Role.TRAINING_CENTRE, Role.MASS_ORGANISATION])
def test_associations_see_no_organisations_or_members(units, role):
    beside = Association.objects.create(
        code="TT", name="Trung tâm Chính trị", kind=AssociationKind.TRAINING_CENTRE, organization=units["H"]
    )
    person = user()
    appoint(person, role, association=beside, valid_from=date(2020, 1, 1))
    member(units["K1"])
    assert (codes(person), list(Member.objects.visible_to(person))) == ([], [])


def test_an_administrator_sees_no_content(units):
    person = user()
    appoint(person, Role.ADMINISTRATOR, valid_from=date(2020, 1, 1))
    assert codes(person) == []


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_rows_are_granted_alike_however_they_are_asked_for(units, role):
    """One by one at hand, organisation by organisation, or in the order of a list: always what visible_to says."""
    closed = tree.create(code="K9", name="Chi bộ cũ", kind="cell", parent=units["D1"], today=TODAY)
    people = [member(unit) for unit in (*units.values(), closed)]
    tree.merge(closed, units["K1"], on=date(2025, 7, 1), today=TODAY)
    people = list(Member.objects.select_related("organization"))
    beside = Association.objects.create(
        code="TT", name="Trung tâm Chính trị", kind=AssociationKind.TRAINING_CENTRE, organization=units["D1"]
    )
    for place in ("H", "D1", "K1"):
        person = user()
        if role in (Role.TRAINING_CENTRE, Role.MASS_ORGANISATION):
            appoint(person, role, association=beside, valid_from=date(2020, 1, 1))
        else:
            appointment(person, units[place], role, valid_until=date(2027, 1, 1))
        for action in Action:
            granted = set(Member.objects.visible_to(person, action))
            places = Organization.objects.visible_to(person, action, of="cells.member")
            assert granted == set(Member.objects.walked(places))
            assert granted == {row for row in people if reaches(person, action, "cells.member", row.organization)}


def test_nobody_without_an_appointment_sees_anything(units):
    assert codes(user()) == []
    assert codes(AnonymousUser()) == []


def test_a_blocked_user_sees_nothing(units):
    person = someone(units["H"], Role.BOARD_HEAD)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert codes(User.objects.get(pk=person.pk)) == []


def test_paths_of_neighbours_do_not_leak():
    """Key 1 is no prefix of key 10 or 12: paths end in a slash."""
    tops = [tree.create(code=f"T{n}", name=f"T{n}", kind="base_cell", parent=None, today=TODAY) for n in range(12)]
    for top in tops:
        assert codes(someone(top, Role.BOARD_OFFICER)) == [top.code]


def test_menus_ask_the_same_table(units):
    assert may(someone(units["H"], Role.BOARD_OFFICER), Action.IMPORT, "cells.organization")
    assert not may(someone(units["K1"], Role.CELL_SECRETARY), Action.IMPORT, "cells.organization")
    assert set(GRANTS) == set(Role)


def test_what_belongs_to_no_unit_is_seen_by_all_and_set_at_the_top_only(units):
    """The way of reckoning holds for everybody, so one Board among many does not set it."""
    policy = "reports.targetpolicy"
    at_the_top, below = someone(units["H"], Role.BOARD_HEAD), someone(units["D1"], Role.BOARD_HEAD)
    secretary = someone(units["K1"], Role.CELL_SECRETARY)
    assert [may(person, Action.VIEW, policy) for person in (at_the_top, below, secretary, user())] == [
        True, True, True, False,
    ]  # fmt: skip
    assert [may(person, Action.SET_POLICY, policy) for person in (at_the_top, below, secretary)] == [True, False, False]
    model = apps.get_model(policy)
    model.objects.create(year=2026, term_start=date(2026, 1, 1))
    assert [model.objects.visible_to(person).count() for person in (secretary, user())] == [1, 0]
    assert [model.objects.visible_to(person, Action.SET_POLICY).count() for person in (at_the_top, below)] == [1, 0]


@pytest.mark.parametrize(
    ("role", "details", "said"),
    [
        (Role.BOARD_OFFICER, {}, "phải gắn với một tổ chức đảng"),
        (Role.MASS_ORGANISATION, {}, "phải gắn với một đoàn thể hoặc trung tâm"),
        (Role.ADMINISTRATOR, {"organization": "H"}, "không gắn với tổ chức nào"),
        (Role.INSPECTOR, {"organization": "H"}, "phải có ngày kết thúc"),
        (Role.BOARD_HEAD, {"organization": "H", "valid_until": date(2020, 1, 1)}, "phải sau ngày bắt đầu"),
    ],
)
def test_an_office_needs_its_place_and_dates(units, role, details, said):
    if "organization" in details:
        details = details | {"organization": units[details["organization"]]}
    with pytest.raises(RuleError, match=said):
        appoint(user(), role, valid_from=date(2020, 1, 1), **details)


def test_an_appointment_leaves_its_event(units):
    appoint(user("an.nv"), Role.BOARD_HEAD, organization=units["H"], valid_from=date(2020, 1, 1))
    event = AuditEvent.objects.latest("id")
    assert (event.model, event.label) == (
        "cells.appointment",
        "an.nv: Lãnh đạo Ban Tổ chức, Đảng bộ huyện Minh Sơn",
    )


def test_ranges_find_what_prefixes_find_by_index(units, django_assert_num_queries):
    person = someone(units["D1"], Role.COMMITTEE_OFFICER)
    with django_assert_num_queries(3):  # appointments, declared relatives, rows
        assert Member.objects.visible_to(person).count() == 0
    with django_assert_num_queries(1):  # the appointments are read once per request
        list(Organization.objects.visible_to(person))
