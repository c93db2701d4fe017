"""A code of the phone after the password: set up, asked for, used once, and locked after wrong ones."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from core.accounts import activation, totp
from core.models import AuditEvent, RecoveryCode, SecondFactor
from tests import factories
from tests.core.phones import (
    CODE,
    CONFIRM,
    HOME,
    KEY,
    LOGIN,
    NEW_CODES,
    OFF,
    OFFICE,
    PASSWORD,
    SET_UP,
    STATE,
    Does,
    code,
    codes_on,
    give,
    give_password,
    is_in,
    set_up,
    trail,
    wrong,
)
from tests.pages import check_page, visible_text


@pytest.fixture
def person(db):
    return factories.user("anh.nt", "Nguyễn Thị Ánh", password=PASSWORD)


@pytest.fixture
def factor(person):
    return factories.second_factor(person, KEY)


# --- the arithmetic ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("seconds", "digits"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")])
def test_codes_are_those_of_the_standard(seconds, digits):
    assert totp.code_of(KEY, seconds // 30) == digits


def test_a_key_has_160_bits_and_is_typed_in_groups_of_four():
    key = totp.new_key()
    assert (len(key), [len(group) for group in totp.in_groups(key)]) == (32, [4] * 8)
    assert totp.new_key() != key


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "-12345", "12 345"])
def test_what_is_no_code_matches_nothing(typed):
    assert totp.matching_counter(KEY, typed, timezone.now()) is None


def test_the_picture_says_what_the_page_says_and_needs_no_style():
    address = totp.address_of(KEY, "anh.nt")
    assert address == f"otpauth://totp/Tao%20Nguon:anh.nt?secret={KEY}&issuer=Tao%20Nguon&digits=6&period=30"
    picture = totp.picture_of(address)
    assert picture.startswith("<svg ")
    assert "style" not in picture


# --- set up -----------------------------------------------------------------------------------------------------------
def test_it_is_set_up_with_a_first_code_and_ends_other_sessions(person):
    here, there = give_password(), give_password()
    codes = set_up(here)
    assert len(set(codes)) == 10
    factor = SecondFactor.objects.get(user=person)
    assert KEY not in str(factor.key)
    assert str(factor.key) == "••••"
    assert (here.get(HOME).status_code, there.get(HOME).status_code) == (200, 302)
    assert trail(Does.FACTOR_ON) == [("factor_on", "anh.nt", "Nguyễn Thị Ánh")]
    told = " ".join(f"{event.changes} {event.label}" for event in AuditEvent.objects.all())
    assert not any(each in told for each in codes)
    assert not RecoveryCode.objects.filter(digest__in=[*codes, *(each.replace("-", "") for each in codes)]).exists()


def test_a_wrong_first_code_turns_nothing_on_and_keeps_the_key(person):
    client = give_password()
    before = re.findall(r"<span>([A-Z2-7]{4})</span>", client.get(SET_UP).content.decode())
    answer = client.post(SET_UP, {"code": "12 34"})
    check_page(answer)
    assert "Mã chưa đúng. Hãy gõ mã 6 số mới hiện" in answer.content.decode()
    assert re.findall(r"<span>([A-Z2-7]{4})</span>", answer.content.decode()) == before
    assert not SecondFactor.objects.exists()


def test_the_page_with_the_codes_sent_once_more_changes_nothing(person):
    client = give_password()
    set_up(client)
    before = SecondFactor.objects.values().get()
    assert client.post(SET_UP, {"code": "123456"}).url == STATE
    assert SecondFactor.objects.values().get() == before


def test_the_key_in_the_session_is_sealed_and_the_first_code_is_used_up(person):
    client = give_password()
    client.get(SET_UP)
    key = "".join(re.findall(r"<span>([A-Z2-7]{4})</span>", client.get(SET_UP).content.decode()))
    assert key not in str(dict(client.session))
    first = code(key=key)
    client.post(SET_UP, {"code": first})
    other = give_password()
    give(other, first)
    assert not is_in(other)


def test_another_phone_takes_over_with_its_first_code(person, factor):
    client = give_password()
    give(client, code())
    set_up(client)
    old = give_password()
    give(old, code(1))
    assert not is_in(old)
    assert AuditEvent.objects.get(action=Does.FACTOR_ON).changes == {"another_phone": True}


def test_new_recovery_codes_take_the_place_of_the_old_ones(person):
    client = give_password()
    old = set_up(client)
    check_page(client.get(STATE))
    check_page(client.get(NEW_CODES))
    new = codes_on(client.post(NEW_CODES).content.decode())
    late, fresh = give_password(), give_password()
    give(late, old[0])
    give(fresh, new[0])
    assert (is_in(late), is_in(fresh), RecoveryCode.objects.count()) == (False, True, 10)


def test_who_needs_none_turns_it_off(person):
    client = give_password()
    set_up(client)
    check_page(client.get(OFF))
    client.post(OFF)
    assert not RecoveryCode.objects.exists()
    assert is_in(give_password())
    assert trail(Does.FACTOR_OFF) == [("factor_off", "anh.nt", "Nguyễn Thị Ánh")]


@pytest.mark.parametrize("address", [SET_UP, NEW_CODES, OFF])
def test_a_browser_found_open_changes_nothing(person, factor, address):
    client = give_password()
    give(client, code())
    with time_machine.travel(timezone.now() + timedelta(minutes=21)):
        assert client.get(address).url.startswith(CONFIRM)
        client.get(HOME)
        assert client.post(address).url.startswith(CONFIRM)
    assert SecondFactor.objects.filter(pk=factor.pk).exists()


# --- asked for --------------------------------------------------------------------------------------------------------
def test_the_password_alone_logs_nobody_in(person, factor):
    client = give_password()
    assert not is_in(client)
    assert client.get(HOME).url.startswith(LOGIN)
    check_page(client.get(CODE))
    assert trail(Does.LOGIN) == []
    give(client, code())
    assert is_in(client)
    assert trail(Does.LOGIN) == [("login", "anh.nt", "Nguyễn Thị Ánh")]


def test_afterwards_one_is_where_one_wanted_to_go(person, factor):
    answer = give(give_password(path=f"{LOGIN}?next=/tai-khoan/"), code())
    assert answer.url == "/tai-khoan/"
    assert give(give_password(path=f"{LOGIN}?next=https://example.org/"), code(1)).url == "/"


@pytest.mark.parametrize(("steps", "passes"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_clocks_may_differ_by_half_a_minute(person, factor, steps, passes):
    client = give_password()
    with time_machine.travel(timezone.now(), tick=False):
        give(client, code(steps))
    assert is_in(client) is passes


def test_a_code_may_be_typed_as_phones_show_it(person, factor):
    client, digits = give_password(), code()
    give(client, f" {digits[:3]} {digits[3:]} ")
    assert is_in(client)


def test_no_code_is_taken_twice_and_none_before_it(person, factor):
    with time_machine.travel(timezone.now(), tick=False):
        give(give_password(), code())
        tries = {steps: give_password() for steps in (-1, 0, 1)}
        for steps, client in tries.items():
            give(client, code(steps))
    assert [is_in(client) for client in tries.values()] == [False, False, True]
    assert trail(Does.CODE_FAILED) == [("code_failed", "", "Nguyễn Thị Ánh")] * 2


def test_the_second_step_waits_five_minutes(person, factor):
    client = give_password()
    with time_machine.travel(timezone.now() + timedelta(minutes=5, seconds=1)):
        answer = client.post(CODE, {"code": code()}, follow=True)
    assert not is_in(client)
    assert "mã xác thực trong vòng 5 phút" in answer.content.decode()


def test_nobody_begins_with_the_second_step(db):
    assert Client().get(CODE).url == Client().post(CODE, {"code": "123456"}).url == LOGIN


@pytest.mark.parametrize("change", ["locked", "new password", "removed"])
def test_what_happens_meanwhile_counts(person, factor, change):
    client = give_password()
    if change == "locked":
        person.is_active = False
        person.save()
    elif change == "new password":
        activation.issue(person)
    else:
        factor.delete()
    give(client, code())
    assert not is_in(client)


def test_the_session_key_changes_with_each_step(person, factor):
    client = Client()
    client.get("/tai-khoan/")
    keys = [client.session.session_key]
    client.post(LOGIN, {"username": "anh.nt", "password": PASSWORD})
    keys.append(client.session.session_key)
    give(client, code())
    keys.append(client.session.session_key)
    assert len(set(keys)) == 3


def test_a_sheet_does_not_open_an_account_with_a_factor(person, factor):
    paper = activation.issue(person)
    client = give_password(password=paper)
    assert not is_in(client)
    give(client, code())
    assert client.get(HOME).url == "/doi-mat-khau/"


def test_unknown_names_and_wrong_passwords_say_nothing_of_a_factor(person, factor):
    factories.user("khong.ma", password=PASSWORD)
    asked = {name: Client().post(LOGIN, {"username": name, "password": "sai"})
             for name in ("anh.nt", "khong.ma", "ai.do")}  # fmt: skip
    texts = {visible_text(answer.content.decode()) for answer in asked.values()}
    assert ({answer.status_code for answer in asked.values()}, len(texts)) == ({200}, 1)
    fields = [answer.context["form"].fields.keys() for answer in asked.values()]
    assert fields[0] == fields[1] == fields[2]


# --- recovery codes ---------------------------------------------------------------------------------------------------
def test_a_recovery_code_lets_in_once(person):
    codes = set_up(give_password())
    first, again = give_password(), give_password()
    give(first, codes[3].upper().replace("-", " "))
    give(again, codes[3])
    assert (is_in(first), is_in(again)) == (True, False)
    assert trail(Does.RECOVERY_USED) == [("recovery_used", "anh.nt", "Nguyễn Thị Ánh")]
    assert AuditEvent.objects.get(action=Does.RECOVERY_USED).changes == {"codes_left": 9}
    assert "9 trên 10" in first.get(STATE).content.decode()


def test_codes_of_somebody_else_let_nobody_in(person, factor):
    factories.user("binh.lv", password=PASSWORD)
    theirs = set_up(give_password("binh.lv"))
    client = give_password()
    give(client, theirs[0])
    assert not is_in(client)


def test_who_has_few_left_is_told(person):
    codes = set_up(give_password())
    for number, each in enumerate(codes[:7], start=1):
        client = give_password()
        answer = client.post(CODE, {"code": each}, follow=True).content.decode()
        assert ("Chỉ còn 3 mã khôi phục" in answer) is (number == 7)


# --- wrong ones -------------------------------------------------------------------------------------------------------
def test_five_wrong_codes_lock_the_name_at_that_address_for_a_while(person, factor):
    client = give_password()
    assert [give(client, wrong()).status_code for _ in range(4)] == [200] * 4
    locked = give(client, wrong())
    check_page(locked)
    assert (locked.status_code, "Hãy đợi 15 phút" in locked.content.decode()) == (429, True)
    assert give(client, code()).status_code == 429, "the right one too"
    assert Client(REMOTE_ADDR=OFFICE).post(LOGIN, {"username": "anh.nt", "password": PASSWORD}).status_code == 429
    elsewhere = give_password(at="10.9.9.9")
    give(elsewhere, code())
    assert is_in(elsewhere)
    assert set(trail(Does.LOCKOUT)) == {("lockout", "", "anh.nt")}
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        later = give_password()
        give(later, code())
        assert is_in(later)


def test_wrong_passwords_and_wrong_codes_are_counted_together(person, factor):
    for _ in range(3):
        give_password(password="sai")
    client = give_password()
    assert [give(client, wrong()).status_code for _ in range(2)] == [200, 429]


def test_fifty_people_behind_one_address_are_not_locked_by_one_of_them(db):
    people = [factories.user(password=PASSWORD) for _ in range(50)]
    for each in people:
        factories.second_factor(each, KEY)
    attacked = give_password(people[0].username)
    for _ in range(12):
        give(attacked, wrong())
    came_in = []
    for each in people:
        client = give_password(each.username)
        give(client, wrong())
        give(client, code())
        came_in.append(is_in(client))
    assert came_in == [False, *[True] * 49]


def test_many_addresses_together_get_ten_tries(person, factor):
    """Somebody who has the password and a whole network of addresses."""
    start = timezone.now()
    for number in range(10):
        assert give(give_password(at=f"10.1.0.{number}"), wrong()).status_code == 200
    late = give_password(at="10.1.0.99")
    assert give(late, code()).status_code == 429
    assert not is_in(late)
    with time_machine.travel(start + timedelta(minutes=14)):
        give(give_password(at="10.1.0.98"), wrong())
    with time_machine.travel(start + timedelta(minutes=16)):
        client = give_password(at="10.1.0.97")
        give(client, code())
        assert is_in(client), "trying on has not made it longer"
    assert SecondFactor.objects.values_list("failures", "locked_until").get() == (0, None)


def test_a_new_sheet_lets_its_owner_try_at_once(person, factor):
    SecondFactor.objects.update(failures=10, locked_until=timezone.now() + timedelta(minutes=9))
    client = give_password(password=activation.issue(person))
    give(client, code())
    assert is_in(client)


def test_nothing_told_of_a_code_is_the_code(person, factor):
    typed = wrong()
    give(give_password(), typed)
    event = AuditEvent.objects.get(action=Does.CODE_FAILED)
    assert typed not in f"{event.changes} {event.label} {event.reason}"


# --- asked for once more ----------------------------------------------------------------------------------------------
def test_confirming_takes_both(person, factor):
    client = give_password()
    give(client, code())
    assert 'name="code"' in client.get(CONFIRM).content.decode()
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):

        def sent(**data):
            return client.post(f"{CONFIRM}?next=/tai-khoan/", data).status_code

        digits = code()
        assert sent(password=PASSWORD) == 200
        assert sent(password=PASSWORD, code=wrong()) == 200
        assert sent(password="sai", code=digits) == 200
        assert sent(password=PASSWORD, code=digits) == 302, "a code beside a wrong password is not used up"
        assert sent(password=PASSWORD, code=digits) == 200


def test_wrong_codes_of_somebody_logged_in_lock_too(person, factor):
    client = give_password()
    give(client, code())
    answers = [client.post(CONFIRM, {"password": PASSWORD, "code": wrong()}).status_code for _ in range(5)]
    assert answers == [200] * 4 + [429]


def test_without_a_factor_the_password_is_enough(person):
    client = give_password()
    assert 'name="code"' not in client.get(CONFIRM).content.decode()
