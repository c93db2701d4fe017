"""The page of one member: what happened, in plain words, and what can be done; the receipt of a transfer."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cells.kinds import MovementKind as Kind
from cells.kinds import StateKind
from cells.models import Member, Movement
from cells.roles import Role
from cells.services import members, roll, states
from core import audit
from tests.cells.roll_pages import LIST, address, links, log_in, page, visible
from tests.factories import TODAY, district, member, moved, user

pytestmark = pytest.mark.once


@pytest.fixture
def units(db):
    return district()


@pytest.fixture
def officer(client, units):
    return log_in(client, units["H"], Role.BOARD_OFFICER)


def life(html: str) -> list[str]:
    """What the page tells of the life, one text for each thing that happened."""
    part = html[html.index("<h2>Quá trình</h2>") :]
    part = part[: part.index("</section>")]
    return [visible(item.split("</li>")[0]).removeprefix("> ") for item in part.split("<li class=")[1:]]


def told(html: str) -> list[str]:
    """As `life`, without who entered it and without links."""
    return [text.split('"> ', 1)[-1].split(" hệ thống ghi")[0] for text in life(html)]


def test_who_and_where_one_is_stands_on_the_page(client, officer, units):
    person = member(
        units["K1"], "099001", born_on=date(1988, 5, 12), sex="female", ethnicity="Tày", religion="Không",
        education="Đại học", official_on=date(2011, 5, 19),
    )  # fmt: skip
    text = visible(page(client, address(person)))
    assert "Sinh 12/05/1988 (38 tuổi) · Chi bộ thôn Đồng Tâm ✓ Đảng viên chính thức" in text
    assert "Sinh hoạt tại Chi bộ thôn Đồng Tâm Đảng bộ xã Minh Hòa Đảng bộ huyện Minh Sơn Từ ngày 19/05/2010" in text
    assert (
        "Mã đảng viên 099001 Ngày sinh 12/05/1988 Giới tính nữ Dân tộc •••• đã ghi, đang che "
        "Tôn giáo •••• đã ghi, đang che Số định danh cá nhân — Trình độ Đại học "
        "Ngày vào Đảng 19/05/2010 Ngày chính thức 19/05/2011"
    ) in text


def test_a_life_is_told_by_day_in_plain_words(client, officer, units):
    person = member(units["K1"], joined_on=None, born_on=date(1988, 5, 12))
    with audit.acting(user=officer):
        moved(person, Kind.ADMITTED, units["K1"], date(2020, 3, 1), held_on=date(2020, 3, 19), document="12-QĐ/HU")
        person.refresh_from_db()
        members.recognise(
            person, official_on=date(2021, 3, 19), document="30-QĐ/HU", version=person.version, today=TODAY
        )
        roll.transfer(
            person, to=units["K3"], left_on=date(2022, 1, 5), arrived_on=date(2022, 1, 5), today=TODAY, document="GT 7"
        )
        states.record_state(
            person, kind=StateKind.AWAY, valid_from=date(2023, 1, 1), valid_until=date(2023, 7, 1), today=TODAY
        )
        moved(person, Kind.EXPELLED, units["K3"], date(2024, 1, 1), document="1-QĐ/UBKT")
        moved(person, Kind.REINSTATED, units["K3"], date(2024, 9, 1))
    found = [text.split('"> ', 1)[-1].split(" Đỗ Quang Hải ghi")[0] for text in life(page(client, address(person)))]
    assert found == [
        "Kết nạp tại Chi bộ thôn Đồng Tâm 01/03/2020 · lễ kết nạp ngày 19/03/2020 · 12-QĐ/HU",
        "Công nhận đảng viên chính thức 19/03/2021 · 30-QĐ/HU",
        "Chuyển đi khỏi Chi bộ thôn Đồng Tâm 05/01/2022 · đến Chi bộ thôn Khê Thượng · GT 7",
        "Chuyển đến Chi bộ thôn Khê Thượng 05/01/2022 · từ Chi bộ thôn Đồng Tâm · GT 7",
        "Chuyển sinh hoạt tạm thời đi nơi khác 01/01/2023 · đến hết ngày 30/06/2023",
        "Bị khai trừ khỏi Đảng 01/01/2024 · 1-QĐ/UBKT",
        "Được phục hồi đảng tịch tại Chi bộ thôn Khê Thượng 01/09/2024",
    ]


def test_what_was_corrected_is_folded_away_with_its_reason(client, officer, units):
    person = member(units["K1"])
    wrong = moved(person, Kind.DIED, units["K1"], date(2025, 3, 1))
    with audit.acting(user=officer):
        roll.reverse_movement(wrong, reason="Nhầm người cùng tên", today=TODAY)
    html = page(client, address(person))
    shown, folded = html.split("Đã đính chính (1)")
    assert "Từ trần" not in visible(shown[shown.index("<h2>Quá trình") :])
    assert "Từ trần 01/03/2025" in visible(folded)
    assert "Đỗ Quang Hải: Nhầm người cùng tên" in visible(folded)


def test_a_secretary_sees_own_rows_only_and_is_told_whom_to_ask(client, units):
    person = member(units["K3"], full_name="Vũ Văn Thành")
    roll.transfer(person, to=units["K1"], left_on=date(2025, 3, 1), arrived_on=date(2025, 3, 1), today=TODAY)
    log_in(client, units["K1"], Role.CELL_SECRETARY)
    html = page(client, address(person))
    assert told(html) == ["Chuyển đến Chi bộ thôn Đồng Tâm 01/03/2025 · từ Chi bộ thôn Khê Thượng"]
    assert "Quá trình trước khi về đây do tổ chức cũ giữ" in html
    assert "hãy báo cấp ủy Đảng bộ xã Minh Hòa" in visible(html)
    assert not {link for link in links(html) if link.startswith(address(person)) or "dinh-chinh" in link}


@pytest.mark.parametrize(
    ("kinds", "offered"),
    [
        ([], {"chuyen", "chuyen-di", "tu-tran", "khai-tru", "xoa-ten", "xin-ra", "trang-thai", "cong-nhan"}),
        ([Kind.TRANSFERRED_OUT], {"chuyen-den"}),
        ([Kind.EXPELLED], {"phuc-hoi", "ket-nap"}),
        ([Kind.STRUCK_OFF], {"phuc-hoi", "ket-nap"}),
        ([Kind.RESIGNED], {"phuc-hoi", "ket-nap"}),
        ([Kind.DIED], set()),
    ],
)
def test_only_what_the_service_would_take_is_offered(client, officer, units, kinds, offered):
    person = member(units["K1"], joined_on=date(2025, 3, 1))
    for kind in kinds:
        moved(person, kind, units["K1"], date(2025, 9, 1))
    own = {link for link in links(page(client, address(person))) if link.startswith(LIST) and link != LIST}
    found = {link.rstrip("/").rsplit("/", 1)[-1] for link in own}
    assert found - {"sua", person.public_id.hex, str(person.public_id), "dinh-chinh"} == offered


def test_an_official_member_is_not_recognised_again(client, officer, units):
    html = page(client, address(member(units["K1"], official_on=date(2011, 5, 19))))
    assert not {link for link in links(html) if "cong-nhan" in link}


@pytest.mark.parametrize(
    ("joined_on", "chip", "says"),
    [
        (date(2026, 6, 1), "Đảng viên dự bị", "12 tháng hết ngày 01/06/2027"),
        (date(2025, 12, 1), "Đảng viên dự bị", "12 tháng dự bị hết ngày 01/12/2026. Có quyết định"),
        (date(2025, 11, 22), "Dự bị, đã hết 12 tháng", "12 tháng dự bị đã hết ngày 22/11/2026"),
        (date(2010, 5, 19), "Dự bị, đã hết 12 tháng", "Vào Đảng đã lâu mà chưa ghi ngày chính thức"),
    ],
)
def test_the_next_step_of_a_probationer_is_said(client, officer, units, joined_on, chip, says):
    text = visible(page(client, address(member(units["K1"], joined_on=joined_on))))
    assert chip in text
    assert says in text


def test_probation_counts_from_the_ceremony_wherever_that_was(client, units):
    """The admission is out of the reader's sight, yet its day decides when the twelve months end."""
    person = Member(code="MOI", full_name="Trần Văn Mới")
    roll.enter_member(
        person, kind=Kind.ADMITTED, organization=units["K3"], effective_on=date(2025, 12, 20),
        held_on=date(2026, 1, 15), today=TODAY,
    )  # fmt: skip
    roll.transfer(person, to=units["K1"], left_on=date(2026, 3, 1), arrived_on=date(2026, 3, 1), today=TODAY)
    log_in(client, units["K1"], Role.CELL_SECRETARY)
    assert "12 tháng hết ngày 15/01/2027" in visible(page(client, address(person)))


