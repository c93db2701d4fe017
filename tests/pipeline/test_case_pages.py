"""The person page and the way from the introduction to the cell's vote, entered in forms by those whose work it is."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cells.roles import Role
from core.dates import add_months
from core.models import AuditEvent
from pipeline.models import Case, CaseEvent, Mentorship
from pipeline.services import helpers, papers, vetting
from pipeline.services.cases import Document, perform
from pipeline.services.people import edit_person
from tests.pipeline import files
from tests.pipeline.case_pages import address, client_of, read, send, text_of
from tests.today import TODAY

pytestmark = [pytest.mark.once, pytest.mark.django_db]


@pytest.fixture
def units():
    return files.peopled(5)


@pytest.fixture
def cell(units):
    return units["K1"]


@pytest.fixture
def secretary(cell):
    return client_of(cell)


@pytest.fixture
def officer(units):
    return client_of(units["D1"], Role.COMMITTEE_OFFICER)


def step(case: Case, kind: str) -> str:
    return address("case-step", case, step=kind)


def day(value: date) -> str:
    return f"{value:%d/%m/%Y}"


NEW = {
    "full_name": "trần thị mai", "born": "12/05/1998", "by": "Đoàn xã", "on": "20/11/2026", "consent": "consent",
    "consent_on": "19/11/2026", "education": "LOWER_SECONDARY_DIPLOMA",
}  # fmt: skip


def test_a_secretary_introduces_somebody_and_sees_what_comes_next(secretary, cell):
    answer = send(secretary, reverse("pipeline:case-new"), **NEW)
    case = Case.objects.get()
    assert answer.redirect_chain[-1][0] == address("case-detail", case)
    assert (case.candidate.full_name, case.organization) == ("Trần Thị Mai", cell)
    text = text_of(answer)
    assert "Việc tiếp theo: Chi bộ ra nghị quyết đưa vào danh sách cảm tình Đảng" in text
    assert "Chi bộ thôn Đồng Tâm" in text
    assert "Căn cứ" in text
    assert "không, ghi được ngay" in text


def test_nobody_is_introduced_without_having_been_told(secretary):
    answer = secretary.post(reverse("pipeline:case-new"), NEW | {"consent": "", "consent_on": ""})
    assert answer.status_code == 200
    assert not Case.objects.exists()


def test_somebody_on_file_elsewhere_is_entered_without_a_hint(units, secretary):
    files.opened(units["K3"], someone=files.person("Trần Thị Mai"))
    answer = send(secretary, reverse("pipeline:case-new"), **NEW)
    assert "Khê" not in text_of(answer)
    assert Case.objects.filter(candidate__full_name="Trần Thị Mai").count() == 2


@pytest.mark.parametrize("who", ["secretary", "officer"])
def test_the_way_to_the_application_is_entered_step_by_step(who, request, cell):
    client, case = request.getfixturevalue(who), files.opened(cell, TODAY - timedelta(days=20))
    helper = cell.members.order_by("pk").first()
    on = day(TODAY - timedelta(days=15))
    for kind, values in (
        ("sympathiser_list", {"on": on, "document_number": "07-NQ/CB", "document_date": on}),
        ("helper", {"on": on, "helper": str(helper.public_id), "together_since": "01/01/2020"}),
        ("trial_tasks", {"on": on, "task": "Vận động làm đường"}),
        ("awareness_class", {"on": on, "document_number": "118/CN"}),
        ("application", {"on": day(TODAY)}),
    ):
        answer = send(client, step(case, kind), **values)
        assert answer.redirect_chain, (kind, answer.context["form"].errors)
    case.refresh_from_db()
    assert (case.stage, case.next_step) == ("FILE", "curriculum_vitae")
    assert Mentorship.objects.get().helper == helper
    text = read(client, address("case-detail", case))
    for words in ("Lê Văn A", "Vận động làm đường", "07-NQ/CB", "Lớp bồi dưỡng nhận thức về Đảng", "118/CN"):
        assert words in text, words


def test_a_date_known_to_the_month_is_kept_so(secretary, cell):
    case = files.opened(cell, date(2024, 1, 5))
    answer = send(secretary, step(case, "sympathiser_list"), on="05/2024")
    assert "Lý do ghi muộn" in text_of(answer)
    answer = send_with(answer, secretary, step(case, "sympathiser_list"), on="05/2024", late_reason="sổ giấy")
    event = CaseEvent.objects.get(kind="sympathiser_list")
    assert (event.on_text, event.late_reason) == ("05/2024", "sổ giấy")


def send_with(answer, client, url, **values):
    """The form that came back, sent once more."""
    data = {name: value for name, value in answer.context["form"].data.items() if name != "csrfmiddlewaretoken"}
    return client.post(url, data | values, follow=True)


def test_what_is_lacking_stands_beside_the_form_with_its_remedy_and_blocks(secretary, cell):
    case = files.opened(cell)
    files.walk(case, "curriculum_vitae")
    files.done(case, "cv_seal", files.after(case, 120))
    inquiry = vetting.add_inquiry(case, relation="father", today=TODAY, version=case.version)
    vetting.send_request(
        inquiry, addressee="Đảng ủy xã Tân Lập", on=TODAY - timedelta(days=5), today=TODAY, version=case.version
    )
    text = read(secretary, step(case, "vetting"))
    assert "Còn thiếu, chưa ghi được" in text
    assert "Còn mục thẩm tra chưa có kết quả" in text
    assert "cha đẻ" not in text
    answer = send(secretary, step(case, "vetting"))
    assert not answer.redirect_chain
    assert "Chưa ghi được" in text_of(answer)
    assert "cha đẻ" not in text_of(answer)
    vetting.record_answer(inquiry, "Rõ ràng", on=TODAY, today=TODAY, version=Case.objects.get().version)
    assert send(secretary, step(case, "vetting")).redirect_chain


def ready(cell) -> Case:
    case = files.opened(cell)
    files.walk(case)
    return case


def vote_values(cell, yes: int, no: int = 0) -> dict:
    members = [str(each.public_id) for each in cell.members.filter(official_on__isnull=False)]
    return {"confirmed": members, "present": 5, "yes": yes, "no": no, "blank": 0, "document_number": "09-NQ/CB"}


def test_the_meeting_confirms_everybody_by_name_and_says_what_it_came_to(secretary, cell):
    case = ready(cell)
    url = step(case, "cell_vote")
    text = read(secretary, url)
    assert all(f"Lê Văn {letter}" in text for letter in "ABCDE")
    values = vote_values(cell, 4, 1)
    answer = send(secretary, url, **(values | {"confirmed": values["confirmed"][:4]}))
    assert "Chưa xác nhận" in text_of(answer)
    answer = send_until_read(secretary, url, **values)
    assert "4/5 tán thành, đủ số phiếu, chi bộ thông qua" in text_of(answer)
    text = read(secretary, address("case-detail", case))
    assert "4 tán thành, 1 không tán thành" in text
    assert "cần ít nhất 4 trên 5" in text
    case.refresh_from_db()
    assert case.stage == "CELL_PASSED"


def send_until_read(client, url, **values):
    """Send, and once more where warnings were to be read first."""
    answer = send(client, url, **values)
    return answer if answer.redirect_chain else send_with(answer, client, url, **values)


def test_a_vote_that_fails_keeps_the_person_on_the_list(secretary, cell):
    case = ready(cell)
    answer = send_until_read(secretary, step(case, "cell_vote"), **vote_values(cell, 1, 4))
    assert "chi bộ chưa thông qua" in text_of(answer)
    case.refresh_from_db()
    assert (case.status, case.outcome) == ("open", "not_yet")


@pytest.mark.parametrize(
    ("kind", "values", "status", "back"),
    [
        ("paused", {"reason": "Đi học xa"}, "paused", "resumed"),
        ("withdrew", {"reason": "Hoàn cảnh gia đình"}, "closed", "applied_again"),
        ("removed", {"reason": "Không còn phấn đấu", "document_number": "8-NQ/CB"}, "closed", "relisted"),
    ],
)
def test_what_stops_a_file_has_its_way_back(secretary, cell, kind, values, status, back):
    case = files.opened(cell, TODAY - timedelta(days=20))
    files.done(case, "sympathiser_list", TODAY - timedelta(days=15))
    assert send(secretary, step(case, kind), **values).redirect_chain
    case.refresh_from_db()
    assert case.status == status
    text = read(secretary, address("case-detail", case))
    assert "Việc tiếp theo" in text
    assert values["reason"] in text
    assert send_until_read(secretary, step(case, back)).redirect_chain
    case.refresh_from_db()
    assert case.status == "open"


def test_a_returned_file_says_which_steps_are_done_again(officer, cell):
    case = ready(cell)
    files.done(case, "cell_vote", TODAY - timedelta(days=1), vote=files.vote(cell))
    answer = send(officer, step(case, "returned"), reason="Thiếu chữ ký", steps=["opinions"])
    assert answer.redirect_chain, answer.context["form"].errors
    text = text_of(answer)
    assert "Việc tiếp theo: Lấy ý kiến" in text
    assert "Thiếu chữ ký" in text


def test_a_person_moves_to_another_cell_which_takes_the_file_over(units, secretary, cell):
    case = ready(cell)
    answer = send(secretary, step(case, "moved"), moved_to="Khê Thượng", reason="Chuyển nơi ở")
    assert "nay do nơi khác giữ" in text_of(answer)
    case.refresh_from_db()
    assert case.organization == units["K3"]
    assert secretary.get(address("case-detail", case)).status_code == 404
    assert "Việc tiếp theo" in read(client_of(units["K3"]), address("case-detail", case))
    files.done(case, "helper", document=Document("Qwzsau"))
    text = read(secretary, reverse("pipeline:case-left"))
    assert f"{case.candidate.full_name} (1998)" in text
    assert "Chuyển đến Chi bộ thôn Khê Thượng, Đảng bộ xã Phú Khê" in text
    assert "Viết đơn xin vào Đảng" in text
    assert "Qwzsau" not in text
    assert "Chưa có hồ sơ nào chuyển đi" in read(
        client_of(units["H"], Role.BOARD_OFFICER), reverse("pipeline:case-left")
    )


def test_the_slower_of_two_sees_who_did_what_and_may_send_again(secretary, officer, cell):
    case = files.opened(cell, TODAY - timedelta(days=20))
    url = step(case, "sympathiser_list")
    form = secretary.get(url).context["form"]
    edit_person(case, today=TODAY, version=case.version, phone="0912 000 000")
    answer = secretary.post(url, {"version": form.initial["version"], "on": day(TODAY)}, follow=True)
    text = text_of(answer)
    assert "Vừa có người ghi" in text
    assert "Sửa thông tin" in text
    assert not CaseEvent.objects.filter(kind="sympathiser_list").exists()
    assert send_with(answer, secretary, url).redirect_chain
    assert CaseEvent.objects.filter(kind="sympathiser_list").exists()


def test_an_event_is_put_right_or_taken_back_with_its_reason(secretary, cell):
    case = files.opened(cell, TODAY - timedelta(days=20))
    files.done(case, "sympathiser_list", TODAY - timedelta(days=15))
    event = CaseEvent.objects.get(kind="sympathiser_list")
    url = address("event-correct", case, row=event.public_id)
    read(secretary, url)
    assert send(secretary, url, on=day(TODAY - timedelta(days=14)), reason="Ghi nhầm ngày").redirect_chain
    right = CaseEvent.objects.in_force().get(kind="sympathiser_list")
    assert right.occurred_on == TODAY - timedelta(days=14)
    version = Case.objects.get().version
    url = address("event-correct", case, row=right.public_id)
    answer = secretary.post(url, {"bo": "1", "void_reason": "Chưa họp", "version": version}, follow=True)
    assert "Đã bỏ" in text_of(answer)
    assert not CaseEvent.objects.in_force().filter(kind="sympathiser_list").exists()
    assert "Chưa họp" in text_of(answer)


def test_a_page_never_offers_what_the_service_refuses(secretary, cell):
    case = files.opened(cell)
    assert "Chưa ghi được việc này" in read(secretary, step(case, "application"))
    assert secretary.get(step(case, "khong-co")).status_code == 404


def test_a_foreign_file_is_not_found(units, cell):
    case = ready(cell)
    stranger = client_of(units["K3"])
    for name in ("case-detail", "case-sheet", "case-reveal", "case-edit", "paper-add"):
        assert stranger.get(address(name, case)).status_code == 404, name
    assert stranger.get(step(case, "cell_vote")).status_code == 404
    assert "Trần Thị" not in text_of(stranger.get(reverse("pipeline:case-list")))


def test_an_inspector_reads_and_records_nothing(units, cell):
    case = ready(cell)
    inspector = client_of(units["H"], Role.INSPECTOR, valid_until=TODAY.replace(year=2027))
    html = inspector.get(address("case-detail", case)).content.decode()
    assert "/buoc/" not in html
    assert inspector.get(step(case, "cell_vote")).status_code == 404


def fill(case: Case, number: int) -> None:
    """One more of everything that a page shows."""
    cell = case.organization
    helper = files.official(cell, full_name=f"Vũ Văn {number}")
    given = {"today": TODAY, "version": None}
    for call in (
        lambda: helpers.assign_helper(case, helper, on=TODAY, together_since=date(2020, 1, 1), **now(case)),
        lambda: helpers.give_task(case, f"Việc {number}", on=TODAY, **now(case)),
        lambda: vetting.declare_relative(case, "father", f"Ông {number}", **now(case)),
        lambda: vetting.add_inquiry(case, relation="father", **now(case)),
        lambda: papers.add_paper(case, "other", signed_on=TODAY, **now(case)),
        lambda: papers.add_opinion(case, "workplace", "Đoàn xã", given_on=TODAY, **now(case)),
        lambda: perform(case, "list_review", on=TODAY - timedelta(days=number), **now(case), late_reason="sổ"),
    ):
        call()
    remark = {"year": 2026, "quarter": 3, **now(case)}
    helpers.record_remark(Mentorship.objects.get(helper=helper), "Tốt", **remark)
    assert given


def now(case: Case) -> dict:
    case.refresh_from_db()
    return {"today": TODAY, "version": case.version}


def test_the_page_asks_the_same_number_of_questions_however_long_the_file(secretary, cell):
    case = ready(cell)
    fill(case, 1)
    counts = []
    for number in (2, 3, 4):
        with CaptureQueriesContext(connection) as asked:
            secretary.get(address("case-detail", case))
        counts.append(len(asked))
        fill(case, number)
    assert len(set(counts)) == 1, counts


def test_the_sheet_names_no_relative_and_nothing_of_the_vetting_and_the_trail_keeps_it(secretary, cell):
    case = ready(cell)
    edit_person(case, ethnicity="Qwzdantoc", home_address="Qwznoio", **now(case))
    vetting.declare_relative(case, "father", "Qwznguoithan", **now(case))
    inquiry = vetting.add_inquiry(case, relation="father", place="Qwznoidung", **now(case))
    vetting.send_request(inquiry, addressee="Qwzdanguy", on=TODAY, **now(case))
    papers.add_paper(case, "political_conclusion", signed_on=TODAY, number="Qwzchinhtri", **now(case))
    papers.set_political_question(case, True, **now(case))
    text = read(secretary, address("case-sheet", case))
    assert case.candidate.full_name in text
    for word in ("Qwz", "chính trị", "cha đẻ"):
        assert word not in text, word
    assert AuditEvent.objects.filter(action=AuditEvent.Action.PRINT, object_id=str(case.public_id)).count() == 1


def test_masked_content_stands_on_no_page_and_opens_with_a_reason(secretary, cell):
    case = ready(cell)
    edit_person(case, ethnicity="Qwzdantoc", identity_number="099198001234", **now(case))
    relative = vetting.declare_relative(case, "father", "Qwznguoithan", **now(case))
    inquiry = vetting.add_inquiry(case, relation="father", relative=relative, place="Qwznoidung", **now(case))
    vetting.send_request(inquiry, addressee="Đảng ủy xã Tân Lập", on=TODAY, **now(case))
    vetting.record_answer(inquiry, "Qwzketluan", on=TODAY, **now(case))
    for name in ("case-detail", "case-sheet", "case-edit", "case-reveal", "relative-declare"):
        text = secretary.get(address(name, case)).content.decode()
        assert "Qwz" not in text, name
        assert "099198001234" not in text, name
    assert "Đảng ủy xã Tân Lập" in read(secretary, address("case-detail", case))
    answer = secretary.post(address("case-reveal", case), {"reason": "Chuẩn bị họp chi bộ"})
    text = text_of(answer)
    for word in ("Qwzdantoc", "099198001234", "Qwznguoithan", "cha đẻ", "Qwzketluan"):
        assert word in text, word
    events = AuditEvent.objects.filter(action=AuditEvent.Action.REVEAL)
    assert {event.reason for event in events} == {"Chuẩn bị họp chi bộ"}
    assert events.count() == 3


def test_masked_fields_left_empty_are_kept(secretary, cell):
    case = ready(cell)
    edit_person(case, ethnicity="Qwzdantoc", **now(case))
    answer = send(secretary, address("case-edit", case), phone="0912 000 000")
    assert answer.redirect_chain, answer.context["form"].errors
    person = Case.objects.get().candidate
    assert (person.phone, person.profile.ethnicity) == ("0912 000 000", "Qwzdantoc")


def test_dates_of_a_helper_are_shown_with_what_is_short(secretary, cell):
    case = files.opened(cell, TODAY - timedelta(days=20))
    files.done(case, "sympathiser_list", TODAY - timedelta(days=15))
    helper = cell.members.order_by("pk").first()
    answer = send_until_read(
        secretary, step(case, "helper"), helper=str(helper.public_id), on=day(TODAY),
        together_since=day(add_months(TODAY, -3)),
    )  # fmt: skip
    assert answer.redirect_chain, answer.context["form"].errors
    assert "chưa đủ 12 tháng cùng công tác" in text_of(answer)
