"""A real browser for tests marked `browser`: the machine's chromium, driven by Playwright."""

import os
import shutil

import pytest
from django.test import Client

from tests.examples import board_officer

# Playwright's event loop runs in this thread; Django would take plain test code for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """Used by pytest-playwright: no browser of its own, no calls to its maker, no sandbox for root."""
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {"executable_path": shutil.which("chromium"), "args": [*quiet, *sandbox]}


@pytest.fixture
def officer(transactional_db):
    """A Board officer of a small district, who can log in with the password below."""
    return board_officer(password="mat-khau-cua-hai")


@pytest.fixture
def sign_in(live_server):
    """Give a browser context the session of a user, without going through the log-in page."""

    def give(context, person) -> None:
        client = Client()
        client.force_login(person)
        session = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])

    return give
