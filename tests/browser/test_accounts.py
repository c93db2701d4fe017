"""An account from the sheet to the second factor in a real browser: made, activated, scanned, recovered, locked."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
import segno
import time_machine
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from cells.roles import Role
from core.accounts import totp
from tests import factories
from tests.browser.test_every_page import RULES
from tests.browser.test_transfer import sheets

pytestmark = pytest.mark.browser

PASSWORD = "suối Lê Nin trong vắt"
CODE_ON_PAPER = re.compile(r"\b[a-z0-9]{5}-[a-z0-9]{5}-[a-z0-9]{5}\b")
QUIET = 4
"""Modules around a QR picture that stay white."""


@pytest.fixture(params=[360, 1366])
def width(request) -> int:
    return request.param


@pytest.fixture
def new_page(browser, width):
    """Opens a page in a browser of its own, as another person would."""
    contexts = []

    def give():
        contexts.append(browser.new_context(viewport={"width": width, "height": 800}))
        return contexts[-1].new_page()

    yield give
    for context in contexts:
        context.close()


@pytest.fixture
def head(transactional_db, settings):
    settings.SECOND_FACTOR_ROLES = ["committee_officer"]
    person = factories.user("truong.ban", "Trịnh Thị Hồng Nhung")
    factories.appointment(person, factories.district()["H"], Role.BOARD_HEAD)
    return person


def fits(page, width: int) -> None:
    """Neither too wide nor closed to anybody: most of these pages show themselves only on the way."""
    from axe_playwright_python.sync_playwright import Axe

    assert page.evaluate("document.documentElement.scrollWidth") == width, page.url
    broken = Axe().run(page, options=RULES).response["violations"]
    assert [(rule["id"], node["target"]) for rule in broken for node in rule["nodes"]] == [], page.url


def scanned(page, size: int) -> list[list[bool]]:
    """What a camera sees of the picture on the page: dark or light, in the middle of each of size × size squares."""
    photo = Image.open(BytesIO(page.locator(".qr-frame svg").screenshot())).convert("L")
    step = photo.width / (size + 2 * QUIET)
    middle = [int((place + QUIET + 0.5) * step) for place in range(size)]
    return [[photo.getpixel((x, y)) < 128 for x in middle] for y in middle]


def give_password(page, live_server) -> None:
    page.goto(live_server.url + reverse("login"))
    page.get_by_label("Tên đăng nhập").fill("anh.nt")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.get_by_role("heading", name="Mã xác thực").wait_for()


def set_password(page, password: str) -> None:
    for field in ("new_password1", "new_password2"):
        page.fill(f"[name={field}]", password)
    page.get_by_role("button", name="Đặt mật khẩu").click()


def give_code(page, typed: str) -> None:
    page.get_by_label("Mã xác thực").fill(typed)
    page.get_by_role("button", name="Tiếp tục").click()


def test_an_account_is_made_activated_protected_recovered_and_locked(new_page, live_server, head, sign_in, width):
    # The head of the Board makes the account and prints the sheet.
    board = new_page()
    sign_in(board.context, head)
    board.goto(live_server.url + reverse("cells:user-new") + "?vai-tro=committee_officer")
    board.get_by_label("Họ và tên").fill("Nguyễn Thị Ánh")
    board.get_by_label("Tổ chức đảng").fill("D1")
    board.get_by_label("Từ ngày").fill("01/11/2026")
    board.get_by_role("button", name="Tạo người dùng").click()
    board.get_by_role("heading", name="Nguyễn Thị Ánh").wait_for()
    board.get_by_text("chưa bật; lần đăng nhập tới sẽ phải thiết lập").wait_for()
    board.get_by_role("link", name="In phiếu kích hoạt").click()
    board.get_by_role("button", name="In phiếu").click()
    board.get_by_text("cần điện thoại có ứng dụng tạo mã").wait_for()
    fits(board, width)
    assert sheets(board.pdf(format="A5")) == 1
    paper = CODE_ON_PAPER.search(board.locator(".paper").inner_text())[0]

    # She comes in with the code on paper: first a password, then the phone, before anything else.
    page = new_page()
    page.goto(live_server.url + reverse("login"))
    page.get_by_label("Tên đăng nhập").fill("anh.nt")
    page.get_by_label("Mật khẩu").fill(paper)
    page.get_by_role("button", name="Đăng nhập").click()
    page.get_by_role("heading", name="Đặt mật khẩu của bạn").wait_for()
    set_password(page, "taonguon2026!!")
    page.get_by_text("Hãy ghép vài từ không liên quan đến công việc").wait_for()
    fits(page, width)
    set_password(page, PASSWORD)
    page.get_by_role("heading", name="Thiết lập xác thực hai bước").wait_for()
    page.goto(live_server.url + reverse("cells:member-list"))
    page.get_by_role("heading", name="Thiết lập xác thực hai bước").wait_for()
    fits(page, width)

    # What the camera sees is what can be typed.
    key = "".join(page.locator(".key span").all_inner_texts())
    expected = segno.make(totp.address_of(key, "anh.nt"), error="m", micro=False)
    seen = scanned(page, expected.symbol_size(border=0)[0])
    assert seen == [[bool(module) for module in row] for row in expected.matrix]

    def phone() -> str:
        return totp.code_of(key, totp.counter_at(timezone.now()))

    page.get_by_label("Mã 6 số đang hiện trên điện thoại").fill(phone())
    page.get_by_role("button", name="Bật xác thực hai bước").click()
    page.get_by_role("heading", name="Mã khôi phục").wait_for()
    fits(page, width)
    assert [sheets(page.pdf(format=size)) for size in ("A4", "A5")] == [1, 1]
    codes = page.locator(".codes li").all_inner_texts()
    page.get_by_role("link", name="Tôi đã in hoặc chép lại").click()
    page.goto(live_server.url + reverse("second-factor"))
    page.get_by_text("10 trên 10").wait_for()
    fits(page, width)

    # Without the phone: a code on paper, once.
    page.context.clear_cookies()
    give_password(page, live_server)
    fits(page, width)
    give_code(page, codes[0])
    page.wait_for_url(lambda url: "dang-nhap" not in url)
    page.goto(live_server.url + reverse("second-factor"))
    page.get_by_text("9 trên 10").wait_for()

    # Somebody who knows the password tries: the code on paper again, and others; then even the right one waits.
    page.context.clear_cookies()
    give_password(page, live_server)
    for typed in (codes[0], "12345", "abcdef", "1234567"):
        give_code(page, typed)
        page.get_by_text("Mã chưa đúng hoặc đã dùng rồi").wait_for()
    give_code(page, "000")
    page.get_by_role("heading", name="Tạm khóa đăng nhập").wait_for()
    page.get_by_text("Hãy đợi 15 phút").wait_for()
    fits(page, width)
    page.goto(live_server.url + reverse("login-code"))
    give_code(page, phone())
    page.get_by_role("heading", name="Tạm khóa đăng nhập").wait_for()
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        give_password(page, live_server)
        give_code(page, phone())
        page.wait_for_url(lambda url: "dang-nhap" not in url)
        page.goto(live_server.url + reverse("cells:account"))
        page.get_by_text("đang bật").wait_for()
        fits(page, width)

    # Phone and paper lost: who manages the account takes the factor off, and whoever was logged in is out.
    board.get_by_role("link", name="Về trang người dùng").click()
    board.get_by_role("link", name="Gỡ xác thực hai bước").click()
    fits(board, width)
    board.get_by_label("Lý do").fill("Mất điện thoại và giấy")
    board.get_by_role("button", name="Gỡ xác thực hai bước").click()
    board.get_by_text("Đã gỡ; mọi phiên đã kết thúc.").wait_for()
    fits(board, width)
    page.goto(live_server.url + reverse("cells:account"))
    page.get_by_role("heading", name="Đăng nhập").wait_for()
