"""Các bước: who stands before which step, how long steps took, whose files these are, how many questions it asks."""

import re
from datetime import date, timedelta
from io import BytesIO
from xml.etree import ElementTree

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cells.queries import remembering
from cells.roles import Role
from core.dates import DatePrecision, add_months
from core.workdays import WorkingCalendar
from pipeline.models import Case, CaseEvent, VettingInquiry
from pipeline.queries.cases import judge_of
from pipeline.queries.spans import measured_spans, overdue_counts
from pipeline.queries.vetting_clock import AnswerClock
from pipeline.rulebook.loading import load
from pipeline.services.bulk import CaseDraft, EventDraft, load_cases
from pipeline.services.cases import correct
from pipeline.spans import ANSWER, spans_of
from reports.charts import People, people_chart
from tests import factories
from tests.cells.roll_pages import names, rows
from tests.pages import check_page, take_out, visible_text
from tests.pipeline import files
from tests.pipeline.case_pages import client_of
from tests.today import TODAY

pytestmark = pytest.mark.django_db
HOME = "/tong-quan/cac-buoc/"
EDITION = load().on(TODAY)
CALENDAR = WorkingCalendar()
LONG_AGO = add_months(TODAY, -24)


@pytest.fixture
def units():
    return factories.district()


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def on_file(cell, *events: tuple[str, date], rows=(), name: str = "", **more) -> Case:
    """A file with these events, as an old one is written down."""
    drafts = [EventDraft(kind, on, late_reason="Nhập sổ cũ", **more) for kind, on in events]
    first = min([on for _, on in events] + [row.requested_on for row in rows])
    (case,) = load_cases([CaseDraft(files.person(name), cell, first, drafts, rows=rows)], today=TODAY)
    return case


def measured_at(unit, person, first=LONG_AGO, last=TODAY) -> dict:
    found = measured_spans(spans_of(EDITION), unit, person, first, last, CALENDAR, TODAY)
    return {each.span.name: each for each in found}


def officer_of(unit):
    person = factories.user()
    factories.appointment(person, unit)
    return person


def page(client, address: str = HOME) -> str:
    response = client.get(address)
    assert response.status_code == 200
    check_page(response)
    return response.content.decode()


def linked(html: str) -> list[tuple[int, str]]:
    """(number, address) of every number that leads to the list of files."""
    return [(int(number.replace(".", "")), address.replace("&amp;", "&"))
            for address, number in re.findall(r'<a href="(/nguon/\?[^"]*)">([\d.]+)</a>', html)]  # fmt: skip


def sheet(response) -> list[tuple]:
    book = openpyxl.load_workbook(BytesIO(b"".join(response.streaming_content)))
    return list(book.active.iter_rows(values_only=True))


def counted(client, address: str) -> int:
    """How many people the list says it has."""
    return int(re.search(r"(\d+) người", visible_text(client.get(address).content.decode()))[1])


# --- How long steps took -----------------------------------------------------------------------------------------
def test_a_span_lasts_from_the_last_start_before_the_end_to_the_first_end_after_it(units):
    listed = [("introduction", ago(300)), ("sympathiser_list", ago(280)), ("application", ago(200))]
    for again in range(5):
        votes = [("cell_vote", ago(150)), ("cell_vote", ago(100)), ("decision", ago(60 - again))]
        on_file(units["K1"], *listed, *votes)
    found = measured_at(units["H"], officer_of(units["H"]))
    assert (found["sympathiser_list"].count, found["sympathiser_list"].median) == (5, 20)
    assert (found["application"].median, found["cell_vote"].count, found["cell_vote"].median) == (80, 5, 50)
    decided = [CALENDAR.between(ago(100), ago(60 - again)) for again in range(5)]
    assert (found["decision"].median, found["decision"].ninth) == (decided[2], decided[4])
    assert found["decision"].within == 5


