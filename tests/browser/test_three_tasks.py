"""What an officer comes for, from the home page in at most three clicks: our rate, who is behind, the report."""

from datetime import date

import pytest

from cells.roles import Role
from core.documents.pdf import Pdf
from core.jobs import run_job
from core.models import Job
from reports.jobs import REPORT
from reports.services import reports as report_service
from reports.services.targets import assign_target
from tests import factories
from tests.reports.committee import enrol

pytestmark = pytest.mark.browser

MOST_CLICKS = 3


class Walk:
    """A person in front of a screen, whose clicks are counted."""

    def __init__(self, page, base: str) -> None:
        self.page, self.base, self.clicks = page, base, 0
        page.goto(base)

    @property
    def is_wide(self) -> bool:
        return self.page.viewport_size["width"] >= 992

    def click(self, role: str, name: str) -> None:
        self.page.get_by_role(role, name=name, exact=True).first.click()
        self.clicks += 1
        assert self.clicks <= MOST_CLICKS

    def sees(self, text: str) -> bool:
        return text in self.page.inner_text("main")


@pytest.fixture(params=[(1366, True), (360, True), (360, False)], ids=["wide", "phone", "phone-no-script"])
def walk(request, browser, live_server, transactional_db, sign_in):
    """Somebody with a role in a district where D1 has met its target and D2 has not."""
    width, scripts = request.param
    units = factories.district()
    enrol(units["K1"], 40)
    enrol(units["K3"], 50)
    enrol(units["K1"], 2, date(2026, 3, 3))
    assign_target(units["D1"], 2026, 2)
    assign_target(units["D2"], 2026, 2)
    context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=scripts)

    def start(role: Role, place: str) -> Walk:
        person = factories.user()
        factories.appointment(person, units[place], role)
        sign_in(context, person)
        return Walk(context.new_page(), live_server.url)

    yield start
    context.close()


def test_what_is_our_rate(walk):
    board = walk(Role.BOARD_OFFICER, "H")
    assert board.sees("2,22%")
    assert board.clicks == 0


def test_what_is_our_rate_asks_a_secretary(walk):
    secretary = walk(Role.CELL_SECRETARY, "K1")
    assert secretary.sees("5,00%")
    assert secretary.clicks == 0


def test_who_is_behind(walk):
    board = walk(Role.BOARD_OFFICER, "H")
    board.click("link", "Việc cần làm" if board.is_wide else "Việc")
    board.click("link", "Xem ai còn thiếu")
    first = board.page.locator("table.figures tbody th").first
    assert first.inner_text().startswith("Đảng bộ xã Phú Khê")


def test_print_the_report(walk, monkeypatch):
    monkeypatch.setattr(report_service, "make_pdf", lambda html: Pdf(b"%PDF-1.7 " + html.encode(), 5))
    board = walk(Role.BOARD_OFFICER, "H")
    board.click("link", "Lập báo cáo")
    board.click("button", "Lập báo cáo")
    assert board.sees("Máy sẽ làm ngay khi rảnh")
    assert run_job(Job.objects.get(kind=REPORT).pk)
    board.page.reload()
    with board.page.expect_response("**/bao-cao/**") as answer:
        board.click("link", "Xem kết quả")
    assert (answer.value.status, answer.value.headers["content-type"]) == (200, "application/pdf")
