"""The invented committee: believable, without contradictions, the same for the same seed, kept off other data."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.urls import reverse

from cells.kinds import BASE_KINDS, DECREASES, MovementKind, OrganizationKind, StateKind
from cells.models import (
    Appointment,
    Association,
    DeclaredYear,
    Installation,
    Member,
    MemberState,
    Movement,
    Organization,
    OrganizationVersion,
)
from cells.profiles import ProfileName
from cells.queries.tree_check import tree_faults
from cells.roles import Role
from cells.workbook.importing import ImportResult, import_sheets
from core.dates import format_date
from core.models import AuditEvent, User
from reports.demo import accounts, commune, district
from reports.demo.loader import Committee, load_demo, make_committee
from reports.demo.names import COMMUNES, DISTRICTS, HAMLETS, VILLAGES, name_words
from reports.demo.tree import Sector
from reports.models import FiguresRun, Target
from reports.queries.rates import policy_with, rate_table
from reports.rates import Period
from tests.today import TODAY

pytestmark = pytest.mark.xdist_group("demo")  # what they look at is made once

THIS_YEAR = TODAY.year


def load_tiny(**options) -> list[ImportResult]:
    return load_demo(today=TODAY, **{"extent": district.TINY} | options)


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """A tiny district, loaded once for the tests below; the database is empty again afterwards."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_tiny()
        transaction.set_rollback(True)


@pytest.fixture
def tiny(loaded, db):
    return loaded


# --- the standard district, without a database ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def standard() -> Committee:
    return make_committee(ProfileName.DISTRICT, 1, 1, TODAY)


def this_years_rates(committee: Committee) -> dict[str, float]:
    """Percent admitted this year of each base organisation."""
    tree, new_year = committee.tree, date(THIS_YEAR, 1, 1)
    moves = [m for m in committee.chronicle.moves if m.kind == MovementKind.ADMITTED and m.on >= new_year]
    admitted = Counter(tree.group_on(move.cell, new_year) for move in moves)
    return {code: 100 * admitted[code] / size for code, size in committee.chronicle.openings[THIS_YEAR].items()}


def test_a_district_has_the_size_of_a_district(standard):
    tree = standard.tree
    still_open = [unit for unit in tree.units.values() if unit.is_open(TODAY)]
    kinds = Counter(unit.stages[-1].kind for unit in still_open)
    cells = kinds[OrganizationKind.CELL] + kinds[OrganizationKind.BASE_CELL]
    members = sum(map(len, standard.chronicle.rolls.values()))
    assert kinds[OrganizationKind.BASE_COMMITTEE] + kinds[OrganizationKind.BASE_CELL] == 45
    assert kinds[OrganizationKind.SUB_COMMITTEE] == 2
    assert 405 <= cells <= 435
    assert 6_900 <= members <= 7_250


def test_rates_spread_from_one_to_six_percent(standard):
    rates = sorted(rate for rate in this_years_rates(standard).values() if rate)
    new_year = date(THIS_YEAR, 1, 1)
    admitted = [m for m in standard.chronicle.moves if m.kind == MovementKind.ADMITTED and m.on >= new_year]
    opening = sum(standard.chronicle.openings[THIS_YEAR].values())
    assert 0.7 <= rates[0] <= 1.3
    assert 5.0 <= rates[-1] <= 6.5
    assert 2.65 <= 100 * len(admitted) / opening <= 2.95


def test_admissions_follow_the_great_days_of_the_year(standard):
    ceremonies = [m.held_on for m in standard.chronicle.moves if m.held_on]
    by_month = Counter(day.month for day in ceremonies)
    assert min(by_month[month] for month in (1, 5, 8, 11)) > max(by_month[month] for month in (4, 6, 7, 10))
    waits = [m.held_on - m.on for m in standard.chronicle.moves if m.held_on]
    assert min(waits) >= timedelta(days=7)
    assert sorted(waits)[int(len(waits) * 0.95)] <= timedelta(days=42)