@pytest.mark.django_db(transaction=True)
def test_what_was_measured_is_remembered_until_a_file_changes_and_for_whoever_sees_the_same(units):
    remembering.forget()
    for days in range(5):
        case = on_file(units["K1"], ("introduction", ago(100)), ("sympathiser_list", ago(80 + days)))

    def look(unit, place="H"):
        person = officer_of(units[place])
        with CaptureQueriesContext(connection) as asked:
            found = measured_at(units[unit], person)
        return found["sympathiser_list"].count, sum("pipeline_caseevent" in query["sql"] for query in asked)

    assert [look("H"), look("H"), look("D1"), look("D2"), look("D1", "D1")] == [
        (5, 2), (5, 0), (5, 2), (0, 2), (5, 2),
    ]  # fmt: skip
    correct(CaseEvent.objects.get(case=case, kind="sympathiser_list"), precision=DatePrecision.MONTH, today=TODAY,
            occurred_on=ago(80), reason="Sổ chỉ ghi tháng", version=case.version)  # fmt: skip
    assert look("H") == (4, 2)
    remembering.forget()


def test_recognition_is_counted_from_the_end_of_probation(units):
    ceremony = add_months(TODAY, -14)
    for _ in range(5):
        on_file(units["K1"], ("ceremony", ceremony), ("recognition_vote", ago(10)))
    vote = measured_at(units["H"], officer_of(units["H"]))["recognition_vote"]
    assert vote.median == CALENDAR.between(add_months(ceremony, 12), ago(10))


def test_an_extension_gives_the_decision_more_time(units):
    for place in range(10):
        more = [("decision_extension", ago(50))] if place < 5 else []
        on_file(units["K1"], ("cell_vote", ago(120)), *more, ("decision", ago(5)))
    found = measured_at(units["H"], officer_of(units["H"]))["decision"]
    assert (found.count, found.within) == (10, 5)
    assert found.median > 60


def test_vetting_is_counted_from_the_first_letter_and_answers_one_by_one(units):
    for _ in range(3):
        asked = [VettingInquiry(relation="father", requested_on=ago(90), answered_on=ago(69)),
                 VettingInquiry(relation="mother", requested_on=ago(80), answered_on=ago(70), abroad=True)]  # fmt: skip
        on_file(units["K1"], ("vetting", ago(60)), rows=asked)
    found = measured_at(units["H"], officer_of(units["H"]))
    assert (found["vetting"].count, found["vetting_answer"].count) == (3, 6)
    assert found["vetting_answer"].ninth == CALENDAR.between(ago(90), ago(69))


def test_days_known_to_the_month_or_taken_out_are_not_measured(units):
    on_file(units["K1"], ("introduction", ago(90)), ("sympathiser_list", ago(60)), precision=DatePrecision.MONTH)
    case = on_file(units["K1"], ("introduction", ago(90)), ("sympathiser_list", ago(60)))
    CaseEvent.objects.filter(case=case, kind="sympathiser_list").update(in_force=False)
    assert measured_at(units["H"], officer_of(units["H"]))["sympathiser_list"].count == 0


def test_only_what_ended_in_the_period_and_in_reach_is_measured(units):
    for cell, ended in [("K1", ago(10)), ("K1", ago(400)), ("K3", ago(10))]:
        on_file(units[cell], ("introduction", ended - timedelta(days=30)), ("sympathiser_list", ended))

    def count(unit, person, **period) -> int:
        return measured_at(units[unit], person, **period)["sympathiser_list"].count

    above, beside = officer_of(units["H"]), officer_of(units["D1"])
    assert (count("H", above), count("D1", above), count("K3", above)) == (3, 2, 1)
    assert count("H", above, first=ago(30)) == 2
    assert (count("H", beside), count("K3", beside)) == (2, 0)


