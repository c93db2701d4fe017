"""The forms that record something: what they write, what they refuse beside the fields, and for whom they open."""

from datetime import date

import pytest
from django.urls import reverse

from cells.kinds import MovementKind as Kind
from cells.kinds import StateKind
from cells.models import Member, Movement
from cells.roles import Role
from cells.services import roll, states
from cells.services.locks import lock_period
from core.models import AuditEvent
from tests.cells.roll_pages import LIST, address, links, log_in, page, refusals, refused, send, stands, visible
from tests.factories import TODAY, district, member, moved, user

pytestmark = pytest.mark.once

NEW = {how: f"{LIST}them/{how}/" for how in ("ket-nap", "chuyen-den")}


@pytest.fixture
def units(db):
    return district()


@pytest.fixture
def officer(client, units):
    """A committee officer of D1: cells K1 and K2."""
    return log_in(client, units["D1"])


# --- somebody new ---------------------------------------------------------------------------------------------------
ADMISSION = {"code": "099001", "full_name": "TRẦN THỊ MAI", "born": "12/05/1998", "sex": "female",
             "education": "Đại học", "ethnicity": "Tày", "religion": "Không", "organization": "K1",
             "effective_on": "01/03/2026", "held_on": "15/03/2026", "document": "12-QĐ/HU"}  # fmt: skip
ARRIVAL = {"code": "099002", "full_name": "Vũ Văn Thành", "born": "1975", "sex": "male", "organization": "K1",
           "joined_on": "03/02/2000", "official_on": "03/02/2001", "effective_on": "01/03/2026",
           "document": "GT 7"}  # fmt: skip


def test_an_admission_enters_somebody_new(client, officer, units):
    response = send(client, NEW["ket-nap"], **ADMISSION)
    person = Member.objects.get()
    assert response.redirect_chain == [(address(person), 302)]
    assert "Đã ghi kết nạp: Trần Thị Mai." in response.content.decode()
    assert (person.full_name, person.born_text, person.joined_on, person.ethnicity) == (
        "Trần Thị Mai", "12/05/1998", date(2026, 3, 1), "Tày",
    )  # fmt: skip
    movement = person.movements.get()
    assert (movement.kind, movement.held_on, movement.document, movement.recorded_by) == (
        "admitted", date(2026, 3, 15), "12-QĐ/HU", officer,
    )  # fmt: skip


def test_an_arrival_enters_somebody_from_outside(client, officer, units):
    send(client, NEW["chuyen-den"], **ARRIVAL)
    person = Member.objects.get()
    assert (person.born_text, person.joined_on, person.official_on) == ("1975", date(2000, 2, 3), date(2001, 2, 3))
    assert list(person.movements.values_list("kind", "effective_on")) == [("transferred_in", date(2026, 3, 1))]


def test_the_form_begins_with_the_cell_that_one_came_from_or_the_only_one(client, officer, units):
    assert 'value="Chi bộ thôn Đồng Tâm, Đảng bộ xã Minh Hòa (K1)"' in page(client, f"{NEW['ket-nap']}?to-chuc=K1")
    log_in(client, units["K2"])
    assert 'value="Chi bộ thôn Đông Thịnh, Đảng bộ xã Minh Hòa (K2)"' in page(client, NEW["ket-nap"])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"organization": "K3"}, "Không có tổ chức “K3” trong phạm vi của bạn. Hãy chọn trong danh sách gợi ý."),
        ({"organization": "D1"}, "Không có tổ chức “D1” trong phạm vi của bạn. Hãy chọn trong danh sách gợi ý."),
        ({"born": "31/02/1998"}, "Ngày phải viết dạng ngày/tháng/năm, ví dụ 12/05/1998; nếu hồ sơ không rõ thì viết "
         "05/1998 hoặc 1998."),
        ({"born": "12/05/2027"}, "Ngày sinh 12/05/2027 còn ở phía trước. Hãy sửa lại ngày."),
        ({"effective_on": "01/12/2026", "held_on": ""}, "Ngày này còn ở phía trước. Hãy chỉ nhập việc đã xảy ra."),
        ({"held_on": "01/02/2026"}, "Ngày tổ chức lễ 01/02/2026 trước ngày quyết định 01/03/2026. Hãy sửa lại hai "
         "ngày."),
    ],
)  # fmt: skip
def test_what_cannot_be_entered_is_said_beside_the_form_and_what_was_typed_stays(client, officer, wrong, said):
    typed = ADMISSION | {"full_name": "Trần Thị Mai"} | wrong
    assert refused(client, NEW["ket-nap"], **typed) == [said]
    assert Member.objects.count() == 0