def test_some_cells_have_admitted_nobody_for_one_two_three_and_five_years(standard):
    last: dict[str, date] = {}
    for person in standard.chronicle.people.everybody:
        if not person.moves or person.moves[0].kind in DECREASES:
            cell = person.moves[0].cell if person.moves else person.cell
            last[cell] = max(last.get(cell, date.min), person.joined_on)
    for move in standard.chronicle.moves:
        if move.kind == MovementKind.ADMITTED:
            last[move.cell] = max(last.get(move.cell, date.min), move.on)
    waited = Counter(
        min(5, (TODAY - last[cell.code]).days // 365) for cell in standard.tree.cells if cell.is_open(TODAY)
    )
    assert min(waited[years] for years in (1, 2, 3, 5)) >= 10
    assert waited[3] + waited[4] + waited[5] <= 110


def test_members_are_as_old_as_members_of_their_cells_are(standard):
    def median_age(sector: Sector) -> float:
        cells = [cell.code for cell in standard.tree.cells if cell.sector is sector]
        ages = sorted((TODAY - p.born).days / 365 for code in cells for p in standard.chronicle.rolls[code])
        return ages[len(ages) // 2]

    assert 52 < median_age(Sector.VILLAGE) < 64
    assert median_age(Sector.POLICE) < median_age(Sector.SCHOOL) < median_age(Sector.VILLAGE) - 10


def test_people_and_places_are_named_from_invented_lists(standard):
    words = {word for person in standard.chronicle.people.everybody for word in person.full_name.split()}
    assert words - name_words() == set()
    communes = [unit.name for unit in standard.tree.units.values() if unit.sector is Sector.AREA]
    places = {name.replace("thị trấn", "xã").split(" ", 3)[3] for name in communes}
    assert places - {*COMMUNES, *DISTRICTS} == set()
    villages = {unit.name.split(" ", 3)[-1] for unit in standard.tree.cells if unit.name.startswith("Chi bộ thôn")}
    hamlets = {unit.name.split(" ", 3)[-1] for unit in standard.tree.cells if unit.name.startswith("Chi bộ bản")}
    assert (villages - set(VILLAGES), hamlets - set(HAMLETS)) == (set(), set())
    codes = [*standard.tree.units, *(person.code for person in standard.chronicle.people.everybody)]
    assert {code[:3] for code in codes} == {"099"}


@pytest.mark.parametrize("profile", ProfileName.values)
@pytest.mark.parametrize("today", [TODAY, date(2027, 1, 3), date(2025, 7, 1), date(2032, 2, 29)])
def test_whatever_the_day_the_sheets_are_without_fault(db, profile, today):
    extent = (commune if profile == ProfileName.COMMUNE else district).TINY
    committee = make_committee(profile, 1, 3, today, extent)
    result = import_sheets(committee.sheets, today=today, title="", dry_run=True)
    # A commune that is older than the figures has members from before it was founded.
    founded = f"chỉ có từ ngày {format_date(commune.FOUNDED)}, mà "
    assert (result.errors, [issue for issue in result.warnings if founded not in issue.message]) == ([], [])


# --- a tiny district in the database ----------------------------------------------------------------------------------


def test_everything_comes_in_without_fault_or_warning(tiny):
    assert [(result.saved, result.errors, result.warnings) for result in tiny] == [(True, [], [])]
    assert tree_faults(TODAY) == []
    assert FiguresRun.objects.filter(year=THIS_YEAR).exists()


def test_each_role_has_a_log_in_that_works(tiny, client):
    held = Appointment.objects.in_force().on(TODAY).values_list("role", "user__username")
    assert sorted(held) == sorted((role.value, accounts.USERNAMES[role]) for role in Role)
    for username in accounts.USERNAMES.values():
        sent = {"username": username, "password": accounts.demo_password()}
        assert client.post(reverse("login"), sent).status_code == 302, username
        client.logout()
    secretary = Appointment.objects.get(role=Role.CELL_SECRETARY)
    born = Member.objects.get(organization=secretary.organization, full_name=secretary.user.full_name).born_on
    assert (TODAY - born).days > 50 * 365
    assert Appointment.objects.get(role=Role.INSPECTOR).valid_until > TODAY


def test_the_log_ins_are_told_once_more_unless_their_password_was_changed(tiny, capsys):
    call_command("demo", accounts=True)
    lines = capsys.readouterr().out.strip().splitlines()
    assert lines[0] == "Tài khoản dùng thử của dữ liệu mẫu:"
    assert [line.split("  ")[0] for line in lines[3:]] == [role.label for role in accounts.USERNAMES]
    assert all(accounts.demo_password() in line for line in lines[3:])
    changed = User.objects.get(username="chuyenvien")
    changed.set_password("của riêng tôi 2026")
    changed.save()
    assert not any("chuyenvien" in line for line in accounts.accounts_table())


def test_two_communes_and_two_cells_were_made_one_and_a_cell_was_handed_over(tiny):
    closed = Organization.objects.exclude(closed_on=None).order_by("code")
    merged = {unit.kind for unit in closed}
    assert merged == {OrganizationKind.BASE_COMMITTEE, OrganizationKind.CELL}
    assert set(OrganizationVersion.objects.filter(is_closed=True).values_list("has_successor", flat=True)) == {True}
    for cell in closed.filter(kind=OrganizationKind.CELL):
        left = Movement.objects.filter(organization=cell, effective_on=cell.closed_on)
        assert set(left.values_list("kind", flat=True)) == {MovementKind.TRANSFERRED_OUT}
        assert not left.filter(document="").exists()
        assert not left.filter(pair=None).exists()
        assert not Member.objects.filter(organization=cell, on_roll=True).exists()
    handed = OrganizationVersion.objects.get(valid_from=date(2026, 7, 1), is_closed=False)
    assert (handed.parent.name, handed.organization.versions.count()) == ("Đảng bộ thị trấn Minh Sơn", 2)


def test_declared_years_close_where_the_roll_opens(tiny):
    top = Organization.objects.get(parent=None)
    years = list(DeclaredYear.objects.filter(organization=top).order_by("year"))
    assert [row.year for row in years] == [2018, 2019, 2020]
    assert [row.closing for row in years[:-1]] == [row.opening for row in years[1:]]
    table = rate_table(Period.of_year(2021), policy_with(2021))
    for row in DeclaredYear.objects.filter(year=2020).select_related("organization"):
        assert table[row.organization].figures.opening == row.closing, row


def test_targets_are_assigned_to_all_base_organisations_each_year(tiny):
    table = rate_table(Period.of_year(THIS_YEAR), policy_with(THIS_YEAR))
    base = Organization.objects.filter(kind__in=BASE_KINDS, closed_on=None)
    targets = dict(Target.objects.filter(year=THIS_YEAR, organization__in=base).values_list("organization", "value"))
    assert set(targets) == set(base.values_list("pk", flat=True))
    top = Organization.objects.get(parent=None)
    assert Target.objects.get(year=THIS_YEAR, organization=top).value == sum(targets.values())
    # One unit has nobody left to admit; another has met its target of one with less than three percent.
    exempt = OrganizationVersion.objects.get(has_sources=False, kind=OrganizationKind.BASE_CELL).organization
    met = base.get(kind=OrganizationKind.BASE_CELL, name__startswith="Chi bộ Trung tâm Giáo dục")
    assert (targets[exempt.pk], table[exempt].figures.admitted) == (0, 0)
    assert (targets[met.pk], table[met].figures.admitted, table[met].rate.percent < 3) == (1, 1, True)
    assert set(Target.objects.values_list("year", flat=True)) == set(range(2021, 2027))


def test_states_installation_and_bodies_beside_the_tree_are_there(tiny):
    assert Installation.load().profile == ProfileName.DISTRICT
    assert set(MemberState.objects.values_list("kind", flat=True)) >= {StateKind.EXEMPT, StateKind.AWAY}
    assert Association.objects.filter(organization__parent=None).count() == 7
    for model, label in ((MemberState, "cells.memberstate"), (Association, "cells.association"), (User, "core.user")):
        assert AuditEvent.objects.filter(model=label).count() == model.objects.count()


def test_other_data_are_left_alone(tiny):
    before = Member.objects.count()
    with pytest.raises(
        CommandError, match=r"^Cơ sở dữ liệu đã có dữ liệu nên không nạp .* Hãy dùng cơ sở dữ liệu trống"
    ):
        call_command("demo")
    assert Member.objects.count() == before