# --- What lasts too long now ---------------------------------------------------------------------------------------
def test_an_answer_is_late_here_when_it_is_late_on_the_desk(units):
    for days in range(35, 65):
        for abroad in (False, True):
            row = VettingInquiry(relation="father", requested_on=ago(days + 45 * abroad), abroad=abroad)
            on_file(units["K1"], ("introduction", ago(200)), rows=[row])
    spans = [span for span in spans_of(EDITION) if span.name == ANSWER]
    seen = set()
    for later in range(10):
        today = TODAY + timedelta(days=later)
        on_the_desk = VettingInquiry.objects.filter(AnswerClock(judge_of(today)).overdue()).count()
        assert overdue_counts(Case.objects.all(), spans, CALENDAR, today) == {ANSWER: on_the_desk}
        seen.add(on_the_desk)
    assert len(seen) > 5


def test_open_files_that_are_in_a_span_too_long_are_counted_and_listed(units):
    def due(days: int) -> date:
        """The latest day from which so many working days are over, and its next."""
        day = TODAY
        while CALENDAR.add(day, days) >= TODAY:
            day -= timedelta(days=1)
        return day

    late, in_time = due(60), due(60) + timedelta(days=1)
    on_file(units["K1"], ("cell_vote", late), name="Trần Thị Muộn")
    on_file(units["K1"], ("cell_vote", in_time), name="Trần Thị Kịp")
    on_file(units["K1"], ("cell_vote", late), ("decision_extension", ago(2)), name="Trần Thị Gia Hạn")
    on_file(units["K1"], ("cell_vote", late), ("decision", ago(1)), name="Trần Thị Xong")
    on_file(units["K1"], ("cell_vote", late), ("paused", ago(1)), name="Trần Thị Dừng")
    asked = CALENDAR.latest_start(TODAY, 31)
    waiting = [VettingInquiry(relation="father", requested_on=asked, abroad=far) for far in (False, True)]
    on_file(units["K1"], ("introduction", ago(200)), rows=waiting[:1], name="Trần Thị Chờ")
    on_file(units["K1"], ("introduction", ago(200)), rows=waiting[1:], name="Trần Thị Xa")
    on_file(units["K1"], ("ceremony", add_months(due(30), -12)), name="Trần Thị Dự Bị")
    found = overdue_counts(Case.objects.all(), spans_of(EDITION), CALENDAR, TODAY)
    assert found == {"vetting_answer": 1, "decision": 1, "ceremony": 0, "member_file": 1, "transfer_in": 0,
                     "recognition_vote": 1, "recognition_decision": 0}  # fmt: skip
    client = client_of(units["H"], Role.BOARD_OFFICER)
    listed = {slug: names(client.get(f"/nguon/?han=qua-han-{slug}").content.decode()) for slug in
              ("decision", "vetting-answer", "recognition-vote", "ceremony")}  # fmt: skip
    assert listed == {"decision": ["Trần Thị Muộn (1998)"], "vetting-answer": ["Trần Thị Chờ (1998)"],
                      "recognition-vote": ["Trần Thị Dự Bị (1998)"], "ceremony": []}  # fmt: skip


# --- The page --------------------------------------------------------------------------------------------------------
@pytest.fixture
def busy(units):
    """Files at several steps in two branches, some of them late."""
    for key in ("K1", "K3"):
        files.official(units[key], full_name=f"Vũ Văn {key}")
        files.opened(units[key], ago(20))
        for days in (100, 120):
            files.walk(files.opened(units[key], ago(days)), "sympathiser_list", every=1)
    on_file(units["K1"], ("cell_vote", ago(200)))
    return units


def test_every_number_leads_to_just_so_many_people(busy):
    client = client_of(busy["H"], Role.BOARD_OFFICER)
    numbers = linked(page(client))
    assert len(numbers) > 8
    assert {address: counted(client, address) for _, address in numbers} == {
        address: number for number, address in numbers
    }
    assert {number for number, address in numbers if address.endswith("giai-doan=cam-tinh")} == {4}


