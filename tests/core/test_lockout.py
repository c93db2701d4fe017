"""Wrong passwords lock one name at one address for a while, and tell nothing about who exists."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import hashers
from django.test import Client
from django.utils import timezone

from core.accounts import activation
from core.models import AuditEvent
from tests import factories
from tests.pages import check_page

PASSWORD = "sông Lô mùa nước đổ"
LOGIN, CONFIRM = "/dang-nhap/", "/xac-nhan/"
OFFICE, ELSEWHERE = "10.0.0.7", "10.9.9.9"


@pytest.fixture
def person(db):
    return factories.user("anh.nt", password=PASSWORD)


def tries(name: str, password: str = "sai", at: str = OFFICE, times: int = 1):
    client = Client(REMOTE_ADDR=at)
    for _ in range(times):
        response = client.post(LOGIN, {"username": name, "password": password})
    return response


def test_five_wrong_passwords_lock_the_name_at_that_address_for_a_while(person):
    assert tries("anh.nt", times=4).status_code == 200
    locked = tries("anh.nt")
    check_page(locked)
    assert locked.status_code == 429
    assert "Hãy đợi 15 phút" in locked.content.decode()
    assert tries("ANH.NT", PASSWORD).status_code == 429, "the right one too, however the name is written"
    assert tries("anh.nt", PASSWORD, at=ELSEWHERE).status_code == 302
    assert AuditEvent.objects.filter(action=AuditEvent.Action.LOCKOUT, label="anh.nt").exists()
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert tries("anh.nt", PASSWORD).status_code == 302


def test_trying_on_does_not_keep_the_owner_out(person):
    start = timezone.now()
    tries("anh.nt", times=5)
    with time_machine.travel(start + timedelta(minutes=14)):
        assert tries("anh.nt").status_code == 429
    with time_machine.travel(start + timedelta(minutes=16)):
        assert tries("anh.nt", PASSWORD).status_code == 302


def test_one_attacker_never_locks_an_office(db):
    """Fifty people behind one address, and somebody among them who tries all their names."""
    people = [factories.user(password=PASSWORD) for _ in range(50)]
    for each in people:
        assert tries(each.username, times=4).status_code == 200
    tries(people[0].username, times=10)
    came_in = [tries(each.username, PASSWORD).status_code for each in people]
    assert came_in == [429, *[302] * 49]


def test_names_that_do_not_exist_answer_alike(person):
    for name in ("anh.nt", "khong.co"):
        tries(name, times=4)
    known, unknown = tries("anh.nt"), tries("khong.co")
    assert known.status_code == unknown.status_code == 429
    assert known.content == unknown.content


@pytest.mark.parametrize("state", ["known", "inactive", "unknown"])
def test_every_wrong_password_takes_one_hash(person, state, monkeypatch):
    person.is_active = state != "inactive"
    person.save()
    done = []
    hasher = type(hashers.get_hasher("default"))
    genuine = hasher.encode
    monkeypatch.setattr(hasher, "encode", lambda *args, **kwargs: done.append(1) or genuine(*args, **kwargs))
    answer = tries("anh.nt" if state != "unknown" else "khong.co")
    assert (answer.status_code, len(done)) == (200, 1)
    assert "tên đăng nhập" in answer.content.decode().lower()


def test_a_new_sheet_lets_its_owner_in_at_once(person):
    tries("anh.nt", times=6)
    code = activation.issue(person)
    assert tries("anh.nt", code).status_code == 302


def test_wrong_passwords_of_somebody_logged_in_count_too(person):
    client = Client(REMOTE_ADDR=OFFICE)
    client.post(LOGIN, {"username": "anh.nt", "password": PASSWORD})
    answers = [client.post(CONFIRM, {"password": "sai"}).status_code for _ in range(5)]
    assert answers == [200, 200, 200, 200, 429]


def test_the_address_behind_our_own_proxy_is_what_the_proxy_saw(rf, settings):
    from core.accounts.lockout import address_of

    request = rf.get("/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="6.6.6.6, 10.0.0.7")
    assert address_of(request) == "127.0.0.1"
    settings.BEHIND_PROXY = True
    assert address_of(request) == "10.0.0.7"
