"""The pages of the rules and of the working calendar: who reads, who records, what that changes."""

import re
import tomllib
from dataclasses import replace
from datetime import date

import pytest
from django.urls import reverse

from cells.roles import Role
from cells.services.errors import RuleError
from core.calendar_days import CalendarDayError, clear_day, set_day
from core.models import AuditEvent, CalendarDay
from core.workdays import WorkingCalendar
from pipeline import open_cases
from pipeline.cases.reading import FactsReader, starts
from pipeline.engine.facts import Education, Facts
from pipeline.models import RuleConfirmation
from pipeline.open_cases import OpenCase
from pipeline.queries.rules import rulebook
from pipeline.rulebook.confidence import Confidence, Strength
from pipeline.rulebook.loading import load
from pipeline.rulebook.telling import SOURCES, source_lines
from pipeline.services import rules
from tests.cells.roll_pages import log_in, page, visible
from tests.factories import TODAY, district
from tests.pipeline.walking import eligible

pytestmark = pytest.mark.once

RULES, CALENDAR = "/quan-tri/bo-quy-dinh/", "/quan-tri/lich-lam-viec/"
PRESENT = "208-qd-tw-2026"
TEXT = "điểm 4.3, Quy định 208-QĐ/TW ngày 26/7/2026"


@pytest.fixture
def units(db):
    return district()


def rule_url(rule: str, edition: str = PRESENT) -> str:
    table, name = rule.split(".")
    return reverse("pipeline:rule", kwargs={"edition": edition, "table": table, "name": name})


def confirmed(rule: str = "clocks.decision", **details) -> RuleConfirmation:
    given = {"text": TEXT, "checked_on": date(2026, 11, 20), "today": TODAY} | details
    return rules.confirm_rule(given.pop("edition", PRESENT), rule, **given)


def test_the_editions_are_listed_with_how_many_rules_may_block(client, units):
    log_in(client, units["H"], Role.BOARD_OFFICER)
    text = visible(page(client, RULES))
    assert "Đang theo 208-QĐ/TW" in text
    assert "208-QĐ/TW Quy định thi hành Điều lệ Đảng (26/7/2026) ✓ đang có hiệu lực" in text
    assert "từ 08/04/2026 đến 25/07/2026" in text
    assert "01-HD/TW (19/5/2026)" in text


def test_an_edition_shows_article_source_and_confidence_of_each_rule(client, units):
    log_in(client, units["H"], Role.BOARD_OFFICER)
    html = page(client, f"{RULES}{PRESENT}/")
    text = visible(html)
    assert "Học vấn: hoàn thành chương trình trung học cơ sở" in text
    assert "điểm 1, 208-QĐ/TW [C2]" in text
    assert "~ một nguồn nhắc nếu không đạt" in text
    assert "[C2] Bộ câu hỏi về 208-QĐ/TW (2026)" in text
    few = visible(page(client, f"{RULES}{PRESENT}/?tim=hoc van&muc=mot"))
    assert "1 quy định theo điều kiện tìm" in few
    assert "Không có quy định nào như vậy" in visible(page(client, f"{RULES}{PRESENT}/?tim=xyzxyz"))


def test_an_edition_or_a_rule_that_is_not_there_is_not_found(client, units):
    log_in(client, units["H"], Role.BOARD_HEAD)
    for address in (f"{RULES}khong-co/", f"{RULES}khong-co/so-sanh/", rule_url("clocks.khong")):
        assert client.get(address).status_code == 404


def test_two_editions_stand_side_by_side(client, units):
    log_in(client, units["H"], Role.BOARD_OFFICER)
    text = visible(page(client, f"{RULES}{PRESENT}/so-sanh/?voi=294-qd-tw-2025"))
    assert "2 quy định khác nội dung" in text
    assert "Lễ kết nạp: 30 ngày làm việc từ ngày ban hành quyết định" in text
    assert "Lễ kết nạp: 30 ngày làm việc từ ngày chi bộ nhận quyết định" in text
    assert "208-QĐ/TW và 20-QĐ/TW" in visible(page(client, f"{RULES}{PRESENT}/so-sanh/"))


