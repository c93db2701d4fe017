"""What no page does: show what is out of reach, tell it from what is not there, or change anything when only read."""

import re
import subprocess
import uuid
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cells.forms.exports import ExportForm
from cells.kinds import MovementKind, StateKind
from cells.models import DeclaredYear
from cells.roles import Role
from cells.services import declared, roll, states
from reports.kinds import ReportKind
from reports.models import Plan, Target
from reports.rates import Period
from reports.services.reports import render_report
from reports.services.targets import write_numbers
from tests import examples, factories
from tests.pages import addresses, take_out
from tests.pipeline.files import kept
from tests.reports.committee import stored
from tests.today import TODAY

pytestmark = pytest.mark.once

MAY_GROW = re.compile(r'"(core_auditevent|core_auditseal|django_session|core_job)"')
"""What reading a page may leave behind: the trail, the session. Work is queued by POST alone, but for its own table."""
CHANGES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
NUMBER = 70_731
"""A figure of a foreign unit that no other number contains."""
MASKED = "Zxqkin"
"""Ethnicity and religion of everybody."""
PRIVATE = ("ethnicity", "religion")


def canary(unit_code: str) -> str:
    return f"Qwzx{unit_code}"


def fill(unit) -> None:
    """People, papers, notes and numbers of *unit*, each with its canary."""
    word = canary(unit.code)
    member = factories.member(
        unit, f"QW{unit.code}", f"Trần {word} Đức", ethnicity=MASKED, religion=MASKED, education=word
    )
    states.record_state(member, kind=StateKind.EXEMPT, valid_from=date(2024, 1, 1), today=TODAY, document=f"QĐ {word}")
    leaving = factories.member(unit, f"QL{unit.code}", f"Lê {word} An")
    roll.record_movement(
        leaving, kind=MovementKind.DIED, organization=unit, effective_on=date(2025, 3, 1), today=TODAY,
        document=f"GBT {word}",
    )  # fmt: skip
    factories.member(unit, f"QD{unit.code}", f"Vũ {word} Dự", joined_on=date(2026, 1, 5))
    figures = dict.fromkeys(declared.FIGURES, 0) | {"opening": NUMBER, "closing": NUMBER}
    DeclaredYear.objects.create(organization=unit, year=2019, **figures)
    for model in (Target, Plan):
        write_numbers([model(organization=unit, year=2026, value=NUMBER, reason=word, document=word)])
    stored(unit, year=2024)
    kept(unit, word, masked=MASKED)


@pytest.fixture(scope="module")
def filled(django_db_setup, django_db_blocker):
    """A district of which every unit is filled, once: every test takes back what it writes beside it."""
    with django_db_blocker.unblock(), transaction.atomic():
        found = factories.district()
        for unit in found.values():
            fill(unit)
        yield found
        transaction.set_rollback(True)


@pytest.fixture
def units(filled, db):
    return filled


PLACES = {
    Role.CELL_SECRETARY: ("K1", {"K1"}),
    Role.COMMITTEE_OFFICER: ("D1", {"D1", "K1", "K2"}),
    Role.INSPECTOR: ("D2", {"D2", "K3"}),
    Role.ADMINISTRATOR: (None, set()),
}
"""For each role: its place, and the units whose canaries it may meet."""


def logged_in(units, role) -> tuple[Client, object]:
    person, place = factories.user(), PLACES[role][0]
    end = {"valid_until": TODAY + timedelta(days=90)} if role == Role.INSPECTOR else {}
    factories.appointment(person, units[place] if place else None, role, **end)
    client = Client()
    client.force_login(person)
    return client, person


def every_address(units, person) -> list[tuple[str, str]]:
    """Every address, with things of units of each kind, near and far, in the place of its parameters."""
    own = examples.personal(person)
    found = []
    for unit in (units[code] for code in ("K1", "D1", "K3", "H")):
        known = examples.shared(unit) | own if unit.parent else own
        found += [(name, reverse(name, kwargs=known[name]) if name in known else address)
                  for name, address in addresses() if name in known or "0000-" not in address]  # fmt: skip
    return list(dict.fromkeys(found))


