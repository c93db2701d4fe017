"""A merger in a real browser, on a phone and on a desk, with scripts and without: shown, recorded, taken back."""

from datetime import date

import pytest
from django.urls import reverse

from cells.models import Member, Organization
from core import dates
from tests import factories
from tests.today import TODAY

pytestmark = pytest.mark.browser


@pytest.fixture(params=[(360, False), (360, True), (1366, False), (1366, True)], ids=str)
def page(browser, officer, sign_in, request):
    width, has_scripts = request.param
    context = browser.new_context(java_script_enabled=has_scripts, viewport={"width": width, "height": 800})
    sign_in(context, officer)
    yield context.new_page()
    context.close()


def fits(page) -> bool:
    """Whether nothing has to be scrolled sideways (asked of the layout, for pages without scripts too)."""
    box = page.locator("main").bounding_box()
    return box["x"] >= 0 and box["x"] + box["width"] <= page.viewport_size["width"]


def place(person: Member) -> str:
    return Member.objects.select_related("organization").get(pk=person.pk).organization.code


def test_a_merger_is_shown_recorded_and_taken_back(page, live_server, monkeypatch):
    monkeypatch.setattr(dates, "today", lambda: TODAY)
    unit = Organization.objects.get(code="K2")
    person = factories.member(unit, "099001", "Vũ Văn Thành", official_on=date(2011, 5, 19))
    page.goto(live_server.url + reverse("cells:organization-merge", args=[unit.public_id]))
    assert fits(page)
    page.get_by_label("Sáp nhập vào").fill("đồng tâm")
    page.get_by_label("Ngày có hiệu lực").fill("1/11/2026")
    page.get_by_label("Số quyết định").fill("Quyết định số 12-QĐ/ĐU")
    page.get_by_role("button", name="Xem trước ảnh hưởng").click()

    page.get_by_role("heading", name="Xem trước: chưa ghi gì").wait_for()
    page.get_by_text("1 đảng viên chuyển về Chi bộ thôn Đồng Tâm cùng ngày.").wait_for()
    page.get_by_role("heading", name="Số liệu năm 2026").wait_for()
    assert fits(page)
    assert place(person) == "K2"
    page.get_by_role("button", name="Sửa lại").click()
    assert page.get_by_label("Sáp nhập vào").input_value() == "đồng tâm"
    page.get_by_role("button", name="Xem trước ảnh hưởng").click()
    page.get_by_role("button", name="Ghi", exact=True).click()
    page.get_by_text("Đã ghi sáp nhập Chi bộ thôn Đông Thịnh vào Chi bộ thôn Đồng Tâm").wait_for()
    assert place(person) == "K1"

    page.get_by_role("link", name="bỏ thay đổi này", exact=True).click()
    page.get_by_label("Lý do bỏ").fill("Ghi nhầm đơn vị")
    page.get_by_role("button", name="Xem trước ảnh hưởng").click()
    page.get_by_text("1 đảng viên trở lại danh sách cũ.").wait_for()
    assert fits(page)
    page.get_by_role("button", name="Bỏ thay đổi này").click()
    page.get_by_text("mọi việc trở lại như trước thay đổi đó").wait_for()
    assert place(person) == "K2"
