"""`manage.py demo` on an empty database and on others; the same seed and day give the same data."""

import sqlite3
import subprocess
import sys
import uuid
from collections import Counter
from contextlib import closing, suppress
from datetime import date
from pathlib import Path

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.management import CommandError, call_command
from django.db import transaction

from cells.kinds import OrganizationKind
from cells.models import Appointment, Organization, OrganizationVersion
from cells.profiles import ProfileName
from cells.queries.tree_check import tree_faults
from cells.roles import Role
from cells.workbook.exporting import export_scope, write_workbook
from core.models import User
from reports.demo import accounts, commune, district
from reports.demo.loader import load_demo
from reports.demo.names import DISTRICTS
from reports.demo.tree import Extent
from reports.queries.rates import policy_with, rate_table
from reports.rates import Period
from tests.bench.measure import wall_seconds
from tests.jobs_app.prepared import clean_environment, fill_data_folder
from tests.jobs_app.services import on_the_default_stack
from tests.repository import ROOT
from tests.today import TODAY

REFUSED = r"^Cơ sở dữ liệu đã có dữ liệu nên không nạp dữ liệu mẫu, .*\. Hãy dùng cơ sở dữ liệu trống"


@pytest.mark.django_db
def test_the_same_seed_and_day_give_the_same_workbook_and_another_seed_another(tmp_path: Path):
    def workbook(seed: int) -> bytes:
        with transaction.atomic():
            load_demo(seed=seed, today=TODAY, extent=district.TINY)
            write_workbook(tmp_path / "out.xlsx", export_scope())
            transaction.set_rollback(True)
        return (tmp_path / "out.xlsx").read_bytes()

    first = workbook(1)
    assert (workbook(1) == first, workbook(2) == first) == (True, False)


MAKE_ONE = """
import hashlib, sys
from datetime import date
import django
django.setup()
from reports.demo import commune, district
from reports.demo.loader import make_committee
for profile, model in (("district", district), ("commune", commune)):
    made = make_committee(profile, 1, 1, date(2026, 11, 22), model.TINY)
    made.add_people(profile, 1, date(2026, 11, 22), model.TINY)
    files = [(vars(folder.walk.person), folder.walk.happenings, folder.asked) for folder in made.folders]
    told = repr([made.states, *(sheet.grid for sheet in made.sheets.values()), files])
    print(hashlib.sha256(told.encode()).hexdigest())
"""


def test_no_order_of_a_set_finds_its_way_into_the_data(tmp_path: Path):
    def made_in_a_process(hash_seed: str) -> str:
        environment = clean_environment(tmp_path) | {"PYTHONHASHSEED": hash_seed}
        made = subprocess.run(
            [sys.executable, "-c", MAKE_ONE], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        )
        return made.stdout

    assert made_in_a_process("1") == made_in_a_process("2") != ""


@pytest.mark.django_db
def test_a_single_user_is_other_data_too():
    User.objects.create_user("toi", full_name="Lê Thị Ánh")
    with pytest.raises(CommandError, match=REFUSED):
        call_command("demo")
    assert Organization.objects.count() == 0


@pytest.mark.django_db
def test_a_database_without_the_demo_has_no_log_ins_to_tell(capsys):
    accounts.demo_password()
    call_command("demo", accounts=True)
    assert capsys.readouterr().out == ""


@pytest.mark.django_db
def test_the_commune_model_begins_with_its_law():
    with pytest.raises(CommandError, match=r"^Mô hình hai cấp chỉ có từ 01/7/2025\. Hãy chọn --today"):
        call_command("demo", profile="commune", today=date(2025, 6, 30))