def test_joining_before_eighteen_is_asked_about_and_not_refused(client, officer):
    assert (
        "Vào Đảng khi chưa đủ 18 tuổi" in send(client, NEW["ket-nap"], **ADMISSION | {"born": "2010"}).content.decode()
    )
    assert Member.objects.count() == 1


def test_a_code_of_somebody_in_sight_leads_to_that_person(client, officer, units):
    person = member(units["K2"], code="099001", full_name="Lê Thị Hòa")
    response = client.post(NEW["ket-nap"], ADMISSION)
    assert refusals(response.content.decode()) == ["Mã này là của Lê Thị Hòa. Hãy mở trang của người ấy để ghi tiếp."]
    assert address(person) in links(response.content.decode())


def test_a_code_of_somebody_out_of_sight_says_nothing_about_that_person(client, officer, units):
    member(units["K3"], code="099001", full_name="Lê Thị Hòa")
    response = client.post(NEW["ket-nap"], ADMISSION)
    assert refusals(response.content.decode()) == [
        "Mã này đã có người dùng. Hãy kiểm tra lại mã, họ tên và ngày sinh trong hồ sơ."
    ]
    assert "Lê Thị Hòa" not in response.content.decode()


def test_the_other_half_of_a_transfer_is_received_by_what_the_paper_says_and_the_two_become_one(client, officer, units):
    person = member(units["K3"], code="099002", full_name="Vũ Văn Thành", born_on=date(1975, 1, 1), education="Đại học")
    assert refused(client, NEW["chuyen-den"], **ARRIVAL) == [
        "Vũ Văn Thành đang trong danh sách của nơi khác trong đảng bộ. Hãy đề nghị nơi ấy ghi chuyển đi, rồi ghi lại ở "
        "đây; hai lần ghi sẽ tự khớp thành một lần chuyển."
    ]
    out = moved(person, Kind.TRANSFERRED_OUT, units["K3"], date(2026, 2, 20))
    response = send(client, NEW["chuyen-den"], **ARRIVAL)
    assert "thông tin cá nhân giữ như đã lưu" in response.content.decode()
    assert (stands(person), Member.objects.get().education) == ((True, "K1"), "Đại học")
    assert Movement.objects.get(pk=out.pk).pair.organization == units["K1"]


# --- movements ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("slug", "kind"),
    [("chuyen-di", "transferred_out"), ("tu-tran", "died"), ("khai-tru", "expelled"), ("xoa-ten", "struck_off"),
     ("xin-ra", "resigned")],
)  # fmt: skip
def test_each_way_to_leave_is_recorded_with_its_day_and_paper(client, officer, units, slug, kind):
    person = member(units["K1"])
    response = send(client, address(person, f"bien-dong/{slug}/"), effective_on="1/3/2026", document="5-QĐ/ĐU")
    assert response.redirect_chain == [(address(person), 302)]
    movement = person.movements.exclude(is_implied=True).get()
    assert (movement.kind, movement.effective_on, movement.document) == (kind, date(2026, 3, 1), "5-QĐ/ĐU")
    assert stands(person) == (False, "K1")


@pytest.mark.parametrize(
    ("left_by", "slug", "kind"),
    [(Kind.TRANSFERRED_OUT, "chuyen-den", "transferred_in"), (Kind.EXPELLED, "phuc-hoi", "reinstated"),
     (Kind.STRUCK_OFF, "ket-nap", "admitted")],
)  # fmt: skip
def test_each_way_to_come_back_is_recorded_at_a_cell(client, officer, units, left_by, slug, kind):
    person = member(units["K1"])
    moved(person, left_by, units["K1"], date(2021, 1, 1))
    send(client, address(person, f"bien-dong/{slug}/"), effective_on="1/3/2026", organization="K2")
    assert person.movements.in_force().latest("effective_on").kind == kind
    assert stands(person) == (True, "K2")


