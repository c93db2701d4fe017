"""Tổng quan: whose figures one may see, what empty pages say, how many questions a page asks."""

import random
import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cells.kinds import MovementKind as Kind
from cells.kinds import OrganizationKind
from cells.roles import Role
from cells.services import tree
from reports.services.figures import refresh_figures
from reports.services.targets import assign_target
from tests.factories import TODAY, appointment, district, moved, organization, user
from tests.pages import visible_text
from tests.proof import cases
from tests.reports.overview_pages import (
    HOME,
    LISTS,
    address,
    declare,
    log_in,
    page,
    populate,
    table,
    without_tokens,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_one_day(monkeypatch):
    monkeypatch.setattr("core.dates.today", lambda: TODAY)


@pytest.fixture
def units():
    return district()


@pytest.fixture
def officer(client, units):
    """A Board officer of the district, logged in."""
    person = user("hai.dq")
    appointment(person, units["H"])
    client.force_login(person)
    return person


# --- Who sees what ---------------------------------------------------------------------------------------------------
def test_a_secretary_sees_the_own_cell_and_nothing_else(client, units):
    populate(units["K1"], opening=2, admitted=1)
    log_in(client, units["K1"], role=Role.CELL_SECRETARY)
    html = page(client)
    assert "Chi bộ thôn Đồng Tâm · số liệu đến" in visible_text(html)
    assert "Đường dẫn" not in html, "no way up"
    lists = ["nguoi/ket-nap/", "nguoi/dau-nam/", "chi-bo-chua-ket-nap/", ""]
    found = {code: {client.get(f"{address(unit)}{rest}").status_code for rest in lists} for code, unit in units.items()}
    assert found == {code: {200 if code == "K1" else 404} for code in units}


def test_a_foreign_organisation_answers_like_one_that_does_not_exist(client, units):
    log_in(client, units["D1"])
    unknown = f"{HOME}00000000-0000-0000-0000-000000000000/"
    foreign, missing = client.get(address(units["D2"])), client.get(unknown)
    assert [answer.status_code for answer in (foreign, missing)] == [404, 404]
    assert without_tokens(foreign) == without_tokens(missing)
    assert client.get(address(units["D1"], "nguoi", "khong-co")).status_code == 404


def test_breadcrumbs_go_up_as_far_as_one_may_see(client, units):
    log_in(client, units["D1"])
    html = page(client, address(units["K1"], query="?nam=2025"))
    assert re.findall(r'<li><a href="([^"]*)">([^<]*)</a></li>', html[: html.index("<h1>")])[-1:] == [
        (address(units["D1"], query="?nam=2025"), "Đảng bộ xã Minh Hòa")
    ]
    assert "Đảng bộ huyện" not in html[html.index('<nav aria-label="Đường dẫn"') : html.index("<h1>")]


def test_several_places_are_a_choice_and_one_inside_another_is_not(client, units):
    log_in(client, units["D1"], units["K1"])
    assert "Kết nạp đảng viên năm 2026" in page(client)
    log_in(client, units["D1"], units["D2"])
    html = page(client)
    assert "Hãy chọn nơi cần xem" in html
    assert re.findall(rf'href="{HOME}([^"]+)/"', html) == [str(units[code].public_id) for code in ("D1", "D2")]


def test_who_has_no_place_is_told_whom_to_ask(client, units):
    client.force_login(user())
    assert "Hãy đề nghị Ban Tổ chức" in page(client)


def test_a_unit_that_moved_away_is_counted_but_not_shown(client, units):
    populate(units["K1"], opening=5, admitted=1, year=2025)
    populate(units["K2"], opening=3)
    tree.reparent(units["K1"], units["D2"], on=date(2026, 3, 1), today=TODAY)
    log_in(client, units["D1"])
    html = page(client, f"{HOME}?nam=2025")
    assert [row[:3] for row in table(html)] == [
        ["Chi bộ thôn Đông Thịnh", "3", "0"], ["Ngoài các tổ chức trên", "5", "1"], ["Cộng", "8", "1"],
    ]  # fmt: skip
    assert "1 tổ chức trực thuộc khi đó nay ngoài phạm vi của bạn" in html
    people = page(client, address(units["D1"], "nguoi", "dau-nam", query="?nam=2025"))
    assert "Đảng bộ xã Minh Hòa · 8 người" in visible_text(people)
    assert "Danh sách · 3 người" in visible_text(people)
    assert "5 người thuộc tổ chức nay ngoài phạm vi của bạn" in people
    assert "1 người thuộc tổ chức nay ngoài phạm vi" in page(
        client, address(units["D1"], "nguoi", "ket-nap", query="?nam=2025")
    )


# --- Empty states -----------------------------------------------------------------------------------
def test_empty_pages_say_what_to_do(client):
    top = organization("H", "Đảng bộ huyện Minh Sơn", OrganizationKind.UPPER_COMMITTEE)
    appointment(person := user(), top)
    client.force_login(person)
    html = page(client)
    for title in ("Chưa có đảng viên nào trong danh sách", "Chưa có tổ chức trực thuộc", "chưa có chỉ tiêu năm 2026"):
        assert title in html
    assert html.count(f'href="{reverse("cells:workbook")}"') >= 3
    log_in(client, top, role=Role.CELL_SECRETARY)
    assert "Hãy đề nghị cấp ủy cấp trên nhập danh sách" in page(client)


def test_a_period_without_the_unit_says_so(client, officer, units):
    late = organization("K9", "Chi bộ mới", parent=units["D1"], valid_from=date(2026, 3, 1))
    assert "Chi bộ mới chưa có năm 2025" in visible_text(page(client, address(late, query="?nam=2025")))
    tree.dissolve(units["K2"], on=date(2024, 3, 1), today=TODAY)
    assert "đã thôi hoạt động từ 01/03/2024" in page(client, address(units["K2"]))


# --- How many questions, how robust ------------------------------------------------------------------
@pytest.mark.parametrize("rest", LISTS)
def test_pages_ask_as_many_questions_for_one_row_as_for_three(client, officer, units, rest):
    counts = []
    for size in (1, 2):
        for number in range(size):
            base = organization(kind=OrganizationKind.BASE_COMMITTEE, parent=units["H"])
            cell = organization(parent=base)
            person = populate(cell, opening=size, admitted=size)[number]
            moved(person, Kind.RESIGNED, cell, date(2026, 6, 1))
            assign_target(base, 2026, 1)
        refresh_figures(TODAY)
        client.get(address(units["H"]) + rest)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address(units["H"]) + rest).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 30


