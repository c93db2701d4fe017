"""The page that says what protects people's data tells what is set, not what a document says."""

import pytest

from cells.roles import Role
from cells.safeguards import limits
from core.models import AuditEvent
from tests.cells.roll_pages import log_in, page, rows
from tests.factories import appointment, district, user

PAGE = "/quan-tri/an-toan/"


@pytest.fixture
def units(db):
    return district()


def test_it_counts_who_holds_what_today(client, units):
    log_in(client, units["H"], Role.BOARD_OFFICER)
    for cell in ("K1", "K2"):
        appointment(user(), units[cell], Role.CELL_SECRETARY)
    found = {row[0]: row[1:] for row in rows(page(client, PAGE), "table-cards")}
    assert found["Bí thư chi bộ"] == ["đơn vị mình", "đơn vị mình", "không", "2 người"]
    assert found["Quản trị kỹ thuật"] == ["không", "không", "chung cho mọi đơn vị", "0 người"]


def test_limits_follow_the_settings(settings):
    settings.SESSION_IDLE_MINUTES, settings.SESSION_COOKIE_SECURE = 7, False
    found = {line.what: line for line in limits()}
    assert found["Không dùng thì hết phiên sau"].value == "7 phút"
    assert not found["Chỉ chạy qua đường truyền mã hóa (HTTPS)"].is_fine
    settings.SESSION_COOKIE_SECURE = True
    assert {line.what: line for line in limits()}["Chỉ chạy qua đường truyền mã hóa (HTTPS)"].is_fine


def test_every_kind_of_event_is_named(client, units):
    log_in(client, units["H"])
    html = page(client, PAGE)
    assert [action.label for action in AuditEvent.Action if str(action.label) not in html] == []
