"""A secretary introduces somebody and walks to the application, on a phone, without JavaScript."""

import pytest
from django.urls import reverse

from cells.models import Organization
from cells.roles import Role
from core import dates
from pipeline.models import Case
from tests import factories
from tests.pipeline import files
from tests.today import TODAY

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser, officer, sign_in):
    """A narrow phone, no scripts, the secretary of K1 logged in."""
    cell = Organization.objects.get(code="K1")
    for name in ("Vũ Văn Thành", "Lê Thị Nhàn", "Phạm Văn Hòa"):
        files.official(cell, full_name=name)
    secretary = factories.user(full_name="Lê Thị Nhàn")
    factories.appointment(secretary, cell, Role.CELL_SECRETARY)
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    sign_in(context, secretary)
    yield context.new_page()
    context.close()


def width(page) -> int:
    return page.locator("html").bounding_box()["width"]


def test_a_secretary_introduces_a_person_and_walks_to_the_application(page, live_server, monkeypatch):
    monkeypatch.setattr(dates, "today", lambda: TODAY)
    page.goto(live_server.url + reverse("pipeline:case-list"))
    page.get_by_role("link", name="Giới thiệu người mới").first.click()
    page.get_by_label("Họ và tên").fill("trần thị mai")
    page.get_by_label("Ngày sinh").fill("12/5/1998")
    page.get_by_label("Học vấn phổ thông").select_option("LOWER_SECONDARY_DIPLOMA")
    page.get_by_label("Ai giới thiệu").fill("Hội Phụ nữ thôn Đồng Tâm")
    page.get_by_role("button", name="Ghi giới thiệu").click()
    page.get_by_label("Người đó đã đồng ý").check()
    page.get_by_label("Ngày đồng ý hoặc thông báo").fill("20/11/2026")
    assert page.get_by_label("Họ và tên").input_value() == "trần thị mai"
    page.get_by_role("button", name="Ghi giới thiệu").click()
    assert page.locator("h1").inner_text() == "Trần Thị Mai"

    page.get_by_role("link", name="Ghi nghị quyết", exact=True).click()
    page.get_by_label("Số văn bản").fill("07-NQ/CB")
    page.get_by_role("button", name="Ghi vào hồ sơ").click()
    page.get_by_text("Đã ghi: Chi bộ ra nghị quyết đưa vào danh sách cảm tình Đảng").wait_for()

    page.get_by_role("link", name="Phân công người giúp đỡ").first.click()
    page.get_by_label("Đảng viên giúp đỡ").select_option(label="Vũ Văn Thành")
    page.get_by_label("Cùng công tác, học tập hoặc cư trú từ").fill("1/1/2020")
    page.get_by_role("button", name="Ghi phân công").click()

    page.get_by_role("link", name="Ghi chứng nhận").first.click()
    page.get_by_label("Số văn bản").fill("118/CN")
    page.get_by_role("button", name="Ghi vào hồ sơ").click()
    page.get_by_role("link", name="Ghi ngày nộp đơn").first.click()
    page.get_by_role("button", name="Ghi vào hồ sơ").click()

    page.get_by_text("Việc tiếp theo:").wait_for()
    case = Case.objects.get()
    assert (case.stage, case.candidate.full_name) == ("FILE", "Trần Thị Mai")
    assert width(page) == 360
    page.get_by_role("link", name="Phiếu in").click()
    assert page.locator("h1").inner_text() == "Phiếu hồ sơ"
    assert "Vũ Văn Thành" in page.locator(".paper").inner_text()
