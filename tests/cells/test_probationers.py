"""Probationers by the month in which their twelve months end."""

from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cells.kinds import MovementKind as Kind
from cells.models import Member
from cells.probation import forgotten_since, over_since, probation_ends
from cells.queries.probationers import group_of, groups, headings, members_waiting, waiting_among
from cells.roles import Role
from cells.roll_duties import duties
from cells.services import roll
from core.dates import add_months, day_after
from tests.cells.roll_pages import LIST, address, links, log_in, names, page, rows, visible
from tests.factories import TODAY, appointment, district, member, moved, user
from tests.pages import take_out

URL = f"{LIST}du-bi/"


@pytest.fixture
def units(db):
    return district()


def admitted(place, name: str, on: date, held_on: date | None = None) -> Member:
    person = Member(code=name, full_name=name, born_on=date(2000, 1, 1))
    roll.enter_member(
        person, kind=Kind.ADMITTED, organization=place, effective_on=on, held_on=held_on, today=TODAY
    )  # fmt: skip
    return person


# --- the rule -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("ceremony", "ends"),
    [
        (date(2025, 3, 15), date(2026, 3, 15)),
        (date(2024, 2, 29), date(2025, 2, 28)),
        (date(2023, 2, 28), date(2024, 2, 28)),
    ],
)
def test_twelve_months_end_on_the_same_day_a_year_later(ceremony, ends):
    assert probation_ends(ceremony) == ends


@pytest.mark.parametrize("today", [date(2025, 2, 27), date(2025, 2, 28), date(2025, 3, 1), date(2024, 2, 29)])
def test_the_latest_ceremony_whose_months_are_over_is_exact_around_leap_days(today):
    for days, months in ((over_since(today), 12), (forgotten_since(today), 36)):
        assert add_months(days, months) <= today < add_months(day_after(days), months)


# --- the list -------------------------------------------------------------------------------------------------------
@pytest.fixture
def waiting(units):
    """One under each heading, and some who do not belong here."""
    admitted(units["K1"], "Quá Hạn", date(2025, 10, 1), held_on=date(2025, 10, 20))
    admitted(units["K2"], "Hôm Nay", date(2025, 11, 1), held_on=date(2025, 11, 22))
    admitted(units["K1"], "Ngày Mai", date(2025, 11, 1), held_on=date(2025, 11, 23))
    admitted(units["K3"], "Năm Sau", date(2026, 2, 20), held_on=date(2026, 3, 2))
    member(units["K1"], full_name="Thiếu Ngày", joined_on=date(2010, 5, 19))
    member(units["K1"], full_name="Chính Thức", joined_on=date(2025, 3, 1), official_on=date(2026, 3, 1))
    gone = admitted(units["K1"], "Đã Đi", date(2025, 10, 1))
    moved(gone, Kind.STRUCK_OFF, units["K1"], date(2026, 1, 1))
    return units


def test_those_overdue_stand_first_then_month_by_month_and_what_seems_forgotten_last(client, waiting):
    log_in(client, waiting["H"], Role.BOARD_OFFICER)
    html = page(client, URL)
    assert [(row[0], *row[2:4]) for row in rows(html)] == [
        ("Quá Hạn (2000)", "20/10/2026", "! quá 33 ngày"),
        ("Hôm Nay (2000)", "22/11/2026", "! hết hôm nay"),
        ("Ngày Mai (2000)", "23/11/2026", "~ còn 1 ngày"),
        ("Năm Sau (2000)", "02/03/2027", "○ còn 100 ngày"),
        ("Thiếu Ngày", "19/05/2011", "○ xem lại hồ sơ"),
    ]
    text = visible(html)
    for heading in (
        "Đã hết 12 tháng, chưa ghi công nhận · 2 người", "Hết 12 tháng trong tháng 11/2026 · 1 người",
        "Hết 12 tháng trong tháng 3/2027 · 1 người", "chưa ghi ngày chính thức · 1 người", "5 người · 12 tháng",
    ):  # fmt: skip
        assert heading in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?thang=qua-han", ["Quá Hạn", "Hôm Nay"]),
        ("?thang=2026-11", ["Ngày Mai"]),
        ("?thang=2027-03", ["Năm Sau"]),
        ("?thang=thieu", ["Thiếu Ngày"]),
        ("?thang=2027-01", []),
        ("?thang=2020-01", ["Quá Hạn", "Hôm Nay", "Ngày Mai", "Năm Sau", "Thiếu Ngày"]),
        ("?to-chuc=D2", ["Năm Sau"]),
        ("?to-chuc=K1&thang=qua-han", ["Quá Hạn"]),
    ],
)
def test_month_and_organisation_stand_in_the_address(client, waiting, query, found):
    log_in(client, waiting["H"], Role.BOARD_OFFICER)
    assert [name.removesuffix(" (2000)") for name in names(page(client, URL + query))] == found
    content = b"".join(take_out(client, f"{URL}excel/{query}").streaming_content)
    sheet = openpyxl.load_workbook(BytesIO(content))["DANH_SACH"]
    assert [row[1] for row in sheet.iter_rows(min_row=4, values_only=True) if row[1]] == found


