"""What is masked, opened for a reason; a list that leaves after a second person says yes: without JavaScript."""

import pytest
from django.urls import reverse

from cells.models import Organization
from cells.roles import Role
from core.models import AuditEvent, ExportEntry
from tests import factories

pytestmark = pytest.mark.browser


@pytest.fixture(params=[360, 1366])
def page_of(request, browser, sign_in):
    """Opens a page as somebody."""
    contexts = []

    def give(person):
        context = browser.new_context(java_script_enabled=False, viewport={"width": request.param, "height": 800})
        sign_in(context, person)
        contexts.append(context)
        return context.new_page()

    yield give
    for context in contexts:
        context.close()


@pytest.fixture
def people(officer):
    head = factories.user("truong.ban", "Trịnh Thị Hồng Nhung")
    factories.appointment(head, Organization.objects.get(code="H"), Role.BOARD_HEAD)
    return officer, head


@pytest.fixture
def member(officer):
    return factories.member(Organization.objects.get(code="K1"), "099001", "Vũ Văn Thành", ethnicity="Sán Chay")


def test_what_is_masked_is_opened_for_a_reason(page_of, people, member, live_server):
    page = page_of(people[0])
    page.goto(live_server.url + reverse("cells:member-detail", args=[member.public_id]))
    assert "Sán Chay" not in page.content()
    page.get_by_role("link", name="Xem thông tin đang che").click()
    page.get_by_label("Lý do cần xem").fill("Lập mẫu 2 cho báo cáo năm")
    page.get_by_role("button", name="Xem").click()
    page.get_by_text("Sán Chay").wait_for()
    page.get_by_role("link", name="Xong, che lại").click()
    assert "Sán Chay" not in page.content()
    assert AuditEvent.objects.get(action=AuditEvent.Action.REVEAL).reason == "Lập mẫu 2 cho báo cáo năm"


def test_a_masked_column_leaves_after_a_second_persons_yes(page_of, people, member, live_server, settings, tmp_path):
    settings.EXPORT_ALONE_PRIVATE_ROWS = 0
    officer, head = (page_of(person) for person in people)
    officer.goto(live_server.url + reverse("cells:member-list"))
    officer.get_by_role("link", name="Xuất tệp").click()
    officer.get_by_label("Báo cáo cấp trên").check()
    officer.get_by_label("CSV").check()
    officer.get_by_label("Dân tộc (nhạy cảm)").check()
    officer.get_by_role("button", name="Xuất tệp").click()
    officer.get_by_text("Hãy ghi rõ xuất để làm việc gì").wait_for()
    officer.get_by_label("Việc cụ thể").fill("lập mẫu 2 kèm báo cáo năm")
    officer.get_by_role("button", name="Xuất tệp").click()
    officer.get_by_text("Đang chờ người khác có quyền duyệt").wait_for()

    head.goto(live_server.url + reverse("cells:export-list"))
    head.get_by_role("link", name="Danh sách đảng viên").first.click()
    head.get_by_text("lập mẫu 2 kèm báo cáo năm").wait_for()
    head.get_by_role("button", name="Duyệt", exact=True).click()
    head.get_by_text("Đã duyệt. Người xuất tải tệp ở trang này.").wait_for()

    officer.reload()
    with officer.expect_download() as download:
        officer.get_by_role("button", name="Tải tệp").click()
    path = tmp_path / "danh-sach.csv"
    download.value.save_as(path)
    text = path.read_text(encoding="utf-8-sig")
    entry = ExportEntry.objects.get()
    assert "Sán Chay" in text
    assert entry.code in text
    officer.goto(live_server.url + reverse("cells:export-list"))
    officer.get_by_label("Mã bản xuất").fill(entry.code.lower())
    officer.get_by_role("button", name="Tìm", exact=True).click()
    officer.wait_for_url("**/so-xuat/?*")
    rows = officer.locator("main tbody tr")
    rows.first.wait_for()
    assert rows.count() == 1