def test_a_way_back_that_is_odd_is_taken_and_told(client, officer, units):
    person = member(units["K1"])
    moved(person, Kind.STRUCK_OFF, units["K1"], date(2025, 1, 1))
    html = send(
        client, address(person, "bien-dong/ket-nap/"), effective_on="1/3/2026", organization="K2"
    ).content.decode()  # fmt: skip
    assert "(xóa tên tại Chi bộ thôn Đồng Tâm), chưa đủ 36 tháng. Hãy kiểm tra lại loại và ngày." in visible(html)
    assert stands(person) == (True, "K2")


def test_a_way_back_that_cannot_be_is_refused_in_words_that_fit_a_form(client, officer, units):
    person = member(units["K1"])
    moved(person, Kind.TRANSFERRED_OUT, units["K1"], date(2025, 1, 1))
    assert refused(client, address(person, "bien-dong/phuc-hoi/"), effective_on="01/03/2026", organization="K2") == [
        "Đảng viên chuyển đi khỏi Chi bộ thôn Đồng Tâm ngày 01/01/2025, không ra khỏi Đảng nên không có phục hồi. Nếu "
        "là người về sinh hoạt, hãy ghi chuyển đến."
    ]


def test_a_day_of_joining_is_asked_for_where_none_is_known(client, officer, units):
    person = member(units["K1"], joined_on=None)
    url = address(person, "bien-dong/chuyen-den/")
    assert refused(client, url, effective_on="01/03/2026", organization="K2") == ["Hãy điền mục này."]
    send(client, url, effective_on="01/03/2026", organization="K2", joined_on="03/02/2000")
    assert Member.objects.get().joined_on == date(2000, 2, 3)


def test_contradictions_are_refused_in_words_that_fit_a_form(client, officer, units):
    person = member(units["K1"], joined_on=date(2020, 3, 1))
    url = address(person, "bien-dong/tu-tran/")
    assert refused(client, url, effective_on="01/02/2020", document="x") == [
        "Biến động ngày 01/02/2020 trước Ngày vào Đảng 01/03/2020. Hãy kiểm tra lại hai ngày này."
    ]
    assert refused(client, address(person, "bien-dong/chuyen-den/"), effective_on="01/03/2026", organization="K2") == [
        "Đảng viên đang trong danh sách của Chi bộ thôn Đồng Tâm từ ngày 01/03/2020 (theo Ngày vào Đảng). Hãy ghi "
        "chuyển đi khỏi Chi bộ thôn Đồng Tâm trước, hoặc sửa lại ngày."
    ]
    moved(person, Kind.DIED, units["K1"], date(2026, 1, 1))
    (said,) = refused(client, url, effective_on="01/03/2026")
    assert said == (
        "Đảng viên đã từ trần ngày 01/01/2026 tại Chi bộ thôn Đồng Tâm, không thể có biến động sau đó. Nếu ghi nhầm, "
        "hãy đính chính lần ghi từ trần."
    )


def test_a_locked_period_is_refused_with_the_lock_named(client, officer, units):
    person = member(units["K1"])
    lock_period(units["H"], first_day=date(2025, 1, 1), last_day=date(2025, 12, 31), by=user(), reason="Đã báo cáo")
    for rest, data in {
        "bien-dong/tu-tran/": {"effective_on": "01/03/2025"},
        "chuyen/": {"to": "K2", "left_on": "01/03/2025"},
        "cong-nhan/": {"official_on": "01/03/2025", "document": "x", "version": 1, "confirmed": "on"},
        "trang-thai/": {"kind": "exempt", "valid_from": "01/03/2025"},
    }.items():
        html = client.post(address(person, rest), data).content.decode()
        assert refusals(html) == [
            "Kỳ 01/01/2025–31/12/2025 của Đảng bộ huyện Minh Sơn đã khóa. Hãy đề nghị Ban Tổ chức mở khóa trước khi "
            "sửa số liệu của kỳ này."
        ], rest


