"""Việc cần làm: the files of a cell one by one, of a district where most are late; whom to call, and a message without
a name."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cells.duties import Urgency, duties_of
from cells.roles import Role
from pipeline import duties as own
from pipeline.duties import duties
from pipeline.engine.steps import steps_in
from pipeline.models import Case
from pipeline.queries.case_page import FilePage
from pipeline.queries.cases import judge_of, situation_of
from pipeline.services import upward
from tests import factories
from tests.pages import check_page, visible_text
from tests.pipeline.files import done, official, opened, person, walk
from tests.pipeline.upward import admitted, voted
from tests.today import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def units():
    return factories.district()


@pytest.fixture
def case(units):
    official(units["K1"])
    official(units["K1"], "Lê Thị Hòa")
    return opened(units["K1"], someone=person("Hoàng Văn Đức"))


def someone(unit, role=Role.CELL_SECRETARY, phone="", **details):
    user = factories.user(full_name="Lê Thị Nhàn")
    user.phone = phone
    user.save()
    factories.appointment(user, unit, role, **details)
    return user


def test_a_secretary_sees_the_next_step_of_each_file_with_its_article(units, case):
    walk(case, until="helper")
    (found,) = [duty for duty in duties(someone(units["K1"]), TODAY) if duty.basis]
    assert "Hoàng Văn Đức (1998)" in found.title
    assert found.url == f"/nguon/{case.public_id}/"
    assert "Người làm: " in found.detail
    assert found.basis


def test_files_of_other_cells_are_nobodys_duty_here(units, case):
    assert list(duties(someone(units["K2"]), TODAY)) == []
    assert list(duties(someone(units["D2"], Role.COMMITTEE_OFFICER), TODAY)) == []
    inspector = someone(units["H"], Role.INSPECTOR, valid_until=TODAY + timedelta(days=9))
    assert list(duties(inspector, TODAY)) == []


def test_a_closed_file_asks_for_nothing_and_a_paused_one_for_its_way_back(units, case):
    reader = someone(units["K1"])
    done(case, "paused", reason="Đi làm xa")
    (found,) = list(duties(reader, TODAY))
    assert "Hoàng Văn Đức" in found.title
    case.refresh_from_db()
    done(case, "withdrew", reason="Xin thôi")
    assert list(duties(reader, TODAY)) == []


def test_what_is_late_says_whom_to_call_and_a_message_that_names_nobody(units, case, monkeypatch):
    secretary = someone(units["K1"], phone="0912 000 001")
    officer = someone(units["D1"], Role.COMMITTEE_OFFICER, phone="0912 000 002")
    walk(case, until="helper")
    monkeypatch.setattr("pipeline.engine.steps.Step.overdue_days", lambda step, today: 4)
    (found,) = [duty for duty in duties(officer, TODAY) if duty.basis]
    assert found.call.whom == "Bí thư Lê Thị Nhàn, Chi bộ thôn Đồng Tâm"
    assert found.call.phone == "0912 000 001"
    assert found.message.startswith(f"Hồ sơ {case.code} của Chi bộ thôn Đồng Tâm có việc quá hạn ")
    assert "Đức" not in found.message
    assert {duty.call for duty in duties(secretary, TODAY)} == {None}, "nobody calls himself"


def test_the_page_groups_them_and_counts_people_by_stage(client, units, case):
    walk(case, until="helper")
    reader = someone(units["K1"])
    client.force_login(reader)
    response = client.get("/viec-can-lam/", follow=True)
    check_page(response)
    text = visible_text(response.content.decode())
    assert "Hoàng Văn Đức (1998)" in text
    assert "Nguồn của chi bộ" in text
    assert "Cảm tình Đảng 1" in text


def test_more_files_ask_no_more_questions(units, case):
    reader = someone(units["K1"])

    def questions() -> int:
        reader.__dict__.pop("_grants_by_day", None)
        with CaptureQueriesContext(connection) as asked:
            list(duties(reader, TODAY))
        return len(asked)

    walk(case, until="application")
    questions()  # what is read once for a process
    one = questions()
    for _ in range(2):
        walk(opened(units["K1"]), until="application")
    assert questions() == one


def test_a_duty_that_comes_again_names_all_people_of_a_cell_at_once(units, case):
    for other in (case, opened(units["K1"], someone=person("Vi Thị Mai"))):
        walk(other, until="helper")
    found = [duty for duty in duties(someone(units["K1"]), TODAY) if "Rà soát danh sách" in duty.title]
    assert [duty.title for duty in found] == ["Rà soát danh sách cảm tình Đảng hằng tháng: 2 người"]
    assert "Hoàng Văn Đức (1998)" in found[0].detail
    assert "Vi Thị Mai (1998)" in found[0].detail
    assert found[0].url == "/nguon/?to-chuc=K1"


def test_who_answers_for_many_sees_where_most_are_late(units, case, monkeypatch):
    monkeypatch.setattr(own, "MANY", 1)
    opened(units["K2"])
    opened(units["K3"])
    Case.objects.update(first_due=TODAY - timedelta(days=3))
    Case.objects.filter(organization=units["K3"]).update(first_due=TODAY)
    found = list(duties(someone(units["H"], Role.BOARD_OFFICER), TODAY))
    assert [duty.title for duty in found] == ["2 hồ sơ có việc quá hạn", "Đảng bộ xã Minh Hòa: 2 hồ sơ có việc quá hạn"]
    assert found[1].url.endswith("to-chuc=D1")


def test_files_that_no_rule_moves_on_fall_out_of_no_list(units, case):
    Case.objects.update(next_step="")
    (found,) = list(duties(someone(units["K1"]), TODAY))
    assert found.title.startswith("Hồ sơ chưa rõ bước tiếp theo: Hoàng Văn Đức")


def test_every_ongoing_file_is_in_the_list_or_counted(units, case, monkeypatch):
    monkeypatch.setattr(own, "LISTED", 2)
    for _ in range(4):
        opened(units["K1"])
    reader = someone(units["K1"])
    found = list(duties(reader, TODAY))
    named = {duty.url for duty in found if "/nguon/" in duty.url and not duty.url.endswith("/nguon/")}
    (rest,) = [duty for duty in found if duty.title.endswith("ngày tới")]
    assert len(named) + int(rest.title.split()[0]) == 5
    groups = duties_of(reader, TODAY)
    assert set(groups) <= set(Urgency)


def test_a_step_far_ahead_is_not_named_as_late(units, case):
    opened(units["K1"], on=TODAY, someone=person("Vi Thị Mai"))
    titles = [duty for duty in duties(someone(units["K1"]), TODAY) if "Vi Thị Mai" in duty.title]
    assert all(duty.urgency(TODAY) is not Urgency.LATE for duty in titles)


def test_the_clock_of_a_later_step_is_the_deadline_of_those_before_it(units):
    """60 working days run from the cell's vote: who resolves in between is told the day, and an extension moves it."""
    for letter in "ABCD":
        official(units["K1"], full_name=f"Lê Văn {letter}")
    case = voted(units["K1"], TODAY - timedelta(days=100))
    judge = judge_of(TODAY)
    step = next(each for each in steps_in(situation_of(case, judge)) if each.id == "base_resolution")
    by = judge.calendar.add(TODAY - timedelta(days=100), 60)
    assert (step.due, step.within.clock.name, step.deadline) == (None, "decision", by)
    assert (case.next_step, case.next_due, case.first_due) == ("base_resolution", by, by)
    assert by < TODAY
    card = FilePage(case, judge).cards[0]
    assert (card.due.tone, card.within) == ("late", "Xét, quyết định kết nạp")
    upward.extend_clock(case, on=TODAY, today=TODAY, version=case.version, reason="Chờ trả lời ở nước ngoài")
    assert case.next_due == judge.calendar.add(TODAY - timedelta(days=100), 90)


def test_of_whoever_has_a_file_the_roll_reminds_nobody_a_second_time(units):
    for letter in "ABCD":
        official(units["K1"], full_name=f"Lê Văn {letter}")
    admitted(units["K1"], TODAY - timedelta(days=400), held_after=10)
    factories.member(units["K1"], full_name="Bế Thị Không Hồ Sơ", joined_on=TODAY - timedelta(days=400))
    every = [duty for found in duties_of(someone(units["K1"]), TODAY).values() for duty in found]
    told = [duty for duty in every if "hết 12 tháng" in duty.title]
    assert [(duty.title, duty.detail) for duty in told] == [
        ("1 đảng viên dự bị đã hết 12 tháng, chưa ghi công nhận chính thức", "Bế Thị Không Hồ Sơ")
    ]
