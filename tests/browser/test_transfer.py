"""A transfer in a real browser without JavaScript: from the list to the receipt, which fits one sheet."""

import re

import pytest
from django.urls import reverse

from cells.models import Member, Organization
from core import dates
from tests import factories
from tests.today import TODAY

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser, officer, sign_in):
    """A small old screen, no scripts, the officer logged in."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1024, "height": 768})
    sign_in(context, officer)
    yield context.new_page()
    context.close()


def sheets(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_somebody_is_transferred_and_the_receipt_printed(page, live_server, monkeypatch):
    monkeypatch.setattr(dates, "today", lambda: TODAY)
    person = factories.member(Organization.objects.get(code="K1"), "099001", "Vũ Văn Thành")

    page.goto(live_server.url + reverse("cells:member-list"))
    page.get_by_role("link", name="Vũ Văn Thành").click()
    page.get_by_role("link", name="Chuyển sinh hoạt", exact=True).click()
    page.get_by_label("Chuyển đến chi bộ").fill("khê thượng")
    page.get_by_label("Ngày chuyển đi").fill("31/2/2026")
    page.get_by_role("button", name="Chuyển sinh hoạt").click()
    page.get_by_text("Ngày phải viết dạng ngày/tháng/năm").wait_for()
    assert page.get_by_label("Chuyển đến chi bộ").input_value() == "khê thượng"

    page.get_by_label("Ngày chuyển đi").fill("1/3/2026")
    page.get_by_label("Số giấy giới thiệu").fill("Giấy giới thiệu số 7")
    page.get_by_role("button", name="Chuyển sinh hoạt").click()
    page.get_by_text("Đã chuyển Vũ Văn Thành đến Chi bộ thôn Khê Thượng.").wait_for()
    for text in ("Giấy giới thiệu số 7", "Chi bộ thôn Đồng Tâm, Đảng bộ xã Minh Hòa", "01/03/2026"):
        page.get_by_text(text).first.wait_for()
    assert [sheets(page.pdf(format=paper)) for paper in ("A4", "A5")] == [1, 1]

    page.get_by_role("link", name="Về trang đảng viên").click()
    receipts = page.get_by_role("link", name="Phiếu chuyển")
    receipts.nth(1).wait_for()
    assert receipts.count() == 2
    assert len({receipts.nth(number).get_attribute("href") for number in range(2)}) == 2
    receipts.first.click()
    assert page.locator("h1").inner_text() == "Phiếu chuyển sinh hoạt đảng"
    assert Member.objects.select_related("organization").get(pk=person.pk).organization.code == "K3"
