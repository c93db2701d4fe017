"""The menu and the header: what a user is offered, and as whom."""

import pytest
from django.test import RequestFactory
from django.urls import reverse

from cells import navigation
from cells.context_processors import Surroundings
from cells.navigation import Entry, Section
from cells.roles import Role
from tests import factories


@pytest.fixture
def menu(monkeypatch):
    """A menu of its own; the addresses are those of pages that exist for sure."""
    monkeypatch.setattr(navigation, "_entries", {})
    navigation.register(
        Entry("Việc khác", "password-change", Section.OTHER, 10),
        Entry("Nhập Excel", "cells:job-list", Section.DIRECTION, 20, right=("import", "cells.organization")),
        Entry("Trang chính", "home", Section.WORK, 10, short="Chính"),
        Entry("Chưa xây", "reports:not-built-yet", Section.WORK, 5),
    )


def surroundings(user, path: str = "/") -> Surroundings:
    request = RequestFactory().get(path)
    request.user = user
    return Surroundings(request)


def labels(links) -> list[str]:
    return [link.label for link in links]


def test_an_entry_shows_where_its_page_exists_and_an_appointment_grants_it(menu, db):
    place = factories.district()
    secretary, officer = factories.user(), factories.user()
    factories.appointment(secretary, place["K1"], Role.CELL_SECRETARY)
    factories.appointment(officer, place["H"])
    assert labels(navigation.links_for(secretary)) == ["Trang chính", "Việc khác"]
    assert labels(navigation.links_for(officer)) == ["Trang chính", "Nhập Excel", "Việc khác"]


def test_entries_stand_in_sections_and_the_phone_has_the_work_first(menu, db):
    officer = factories.user()
    factories.appointment(officer, factories.district()["H"])
    around = surroundings(officer)
    assert [(heading, labels(links)) for heading, links in around.sections] == [
        ("", ["Trang chính"]), ("Chỉ đạo", ["Nhập Excel"]), ("Khác", ["Việc khác"]),
    ]  # fmt: skip
    assert [link.short for link in around.bar] == ["Chính", "Nhập Excel"]
    assert labels(around.more) == ["Việc khác"]


@pytest.mark.parametrize(
    ("path", "current"),
    [("/", "home"), ("/cong-viec/", "cells:job-list"), ("/cong-viec/x/", "cells:job-list"), ("/khac/", None)],
)
def test_the_entry_of_the_page_or_of_the_page_above_it_is_marked(path, current):
    entries = [Entry(name, name, Section.WORK, 1) for name in ("home", "cells:job-list")]
    links = [navigation.Link(entry, reverse(entry.url_name)) for entry in entries]
    found = navigation.current_of(links, path)
    assert (found.entry.url_name if found else None) == current


def test_the_header_names_the_unit_with_the_one_above_and_the_role(db):
    place = factories.district()
    person = factories.user(full_name="Lê Thị Nhàn")
    factories.appointment(person, place["K1"], Role.CELL_SECRETARY)
    factories.appointment(person, place["D1"], Role.COMMITTEE_OFFICER, title="Phó Bí thư", valid_from=factories.TODAY)
    around = surroundings(person)
    assert around.place == "Chi bộ thôn Đồng Tâm · Đảng bộ xã Minh Hòa"
    assert around.role == "Bí thư chi bộ"


def test_a_user_without_an_appointment_is_told_whom_to_ask(client, db):
    person = factories.user("moi.nv", "Nguyễn Văn Mới")
    client.force_login(person)
    html = client.get(reverse("home"), follow=True).content.decode()
    assert "Bạn chưa được phân công ở đơn vị nào" in html
    assert "Hãy đề nghị Ban Tổ chức" in html
    assert "<b>moi.nv</b>" in html


def test_a_page_before_anybody_is_known_has_no_menu(db):
    around = Surroundings(RequestFactory().get("/"))
    assert (around.user, around.appointments, around.place, around.role) == (None, [], "", "")