def test_the_head_of_the_board_records_what_was_read_and_the_rule_may_block(client, units):
    person = log_in(client, units["H"], Role.BOARD_HEAD)
    address = rule_url("requirements.education")
    before = rulebook().get(PRESENT).requirements["education"]
    assert before.strength is Strength.WARN
    response = client.post(address, {"text": TEXT, "checked_on": "20/11/2026"})
    assert (response.status_code, response.url) == (302, address)
    row = RuleConfirmation.objects.get()
    assert (row.recorded_by, row.text, row.checked_on) == (person, TEXT, date(2026, 11, 20))
    after = rulebook().get(PRESENT).requirements["education"]
    assert (after.confidence, after.strength, after.local_text) == (Confidence.CONFIRMED, Strength.BLOCK, TEXT)
    assert rulebook().get("294-qd-tw-2025").requirements["education"].confidence is Confidence.TWO_SOURCES
    event = AuditEvent.objects.latest("id")
    assert (event.action, event.actor, event.changes["text"]) == ("create", person.username, TEXT)
    assert f"Đã đối chiếu ngày 20/11/2026: {TEXT}" in visible(page(client, address))


def test_a_confirmation_is_taken_back_with_a_reason_and_stays_readable(client, units):
    log_in(client, units["H"], Role.BOARD_HEAD)
    address = rule_url("clocks.decision")
    confirmed()
    assert client.post(address, {"reason": ""}).status_code == 200
    assert RuleConfirmation.objects.in_force().count() == 1
    assert client.post(address, {"reason": "Đọc nhầm điểm 4.2"}).status_code == 302
    assert rulebook().get(PRESENT).clocks["decision"].confidence is Confidence.INHERITED
    assert RuleConfirmation.objects.count() == 2
    assert "bỏ đối chiếu: Đọc nhầm điểm 4.2" in visible(page(client, address))
    assert AuditEvent.objects.latest("id").action == "reverse"
    confirmed()
    assert rulebook().get(PRESENT).clocks["decision"].confidence is Confidence.CONFIRMED


@pytest.mark.parametrize(
    ("rule", "details", "said"),
    [
        ("clocks.khong", {}, "Không có quy định này"),
        ("clocks.decision", {"edition": "khong"}, "Không có quy định này"),
        ("clocks.decision", {"text": "208"}, "số, ngày và điểm"),
        ("clocks.decision", {"checked_on": date(2026, 11, 23)}, "còn ở phía trước"),
        ("clocks.decision", {"checked_on": date(2026, 7, 25)}, "trước ngày ban hành"),
        ("settings.suspended_count", {"answer": "có thể"}, "chọn một câu trả lời"),
    ],
)
def test_what_cannot_be_confirmed_is_refused_with_the_remedy(db, rule, details, said):
    with pytest.raises(RuleError, match=said):
        confirmed(rule, **details)
    assert not RuleConfirmation.objects.exists()


def test_a_rule_is_confirmed_once(db):
    row = confirmed()
    with pytest.raises(RuleError, match="vừa được đối chiếu rồi"):
        confirmed()
    rules.take_back(row, reason="nhầm")
    with pytest.raises(RuleError, match="vừa được người khác bỏ"):
        rules.take_back(row, reason="nhầm")


def test_an_open_question_is_answered_by_the_text_that_was_read(client, units):
    log_in(client, units["H"], Role.BOARD_HEAD)
    address = rule_url("settings.suspended_count")
    assert "Văn bản trả lời thế nào" in visible(page(client, address))
    client.post(address, {"text": TEXT, "checked_on": "20/11/2026", "answer": "in"})
    assert rulebook().get(PRESENT).setting("suspended_count") == "in"
    assert rulebook().get("294-qd-tw-2025").setting("suspended_count") == "out"


def test_officers_read_and_do_not_record_and_a_head_further_down_does_not_either(client, units):
    log_in(client, units["H"], Role.BOARD_OFFICER)
    assert "Ghi đã đối chiếu" not in page(client, rule_url("clocks.decision"))
    assert client.post(rule_url("clocks.decision"), {"text": TEXT}).status_code == 403
    assert client.post(CALENDAR, {"day": "01/12/2026"}).status_code == 403
    log_in(client, units["D1"], Role.BOARD_HEAD)
    assert client.get(RULES).status_code == 200
    assert client.post(rule_url("clocks.decision"), {"text": TEXT}).status_code == 403
    log_in(client, units["D1"], Role.COMMITTEE_OFFICER)
    assert [client.get(each).status_code for each in (RULES, CALENDAR, f"{RULES}{PRESENT}/")] == [403, 403, 403]


def test_a_failing_trail_undoes_the_confirmation_and_the_day(db, monkeypatch):
    def fail(*args, **details):
        raise RuntimeError

    monkeypatch.setattr("core.audit.record", fail)
    with pytest.raises(RuntimeError):
        confirmed()
    with pytest.raises(RuntimeError):
        set_day(date(2027, 2, 11), is_working=False, note="TB 15")
    assert not RuleConfirmation.objects.exists()
    assert not CalendarDay.objects.exists()


