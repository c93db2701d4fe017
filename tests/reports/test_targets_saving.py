"""Kế hoạch, chỉ tiêu: what is saved of a page of numbers, what is told instead, what is proposed."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cells.services import tree
from cells.services.errors import RuleError
from core import audit
from core.models import AuditEvent
from reports.models import Plan, Target
from tests.factories import TODAY, appointment, district, user
from tests.pages import visible_text
from tests.reports.grid_pages import (
    DOCUMENT,
    address,
    fields,
    give,
    plan,
    problems,
    read,
    rows,
    send,
    target,
    value_of,
)
from tests.reports.overview_pages import populate

pytestmark = pytest.mark.django_db


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


# --- Saving ----------------------------------------------------------------------------------------------------------
def test_only_changed_cells_are_written_with_the_document_of_the_save(client, officer, units):
    give(units["D1"], 6)
    url = address(units["H"])
    html = read(client, url)
    response = send(
        client, url, html, {target(units["D2"]): "1.002", plan(units["D1"]): "7"},
        document="Kế hoạch số 21-KH/HU", stated_on="20/12/2025",
    )  # fmt: skip
    assert (response.status_code, response.headers["Location"]) == (302, url)
    assert (value_of(units["D1"]), value_of(units["D2"]), value_of(units["D1"], Plan)) == (6, 1002, 7)
    assert Target.objects.count() == 2
    row = Target.objects.get(organization=units["D2"])
    assert (row.document, row.stated_on, row.recorded_by) == ("Kế hoạch số 21-KH/HU", date(2025, 12, 20), officer)
    assert "Đã lưu 2 số." in read(client, url)
    event = AuditEvent.objects.get(model="reports.plan")
    assert (event.actor, event.scope_path) == ("hai.dq", units["D1"].path)


def test_nothing_changed_is_told(client, officer, units):
    url = address(units["H"])
    assert send(client, url, read(client, url)).status_code == 302
    assert "Không có số nào thay đổi." in read(client, url)


def test_all_faults_are_told_at_their_cells_and_nothing_is_half_saved(client, officer, units):
    give(units["D1"], 6)
    url = address(units["H"])
    html = read(client, url)
    response = send(
        client, url, html,
        {target(units["D1"]): "5", target(units["D2"]): "ba", target(units["C"]): "2", plan(units["H"]): "1,5"},
        stated_on="23/11/2026",
    )  # fmt: skip
    answer = response.content.decode()
    assert response.status_code == 200
    assert sorted(problems(answer)) == [
        "Chỉ tiêu năm 2026, Đảng bộ xã Phú Khê : “ba” không phải là số người. Hãy ghi số nguyên, ví dụ 25.",
        "Kế hoạch năm 2026, Đảng bộ huyện Minh Sơn : “1,5” không phải là số người. Hãy ghi số nguyên, ví dụ 25.",
        "Lý do sửa : Có số đã giao hoặc đã đề ra bị sửa. Hãy ghi lý do sửa.",
        "Ngày văn bản : Ngày văn bản không được sau hôm nay, 22/11/2026.",
    ]
    typed = fields(answer)
    assert [typed[name] for name in (target(units["D1"]), target(units["D2"]))] == ["5", "ba"]
    assert (value_of(units["D1"]), value_of(units["C"])) == (6, None)


def test_a_correction_with_its_reason_stands_in_the_history(client, officer, units):
    with audit.acting(user=officer):
        give(units["D1"], 6, **DOCUMENT)
    url = address(units["H"])
    send(client, url, read(client, url), {target(units["D1"]): "8"}, reason="Tỉnh giao thêm")
    send(client, url, read(client, url), {target(units["D1"]): ""}, reason="Chuyển sang đơn vị khác")
    html = read(client, address(units["D1"]))
    history = html[html.index('id="lich-su"') :]
    found = [
        [re.sub(r"<.*?>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", row, re.S)]
        for row in re.findall(r"<tr>(.*?)</tr>", history, re.S)[1:]
    ]
    assert found == [
        ["Đỗ Quang Hải", "chỉ tiêu", "8", "bỏ", "—", "Chuyển sang đơn vị khác"],
        ["Đỗ Quang Hải", "chỉ tiêu", "6", "8", "—", "Tỉnh giao thêm"],
        ["Đỗ Quang Hải", "chỉ tiêu", "—", "6", "Kế hoạch số 21-KH/HU, 20/12/2025", "Điều chỉnh"],
    ]


def test_the_slower_of_two_officers_sees_who_was_faster_and_keeps_what_he_typed(client, officer, units):
    give(units["D1"], 6)
    give(units["D2"], 2)
    url = address(units["H"])
    html = read(client, url)
    with audit.acting(user=user("mai.tt", "Trần Thị Mai")):
        give(units["D1"], 7)
        give(units["D2"], 3)
    answer = send(client, url, html, {target(units["D1"]): "9", target(units["C"]): "1"}, reason="Rà soát")
    page = answer.content.decode()
    assert problems(page)[0] == "Có số vừa được người khác sửa. Hãy xem lại các ô được đánh dấu rồi lưu lần nữa."
    assert re.fullmatch(
        r"Chỉ tiêu năm 2026, Đảng bộ xã Minh Hòa : Trần Thị Mai vừa ghi 7 lúc \d\d:\d\d \d\d/\d\d/\d{4}\. "
        r"Hãy giữ hoặc sửa số của bạn rồi lưu lần nữa\.",
        problems(page)[1],
    )
    typed = fields(page)
    assert [typed[f"target-t{units[code].pk}"] for code in ("D1", "D2", "C")] == ["9", "3", "1"]
    assert (value_of(units["D1"]), value_of(units["C"])) == (7, None)
    assert send(client, url, page, reason="Rà soát").status_code == 302
    assert (value_of(units["D1"]), value_of(units["D2"]), value_of(units["C"])) == (9, 3, 1)


def test_a_number_taken_back_meanwhile_is_told(client, officer, units):
    give(units["D1"], 6)
    url = address(units["H"])
    html = read(client, url)
    with audit.acting(user=user("mai.tt", "Trần Thị Mai")):
        give(units["D1"], None)
    page = send(client, url, html, {target(units["D1"]): "9"}, reason="Rà soát").content.decode()
    assert "Trần Thị Mai vừa bỏ số 6 lúc" in problems(page)[1]


def test_what_a_service_refuses_is_shown(client, officer, units, monkeypatch):
    def refuse(*args, **kwargs):
        raise RuleError("Kỳ đã khóa. Hãy đề nghị mở khóa.")

    monkeypatch.setattr("reports.views.targets.save_numbers", refuse)
    url = address(units["H"])
    page = send(client, url, read(client, url), {target(units["D1"]): "9"}).content.decode()
    assert problems(page) == ["Kỳ đã khóa. Hãy đề nghị mở khóa."]


# --- Proposals -------------------------------------------------------------------------------------------------------
def test_a_proposal_fills_empty_cells_up_to_the_own_target_and_saves_nothing(client, officer, units):
    populate(units["K1"], opening=12)
    populate(units["K3"], opening=6)
    populate(units["C"], opening=2)
    give(units["H"], 10)
    give(units["C"], 1)
    url = address(units["H"])
    for page in (
        client.post(url, fields(read(client, url)) | {"de-xuat": "1"}).content.decode(),
        read(client, f"{url}?de-xuat=1"),
    ):
        assert [fields(page)[f"target-t{units[code].pk}"] for code in ("D1", "D2", "C")] == ["6", "3", "1"]
        assert "Đã điền đề xuất vào 2 ô trống, chia 10 theo số đảng viên. Chưa lưu gì" in visible_text(page)
    assert Target.objects.count() == 2
    assert send(client, f"{url}?de-xuat=1", page).headers["Location"] == url
    assert (value_of(units["D1"]), value_of(units["D2"])) == (6, 3)


def test_a_proposal_keeps_what_was_typed_and_counts_it(client, officer, units):
    populate(units["K1"], opening=12)
    populate(units["K3"], opening=6)
    populate(units["C"], opening=2)
    give(units["H"], 10)
    url = address(units["H"])
    typed = {f"target-t{units['D1'].pk}": "2", "de-xuat": "1"}
    page = client.post(url, fields(read(client, url)) | typed).content.decode()
    assert [fields(page)[f"target-t{units[code].pk}"] for code in ("D1", "D2", "C")] == ["2", "6", "2"]


def test_without_a_target_of_its_own_the_lower_goal_is_proposed(client, officer, units):
    populate(units["K1"], opening=30)
    populate(units["K3"], opening=20)
    tree.change(units["C"], on=date(2024, 1, 1), today=TODAY, has_sources=False)
    populate(units["C"], opening=20)
    page = read(client, address(units["H"], query="?de-xuat=1"))
    assert [fields(page)[f"target-t{units[code].pk}"] for code in ("D1", "D2", "C")] == ["2", "1", "0"]
    assert "chia 3 theo số đảng viên (mức thấp của mục tiêu, vì chưa có chỉ tiêu được giao)" in visible_text(page)
    assert "Chi bộ Trung tâm Y tế không còn nguồn" in visible_text(page)


def test_a_proposal_says_why_there_is_none(client, officer, units):
    assert "Hãy ghi chỉ tiêu của Đảng bộ huyện Minh Sơn trước" in read(client, address(units["H"], query="?de-xuat=1"))
    for code in ("D1", "D2", "C"):
        give(units[code], 1)
    give(units["H"], 3)
    assert "Không còn ô trống nào để đề xuất" in read(client, address(units["H"], query="?de-xuat=1"))


# --- Large grids -----------------------------------------------------------------------------------------------------
def test_saving_asks_as_many_questions_for_one_cell_as_for_three(client, officer, units):
    counts = []
    for codes in (["D1"], ["D1", "D2", "C"]):
        url = address(units["H"])
        html = read(client, url)
        typed = {target(units[code]): str(len(counts) + 3) for code in codes}
        with CaptureQueriesContext(connection) as asked:
            assert send(client, url, html, typed, reason="Sửa").status_code == 302
        counts.append(len(asked))
    assert abs(counts[1] - counts[0]) <= 2, "a first number has no row to correct"


def test_only_the_page_of_a_large_grid_is_sent_and_the_sum_counts_the_others(client, officer, units, monkeypatch):
    monkeypatch.setattr("reports.views.targets.PAGE_SIZE", 2)
    for code, value in (("C", 1), ("D1", 2), ("D2", 4)):
        give(units[code], value)
    html = read(client, address(units["H"], query="?page=2"))
    assert [row[0] for row in rows(html)] == ["Toàn Đảng bộ", "Đảng bộ xã Phú Khê", "Cộng cấp dưới"]
    assert 'data-grid-sum="target" data-elsewhere="3"' in html
    assert rows(html)[-1][2] == "7"
    send(client, address(units["H"], query="?page=2"), html, {target(units["D2"]): "5"}, reason="Sửa")
    assert [value_of(units[code]) for code in ("C", "D1", "D2")] == [1, 2, 5]