def test_states_of_today_stand_beside_the_name(client, officer, units):
    person = member(units["K1"], official_on=date(2011, 5, 19))
    states.record_state(person, kind=StateKind.EXEMPT, valid_from=date(2020, 1, 1), today=TODAY)
    text = visible(page(client, address(person)))
    assert "✓ Đảng viên chính thức ○ miễn sinh hoạt" in text
    assert "Trạng thái được miễn công tác và sinh hoạt đảng, từ 01/01/2020" in text


def test_the_page_asks_as_many_questions_for_a_long_life_as_for_a_short_one(client, officer, units):
    person, counts = member(units["K1"], official_on=date(2011, 5, 19)), []
    for year in (2020, 2021, 2022):
        moved(person, Kind.TRANSFERRED_OUT, units["K1"], date(year, 1, 1))
        moved(person, Kind.TRANSFERRED_IN, units["K1"], date(year, 6, 1))
        states.record_state(
            person, kind=StateKind.AWAY, valid_from=date(year, 7, 1), valid_until=date(year, 8, 1), today=TODAY
        )
        with CaptureQueriesContext(connection) as asked:
            page(client, address(person))
        counts.append(len(asked))
    assert counts[0] == counts[1] == counts[2] <= 16


# --- the receipt -----------------------------------------------------------------------------------------------------
RECEIPT = f"{LIST}phieu-chuyen/"


