"""What every response carries: policies of the browser, and no copy kept of what a logged-in person saw."""

import os
import subprocess
import sys

import pytest
from django.core.management import call_command
from django.test import Client

from tests.examples import board_officer, pages
from tests.pages import addresses
from tests.repository import ROOT

pytestmark = pytest.mark.once

POLICIES = {
    "Content-Security-Policy",
    "Permissions-Policy",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
}


@pytest.mark.django_db
def test_every_response_carries_every_policy(client):
    officer = board_officer()
    strangers = [address for _, address in addresses()] + ["/khong-co/"]
    answers = [client.get(address) for address in strangers]
    client.force_login(officer)
    answers += [client.get(address) for _, address in pages(officer)] + [client.get("/khong-co/")]
    for response in answers:
        assert POLICIES - response.headers.keys() == set(), response.request["PATH_INFO"]
        assert "unsafe" not in response.headers["Content-Security-Policy"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
def test_what_a_logged_in_person_sees_is_kept_nowhere(client):
    officer = board_officer()
    client.force_login(officer)
    for name, address in pages(officer):
        assert client.get(address).headers["Cache-Control"] == "private, no-store", name


@pytest.mark.django_db
def test_a_page_that_failed_carries_the_policies_too(client, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("broken")

    monkeypatch.setattr("core.accounts.views.LoginView.get", fail)
    client.raise_request_exception = False
    assert POLICIES - client.get("/dang-nhap/").headers.keys() == set()


def test_a_refusal_for_a_foreign_host_carries_the_policies_too(client):
    response = client.get("/", headers={"host": "ai-do.example"})
    assert response.status_code == 400
    assert POLICIES - response.headers.keys() == set()


def test_cookies_and_addresses_insist_on_https_outside_a_try_out(settings, client):
    """`make run` alone says INSECURE_HTTP; the tests do as well, so the settings are read anew here."""
    asked = (
        "from django.conf import settings as s; import json; print(json.dumps([s.SESSION_COOKIE_SECURE, "
        "s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0, s.SECURE_SSL_REDIRECT]))"
    )
    environment = {name: value for name, value in os.environ.items() if name != "INSECURE_HTTP"}
    environment |= {"DJANGO_SETTINGS_MODULE": "config.settings", "ENV_FILE": "/dev/null"}
    for insecure, answer in (("", "[true, true, true, true]"), ("1", "[false, false, false, false]")):
        found = subprocess.run(
            [sys.executable, "-c", asked],
            env=environment | ({"INSECURE_HTTP": insecure} if insecure else {}),
            cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert found.stdout.strip() == answer


def test_djangos_own_checks_for_real_use_find_nothing(settings, monkeypatch):
    monkeypatch.delenv("DJANGO_ALLOW_ASYNC_UNSAFE", raising=False)  # set beside the tests in a browser
    settings.INSECURE_HTTP = False
    settings.DEBUG = False
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 1
    settings.SECRET_KEY = "k" * 25 + "abcdefghijklmnopqrstuvwxyz0123456789"
    call_command("check", deploy=True, fail_level="WARNING")


def test_plain_http_is_led_to_https_except_for_the_health_of_the_machine(settings, db):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 60
    client = Client()
    assert client.get("/dang-nhap/").headers["Location"] == "https://testserver/dang-nhap/"
    assert client.get("/healthz").status_code == 200
    assert client.get("/dang-nhap/", secure=True).headers["Strict-Transport-Security"].startswith("max-age=")
