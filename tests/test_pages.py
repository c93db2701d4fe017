"""What holds for every page: who may open it, its language, its one heading, its answer to errors."""

import logging
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cells.models import Organization
from tests import factories
from tests.examples import PUBLIC, board_officer, pages, personal, shared
from tests.pages import addresses, check_page, english_words, visible_text


@pytest.fixture
def officer(db):
    return board_officer()


def test_strangers_are_led_to_the_log_in_page_from_everywhere_else(client, db):
    found = {
        name: (response.status_code, response.headers.get("Location", ""))
        for name, address in addresses()
        if name not in PUBLIC
        for response in [client.get(address)]
    }
    assert found == {name: (302, f"/dang-nhap/?next={address}") for name, address in addresses() if name not in PUBLIC}


def test_what_strangers_send_is_refused_and_they_do_not_come_back_to_it(client, db):
    found = {name: client.post(address).headers.get("Location") for name, address in addresses() if name not in PUBLIC}
    assert found == {name: "/dang-nhap/" for name, _ in addresses() if name not in PUBLIC}


def test_a_part_of_a_page_asked_for_after_the_session_ended_reloads_the_page(client, db):
    response = client.get(reverse("cells:job-list"), headers={"HX-Request": "true"})
    assert response.headers["HX-Refresh"] == "true"


def test_every_page_speaks_vietnamese_under_one_heading(client, officer):
    client.force_login(officer)
    statuses = {}
    for name, address in pages(officer):
        response = client.get(address, follow=True)
        statuses[name] = response.status_code
        if response.status_code == 200:
            check_page(response)
    assert {name: status for name, status in statuses.items() if status != 200} == {}, (
        "A page with parameters needs an example above; an address that only takes POST belongs to PARTS."
    )


@pytest.mark.once
def test_no_page_asks_more_of_the_database_the_more_there_is_to_show(client, officer):
    client.force_login(officer)
    shown = dict(pages(officer))
    enrich("D1", "K1")  # a first row of everything: what a page never shows may cost a query when it comes
    with_little = {name: questions(client, address) for name, address in shown.items()}
    enrich("D2", "K2", "K3", "C")
    personal(officer)
    with_more = {name: questions(client, address) for name, address in shown.items()}
    assert {name: count for name, count in with_more.items() if count > with_little[name]} == {}


def enrich(committee: str, *cells: str) -> None:
    """Something for every page at *committee*; at each of *cells* one admitted this year, and one long ago."""
    shared(Organization.objects.get(code=committee))
    for code in cells:
        place = Organization.objects.get(code=code)
        factories.member(place, joined_on=date(2026, 3, 3))
        factories.member(place, joined_on=date(2024, 3, 3), official_on=date(2025, 3, 3))


def questions(client, address) -> int:
    """How many queries the page takes, what it keeps for a while left out."""
    client.get(address, follow=True)
    with CaptureQueriesContext(connection) as asked:
        client.get(address, follow=True)
    return len(asked)


def test_the_log_in_page_speaks_vietnamese_under_one_heading(client):
    check_page(client.get(reverse("login")))


@pytest.mark.parametrize("signed_in", [False, True])
def test_an_unknown_address_gets_a_calm_page(client, officer, signed_in):
    if signed_in:
        client.force_login(officer)
    response = client.get("/khong-co/")
    assert response.status_code == 404
    check_page(response)


def test_a_request_that_cannot_be_read_gets_a_calm_page(client):
    response = client.get("/", headers={"host": "ai-do.example"})
    assert response.status_code == 400
    check_page(response)


def test_an_expired_page_says_that_nothing_was_saved(db):
    response = Client(enforce_csrf_checks=True).post(reverse("login"))
    assert response.status_code == 403
    assert "chưa lưu được" in visible_text(response.content.decode())
    check_page(response)


def test_a_refusal_gets_a_calm_page(client, officer, monkeypatch):
    def refuse(*args, **kwargs):
        raise PermissionDenied

    monkeypatch.setattr("core.accounts.views.PasswordChangeView.get", refuse)
    client.force_login(officer)
    response = client.get(reverse("password-change"))
    assert response.status_code == 403
    check_page(response)


def test_a_fault_gets_a_page_without_database_and_a_number_that_is_in_the_log(client, monkeypatch, caplog):
    def fail(*args, **kwargs):
        raise RuntimeError("broken")

    monkeypatch.setattr("core.accounts.views.LoginView.get", fail)
    client.raise_request_exception = False
    with caplog.at_level(logging.ERROR, logger="core.errors"):
        response = client.get(reverse("login"))
    assert response.status_code == 500
    check_page(response)
    (message,) = [record.getMessage() for record in caplog.records if record.name == "core.errors"]
    reference = message.split()[2]
    assert message == f"Sự cố {reference} tại GET /dang-nhap/"
    assert f"mã sự cố {reference}" in visible_text(response.content.decode())


def test_the_checker_finds_english_and_leaves_vietnamese_alone():
    html = """<title>Trang</title><p aria-label="Tìm">Bạn có thể in, can ngăn, me chua</p><script>next()</script>
    <input type="submit" value="Submit"><input type="hidden" value="delete"><p>This field</p>"""
    assert english_words(visible_text(html)) == {"submit", "this", "field"}
