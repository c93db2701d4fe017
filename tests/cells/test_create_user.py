"""`manage.py create_user`: the first people of an installation."""

import io

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from cells.models import Appointment, Organization
from core.models import User
from tests.factories import district, user

pytestmark = pytest.mark.django_db

GOOD = "chim-lac-bay-2026"


def create(monkeypatch, *options, name="Hai.DQ", password=GOOD):
    monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))
    call_command("create_user", name, "--full-name", "Đỗ Quang Hải", "--password-stdin", *options)


def test_a_user_is_created_with_an_appointment(monkeypatch):
    district()
    create(monkeypatch, "--role", "board_officer", "--organization", "H", "--title", "Chuyên viên")
    person = User.objects.get(username="hai.dq")
    assert person.check_password(GOOD)
    assert Organization.objects.visible_to(person).count() == 7
    assert Appointment.objects.get().title == "Chuyên viên"


@pytest.mark.parametrize(
    ("options", "password", "said"),
    [
        (["--role", "board_officer"], GOOD, "phải gắn với một tổ chức đảng"),
        (["--role", "board_officer", "--organization", "X"], GOOD, "Không có tổ chức mã X"),
        (["--role", "board_officer", "--organization", "H"], "ngan", "12"),
    ],
)
def test_what_does_not_fit_is_refused_and_nobody_is_created(monkeypatch, options, password, said):
    district()
    with pytest.raises(CommandError, match=said):
        create(monkeypatch, *options, password=password)
    assert User.objects.count() == 0


def test_a_user_name_is_used_once_whatever_its_case(monkeypatch):
    user("hai.dq")
    with pytest.raises(CommandError, match=r"Đã có người dùng hai\.dq"):
        create(monkeypatch, "--role", "administrator", name="HAI.DQ")