@pytest.mark.proof
def test_no_address_ends_in_an_error(client, officer, units):
    populate(units["K1"], opening=3, admitted=1)
    declare(units["D2"], 2025, opening=10, admitted=1, closing=11)
    chance = random.Random(20261122)
    values = ["", "2025", "2026", "-1", "0", "99999999999999999999", "1e5", "abc", "\x00", "%", "đầu", "'", "<b>",
              "opening", "closing", "average", "term", "target", "decision", "ceremony", "01/01/2025", "30/06/2025",
              "2025-01-01", "31/02/2025", "00/00/0000", "01/01/0001", "31/12/9999", "29/02/2024", "-ty-le", "cung-ky",
              "--ty-le", "1", "2", "last", "²", "٣"]  # fmt: skip
    names = ["nam", "tinh-tren", "theo", "tu", "den", "sort", "page", "x"]
    places = [HOME, *(address(unit) + rest for unit in (units["H"], units["K1"]) for rest in LISTS)]
    for _ in range(cases(quick=120, full=3000)):
        query = [(chance.choice(names), chance.choice(values)) for _ in range(chance.randint(1, 5))]
        url = chance.choice(places)
        response = client.get(url, query_params=query)
        assert response.status_code == 200, (url, query)


def test_only_reading_is_possible(client, officer, units):
    assert {client.post(url).status_code for url in (HOME, address(units["H"], "nguoi", "ket-nap"))} == {405}
    assert client.head(HOME).status_code == 200