@pytest.mark.django_db
def test_a_commune_has_become_a_base_organisation_of_cells():
    (result,) = load_demo(profile=ProfileName.COMMUNE, today=TODAY, extent=commune.TINY)
    assert (result.saved, result.errors, result.warnings) == (True, [], [])
    assert tree_faults(TODAY) == []
    top = Organization.objects.get(parent=None)
    kinds = OrganizationVersion.objects.filter(organization=top).order_by("valid_from").values_list("kind", flat=True)
    assert list(kinds) == [OrganizationKind.UPPER_COMMITTEE, OrganizationKind.BASE_COMMITTEE]
    open_kinds = Counter(Organization.objects.filter(closed_on=None, parent=top).values_list("kind", flat=True))
    assert set(open_kinds) == {OrganizationKind.CELL, OrganizationKind.SUB_COMMITTEE}
    assert Organization.objects.filter(parent=top, kind=OrganizationKind.BASE_COMMITTEE).count() == 2  # the former ones
    assert rate_table(Period.of_year(2026), policy_with(2026))[top].figures.admitted > 0


@pytest.mark.django_db
def test_several_districts_stand_under_a_province():
    smallest = Extent(communes=3, bodies=3, villages=(2, 2), members=450)
    results = load_demo(scale=2, today=TODAY, extent=smallest)
    assert [(result.saved, result.errors, result.warnings) for result in results] == [(True, [], [])] * 2
    province = Organization.objects.get(parent=None)
    names = Organization.objects.filter(parent=province).order_by("code").values_list("name", flat=True)
    assert list(names) == [f"Đảng bộ huyện {name}" for name in DISTRICTS[:2]]
    assert Appointment.objects.get(role=Role.BOARD_OFFICER).organization == province
    assert tree_faults(TODAY) == []


# --- the whole of it, as a process --------------------------------------------------------------------------------


@on_the_default_stack
def test_somebody_can_log_in_while_the_standard_demo_loads(tmp_path: Path):
    environment = clean_environment(tmp_path) | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "manage.py"]
    fill_data_folder(tmp_path / "data", environment)
    demo = [*command, "demo", "--today", TODAY.isoformat()]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    longest = 0.0
    with subprocess.Popen(demo, cwd=ROOT, env=environment, **pipes) as loading:
        while loading.poll() is None:
            longest = max(longest, wall_seconds(lambda: save_a_session(tmp_path / "data" / "taonguon.sqlite3")))
            with suppress(subprocess.TimeoutExpired):
                loading.wait(timeout=0.1)
        told, progress = loading.communicate()
    assert loading.returncode == 0
    # Under five seconds on a quiet machine; Django waits for twenty before it gives up.
    print(f"the longest wait was {longest:.1f} s")
    assert longest < 15
    assert told.strip().splitlines()[0] == "Tài khoản dùng thử của dữ liệu mẫu:"
    assert [told.count(f" {username} ") for username in accounts.USERNAMES.values()] == [1] * len(Role)
    assert progress.splitlines()[-1] == "Nạp dữ liệu mẫu: 100% (100/100) Xong"

    again = subprocess.run(demo, cwd=ROOT, env=environment, **pipes)
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr.strip().startswith("CommandError: Cơ sở dữ liệu đã có dữ liệu nên không nạp dữ liệu mẫu")


def save_a_session(database: Path) -> None:
    """What a log-in writes."""
    with closing(sqlite3.connect(database, timeout=20, isolation_level="IMMEDIATE")) as connection, connection:
        row = (uuid.uuid4().hex, "x", "2030-01-01")
        connection.execute("INSERT INTO django_session (session_key, session_data, expire_date) VALUES (?, ?, ?)", row)


# --- the password --------------------------------------------------------------------------------------------------


def test_the_password_is_made_once_on_each_machine_and_kept_to_oneself(settings, tmp_path):
    found = []
    for name in ("here", "there"):
        settings.DATA_DIR = tmp_path / name
        (tmp_path / name / "secrets").mkdir(parents=True)
        found.append(accounts.demo_password())
        assert accounts.demo_password() == found[-1]
        assert accounts.password_file().stat().st_mode & 0o777 == 0o600
    assert found[0] != found[1]


def test_passwords_are_easy_to_type_and_pass_the_rules_of_all_passwords():
    for _ in range(200):
        password = accounts.easy_password()
        validate_password(password, User(username="chuyenvien", full_name="Đỗ Quang Hải"))
        assert len(password) >= 12
        assert password.isascii()
        assert password == password.lower()
