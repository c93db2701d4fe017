"""People who seem to be on file twice: told to the unit above both, answered there, hidden from both cells."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cells.roles import Role
from pipeline.models import DuplicateReport
from tests import factories
from tests.pipeline import files
from tests.pipeline.case_pages import client_of, read, text_of

pytestmark = pytest.mark.django_db
LIST = "/nguon/bao-trung/"


@pytest.fixture
def units():
    return factories.district()


def twice(units, one: str, other: str, name: str = "Hoàng Văn Đức") -> DuplicateReport:
    for key in (one, other):
        files.opened(units[key], someone=files.person(name))
    return DuplicateReport.objects.latest("pk")


def test_the_unit_above_both_sees_where_the_two_are_and_answers(units):
    report = twice(units, "K1", "K2")
    officer = client_of(units["D1"], Role.COMMITTEE_OFFICER)
    text = read(officer, LIST)
    for words in ("Hoàng Văn Đức (1998)", "Chi bộ thôn Đồng Tâm", "Chi bộ thôn Đông Thịnh", "cùng họ tên và ngày sinh"):
        assert words in text
    url = reverse("pipeline:duplicate-settle", args=[report.public_id])
    read(officer, url)
    assert officer.post(url, {"answer": ""}).status_code == 200
    answer = officer.post(url, {"answer": "Hai người khác nhau"}, follow=True)
    assert "Hai người khác nhau" in text_of(answer)
    assert "đã trả lời" in text_of(answer)
    report.refresh_from_db()
    assert report.settled_on
    assert "vừa được người khác trả lời" in text_of(officer.post(url, {"answer": "Một người"}))


def test_neither_cell_nor_its_committee_alone_learns_of_the_other(units):
    report = twice(units, "K1", "K3")
    url = reverse("pipeline:duplicate-settle", args=[report.public_id])
    for place, role in (("K1", Role.CELL_SECRETARY), ("K3", Role.CELL_SECRETARY)):
        client = client_of(units[place], role)
        assert client.get(LIST).status_code == 403
        assert client.get(url).status_code == 404
        assert "Báo trùng" not in read(client, "/nguon/")
    officer = client_of(units["D1"], Role.COMMITTEE_OFFICER)
    assert "Không có hồ sơ nào bị báo trùng" in read(officer, LIST)
    assert officer.get(url).status_code == 404
    assert "Khê Thượng" in read(client_of(units["H"], Role.BOARD_OFFICER), LIST)


def test_the_list_asks_the_same_number_of_questions_for_any_length(units):
    client = client_of(units["H"], Role.BOARD_OFFICER)
    counts = []
    for name in ("Hoàng Văn An", "Hoàng Văn Bé", "Hoàng Văn Cả"):
        twice(units, "K1", "K3", name)
        with CaptureQueriesContext(connection) as asked:
            client.get(LIST)
        counts.append(len(asked))
    assert len(set(counts)) == 1, counts
