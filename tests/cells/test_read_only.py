"""An inspector's connection cannot write, whatever a page tries; what he looked at leaves its trail all the same."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.urls import reverse

from cells.models import Organization
from cells.roles import Role
from cells.urls import urlpatterns
from cells.views import members
from core import audit
from core.models import AuditEvent
from core.read_only import read_only
from tests import examples
from tests.cells.roll_pages import log_in
from tests.factories import TODAY, appointment, district, user
from tests.pages import take_out


@pytest.fixture
def units(transactional_db):
    return district()


@pytest.fixture
def inspector(client, units):
    return log_in(client, units["H"], Role.INSPECTOR, valid_until=TODAY + timedelta(days=30))


SETTING = {"postgresql": "SHOW default_transaction_read_only", "sqlite": "PRAGMA query_only"}


def rename_all() -> None:
    Organization.objects.update(name="Khác")


def test_the_database_refuses_and_afterwards_takes_changes_again(units):
    with read_only():
        with pytest.raises(DatabaseError):
            rename_all()
        audit.record(AuditEvent.Action.EXPORT, label="xem")
        with pytest.raises(DatabaseError):
            rename_all()
    assert AuditEvent.objects.filter(label="xem").exists()
    rename_all()
    assert set(Organization.objects.values_list("name", flat=True)) == {"Khác"}


def test_a_page_that_would_write_fails_for_an_inspector_and_not_for_an_officer(units, inspector, client, monkeypatch):
    def careless(request):
        rename_all()
        return members.member_list(request)

    (pattern,) = (pattern for pattern in urlpatterns if pattern.name == "member-list")
    monkeypatch.setattr(pattern, "callback", careless)
    client.raise_request_exception = False
    assert client.get("/dang-vien/").status_code == 500
    assert not Organization.objects.filter(name="Khác").exists()
    officer = Client()
    officer.force_login(log_in(officer, units["H"], Role.BOARD_OFFICER))
    assert officer.get("/dang-vien/").status_code == 200
    assert Organization.objects.filter(name="Khác").exists()


def test_an_inspector_reads_and_exports_everything_of_his_mandate(units, inspector, client):
    known = examples.shared(units["K1"])
    for name in ("member-list", "member-print", "probationer-list", "organization-list"):
        assert client.get(reverse(f"cells:{name}")).status_code == 200, name
    for name in ("reports:overview-of", "reports:targets-of", "reports:report-detail", "cells:organization-detail"):
        assert client.get(reverse(name, kwargs=known[name])).status_code == 200, name
    assert take_out(client, "/dang-vien/excel/").status_code == 200
    assert AuditEvent.objects.filter(action=AuditEvent.Action.EXPORT, actor=inspector.username).exists()


def test_the_own_password_and_who_also_works_elsewhere_are_not_held_back(units, client):
    both = log_in(client, units["D1"], Role.INSPECTOR, valid_until=TODAY + timedelta(days=30))
    appointment(both, units["D2"], Role.COMMITTEE_OFFICER)
    assert client.get("/dang-vien/").status_code == 200
    person = user(password="mat-khau-de-thu-1")
    appointment(person, units["H"], Role.INSPECTOR, valid_until=TODAY + timedelta(days=30))
    own = Client()
    own.force_login(person)
    new = "nui-cao-song-dai-7"
    data = {"old_password": "mat-khau-de-thu-1", "new_password1": new, "new_password2": new}
    assert own.post("/doi-mat-khau/", data).status_code == 302
    person.refresh_from_db()
    assert person.check_password(new)


def test_the_connection_goes_back_to_work_after_a_refused_page(units, inspector, client):
    assert client.get("/nhap-xuat/").status_code == 403
    assert AuditEvent.objects.filter(action=AuditEvent.Action.REFUSE).exists()
    with connection.cursor() as cursor:
        cursor.execute(SETTING[connection.vendor])
        assert cursor.fetchone()[0] in ("off", 0)