def test_units_below_lead_to_the_same_page_narrower(busy):
    client = client_of(busy["H"], Role.BOARD_OFFICER)
    html = page(client, f"{HOME}?nam=2025")
    narrower = reverse("reports:steps-of", args=[busy["D1"].public_id]) + "?nam=2025"
    assert f'<a href="{narrower}">' in html
    assert "7 người đang có hồ sơ" in visible_text(html)
    below = page(client, narrower)
    assert "Đảng bộ xã Minh Hòa và cấp dưới · 4 người đang có hồ sơ" in visible_text(below)
    assert "từ 01/01/2025 đến 31/12/2025" in visible_text(below)
    cell = visible_text(page(client, reverse("reports:steps-of", args=[busy["K1"].public_id])))
    assert "Tổ chức trực thuộc" not in cell


def test_few_durations_are_only_counted(busy):
    html = page(client_of(busy["H"], Role.BOARD_OFFICER))
    cells = {row[0]: row[1:] for row in rows(html, "spans")}
    assert cells["Vào danh sách cảm tình Đảng từ ngày giới thiệu"] == ["4 ít dữ liệu", "—", "—"]
    text = visible_text(html)
    assert "Chưa có số liệu trong khoảng này: Trả lời thẩm tra" in text


def test_each_sees_the_own_units_and_who_sees_no_files_is_not_told(busy):
    secretary = client_of(busy["K1"])
    assert "4 người đang có hồ sơ" in visible_text(page(secretary))
    assert secretary.get(reverse("reports:steps-of", args=[busy["D2"].public_id])).status_code == 404
    assert "Chưa có tổ chức nào để xem" in visible_text(page(client_of(None, Role.ADMINISTRATOR)))


def test_the_overview_says_who_stands_where_as_long_as_the_period_lasts(busy):
    client = client_of(busy["H"], Role.BOARD_OFFICER)
    html = page(client, "/tong-quan/")
    assert "Hồ sơ theo từng bước" in html
    numbers = linked(html)
    assert numbers
    assert all(counted(client, address) == number for number, address in numbers)
    assert "Hồ sơ theo từng bước" not in page(client, "/tong-quan/?nam=2025")


def test_both_tables_leave_as_files(busy):
    client = client_of(busy["H"], Role.BOARD_OFFICER)
    people, spans = (sheet(take_out(client, f"{HOME}?tep=xlsx{more}")) for more in ("", "&bang=thoi-gian"))
    assert ("Cảm tình Đảng", "Chi bộ phân công đảng viên chính thức giúp đỡ", 4, 4) in people
    listed = next(row for row in spans if row[0] == "Vào danh sách cảm tình Đảng")
    assert listed[4:8] == (4, None, None, "ngày")
    assert listed[-1] == "ít dữ liệu"


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_same_questions_for_any_number_of_files(units, count):
    for key in ("K1", "K3", "C")[:count]:
        on_file(units[key], ("introduction", ago(90)), ("sympathiser_list", ago(60)), ("cell_vote", ago(50)),
                ("decision", ago(3)), rows=[VettingInquiry(relation="father", requested_on=ago(80))])  # fmt: skip
    client = client_of(units["H"], Role.BOARD_OFFICER)
    client.get(HOME)
    asked = {}
    for address in (HOME, "/tong-quan/"):
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        asked[address] = sum("pipeline_" in query["sql"] for query in queries)
    assert asked == {HOME: 7, "/tong-quan/": 1}


def test_the_chart_says_in_words_what_it_shows():
    svg = people_chart(
        [People("Nguồn", 10), People("Cảm tình", 20, 5)], name="people", title="Số người", description="Nguồn: 10"
    )
    picture = ElementTree.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))
    space = "{http://www.w3.org/2000/svg}"
    assert [text.text for text in picture.iter(f"{space}text")] == ["Nguồn", "10", "Cảm tình · 5 quá hạn", "20"]
    widths = [float(rect.get("width")) for rect in picture.iter(f"{space}rect")]
    assert widths == [widths[2] / 2, 0, widths[2], widths[2] / 4]