# --- transfers ------------------------------------------------------------------------------------------------------
def test_a_transfer_is_one_step_for_both_sides_and_ends_on_its_receipt(client, officer, units):
    person = member(units["K1"])
    response = send(client, address(person, "chuyen/"), to="K2", left_on="01/03/2026", document="GT 7")
    out, arrival = person.movements.exclude(is_implied=True).order_by("id")
    assert response.redirect_chain == [(reverse("cells:transfer-receipt", args=[out.public_id]), 302)]
    assert (arrival.effective_on, arrival.document, out.pair, stands(person)) == (
        date(2026, 3, 1), "GT 7", arrival, (True, "K2"),
    )  # fmt: skip


def test_a_cell_out_of_reach_is_no_destination_and_the_page_says_what_to_do(client, officer, units):
    person = member(units["K1"])
    url = address(person, "chuyen/")
    assert refused(client, url, to="K3", left_on="01/03/2026") == [
        "Không có tổ chức “K3” trong phạm vi của bạn. Hãy chọn trong danh sách gợi ý."
    ]
    html = page(client, url)
    assert address(person, "bien-dong/chuyen-di/") in links(html)
    assert "hai lần ghi tự khớp thành một lần chuyển" in visible(html)
    assert Movement.objects.count() == 1


def test_nobody_is_transferred_to_where_he_is_or_after_he_has_left(client, officer, units):
    person = member(units["K1"])
    url = address(person, "chuyen/")
    assert refused(client, url, to="K1", left_on="01/03/2026") == [
        "Nguyễn Thị Ánh đang sinh hoạt tại Chi bộ thôn Đồng Tâm. Hãy chọn tổ chức khác."
    ]
    moved(person, Kind.RESIGNED, units["K1"], date(2026, 2, 1))
    assert refused(client, url, to="K2", left_on="01/03/2026") == [
        "Nguyễn Thị Ánh không còn trong danh sách, không thể chuyển sinh hoạt."
    ]


# --- corrections ----------------------------------------------------------------------------------------------------
def correction(movement: Movement) -> str:
    return reverse("cells:movement-correct", args=[movement.public_id])


def test_a_right_movement_takes_the_place_of_a_wrong_one(client, officer, units):
    person = member(units["K1"])
    wrong = moved(person, Kind.DIED, units["K1"], date(2026, 3, 1), document="cũ")
    shown = {"kind": "died", "organization": "K1", "effective_on": "01/03/2026", "document": "cũ"}
    assert refused(client, correction(wrong), **shown, reason="Sai ngày") == [
        "Nội dung chưa khác lần đã ghi. Hãy sửa chỗ sai rồi lưu."
    ]
    response = send(client, correction(wrong), **shown | {"kind": "resigned"}, reason="Nhầm loại")
    assert response.redirect_chain == [(address(person), 302)]
    right = person.movements.in_force().get(is_implied=False)
    assert (right.kind, right.corrects, right.reason, right.document) == ("resigned", wrong, "Nhầm loại", "cũ")


def test_a_mistake_is_taken_back_with_its_reason(client, officer, units):
    person = member(units["K1"])
    wrong = moved(person, Kind.DIED, units["K1"], date(2026, 3, 1))
    assert "Hãy điền mục này." in visible(client.post(correction(wrong), {"bo-reason": ""}).content.decode())
    send(client, correction(wrong), **{"bo-reason": "Nhầm người"})
    assert (stands(person), AuditEvent.objects.filter(action="reverse").count()) == ((True, "K1"), 1)
    assert "đã được đính chính" in page(client, correction(wrong))
    assert "đã được đính chính" in send(client, correction(wrong), **{"bo-reason": "Nhầm người"}).content.decode()
    assert AuditEvent.objects.filter(action="reverse").count() == 1


def test_both_sides_of_a_transfer_go_in_one_step_where_both_are_in_reach(client, officer, units):
    person = member(units["K1"])
    out, _ = roll.transfer(person, to=units["K2"], left_on=date(2026, 3, 1), arrived_on=date(2026, 3, 1), today=TODAY)
    assert "Cả hai vế của lần chuyển được bỏ trong một bước" in visible(page(client, correction(out)))
    send(client, correction(out), **{"bo-reason": "Nhầm"})
    assert stands(person) == (True, "K1")


