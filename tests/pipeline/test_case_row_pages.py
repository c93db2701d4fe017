"""Helpers, tasks, relatives, vetting, papers, opinions: entered in forms, shown on the page."""

from datetime import date, timedelta

import pytest

from cells.roles import Role
from pipeline.models import (
    CaseDocument,
    HelperRemark,
    Mentorship,
    Opinion,
    Relative,
    TrialTask,
    VettingInquiry,
)  # fmt: skip
from tests.pipeline import files
from tests.pipeline.case_pages import address, client_of, read, send, text_of
from tests.replayed import replayed
from tests.today import TODAY

pytestmark = [pytest.mark.once, pytest.mark.django_db]


@pytest.fixture
def cell():
    return files.peopled(3)["K1"]


@pytest.fixture
def case(cell):
    return with_curriculum_vitae(cell)


@replayed
def with_curriculum_vitae(cell):
    case = files.opened(cell, TODAY - timedelta(days=200))
    files.walk(case, "curriculum_vitae")
    return case


@pytest.fixture(params=[Role.CELL_SECRETARY, Role.COMMITTEE_OFFICER])
def client(request, cell):
    return client_of(cell if request.param == Role.CELL_SECRETARY else cell.parent, request.param)


def day(back: int = 0) -> str:
    return f"{TODAY - timedelta(days=back):%d/%m/%Y}"


def saved(answer) -> str:
    """The page after a form was taken."""
    assert answer.redirect_chain, answer.context["form"].errors
    return text_of(answer)


def test_a_helper_remarks_each_quarter_once_and_stops_with_a_reason(client, case):
    row = Mentorship.objects.get()
    url = address("helper-remark", case, row=row.public_id)
    text = saved(send(client, url, quarter="2026-3", text="Hăng hái trong phong trào"))
    assert "Quý 3/2026: Hăng hái trong phong trào" in text
    assert "2026-3" not in [key for key, _ in client.get(url).context["form"].fields["quarter"].choices]
    url = address("helper-end", case, row=row.public_id)
    answer = send(client, url, reason="")
    assert not answer.redirect_chain
    text = saved(send(client, url, reason="Chuyển công tác"))
    assert "đã thôi" in text
    assert "Chuyển công tác" in text
    assert client.get(url).status_code == 404
    assert HelperRemark.objects.count() == 1


def test_a_helper_is_replaced_with_a_reason(client, case):
    old = Mentorship.objects.get()
    new = case.organization.members.exclude(pk=old.helper_id).order_by("pk").first()
    url = address("case-step", case, step="helper")
    values = {"helper": str(new.public_id), "on": day(), "replaces": str(old.public_id)}
    assert not send(client, url, **values).redirect_chain
    text = saved(send(client, url, **values, reason="Đồng chí A đi xa"))
    assert f"thay {old.helper.full_name}" in text
    old.refresh_from_db()
    assert old.until == TODAY


def test_a_second_task_is_given_and_both_are_finished(client, case):
    saved(send(client, address("case-step", case, step="trial_tasks"), task="Dạy lớp xóa mù", on=day()))
    for task in TrialTask.objects.all():
        saved(send(client, address("task-finish", case, row=task.public_id), result="Hoàn thành tốt"))
    assert list(TrialTask.objects.values_list("done_on", flat=True)) == [TODAY, TODAY]


def test_a_relative_is_declared_and_not_shown_again(client, case):
    url = address("relative-declare", case)
    text = saved(send(client, url, relation="father", full_name="Qwz Văn Cha", birth_year="1965", residence="Qwzxa"))
    assert "Qwz" not in text
    assert "Đã khai 1 người thân" in text
    assert Relative.objects.get().declared_fully
    assert "Qwz" not in client.get(url).content.decode()


