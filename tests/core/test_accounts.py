"""Logging in and out, changing one's password, and the trail of it."""

import unicodedata

import pytest
from django.contrib.auth import SESSION_KEY
from django.urls import reverse

from core.models import AuditEvent, User
from tests.pages import check_page, visible_text

PASSWORD = "mùa gặt trên đồi cao"
NEW_PASSWORD = "con đò qua bến sông"
WRONG = "Tên đăng nhập hoặc mật khẩu chưa đúng. Hãy kiểm tra phím Caps Lock và bộ gõ tiếng Việt rồi nhập lại."


@pytest.fixture
def person(db) -> User:
    return User.objects.create_user("nhan.lt", PASSWORD, full_name="Lê Thị Nhàn", phone="0900000001")


def log_in(client, username: str, password: str, **data: str):
    return client.post(reverse("login"), {"username": username, "password": password, **data})


def trail() -> list[tuple[str, str, str]]:
    return [(event.action, event.actor, event.label) for event in AuditEvent.objects.order_by("id")]


@pytest.mark.parametrize("spelling", ["nhan.lt", "Nhan.LT", "  NHAN.LT "])
def test_the_user_name_may_be_spelled_with_capitals(client, person, spelling):
    response = log_in(client, spelling, PASSWORD)
    assert response.headers["Location"] == reverse("home")
    assert client.session[SESSION_KEY] == str(person.pk)


FORMS = ("NFC", "NFD")


@pytest.mark.parametrize("typed", FORMS)
@pytest.mark.parametrize("stored", FORMS)
def test_a_password_is_the_same_whatever_the_keyboard_writes(client, db, stored, typed):
    """ "ù" is one sign to one keyboard and two to another; nobody can see which."""
    User.objects.create_user("nhan.lt", unicodedata.normalize(stored, PASSWORD), full_name="Lê Thị Nhàn")
    log_in(client, "nhan.lt", unicodedata.normalize(typed, PASSWORD))
    assert SESSION_KEY in client.session


@pytest.mark.parametrize("form", FORMS)
def test_a_changed_password_is_the_same_whatever_the_keyboard_writes(client, person, form):
    client.force_login(person)
    old, new = (unicodedata.normalize(form, text) for text in (PASSWORD, NEW_PASSWORD))
    again = unicodedata.normalize("NFC", NEW_PASSWORD)
    client.post(reverse("password-change"), {"old_password": old, "new_password1": new, "new_password2": again})
    person.refresh_from_db()
    assert [person.check_password(unicodedata.normalize(typed, NEW_PASSWORD)) for typed in FORMS] == [True, True]


def test_signs_that_only_one_keyboard_writes_do_not_make_a_password_long(client, person):
    client.force_login(person)
    short = unicodedata.normalize("NFD", "ồếẩữợ")
    answer = client.post(reverse("password-change"), {
        "old_password": PASSWORD, "new_password1": short, "new_password2": short,
    })  # fmt: skip
    assert list(answer.context["form"].errors) == ["new_password2"]


def test_log_in_leads_back_to_where_one_came_from(client, person):
    response = log_in(client, "nhan.lt", PASSWORD, next="/cong-viec/")
    assert response.headers["Location"] == "/cong-viec/"


def test_log_in_leads_to_no_other_site(client, person):
    response = log_in(client, "nhan.lt", PASSWORD, next="https://ai-do.example/")
    assert response.headers["Location"] == reverse("home")


def test_an_unknown_name_a_wrong_password_and_a_closed_account_get_the_same_answer(client, person):
    User.objects.create_user("nghi.nv", PASSWORD, full_name="Nguyễn Văn Nghỉ", is_active=False)
    answers = [
        log_in(client, "ai.do", PASSWORD),
        log_in(client, "nhan.lt", "sai mật khẩu rồi"),
        log_in(client, "nghi.nv", PASSWORD),
    ]
    assert [answer.context["form"].non_field_errors() for answer in answers] == [[WRONG], [WRONG], [WRONG]]
    for answer in answers:
        check_page(answer)
    assert SESSION_KEY not in client.session


