"""Importing in a real browser: a file with a fault, the corrected one, written, taken back; without a script."""

from pathlib import Path

import pytest
from django.urls import reverse

from cells.models import Member, WorkbookImport
from core.jobs import run_job
from core.models import Job
from tests import imports
from tests.browser.test_every_page import RULES
from tests.workbooks import MEMBER_HEAD, day, write_book

pytestmark = pytest.mark.browser

WRONG = [MEMBER_HEAD, ["M1", "Nguyễn Thị Ánh", "31/02/1988", "nữ", "K1", day("19/05/2010")]]
RIGHT = [MEMBER_HEAD, ["M1", "Nguyễn Thị Ánh", "28/02/1988", "nữ", "K1", day("19/05/2010")]]


@pytest.fixture
def plain_page(browser, live_server, officer, sign_in):
    """A page of a browser without JavaScript, of the officer."""
    context = browser.new_context(java_script_enabled=False)
    sign_in(context, officer)
    yield context.new_page()
    context.close()


def do_the_job(page) -> None:
    """What a worker does meanwhile; the page then leads on by itself."""
    run_job(Job.objects.latest("pk").pk)
    page.reload()
    page.wait_for_url("**/nhap-xuat/**")


def send(page, live_server, path: Path) -> None:
    page.goto(live_server.url + reverse("cells:workbook"))
    page.set_input_files("[name=file]", path)
    page.click("input[type=submit]")
    do_the_job(page)


def test_a_file_is_corrected_written_and_taken_back_without_javascript(plain_page, live_server, tmp_path):
    page = plain_page
    send(page, live_server, write_book(tmp_path / "sai.xlsx", DANG_VIEN=WRONG))
    assert "Tệp có 1 lỗi, chưa ghi được" in page.inner_text("main")
    cell = page.locator(".sheet-view td.error")
    assert (cell.count(), cell.text_content()) == (1, "!ô sai: 31/02/1988")
    assert page.locator("tr.of-fault th").inner_text() == "2"
    assert Member.objects.count() == 0

    send(page, live_server, write_book(tmp_path / "dung.xlsx", DANG_VIEN=RIGHT))
    assert "Sẵn sàng ghi: 1 tạo mới, 0 sửa" in page.inner_text("main")
    page.click("text=Ghi vào hệ thống")
    do_the_job(page)
    assert "Đã ghi tất cả dữ liệu trong tệp" in page.inner_text("main")
    assert Member.objects.get().full_name == "Nguyễn Thị Ánh"

    page.click("text=Hoàn tác lần nhập này")
    page.fill("[name=reason]", "Nhập nhầm tệp")
    page.click("input[type=submit]")
    do_the_job(page)
    assert "dữ liệu trở lại như trước lần nhập này" in page.inner_text("main")
    assert Member.objects.count() == 0


def states(person) -> dict[str, WorkbookImport]:
    """An import in every state that has a page of its own."""
    young = [MEMBER_HEAD, ["M7", "Trần Văn Đức", "2000", "nam", "K1", day("19/05/2015")]]
    unclear = [["STT", "Họ và tên", "Số thẻ Đảng viên", "Ngày kết nạp", "Chi bộ đang sinh hoạt"],
               [1, "LÒ THỊ HOÀ", 30098123456, "19/05/2010", "Chi bộ Đồng"]]  # fmt: skip
    found = {
        "waiting": imports.uploaded(person, DANG_VIEN=young),
        "warned": imports.checked(person, DANG_VIEN=young),
        "unclear": imports.checked(person, Sheet1=unclear),
        "undone": imports.undone(imports.written(person, DANG_VIEN=RIGHT)),
        "dropped": imports.checked(person, DANG_VIEN=young),
        "written": imports.written(person, DANG_VIEN=RIGHT),
    }
    imports.imports.discard(found["dropped"])
    return found


@pytest.mark.parametrize("width", [360, 1366])
def test_every_state_of_an_import_fits_and_breaks_no_accessibility_rule(
    page, context, live_server, officer, sign_in, width
):
    from axe_playwright_python.sync_playwright import Axe

    sign_in(context, officer)
    page.set_viewport_size({"width": width, "height": 800})
    found = {}
    for state, row in states(officer).items():
        for name in ("import-detail", "import-units") if state == "unclear" else ("import-detail",):
            page.goto(live_server.url + reverse(f"cells:{name}", args=[row.public_id]))
            too_wide = page.evaluate("document.documentElement.scrollWidth") - width
            violations = Axe().run(page, options=RULES).response["violations"]
            if too_wide or violations:
                found[state, name] = (too_wide, [(rule["id"], rule["nodes"][0]["target"]) for rule in violations])
    assert found == {}
