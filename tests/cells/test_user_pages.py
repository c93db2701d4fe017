"""People who log in: made, given offices, handed over, stood in for, kept from relatives' files, served on behalf."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from cells.models import Appointment, AppointmentRequest, DeclaredConflict, Member, Movement
from cells.queries.offices import managed_by, people_of
from cells.roles import Role
from cells.services.accounts import create_user, suggested_username
from cells.services.appointments import appoint, grant_request
from cells.services.errors import RuleError
from core.models import AuditEvent, User
from tests.cells.roll_pages import log_in, page, refused, send
from tests.factories import TODAY, appointment, district, member, user

USERS = "/quan-tri/nguoi-dung/"
NEW_PASSWORD = "suối Lê Nin trong vắt"


@pytest.fixture
def units(db):
    return district()


@pytest.fixture
def officer(client, units):
    """A committee officer of D1: cells K1 and K2."""
    return log_in(client, units["D1"])


def secretary(cell, name="Hoàng Văn Bảy", **details):
    person = user(full_name=name)
    return appointment(person, cell, Role.CELL_SECRETARY, **details)


def at(person, rest: str = "") -> str:
    return f"{USERS}{person.public_id}/{rest}"


def office_at(office, rest: str) -> str:
    return f"/quan-tri/phan-cong/{office.public_id}/{rest}/"


NEW = {"full_name": "NGUYỄN THỊ ÁNH", "organization": "K1", "valid_from": "01/11/2026", "phone": "0900000001"}


# --- made, and let in -----------------------------------------------------------------------------------------------
def test_an_officer_makes_a_secretary_and_the_sheet_lets_her_in(client, officer, units):
    response = send(client, f"{USERS}them/?vai-tro=cell_secretary", **NEW)
    person = User.objects.get(username="anh.nt")
    assert response.redirect_chain == [(at(person), 302)]
    held = person.appointments.get()
    assert (held.role, held.organization, held.recorded_by) == (Role.CELL_SECRETARY, units["K1"], officer)
    assert not person.has_usable_password()
    sheet = client.post(at(person, "kich-hoat/"))
    code = re.search(r"[a-z0-9]{5}-[a-z0-9]{5}-[a-z0-9]{5}", sheet.content.decode())[0]
    assert "no-store" in sheet["Cache-Control"]
    assert code not in client.get(at(person)).content.decode()
    assert not any(code in str(event.changes) + event.label for event in AuditEvent.objects.all())
    hers = Client()
    hers.post("/dang-nhap/", {"username": "anh.nt", "password": code})
    hers.post("/doi-mat-khau/", {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD})
    assert "Chi bộ thôn Đồng Tâm" in hers.get(f"/to-chuc/{units['K1'].public_id}/").content.decode()


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"organization": "K3"}, "Không có tổ chức “K3” trong phạm vi của bạn. Hãy chọn trong danh sách gợi ý."),
        ({"organization": "D1"}, "Không có tổ chức “D1” trong phạm vi của bạn. Hãy chọn trong danh sách gợi ý."),
        ({"username": "có dấu"},
         "Tên đăng nhập chỉ gồm chữ không dấu, số, dấu chấm và gạch. Ví dụ: anh.nt"),
        ({"until": "31/10/2026"}, "Ngày kết thúc phải sau ngày bắt đầu. Hãy sửa lại hai ngày."),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_and_nobody_is_made(client, officer, changed, says):
    before = User.objects.count()
    assert says in refused(client, f"{USERS}them/?vai-tro=cell_secretary", **(NEW | changed))
    assert User.objects.count() == before


def test_a_taken_user_name_is_told(client, officer):
    user("anh.nt")
    said = refused(client, f"{USERS}them/?vai-tro=cell_secretary", **NEW, username="anh.nt")
    assert said == ["Tên đăng nhập anh.nt đã có người dùng. Hãy chọn tên khác."]
    assert suggested_username("Nguyễn Thị Ánh") == "anh.nt2"
    assert suggested_username("Đặng Đình Đức") == "duc.dd"


@pytest.mark.parametrize("role", ["board_officer", "board_head", "administrator", "inspector", "training_centre"])
def test_a_committee_gives_no_office_of_the_board(client, officer, role):
    assert client.get(f"{USERS}them/?vai-tro={role}").status_code == 403
    assert client.post(f"{USERS}them/?vai-tro={role}", NEW).status_code == 403


def test_an_account_is_managed_only_by_who_could_give_all_it_holds(units):
    committee, board, head = (user() for _ in range(3))
    appointment(committee, units["D1"], Role.COMMITTEE_OFFICER)
    appointment(board, units["H"], Role.BOARD_OFFICER)
    appointment(head, units["H"], Role.BOARD_HEAD)
    held = secretary(units["K1"])
    assert [managed_by(each).filter(pk=held.user_id).exists() for each in (committee, board, head)] == [True] * 3
    appointment(held.user, units["H"], Role.BOARD_OFFICER)
    assert people_of(committee).filter(pk=held.user_id).exists()
    assert [managed_by(each).filter(pk=held.user_id).exists() for each in (committee, board, head)] == [
        False, False, True,
    ]  # fmt: skip
    assert not managed_by(head).filter(pk=head.pk).exists(), "nobody prints a sheet for himself"


def test_a_locked_account_is_out_at_once(client, officer, units):
    held = secretary(units["K1"])
    theirs = Client()
    theirs.force_login(held.user)
    send(client, at(held.user, "khoa/"), reason="Mất điện thoại")
    assert theirs.get("/viec-can-lam/").status_code == 302
    send(client, at(held.user, "khoa/"), reason="Đã tìm thấy")
    held.user.refresh_from_db()
    assert held.user.is_active


def test_the_trail_of_an_edit_holds_no_telephone_number(client, officer, units):
    held = secretary(units["K1"])
    send(client, at(held.user, "sua/"), full_name="Hoàng Văn Bảy", phone="0900123456")
    event = AuditEvent.objects.filter(model="core.user", action=AuditEvent.Action.UPDATE).get()
    assert "0900123456" not in str(event.changes)
    assert event.scope_path == units["K1"].path


def test_lists_and_pages_ask_as_much_for_three_as_for_one(client, officer, units, django_assert_max_num_queries):
    secretary(units["K1"])
    with django_assert_max_num_queries(14) as few:
        page(client, USERS)
    for name in ("Lò Thị Xuân", "Ma Văn Thu", "Nông Thị Hạ"):
        secretary(units["K2"], name)
    with django_assert_max_num_queries(14) as many:
        page(client, USERS)
    assert len(few) == len(many)


def test_the_list_is_narrowed_by_name_role_place_and_standing(client, officer, units):
    secretary(units["K1"], "Lò Thị Xuân")
    secretary(units["K2"], "Ma Văn Thu", valid_until=date(2026, 1, 1))
    found = page(client, f"{USERS}?q=xuan")
    assert ("Lò Thị Xuân" in found, "Ma Văn Thu" in found) == (True, False)
    assert "Ma Văn Thu" in page(client, f"{USERS}?trang-thai=thoi")
    assert "Lò Thị Xuân" not in page(client, f"{USERS}?trang-thai=thoi")
    assert "Ma Văn Thu" not in page(client, f"{USERS}?vai-tro=cell_secretary")
    assert "Lò Thị Xuân" not in page(client, f"{USERS}?to-chuc=K2")


# --- offices end, change hands, are stood in for ----------------------------------------------------------------------
def test_rights_end_with_the_office_and_so_do_sessions(client, officer, units):
    held = secretary(units["K1"])
    theirs = Client()
    theirs.force_login(held.user)
    send(client, office_at(held, "ket-thuc"), last=f"{TODAY - timedelta(days=1):%d/%m/%Y}", reason="Nghỉ hưu")
    assert theirs.get(f"/to-chuc/{units['K1'].public_id}/").status_code == 302
    assert Appointment.objects.in_force().get(user=held.user).valid_until == TODAY


def test_duties_follow_the_office_to_a_new_secretary(client, officer, units):
    held = secretary(units["K1"])
    send(client, office_at(held, "ban-giao"), full_name="Lò Thị Xuân", valid_from=f"{TODAY:%d/%m/%Y}", reason="Bầu lại")
    old, new = Appointment.objects.in_force().filter(organization=units["K1"]).order_by("valid_from")
    assert (old.user, old.valid_until, new.user.full_name, new.valid_from) == (
        held.user, TODAY, "Lò Thị Xuân", TODAY,
    )  # fmt: skip
    assert old.batch == new.batch, "one change"


def test_a_hand_over_that_fails_leaves_the_office_where_it_was(client, officer, units):
    held = secretary(units["K1"])
    said = refused(client, office_at(held, "ban-giao"), known="khong.co", valid_from="01/11/2026", reason="Bầu lại")
    assert said == ["Không có người dùng “khong.co” trong phạm vi của bạn. Hãy xem lại danh sách."]
    other = secretary(units["K1"], "Lò Thị Xuân")
    said = refused(
        client, office_at(held, "ban-giao"), known=other.user.username, valid_from="01/11/2026", reason="Bầu lại"
    )
    assert said == [f"{other.user} đang giữ phân công này rồi. Hãy kết thúc phân công cũ trước, hoặc chọn ngày khác."]
    held.refresh_from_db()
    assert (held.in_force, held.valid_until) == (True, None)


def test_a_deputy_acts_for_a_time_and_no_longer_than_the_one_he_stands_in_for(client, officer, units):
    held, deputy = secretary(units["K1"]), secretary(units["K2"], "Ma Văn Thu")
    days = {"valid_from": f"{TODAY:%d/%m/%Y}", "until": f"{TODAY + timedelta(days=9):%d/%m/%Y}"}
    send(client, office_at(held, "lam-thay"), known=deputy.user.username, reason="Đi học", **days)
    acting = Appointment.objects.in_force().get(deputy_of=held)
    assert (acting.organization, acting.valid_until) == (units["K1"], TODAY + timedelta(days=10))
    assert "làm thay" in page(client, at(deputy.user))
    theirs = Client()
    theirs.force_login(deputy.user)
    assert theirs.get(f"/to-chuc/{units['K1'].public_id}/").status_code == 200
    tomorrow = f"{TODAY + timedelta(days=1):%d/%m/%Y}"
    send(client, office_at(held, "ket-thuc"), last=tomorrow, reason="Thôi giữ")
    assert Appointment.objects.in_force().get(user=deputy.user, organization=units["K1"]).valid_until == (
        TODAY + timedelta(days=2)
    )


def test_nobody_touches_an_office_of_the_own_or_a_foreign_one(client, officer, units):
    own = officer.appointments.get()
    foreign = secretary(units["K3"])
    for office in (own, foreign):
        for what in ("ket-thuc", "ban-giao", "lam-thay"):
            assert client.get(office_at(office, what)).status_code == 404
    assert client.get(at(foreign.user)).status_code == 404
    assert client.post(at(foreign.user, "kich-hoat/")).status_code == 404


def test_giving_needs_a_password_given_lately(client, officer, units):
    with time_machine.travel(timezone.now() + timedelta(minutes=25)):
        assert client.get(f"{USERS}them/").url.startswith("/xac-nhan/?next=")
        response = client.post(f"{USERS}them/?vai-tro=cell_secretary", NEW)
    assert response.url.startswith("/xac-nhan/?next=")
    assert not User.objects.filter(username="anh.nt").exists()


# --- offices that take two people ---------------------------------------------------------------------------------
@pytest.fixture
def board(units):
    people = {"officer": user("cv.qh", "Đỗ Quang Hải"), "head": user("tb.hn", "Trịnh Thị Nhung")}
    appointment(people["officer"], units["H"], Role.BOARD_OFFICER)
    appointment(people["head"], units["H"], Role.BOARD_HEAD)
    return people


ASKED = {"full_name": "Vi Văn Mới", "organization": "H", "valid_from": f"{TODAY:%d/%m/%Y}", "reason": "Bổ sung cán bộ"}


def test_rights_of_the_board_take_two_people(client, units, board):
    client.force_login(board["officer"])
    send(client, f"{USERS}them/?vai-tro=board_officer", **ASKED)
    asked = AppointmentRequest.objects.get()
    new = asked.user
    assert not new.appointments.exists()
    assert client.get(at(new, "kich-hoat/")).status_code == 404, "who asks prints no sheet for it"
    where = f"/quan-tri/de-nghi/{asked.public_id}/"
    assert "Rút đề nghị" in page(client, where)
    with pytest.raises(RuleError, match="không tự duyệt"):
        grant_request(asked, by=board["officer"])
    client.force_login(board["head"])
    assert "Vi Văn Mới" in page(client, USERS)
    send(client, where, reason="Đồng ý")
    held = new.appointments.get()
    asked.refresh_from_db()
    assert (held.role, asked.state, asked.decided_by, asked.appointment) == (
        Role.BOARD_OFFICER, "granted", board["head"], held,
    )  # fmt: skip
    assert client.get(where).status_code == 404, "decided once"


@pytest.mark.parametrize(
    ("who", "sent", "state"), [("head", {"tu-choi": "1"}, "refused"), ("officer", {}, "withdrawn")]
)
def test_a_request_is_refused_or_withdrawn_with_its_reason(client, units, board, who, sent, state):
    client.force_login(board["officer"])
    send(client, f"{USERS}them/?vai-tro=board_head", **ASKED)
    asked = AppointmentRequest.objects.get()
    client.force_login(board[who])
    send(client, f"/quan-tri/de-nghi/{asked.public_id}/", reason="Chưa cần", **sent)
    asked.refresh_from_db()
    assert (asked.state, asked.decision, Appointment.objects.filter(user=asked.user).count()) == (state, "Chưa cần", 0)


def test_a_head_alone_makes_no_second_head(client, units, board):
    client.force_login(board["head"])
    send(client, f"{USERS}them/?vai-tro=board_head", **ASKED)
    asked = AppointmentRequest.objects.get()
    client.post(f"/quan-tri/de-nghi/{asked.public_id}/", {"reason": "Tôi duyệt", "duyet": "1"})
    asked.refresh_from_db()
    assert asked.state == "withdrawn", "the one who asked can only take it back"
    assert not Appointment.objects.filter(user=asked.user).exists()


# --- relatives ------------------------------------------------------------------------------------------------------
def test_a_declared_relative_is_out_of_sight_but_not_out_of_the_figures(client, officer, units):
    kin, other = member(units["K1"], "099001", "Bế Văn Thân"), member(units["K1"], "099002", "Ma Văn Thu")
    send(client, "/tai-khoan/nguoi-than/", code="099001", relation="em vợ")
    client.force_login(officer)
    assert client.get(f"/dang-vien/{kin.public_id}/").status_code == 404
    assert client.get(f"/dang-vien/{kin.public_id}/sua/").status_code == 404
    assert client.get(f"/dang-vien/{other.public_id}/").status_code == 200
    assert "Bế Văn Thân" not in page(client, "/dang-vien/") + page(client, "/tim/?q=than") + page(
        client, "/quan-tri/nhat-ky/"
    )
    assert Movement.objects.in_force().filter(member=kin).count() == 1
    event = AuditEvent.objects.get(model="cells.declaredconflict")
    assert ("em vợ" in str(event.changes), "Bế Văn Thân" in event.label) == (False, False)


def test_only_somebody_above_takes_a_declared_tie_back(client, units):
    held, kin = secretary(units["K1"]), member(units["K1"], "099001", "Bế Văn Thân")
    client.force_login(held.user)
    send(client, "/tai-khoan/nguoi-than/", code="099001", relation="cha")
    conflict = DeclaredConflict.objects.get()
    where = f"/quan-tri/nguoi-than/{conflict.public_id}/bo/"
    assert client.post(where, {"reason": "x"}).status_code in (403, 404)
    log_in(client, units["D1"])
    assert "Bế Văn Thân" in page(client, at(held.user))
    send(client, where, reason="Khai nhầm người")
    assert not DeclaredConflict.objects.in_force().exists()
    assert Member.objects.visible_to(User.objects.get(pk=held.user_id)).filter(pk=kin.pk).exists()


# --- entering for a cell without a computer --------------------------------------------------------------------------
def test_what_is_entered_for_a_cell_says_so_and_nothing_else_does(client, officer, units):
    first, second = member(units["K1"], "099001"), member(units["K2"], "099002")
    assert client.post(f"/to-chuc/{units['D1'].public_id}/nhap-thay/").status_code == 404, "only cells"
    assert client.post(f"/to-chuc/{units['K3'].public_id}/nhap-thay/").status_code == 404
    client.post(f"/to-chuc/{units['K1'].public_id}/nhap-thay/")
    assert "Đang nhập thay" in page(client, "/dang-vien/")
    for person in (first, second):
        send(client, f"/dang-vien/{person.public_id}/trang-thai/", kind="exempt", valid_from="01/11/2026")
    told = AuditEvent.objects.filter(model="cells.memberstate").order_by("pk").values_list("on_behalf_of", flat=True)
    assert list(told) == [units["K1"].name, ""]
    client.post("/nhap-thay/thoi/")
    assert "Đang nhập thay" not in page(client, "/dang-vien/")


def test_the_right_to_enter_for_a_cell_ends_with_the_office(client, officer, units):
    client.post(f"/to-chuc/{units['K1'].public_id}/nhap-thay/")
    officer.appointments.update(valid_until=TODAY)
    assert "Đang nhập thay" not in page(client, "/viec-can-lam/")


def test_made_with_an_office_that_cannot_be_nobody_is_left_behind(units):
    before = User.objects.count()
    with pytest.raises(RuleError, match="phải gắn với một tổ chức đảng"):
        create_user(
            full_name="Vi Văn Mới", by=user(),
            office={"role": Role.CELL_SECRETARY, "organization": None, "association": None, "title": "",
                    "valid_from": TODAY, "valid_until": None},
        )  # fmt: skip
    assert User.objects.count() == before + 1, "the one who tried"
    held = secretary(units["K1"])
    with pytest.raises(RuleError, match="đang giữ phân công này rồi"):
        appoint(held.user, Role.CELL_SECRETARY, organization=units["K1"], valid_from=TODAY)