def test_log_in_failed_log_in_and_log_out_leave_a_trail_without_the_password(client, person):
    log_in(client, "Nhan.LT", "nhầm mật khẩu")
    log_in(client, "Ai.Do", "nhầm mật khẩu")
    log_in(client, "nhan.lt", PASSWORD)
    client.post(reverse("logout"))
    assert trail() == [
        ("login_failed", "", "nhan.lt"),
        ("login_failed", "", "ai.do"),
        ("login", "nhan.lt", "Lê Thị Nhàn"),
        ("logout", "nhan.lt", "Lê Thị Nhàn"),
    ]
    assert set(AuditEvent.objects.values_list("origin", flat=True)) == {"127.0.0.1"}
    assert [event.changes for event in AuditEvent.objects.all()] == [{}] * 4


def test_log_out_ends_the_session_and_leads_to_the_log_in_page(client, person):
    client.force_login(person)
    response = client.post(reverse("logout"))
    assert response.headers["Location"] == reverse("login")
    assert SESSION_KEY not in client.session


def test_log_out_is_not_done_by_following_a_link(client, person):
    client.force_login(person)
    assert client.get(reverse("logout")).status_code == 405
    assert SESSION_KEY in client.session


def test_log_out_after_the_session_ended_writes_nothing(client, db):
    assert client.post(reverse("logout")).headers["Location"] == reverse("login")
    assert trail() == []


def test_whoever_is_logged_in_does_not_see_the_log_in_page(client, person):
    client.force_login(person)
    assert client.get(reverse("login")).headers["Location"] == reverse("home")


def change_password(client, old: str, new: str, again: str | None = None):
    data = {"old_password": old, "new_password1": new, "new_password2": new if again is None else again}
    return client.post(reverse("password-change"), data)


def test_a_new_password_replaces_the_old_one_and_keeps_the_session(client, person):
    log_in(client, "nhan.lt", PASSWORD)
    response = change_password(client, PASSWORD, NEW_PASSWORD)
    assert response.headers["Location"] == reverse("home")
    person.refresh_from_db()
    assert person.check_password(NEW_PASSWORD)
    page = client.get(reverse("home"), follow=True)
    assert "Đã đổi mật khẩu. Lần đăng nhập sau hãy dùng mật khẩu mới." in visible_text(page.content.decode())
    assert trail() == [("login", "nhan.lt", "Lê Thị Nhàn"), ("password", "nhan.lt", "Lê Thị Nhàn")]
    assert AuditEvent.objects.get(action="password").changes == {}


@pytest.mark.parametrize(
    ("old", "new", "again", "errors"),
    [
        ("sai", NEW_PASSWORD, NEW_PASSWORD, {"old_password": ["Mật khẩu đang dùng chưa đúng. Hãy nhập lại."]}),
        (PASSWORD, NEW_PASSWORD, "khác",
         {"new_password2": ["Hai lần nhập mật khẩu mới chưa giống nhau. Hãy nhập lại."]}),
        (PASSWORD, "1234", "1234", {"new_password2": [
            "Mật khẩu này quá ngắn, cần ít nhất 12 ký tự.",
            "Mật khẩu này quá phổ biến, dễ bị đoán ra. Hãy chọn mật khẩu khác.",
            "Mật khẩu này chỉ gồm chữ số. Hãy thêm chữ cái.",
        ]}),
        (PASSWORD, "lê thị nhàn 1", "lê thị nhàn 1", {"new_password2": [
            "Mật khẩu này quá giống họ và tên của bạn. Hãy chọn mật khẩu khác."]}),
        ("", "", "", {
            "old_password": ["Hãy điền mục này."], "new_password1": ["Hãy điền mục này."],
            "new_password2": ["Hãy điền mục này."]}),
    ],
)  # fmt: skip
def test_a_password_that_will_not_do_is_refused_with_the_reason(client, person, old, new, again, errors):
    client.force_login(person)
    AuditEvent.objects.all().delete()
    response = change_password(client, old, new, again)
    assert response.context["form"].errors == errors
    check_page(response)
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert trail() == []


def test_a_new_password_that_leaves_no_trail_is_not_saved(client, person, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("no trail")

    client.force_login(person)
    monkeypatch.setattr("core.accounts.views.audit.record", fail)
    with pytest.raises(RuntimeError, match="no trail"):
        change_password(client, PASSWORD, NEW_PASSWORD)
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
