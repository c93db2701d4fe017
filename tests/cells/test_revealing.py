"""Masked fields of a member: shown nowhere, opened with a reason, kept when a form is saved without them."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cells.models import Member
from cells.roles import Role
from core.models import AuditEvent
from tests import factories, pages
from tests.today import TODAY

REASON = "Lập mẫu 2 cho báo cáo năm"
NUMBER = "099088001234"


@pytest.fixture
def units(db):
    return factories.district()


@pytest.fixture
def member(units):
    return factories.member(units["K1"], ethnicity="Qwzdantoc", religion="Qwztongiao")


def client_of(unit, role=Role.BOARD_OFFICER, **more) -> Client:
    client = Client()
    person = factories.user()
    factories.appointment(person, unit, role, **more)
    client.force_login(person)
    return client


@pytest.fixture
def client(units):
    return client_of(units["H"])


def address(member, name="member-reveal"):
    return reverse(f"cells:{name}", args=[member.public_id])


def visible_text(answer):
    return pages.visible_text(answer.content.decode())


def edit(member, **sent):
    """What the form of personal data sends."""
    stored = {"full_name": member.full_name, "code": member.code, "version": member.version}
    return stored | {"joined_on": f"{member.joined_on:%d/%m/%Y}"} | sent


def test_the_page_says_that_something_is_filled_in_and_not_what(client, member):
    for name in ("member-detail", "member-edit", "member-reveal"):
        text = client.get(address(member, name)).content.decode()
        assert "Qwz" not in text, name
    page = client.get(address(member, "member-detail")).content.decode()
    assert "đã ghi, đang che" in page
    assert address(member) in page


def test_a_reason_opens_and_the_trail_keeps_it(client, member):
    answer = client.post(address(member), {"reason": REASON})
    assert "Qwzdantoc" in visible_text(answer)
    assert "Qwztongiao" in visible_text(answer)
    assert answer.headers["Cache-Control"] == "private, no-store"
    event = AuditEvent.objects.get(action=AuditEvent.Action.REVEAL)
    assert (event.reason, event.object_id) == (REASON, str(member.public_id))
    assert (event.scope_path, event.changes) == (member.organization.path, {"fields": "dân tộc, tôn giáo"})
    history = visible_text(client.get(address(member, "member-detail")))
    assert REASON in history
    assert "Xem thông tin nhạy cảm" in history


@pytest.mark.parametrize("reason", ["", "   ", "xem"])
def test_without_a_real_reason_nothing_is_shown(client, member, reason):
    answer = client.post(address(member), {"reason": reason})
    assert "Qwz" not in answer.content.decode()
    assert not AuditEvent.objects.filter(action=AuditEvent.Action.REVEAL).exists()


def test_the_password_is_asked_for_again_first(client, member):
    client.get("/")
    with time_machine.travel(timezone.now() + timedelta(minutes=25)):
        for answer in (client.get(address(member)), client.post(address(member), {"reason": REASON})):
            assert answer.status_code == 302
            assert answer.headers["Location"].startswith("/xac-nhan/")
    assert not AuditEvent.objects.filter(action=AuditEvent.Action.REVEAL).exists()


def test_who_only_inspects_sees_that_it_is_filled_in(units, member):
    inspector = client_of(units["D1"], Role.INSPECTOR, valid_until=TODAY + timedelta(days=30))
    page = inspector.get(address(member, "member-detail")).content.decode()
    assert "đã ghi, đang che" in page
    assert address(member) not in page
    assert inspector.post(address(member), {"reason": REASON}).status_code == 404


def test_the_secretary_opens_those_of_the_own_cell_only(units, member):
    own, other = (client_of(units[code], Role.CELL_SECRETARY) for code in ("K1", "K2"))
    assert "Qwzdantoc" in visible_text(own.post(address(member), {"reason": REASON}))
    assert other.post(address(member), {"reason": REASON}).status_code == 404


def test_a_form_saved_without_them_leaves_them(client, member):
    sent = edit(member, full_name="Trần Văn Mới")
    assert client.post(address(member, "member-edit"), sent).status_code == 302
    member.refresh_from_db()
    assert (member.full_name, member.ethnicity, member.religion) == ("Trần Văn Mới", "Qwzdantoc", "Qwztongiao")


def test_a_form_replaces_and_empties_them(client, member):
    sent = edit(member, ethnicity="Tày", religion="-", identity_number="099 088 001 234")
    assert client.post(address(member, "member-edit"), sent).status_code == 302
    member.refresh_from_db()
    assert (member.ethnicity, member.religion, member.identity_number.open()) == ("Tày", "", NUMBER)
    assert NUMBER in visible_text(client.post(address(member), {"reason": REASON}))


def test_a_number_that_cannot_be_is_refused_beside_its_field(client, member):
    answer = client.post(address(member, "member-edit"), edit(member, sex="female", identity_number=NUMBER))
    assert "giới tính khác" in visible_text(answer)
    assert not Member.objects.get(pk=member.pk).identity_number


def test_somebody_new_is_entered_with_the_number(client, units):
    sent = {"code": "DV-9", "full_name": "Lý Thị Mới", "sex": "female", "identity_number": "099188001234",
            "ethnicity": "Dao", "organization": "K1", "effective_on": "02/03/2026"}  # fmt: skip
    answer = client.post(reverse("cells:member-new", args=["ket-nap"]), sent)
    assert answer.status_code == 302, visible_text(answer)
    found = Member.objects.get(code="DV-9")
    assert (found.ethnicity, found.identity_number.open()) == ("Dao", "099188001234")


def test_the_whole_number_finds_its_owner_for_who_may_see_him(client, units, member):
    client.post(address(member, "member-edit"), edit(member, identity_number=NUMBER))
    search = reverse("cells:search")
    assert member.full_name in visible_text(client.get(search, {"q": "099 088 001 234"}))
    assert member.full_name not in visible_text(client.get(search, {"q": "099 088 001"}))
    other = client_of(units["K3"], Role.CELL_SECRETARY)
    assert member.full_name not in visible_text(other.get(search, {"q": NUMBER}))
