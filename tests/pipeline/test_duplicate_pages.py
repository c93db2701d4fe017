"""Somebody on file twice: read and answered above both places, unknown below."""

import pytest
from django.test import Client
from django.urls import reverse

from cells.roles import Role
from core.models import AuditEvent
from pipeline.duties import duties
from pipeline.models import DuplicateReport
from tests import factories, pages
from tests.pipeline.files import opened, person
from tests.today import TODAY

pytestmark = [pytest.mark.once, pytest.mark.django_db]


@pytest.fixture
def units():
    return factories.district()


@pytest.fixture
def report(units):
    for cell in ("K1", "K3"):
        opened(units[cell], someone=person("Lò Thị Trùng"))
    return DuplicateReport.objects.get()


def client_of(unit, role) -> Client:
    user = factories.user()
    factories.appointment(user, unit, role)
    client = Client()
    client.force_login(user)
    client.person = user
    return client


def text_of(response) -> str:
    return pages.visible_text(response.content.decode())


def address(report) -> str:
    return reverse("pipeline:duplicate-detail", args=[report.public_id])


def test_it_is_told_above_both_and_nowhere_below(units, report):
    assert report.organization == units["H"]
    board = client_of(units["H"], Role.BOARD_OFFICER)
    text = text_of(board.get(address(report)))
    assert "Chi bộ thôn Đồng Tâm" in text
    assert "Chi bộ thôn Khê Thượng" in text
    assert "1 trường hợp một người có vẻ" in next(duty.title for duty in duties(board.person, TODAY))
    for unit, role in (("D1", Role.COMMITTEE_OFFICER), ("D2", Role.COMMITTEE_OFFICER), ("K1", Role.CELL_SECRETARY)):
        below = client_of(units[unit], role)
        assert below.get(address(report)).status_code == 404
        assert not any("trùng" in duty.title or "hai nơi" in duty.title for duty in duties(below.person, TODAY))


def test_an_answer_ends_it_and_stands_in_the_trail(units, report):
    board = client_of(units["H"], Role.BOARD_HEAD)
    assert board.post(address(report), {"answer": ""}).status_code == 200
    report.refresh_from_db()
    assert report.settled_on is None
    assert board.post(address(report), {"answer": "Hai người khác nhau"}).status_code == 302
    report.refresh_from_db()
    assert (report.answer, report.settled_by, report.settled_on) == ("Hai người khác nhau", board.person, TODAY)
    assert "Hai người khác nhau" in text_of(board.get(reverse("pipeline:duplicate-list")))
    assert "Kết quả kiểm tra" in text_of(board.get(address(report)))
    assert board.post(address(report), {"answer": "Cùng một người"}).status_code == 404
    event = AuditEvent.objects.filter(action=AuditEvent.Action.UPDATE).latest("pk")
    assert event.changes["answer"] == "Hai người khác nhau"
    assert not any("hai nơi" in duty.title for duty in duties(board.person, TODAY))