def test_a_secretary_sees_the_own_cell_and_records_nothing(client, waiting):
    log_in(client, waiting["K1"], Role.CELL_SECRETARY)
    html = page(client, URL)
    assert names(html) == ["Quá Hạn (2000)", "Ngày Mai (2000)", "Thiếu Ngày"]
    assert not {link for link in links(html) if "cong-nhan" in link}


def test_an_officer_records_the_recognition_from_here(client, waiting):
    log_in(client, waiting["D1"])
    person = Member.objects.get(code="Quá Hạn")
    assert address(person, "cong-nhan/") in links(page(client, URL))


def test_an_empty_list_says_why(client, units):
    log_in(client, units["D1"])
    assert "Mọi đảng viên trong danh sách đều đã có ngày chính thức" in page(client, URL)
    assert "Hãy chọn tháng khác" in page(client, f"{URL}?thang=qua-han")
    log_in(client, None, Role.ADMINISTRATOR)
    assert "hãy đề nghị Ban Tổ chức ghi phân công" in page(client, URL)


def test_headings_count_exactly_whom_they_list(waiting):
    found = waiting_among(Member.objects.all(), TODAY)
    assert {group.key: group.size for group in groups(found, TODAY)} == {
        "qua-han": 2, "2026-11": 1, "2027-03": 1, "thieu": 1,
    }  # fmt: skip
    assert [member.code for member, _ in members_waiting(found)][:4] == ["Quá Hạn", "Hôm Nay", "Ngày Mai", "Năm Sau"]
    keys = [heading.key for heading in headings(TODAY)]
    assert (keys[0], keys[1], keys[-1], len(keys)) == ("qua-han", "2026-11", "thieu", 15)


# --- what it leaves to do -------------------------------------------------------------------------------------------
def told(place, role: str, today: date = TODAY) -> list[tuple]:
    person = user()
    appointment(person, place, role, valid_until=date(2027, 1, 1))
    return [(duty.title, duty.detail, duty.due, duty.url) for duty in duties(person, today)]


def test_those_who_work_for_a_unit_are_told_whose_months_end(waiting):
    assert told(waiting["H"], Role.BOARD_OFFICER) == [
        ("2 đảng viên dự bị đã hết 12 tháng, chưa ghi công nhận chính thức", "Quá Hạn (2000), Hôm Nay (2000)",
         date(2026, 10, 20), f"{URL}?thang=qua-han"),
        ("1 đảng viên dự bị sắp hết 12 tháng", "Ngày Mai (2000)", date(2026, 11, 23), URL),
        ("1 đảng viên vào Đảng đã lâu mà chưa ghi ngày chính thức",
         "Có thể chỉ thiếu dữ liệu: hãy đối chiếu hồ sơ.", None, f"{URL}?thang=thieu"),
    ]  # fmt: skip
    assert [duty[1] for duty in told(waiting["K2"], Role.CELL_SECRETARY)] == ["Hôm Nay (2000)"]
    assert told(waiting["D2"], Role.COMMITTEE_OFFICER) == told(waiting["H"], Role.INSPECTOR) == []


@pytest.mark.parametrize("today", [date(2026, 11, 30), date(2025, 2, 28), date(2024, 2, 29), date(2026, 1, 1)])
def test_every_day_of_admission_has_a_heading(today):
    known = headings(today)
    first = today - timedelta(days=1200)
    found = {group_of(first + timedelta(days=number), today) for number in range(1201)}
    assert set(known) - {known[1]} <= found <= set(known), "of the present month nothing may be left"


def test_the_list_asks_as_many_questions_for_one_as_for_three(client, units):
    log_in(client, units["H"], Role.BOARD_OFFICER)
    counts = []
    for number in range(3):
        admitted(units["K1"], f"Người {number}", date(2025, 12, 1 + number))
        with CaptureQueriesContext(connection) as asked:
            page(client, URL)
        counts.append(len(asked))
    assert counts[0] == counts[1] == counts[2] <= 11