def read(response) -> str:
    """All an answer says: body, headers, and what is packed in an Excel file."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    heads = " ".join(f"{name}: {value}" for name, value in response.headers.items())
    if body[:2] == b"PK":
        with zipfile.ZipFile(BytesIO(body)) as packed:
            body = b" ".join(packed.read(name) for name in packed.namelist())
    return heads + body.decode("utf-8", errors="replace")


def answers(client: Client, address: str) -> Iterator[tuple[str, str]]:
    """(what it says, address) of the page there, and of the list in each format where it is one."""
    page = client.get(address)
    yield read(page), address
    of_file = f"{address}?tep=xlsx"
    for asked, answer in ((address, page), (of_file, client.get(of_file))):
        form = (answer.context or {}).get("form")
        if isinstance(form, ExportForm):
            for kind in ("xlsx", "csv"):
                response = take_out(client, asked, format=kind)
                assert "attachment" in response.headers["Content-Disposition"], asked
                yield read(response), f"{asked} ({kind})"


@pytest.mark.parametrize("role", PLACES)
def test_no_answer_holds_anything_of_a_unit_out_of_reach_or_what_is_masked_in_the_own(units, role):
    """All units have the same odd number; taken away from the own ones, nobody meets it on a page."""
    client, person = logged_in(units, role)
    foreign = [code for code in units if code not in PLACES[role][1]]
    own = [units[code] for code in PLACES[role][1]]
    for model in (DeclaredYear, Target, Plan):
        model.objects.filter(organization__in=own).delete()
    seen = 0
    for name, address in every_address(units, person):
        for text, asked in answers(client, address):
            assert [code for code in foreign if canary(code) in text] == [], asked
            assert MASKED not in text, asked
            seen += any(canary(code) in text for code in units)
            # The trail remembers the own numbers. What was shared out to the own unit stands with whoever shared it;
            # here nothing was. In the packed text of a file digits follow each other by chance.
            if name != "cells:trail" and asked == address:
                assert str(NUMBER) not in re.sub(r"[.\s\xa0]", "", text), asked
    assert bool(seen) == bool(PLACES[role][1]), "the own canaries are met, so the others would be"


@pytest.mark.parametrize("role", [Role.CELL_SECRETARY, Role.COMMITTEE_OFFICER])
def test_what_is_out_of_reach_answers_like_what_does_not_exist(units, role):
    client, _ = logged_in(units, role)
    known = examples.shared(units["K3"])
    compared = 0
    for name, parameters in known.items():
        if "public_id" not in parameters:
            continue
        answers = [
            client.get(reverse(name, kwargs=parameters | {"public_id": key}))
            for key in (parameters["public_id"], uuid.uuid4())
        ]
        (foreign, absent) = [
            (answer.status_code, re.sub(r"[0-9a-f-]{36}|csrf\S+|value=\"\S+\"", "", answer.content.decode()))
            for answer in answers
        ]
        assert foreign == absent, name
        compared += foreign[0] == 404
    assert compared > 10


@pytest.mark.pdf
@pytest.mark.program("pdftotext")
@pytest.mark.parametrize("place", ["K1", "D1"])
def test_a_printed_report_holds_nothing_of_a_unit_out_of_reach(units, place, tmp_path):
    rendered = render_report(units[place], ReportKind.ANNUAL, Period.of_year(2025))
    path = tmp_path / "bc.pdf"
    path.write_bytes(rendered.pdf.data)
    text = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True).stdout
    assert "BÁO CÁO" in text
    assert [code for code in units if canary(code) in text] == []


def test_reading_changes_nothing_but_the_trail_and_the_session(units):
    person = factories.user()
    factories.appointment(person, units["H"], Role.BOARD_OFFICER)
    client = Client()
    client.force_login(person)
    known = examples.shared(units["D1"]) | examples.personal(person)
    for name, address in addresses():
        address = reverse(name, kwargs=known[name]) if name in known else address
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        written = [query["sql"] for query in asked if query["sql"].startswith(CHANGES)]
        assert [sql for sql in written if not MAY_GROW.search(sql)] == [], name