def test_open_files_that_another_edition_would_answer_otherwise_are_told(client, units, monkeypatch):
    monkeypatch.setattr(open_cases, "_sources", [])
    log_in(client, units["H"], Role.BOARD_OFFICER)
    address = f"{RULES}294-qd-tw-2025/ho-so/"
    assert "Chưa có hồ sơ đang mở" in visible(page(client, address))

    def source(user, today):
        for number, level in enumerate((Education.LOWER_SECONDARY, Education.LOWER_SECONDARY_DIPLOMA)):
            yield OpenCase(f"HS{number}", f"Lò Văn Thử {number}", "Chi bộ thôn Đông", "", ready(level))

    open_cases.register(source)
    open_cases.register(source)
    text = visible(page(client, address))
    assert "1 trong 2 hồ sơ đang mở" in text
    assert "Lò Văn Thử 0" in text
    assert "thêm điều chặn: Học vấn phổ thông chưa đạt" in text
    assert "Lò Văn Thử 1" not in text
    assert "Đây là văn bản đang dùng" in visible(page(client, f"{RULES}{PRESENT}/ho-so/"))


def ready(level: Education) -> Facts:
    """A file that waits for the cell's vote."""
    facts = FactsReader(TODAY).facts(starts()["file_ready"])
    return replace(facts, person=replace(facts.person, education=level), helpers=facts.helpers,
                   standings=eligible(TODAY).standings)  # fmt: skip


def test_the_calendar_shows_public_days_and_those_of_the_unit(client, units):
    log_in(client, units["H"], Role.BOARD_HEAD)
    text = visible(page(client, f"{CALENDAR}?nam=2026"))
    assert "24/11/2026 thứ ba ○ nghỉ" in text
    assert "22/08/2026 thứ bảy ~ làm việc Làm bù lịch chung" in text
    given = {"day": "23/11/2026", "what": "nghi", "note": "Thông báo hoán đổi số 9/TB"}
    assert client.post(CALENDAR, given).url == f"{CALENDAR}?nam=2026"
    assert not WorkingCalendar.load().is_working(date(2026, 11, 23))
    text = visible(page(client, f"{CALENDAR}?nam=2026"))
    assert "23/11/2026 thứ hai ○ nghỉ Thông báo hoán đổi số 9/TB đơn vị ghi" in text
    event = AuditEvent.objects.latest("id")
    assert (event.action, event.model, event.changes["note"]) == ("create", "core.calendarday", given["note"])
    assert "đã có trong lịch" in client.post(CALENDAR, given).content.decode()


def test_a_day_is_taken_out_of_the_calendar_with_a_reason(client, units):
    log_in(client, units["H"], Role.BOARD_HEAD)
    set_day(date(2026, 11, 28), is_working=True, note="Làm bù")
    given = {"bo": "1", "day": "28/11/2026"}
    asked = client.post(CALENDAR, given).content.decode()
    assert "Bỏ ngày 28/11/2026 khỏi lịch" in visible(asked)
    assert CalendarDay.objects.exists()
    assert client.post(CALENDAR, given | {"reason": "Thông báo đã thay"}).status_code == 302
    assert not CalendarDay.objects.exists()
    assert AuditEvent.objects.latest("id").reason == "Thông báo đã thay"
    with pytest.raises(CalendarDayError, match="không còn trong lịch"):
        clear_day(date(2026, 11, 28), reason="x")
    with pytest.raises(CalendarDayError, match="căn cứ"):
        set_day(date(2026, 11, 28), is_working=True, note=" ")
    with pytest.raises(CalendarDayError, match="lý do"):
        clear_day(date(2026, 11, 28), reason="")


def test_the_menu_leads_the_board_to_the_rules(client, units):
    log_in(client, units["H"], Role.BOARD_OFFICER)
    html = page(client, RULES)
    assert f'href="{RULES}"' in html
    assert f'href="{CALENDAR}"' in html
    log_in(client, units["K1"], Role.CELL_SECRETARY)
    assert RULES not in page(client, "/dang-vien/")


def test_every_source_that_a_rule_names_is_explained():
    known = tomllib.loads(SOURCES.read_text(encoding="utf-8"))["sources"]
    rules_of_all = [entry for edition in load() for entry in edition.entries.values()]
    named = {mark for entry in rules_of_all for mark in re.findall(r"\[(\w+)\]", entry.source)}
    assert named - known.keys() == set()
    assert source_lines(load().get(PRESENT))[0][0] == "1"
