"""Who needs a code beside the password, what happens when the phone is lost, and two log-ins with one code."""

import subprocess
import sys
from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from cells.checks import roles_in_settings_exist
from cells.roles import Role
from cells.safeguards import limits, without_factor
from core.accounts import activation, second_factor
from core.models import AuditEvent, SecondFactor
from core.sealed import Sealed
from tests import factories
from tests.core.phones import (
    CONFIRM,
    HOME,
    KEY,
    OFF,
    PASSWORD,
    SET_UP,
    STATE,
    Does,
    code,
    give,
    give_password,
    is_in,
    set_up,
)
from tests.core.test_jobs_race import other_connection
from tests.jobs_app.prepared import clean_environment
from tests.pages import check_page
from tests.repository import ROOT
from tests.today import TODAY


@pytest.fixture
def person(db):
    return factories.user("anh.nt", "Nguyễn Thị Ánh", password=PASSWORD)


@pytest.fixture
def factor(person):
    return factories.second_factor(person, KEY)


@pytest.fixture
def needed(settings, person):
    """The Board's officers need a factor, and *person* is one."""
    settings.SECOND_FACTOR_ROLES = ["board_officer"]
    return factories.appointment(person, factories.district()["H"])


# --- who needs one ----------------------------------------------------------------------------------------------------
def test_who_needs_one_goes_nowhere_before_it_is_set_up(person, needed):
    client = give_password()
    for address in (HOME, "/to-chuc/", "/tai-khoan/", STATE, "/phien-dang-nhap/"):
        assert client.get(address).url == SET_UP
    assert client.post("/phien-dang-nhap/ket-thuc/").url == SET_UP
    fragment = client.get("/to-chuc/goi-y/", headers={"HX-Request": "true"})
    assert (fragment.content, fragment.headers["HX-Refresh"]) == (b"", "true")
    assert "Vai trò của bạn bắt buộc có bước này" in client.get(SET_UP).content.decode()
    set_up(client)
    assert client.get(HOME).status_code == 200


def test_the_password_comes_first_and_the_factor_second(person, needed):
    client = give_password(password=activation.issue(person))
    assert client.get(HOME).url == client.get(SET_UP).url == "/doi-mat-khau/"
    client.post("/doi-mat-khau/", {"new_password1": PASSWORD, "new_password2": PASSWORD})
    assert client.get(HOME).url == SET_UP


def test_who_needs_one_cannot_turn_it_off(person, needed, factor):
    client = give_password()
    give(client, code())
    assert "Tắt</a>" not in client.get(STATE).content.decode()
    assert client.post(OFF).url == STATE
    assert SecondFactor.objects.filter(user=person).exists()


def test_the_need_ends_with_the_office_and_begins_with_it(person, needed):
    client = give_password()
    assert client.get(HOME).status_code == 302
    needed.valid_until = TODAY
    needed.save()
    assert client.get(HOME).status_code == 200
    factories.appointment(person, needed.organization)
    assert client.get(HOME).url == SET_UP


@pytest.mark.parametrize(
    ("environment", "roles"),
    [
        ({}, ["board_officer", "board_head", "administrator"]),
        ({"INSECURE_HTTP": "1"}, []),
        ({"INSECURE_HTTP": "1", "SECOND_FACTOR_ROLES": "board_head"}, ["board_head"]),
        ({"SECOND_FACTOR_ROLES": "board_head, inspector"}, ["board_head", "inspector"]),
        ({"SECOND_FACTOR_ROLES": ""}, []),
    ],
)
def test_the_board_needs_one_unless_this_is_a_trial(tmp_path, environment, roles):
    asked = "from config import settings; print(settings.SECOND_FACTOR_ROLES)"
    bare = {name: value for name, value in clean_environment(tmp_path).items() if name != "INSECURE_HTTP"}
    command = [sys.executable, "-c", asked]
    done = subprocess.run(command, cwd=ROOT, env=bare | environment, capture_output=True, text=True)
    assert done.stdout.strip() == str(roles), done.stderr


def test_a_slip_in_the_name_of_a_role_stops_the_start(settings):
    settings.SECOND_FACTOR_ROLES = ["board_head", "board_hed"]
    (fault,) = roles_in_settings_exist(None)
    assert fault.msg == "SECOND_FACTOR_ROLES: không có vai trò board_hed."
    settings.SECOND_FACTOR_ROLES = [Role.BOARD_HEAD]
    assert roles_in_settings_exist(None) == []


