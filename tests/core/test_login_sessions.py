"""Sessions run out and are ended; codes on paper open one page only; some pages ask for the password again."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.accounts import activation, sessions
from core.models import AuditEvent, LoginSession
from tests import factories

PASSWORD = "sông Lô mùa nước đổ"
HOME, LOGIN, CHANGE, LIST = "/viec-can-lam/", "/dang-nhap/", "/doi-mat-khau/", "/phien-dang-nhap/"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/150.0.0.0 Safari/537.36"


@pytest.fixture
def person(db):
    return factories.user("anh.nt", password=PASSWORD)


def logged_in(person, **headers) -> Client:
    client = Client(**headers)
    client.post(LOGIN, {"username": person.username, "password": PASSWORD})
    assert client.get(HOME).status_code == 200
    return client


def is_out(client: Client) -> bool:
    response = client.get(HOME)
    return response.status_code == 302 and response.url.startswith(LOGIN)


@pytest.mark.parametrize(("minutes", "ends"), [(29, False), (31, True)])
def test_a_session_ends_after_half_an_hour_without_use(person, minutes, ends):
    client = logged_in(person)
    with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
        assert is_out(client) is ends
        assert ("Phiên đăng nhập đã kết thúc" in client.get(LOGIN, follow=True).content.decode()) is ends


def test_a_session_in_use_ends_after_ten_hours(person):
    client, begun = logged_in(person), timezone.now()
    for minute in range(20, 600, 20):
        with time_machine.travel(begun + timedelta(minutes=minute)):
            assert not is_out(client)
    with time_machine.travel(begun + timedelta(hours=10, minutes=1)):
        assert is_out(client)


def test_the_owner_sees_where_he_is_logged_in_and_ends_the_others(person):
    here, there = logged_in(person), logged_in(person, HTTP_USER_AGENT=CHROME)
    assert "Chrome trên máy tính Windows" in here.get(LIST).content.decode()
    row = LoginSession.objects.get(browser="Chrome trên máy tính Windows")
    here.post("/phien-dang-nhap/ket-thuc/", {"phien": row.public_id})
    assert (is_out(here), is_out(there)) == (False, True)
    again = logged_in(person)
    here.post("/phien-dang-nhap/ket-thuc/")
    assert (is_out(here), is_out(again)) == (False, True)


def test_nobody_ends_a_session_of_somebody_else(person):
    other = factories.user("binh.lv", password=PASSWORD)
    theirs = logged_in(other)
    row = LoginSession.objects.get(user=other)
    assert logged_in(person).post("/phien-dang-nhap/ket-thuc/", {"phien": row.public_id}).status_code == 404
    assert not is_out(theirs)


def test_a_new_password_ends_the_other_sessions(person):
    here, there = logged_in(person), logged_in(person)
    new = "núi Mẫu Sơn có tuyết"
    here.post(CHANGE, {"old_password": PASSWORD, "new_password1": new, "new_password2": new})
    assert (is_out(here), is_out(there)) == (False, True)


def test_a_session_without_its_row_is_none(person):
    client = logged_in(person)
    LoginSession.objects.all().delete()
    assert is_out(client)


def test_a_code_on_paper_opens_nothing_but_the_page_that_asks_for_a_password(person):
    before = logged_in(person)
    code = activation.issue(person)
    assert is_out(before), "who had the old password is out"
    client = Client()
    assert client.post(LOGIN, {"username": "anh.nt", "password": code}).status_code == 302
    for path in (HOME, "/to-chuc/", "/tai-khoan/"):
        assert client.get(path).url == CHANGE
    assert "Đặt mật khẩu của bạn" in client.get(CHANGE).content.decode()
    client.post(CHANGE, {"new_password1": PASSWORD, "new_password2": PASSWORD})
    assert client.get(HOME).status_code == 200
    person.refresh_from_db()
    assert (person.must_change_password, person.check_password(code)) == (False, False)
    assert AuditEvent.objects.filter(action=AuditEvent.Action.ACTIVATION).count() == 1


def test_a_code_dies_after_its_days_and_says_what_to_do(person):
    code = activation.issue(person)
    with time_machine.travel(timezone.now() + timedelta(days=14, minutes=1)):
        html = Client().post(LOGIN, {"username": "anh.nt", "password": code}).content.decode()
    assert "Mã kích hoạt đã hết hạn. Hãy xin người tạo tài khoản in phiếu kích hoạt mới." in html


def test_codes_are_long_and_easy_to_read(person):
    codes = {activation.issue(person) for _ in range(20)}
    assert len(codes) == 20
    for code in codes:
        assert [len(group) for group in code.split("-")] == [5, 5, 5]
        assert not set("lo01ij") & set(code)
    assert len(activation.SIGNS) ** 15 > 2**70


def test_a_stale_session_is_asked_for_its_password_and_led_back(person):
    client, url = logged_in(person), reverse("password-change")
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        wrong = client.post("/xac-nhan/?next=/tai-khoan/", {"password": "sai"})
        assert "Mật khẩu chưa đúng" in wrong.content.decode()
        right = client.post("/xac-nhan/?next=/tai-khoan/", {"password": PASSWORD})
        assert right.url == "/tai-khoan/"
        elsewhere = client.post("/xac-nhan/?next=https://example.org/", {"password": PASSWORD})
        assert elsewhere.url == "/"
        assert client.session[sessions.CONFIRMED] == pytest.approx(timezone.now().timestamp(), abs=60)
    assert url == CHANGE
    assert AuditEvent.objects.filter(action=AuditEvent.Action.LOGIN_FAILED).count() == 1