@pytest.fixture
def transfer(units):
    person = member(units["K1"], "099001", born_on=date(1988, 5, 12))
    with audit.acting(user=user(full_name="Lê Thị Nhàn")):
        return roll.transfer(
            person, to=units["K3"], left_on=date(2025, 3, 1), arrived_on=date(2025, 3, 20), today=TODAY, document="GT 7"
        )


def test_the_receipt_names_both_sides_and_is_the_same_from_either(client, officer, transfer):
    texts = [visible(page(client, f"{RECEIPT}{movement.public_id}/")) for movement in transfer]
    assert texts[0] == texts[1]
    assert (
        "Phiếu chuyển sinh hoạt đảng GT 7 Đảng viên Nguyễn Thị Ánh , sinh 12/05/1988 Mã đảng viên 099001 "
        "Nơi đi Chi bộ thôn Đồng Tâm, Đảng bộ xã Minh Hòa Ngày chuyển đi 01/03/2025 "
        "Nơi đến Chi bộ thôn Khê Thượng, Đảng bộ xã Phú Khê Ngày chuyển đến 20/03/2025"
    ) in texts[0]
    assert "Vế đi: Lê Thị Nhàn ghi" in texts[0]
    assert f"{RECEIPT}{transfer[0].public_id}/" in links(page(client, address(transfer[0].member)))


@pytest.mark.parametrize(("place", "status"), [("K1", 200), ("K3", 200), ("K2", 404), ("D1", 200), ("C", 404)])
def test_either_side_sees_the_receipt_and_nobody_else(client, units, transfer, place, status):
    log_in(client, units[place], Role.CELL_SECRETARY if place != "D1" else Role.COMMITTEE_OFFICER)
    assert {client.get(f"{RECEIPT}{movement.public_id}/").status_code for movement in transfer} == {status}


def test_the_old_cell_sees_the_receipt_without_a_way_to_the_person(client, units, transfer):
    log_in(client, units["K1"], Role.CELL_SECRETARY)
    assert address(transfer[0].member) not in links(page(client, f"{RECEIPT}{transfer[0].public_id}/"))


def test_a_receipt_of_a_transfer_taken_back_says_so(client, officer, transfer):
    roll.reverse_movement(transfer[1], reason="Nhầm", today=TODAY, with_partner=True)
    assert "Phiếu này không còn hiệu lực" in page(client, f"{RECEIPT}{transfer[0].public_id}/")


def test_other_movements_have_no_receipt(client, officer, units):
    moved(member(units["K1"]), Kind.DIED, units["K1"], date(2025, 1, 1))
    assert {client.get(f"{RECEIPT}{m.public_id}/").status_code for m in Movement.objects.all()} == {404}