def test_vetting_is_planned_sent_chased_and_answered(client, case):
    files.done(case, "cv_seal", TODAY - timedelta(days=90))
    saved(send(client, address("relative-declare", case), relation="father", full_name="Ông A", residence="Tân Lập"))
    text = saved(client.post(address("inquiries-plan", case), {"version": version(case)}, follow=True))
    assert "Mục 2" in text
    first, second = VettingInquiry.objects.order_by("pk")

    def record(row, what, **values):
        return send(client, address("inquiry-record", case, row=row.public_id, what=what), **values)

    text = saved(record(first, "gui", addressee="Đảng ủy xã Tân Lập", on=day(80), number="12-CV/ĐU"))
    assert "Đảng ủy xã Tân Lập" in text
    assert "! Quá" in text
    assert "đã đôn đốc 1 lần" in saved(record(first, "don-doc"))
    text = saved(record(first, "tra-loi", on=day(1), conclusion="Qwzketluan"))
    assert "Đã trả lời" in text
    assert "Qwzketluan" not in text
    assert "Được miễn" in saved(record(second, "mien", because="parent_is_member"))
    assert "cha hoặc mẹ" not in read(client, address("case-detail", case))
    text = saved(send(client, address("inquiry-add", case), relation="spouse", addressee="Đảng ủy xã Khê"))
    assert "Mục 3" in text
    assert client.get(address("inquiry-record", case, row=first.public_id, what="khac")).status_code == 404


def version(case) -> int:
    case.refresh_from_db()
    return case.version


def test_papers_and_opinions_are_written_down_and_set_right(client, case):
    text = saved(send(client, address("paper-add", case), kind="form", form="1-KNĐ", signed_on=day(3), kept_at="Tủ 2"))
    assert "Mẫu KNĐ (1-KNĐ)" in text
    paper = CaseDocument.objects.get(form="1-KNĐ")
    url = address("paper-change", case, row=paper.public_id)
    assert not send(client, url, kept_at="Tủ 3").redirect_chain
    assert "Tủ 3" in saved(send(client, url, kept_at="Tủ 3", reason="Chuyển chỗ"))
    for whom, body in (("workplace", "Đoàn xã"), ("residence", "Chi ủy thôn Đông")):
        text = saved(send(client, address("opinion-add", case), from_whom=whom, body=body, given_on=day(2)))
    assert "Chi ủy thôn Đông" in text
    assert Opinion.objects.count() == 2
    assert "Bước tiếp" not in text
    saved(send(client, address("case-step", case, step="opinions"), on=day()))


def test_opinions_are_not_summarised_before_both_have_been_given(client, case):
    answer = send(client, address("case-step", case, step="opinions"), on=day())
    assert not answer.redirect_chain
    assert "Chưa có ý kiến" in text_of(answer)


def test_who_writes_the_introduction_is_entered_with_the_step(client, case):
    helper = Mentorship.objects.get().helper
    url = address("case-step", case, step="introductions")
    assert client.get(url).context["form"].initial["member"] == str(helper.public_id)
    text = saved(send(client, url, on=day(), together_since="01/01/2020"))
    assert f"3-KNĐ {day()}" in text


def test_a_political_question_is_entered_and_waits_for_its_conclusion_without_being_named_to_all(client, case):
    url = address("political-question", case)
    assert not send(client, url).redirect_chain
    text = saved(send(client, url, there_is="co"))
    assert "Kết luận của cấp ủy có thẩm quyền" in text
    assert "vấn đề chính trị cần xem xét" not in client.get("/nguon/").content.decode()


def test_who_decides_is_written_by_hand_with_a_reason(client, case):
    url = address("case-edit", case)
    assert not send(client, url, decides_unit="Đảng ủy Quân sự").redirect_chain
    values = {"decides_body": "standing_committee", "decides_reason": "Theo quy định riêng"}
    saved(send(client, url, decides_unit="Đảng ủy Quân sự", **values))
    case.refresh_from_db()
    assert (case.decides_unit, case.decides_body) == ("Đảng ủy Quân sự", "standing_committee")


def test_rows_of_another_file_are_not_reached_through_this_one(client, cell, case):
    other = files.opened(cell, TODAY - timedelta(days=20))
    row = Mentorship.objects.get()
    assert client.get(address("helper-end", other, row=row.public_id)).status_code == 404
    event = case.events.first()
    assert client.get(address("event-correct", other, row=event.public_id)).status_code == 404


def test_what_the_rules_ask_of_the_place_is_entered_and_a_readmission_named(client, case):
    url = address("case-edit", case)
    values = {"has_youth_union": "co", "kind": "readmission", "former_left_on": "01/01/2015",
              "former_because": "hardship", "routes": ["readmission"]}  # fmt: skip
    saved(send(client, url, **values))
    case.refresh_from_db()
    assert (case.has_youth_union, case.kind, case.former_left_on) == (True, "readmission", date(2015, 1, 1))
    html = client.get(url).content.decode()
    assert "01/01/2015" not in html
    saved(send(client, url, phone="0912 000 000"))
    case.refresh_from_db()
    assert case.former_left_on == date(2015, 1, 1)
