"""The one search field: people and organisations of one's own, marks and case ignored."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cells.roles import Role
from tests.factories import appointment, district, member, user
from tests.pages import check_page
from tests.reports.overview_pages import visible

pytestmark = pytest.mark.django_db


@pytest.fixture
def units():
    return district()


def found(client, text: str) -> str:
    response = client.get("/tim/", {"q": text})
    check_page(response)
    html = response.content.decode()
    return visible(html[html.index("<main") : html.index("</main>")])


def log_in(client, unit, role=Role.BOARD_OFFICER):
    person = user()
    appointment(person, unit, role)
    client.force_login(person)


def test_people_and_organisations_are_found_without_marks_and_by_code(client, units):
    member(units["K1"], "099000123", "Đặng Thị Hồng")
    member(units["K3"], "099000124", "Nguyễn Văn Hòa")
    log_in(client, units["H"])
    assert "Đặng Thị Hồng 099000123 Chi bộ thôn Đồng Tâm trong danh sách" in found(client, "dang thi")
    assert "Nguyễn Văn Hòa" in found(client, "099000124")
    assert "Đảng bộ xã Minh Hòa" in found(client, "MINH HOA")
    assert "Chi bộ thôn Khê Thượng" in found(client, "K3")


def test_nothing_outside_ones_own_reach_is_found(client, units):
    member(units["K3"], "099000124", "Nguyễn Văn Hòa")
    log_in(client, units["D1"], Role.COMMITTEE_OFFICER)
    assert "Không tìm thấy" in found(client, "nguyen van hoa")
    assert "Không tìm thấy" in found(client, "099000124")
    assert "Không tìm thấy" in found(client, "phu khe")


def test_short_and_empty_searches_say_what_to_do(client, units):
    log_in(client, units["H"])
    assert "Kết quả hiện ở đây." in found(client, " ")
    assert "Hãy gõ ít nhất 2 chữ." in found(client, "a")


def test_many_are_cut_off_and_said_so_at_the_same_number_of_questions(client, units):
    log_in(client, units["H"])
    counts = []
    for size in (1, 22):
        for _ in range(size):
            member(units["K1"], full_name="Trần Thị Ánh")
        with CaptureQueriesContext(connection) as asked:
            text = found(client, "tran thi")
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert "hơn 20" in text
    assert "Hãy gõ đủ họ và tên" in text