def test_the_page_of_safeguards_says_who_needs_one_and_who_lacks_it(person, needed):
    found = {line.what: line for line in limits()}["Xác thực hai bước bắt buộc với"]
    assert (found.value, found.is_fine) == ("Cán bộ Ban Tổ chức", True)
    assert without_factor(TODAY) == 1
    factories.second_factor(person)
    assert without_factor(TODAY) == 0


# --- lost -------------------------------------------------------------------------------------------------------------
@pytest.fixture
def secretary(factor, person):
    units = factories.district()
    factories.appointment(person, units["K1"], Role.CELL_SECRETARY)
    return units


def reset_by(role: str, place, person):
    manager = factories.user("quan.ly", "Trần Văn Quản")
    factories.appointment(manager, place, role)
    client = Client()
    client.force_login(manager)
    address = f"/quan-tri/nguoi-dung/{person.public_id}/xac-thuc/"
    return client, client.post(address, {"reason": "Mất điện thoại"}), address


def test_who_manages_the_account_resets_a_lost_factor(person, secretary):
    theirs = give_password()
    give(theirs, code())
    client, answer, address = reset_by(Role.COMMITTEE_OFFICER, secretary["D1"], person)
    assert answer.status_code == 302
    assert not SecondFactor.objects.exists()
    assert theirs.get("/tai-khoan/").status_code == 302
    assert is_in(give_password())
    event = AuditEvent.objects.get(action=Does.FACTOR_RESET)
    assert (event.actor, event.reason, event.scope_path) == ("quan.ly", "Mất điện thoại", secretary["K1"].path)
    assert client.get(address).status_code == 302, "there is none any more"


@pytest.mark.parametrize("place", ["D2", "K1"])
def test_nobody_else_resets_it(person, secretary, place):
    role = Role.COMMITTEE_OFFICER if place == "D2" else Role.CELL_SECRETARY
    _, answer, _ = reset_by(role, secretary[place], person)
    assert answer.status_code in (403, 404)
    assert SecondFactor.objects.exists()


def test_a_reset_takes_a_reason_and_a_password_given_lately(person, secretary):
    client, _, address = reset_by(Role.COMMITTEE_OFFICER, secretary["D2"], person)
    manager = factories.user("khac")
    factories.appointment(manager, secretary["D1"], Role.COMMITTEE_OFFICER)
    client = Client()
    client.force_login(manager)
    check_page(client.get(address))
    assert client.post(address, {"reason": ""}).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=21)):
        assert client.post(address, {"reason": "Mất"}).url.startswith(CONFIRM)
    assert SecondFactor.objects.exists()


def test_the_person_at_the_machine_helps_whom_nobody_above_can_help(person, factor, capsys):
    call_command("reset_second_factor", "Anh.NT", reason="Mất điện thoại")
    assert "Đã gỡ xác thực hai bước của anh.nt" in capsys.readouterr().err
    assert AuditEvent.objects.get(action=Does.FACTOR_RESET).origin == "reset_second_factor"
    with pytest.raises(CommandError, match="không có gì để gỡ"):
        call_command("reset_second_factor", "anh.nt", reason="x")
    with pytest.raises(CommandError, match="Không có người dùng"):
        call_command("reset_second_factor", "ai.do", reason="x")


def test_without_the_keys_of_the_installation_paper_still_lets_people_in(person):
    codes = set_up(give_password())
    SecondFactor.objects.update(key=Sealed("another installation"))
    client = give_password()
    assert give(client, code()).status_code == 200
    give(client, codes[0])
    assert is_in(client)


# --- at the same moment -----------------------------------------------------------------------------------------------
def test_of_two_who_read_the_factor_before_either_wrote_one_is_refused(person, factor):
    """What two log-ins with the same code come to, whatever the order of their questions."""
    now = timezone.now()
    first, second = (SecondFactor.objects.get(user=person) for _ in range(2))
    typed = code()
    assert [second_factor._accept_code(each, typed, now) for each in (first, second)] == [True, False]


@pytest.mark.services("postgresql")
@pytest.mark.django_db(transaction=True)
def test_a_code_sent_twice_at_the_same_moment_lets_one_in():
    person = factories.user("anh.nt", password=PASSWORD)
    factories.second_factor(person, KEY)
    codes = second_factor.renew_codes(SecondFactor.objects.get())
    for typed in (code(), codes[0]):
        clients = [give_password() for _ in range(2)]
        with other_connection() as submit, other_connection() as also:
            waiting = [run(give, client, typed) for run, client in zip((submit, also), clients, strict=True)]
            answers = sorted(each.result(timeout=30).status_code for each in waiting)
        assert answers == [200, 302]
        assert [is_in(client) for client in clients].count(True) == 1