def test_one_side_goes_alone_where_the_other_is_out_of_reach_and_the_person_with_it(client, officer, units):
    person = member(units["K3"])
    _, arrival = roll.transfer(
        person, to=units["K1"], left_on=date(2026, 3, 1), arrived_on=date(2026, 3, 1), today=TODAY
    )
    assert "Vế kia của lần chuyển ngoài phạm vi của bạn" in visible(page(client, correction(arrival)))
    response = send(client, correction(arrival), **{"bo-reason": "Nhầm"})
    assert response.redirect_chain == [(LIST, 302)]
    assert "ngoài phạm vi của bạn" in response.content.decode()
    assert stands(person) == (False, "K3")


def test_the_admission_taken_from_the_joining_day_leads_to_that_day(client, officer, units):
    person = member(units["K1"])
    assert address(person, "sua/") in links(page(client, correction(person.movements.get())))


def test_the_old_cells_committee_corrects_its_own_row_without_seeing_the_person(client, officer, units):
    person = member(units["K1"])
    out, _ = roll.transfer(person, to=units["K3"], left_on=date(2026, 3, 1), arrived_on=date(2026, 3, 20), today=TODAY)
    html = page(client, correction(out))
    assert address(person) not in links(html)
    send(
        client, correction(out), kind="transferred_out", organization="K1", effective_on="05/03/2026", reason="Sai ngày"
    )
    assert Movement.objects.in_force().get(kind="transferred_out").effective_on == date(2026, 3, 5)


# --- for whom -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", [Role.CELL_SECRETARY, Role.INSPECTOR])
def test_readers_record_nothing_by_any_address(client, units, role):
    person = member(units["K1"], joined_on=date(2025, 3, 1))
    out = moved(person, Kind.TRANSFERRED_OUT, units["K1"], date(2026, 3, 1))
    state = states.record_state(
        member(units["K1"]), kind=StateKind.EXEMPT, valid_from=date(2024, 1, 1), today=TODAY
    )  # fmt: skip
    log_in(client, units["K1"], role, valid_until=date(2027, 1, 1))
    forms = [*NEW.values(), correction(out), f"{LIST}trang-thai/{state.public_id}/bo/",
             f"{LIST}trang-thai/{state.public_id}/ket-thuc/",
             *(address(person, rest) for rest in ("sua/", "chuyen/", "cong-nhan/", "trang-thai/",
                                                  "bien-dong/chuyen-den/"))]  # fmt: skip
    changes = AuditEvent.objects.exclude(action=AuditEvent.Action.REFUSE)
    before = (Movement.objects.count(), changes.count())
    assert {client.post(url, ARRIVAL).status_code for url in forms} <= {403, 404}
    assert (Movement.objects.count(), changes.count()) == before


def test_a_person_of_another_committee_answers_like_one_who_does_not_exist(client, officer, units):
    person = member(units["K3"])
    for rest in ("", "sua/", "chuyen/", "cong-nhan/", "trang-thai/", "bien-dong/tu-tran/"):
        assert client.get(address(person, rest)).status_code == 404, rest
        assert client.post(address(person, rest)).status_code in (404, 405), rest
    assert client.get(correction(person.movements.get())).status_code == 404
    assert stands(person) == (True, "K3")


@pytest.mark.parametrize("rest", ["bien-dong/khong-co/", "them/tu-tran/"])
def test_what_is_no_kind_of_movement_is_not_found(client, officer, units, rest):
    url = f"{LIST}{rest}" if rest.startswith("them") else address(member(units["K1"]), rest)
    assert client.get(url).status_code == 404


def test_every_form_opens_with_its_labels_and_speaks_vietnamese(client, officer, units):
    on_roll = member(units["K1"], joined_on=date(2025, 3, 1))
    slugs = ["ket-nap", "chuyen-den", "phuc-hoi", "chuyen-di", "tu-tran", "khai-tru", "xoa-ten", "xin-ra"]
    for url in [*NEW.values(), *(address(on_roll, f"bien-dong/{slug}/") for slug in slugs)]:
        page(client, url)
