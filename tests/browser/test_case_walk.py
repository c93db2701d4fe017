"""One person from the introduction to the card, by the hands of the cell's secretary, the base committee, the Board and
the training centre; without JavaScript. The first test walks to the cell's resolution, the second on from there.

With `SCREENS=FOLDER` the pages on the way are kept as pictures there: those of docs/screens.
"""

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse

from cells.models import Member, Organization
from cells.roles import Role
from core import dates
from core.dates import add_months
from pipeline.models import Case
from pipeline.services.opening import Consent, Surroundings, open_case
from tests import factories
from tests.pipeline import files, lessons, upward
from tests.today import TODAY

pytestmark = pytest.mark.browser

OF_THE_COMMITTEE = {"cv_seal", "vetting", "cv_certification"}
MOST = 20
"""Steps to the vote, and some more."""


@dataclass
class Clock:
    """The day on which everybody works; the second half of the way takes more than a year."""

    today: date = TODAY


@pytest.fixture
def clock(monkeypatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(dates, "today", lambda: found.today)
    return found


@pytest.fixture
def pages(browser, officer, sign_in, clock):
    """A page for the secretary (on a phone), the base committee, the Board and the training centre."""
    cell, base = (Organization.objects.get(code=code) for code in ("K1", "D1"))
    for name in ("Vũ Văn Thành", "Phạm Văn Hòa", "Lý Thị Sen"):
        files.official(cell, full_name=name)
    secretary, committee = factories.user(full_name="Lê Thị Nhàn"), factories.user(full_name="Đỗ Văn Cơ")
    factories.appointment(secretary, cell, Role.CELL_SECRETARY)
    factories.appointment(committee, base, Role.COMMITTEE_OFFICER)
    teacher = factories.user(full_name="Hà Thị Giảng")
    centre = lessons.centre(Organization.objects.get(code="H"))
    factories.appointment(teacher, None, Role.TRAINING_CENTRE, association=centre)
    contexts = {}
    people = (("cell", secretary, 360), ("base", committee, 1366), ("board", officer, 1366), ("centre", teacher, 1366))
    for who, person, width in people:
        contexts[who] = browser.new_context(java_script_enabled=False, viewport={"width": width, "height": 800})
        sign_in(contexts[who], person)
    yield {who: context.new_page() for who, context in contexts.items()}
    for context in contexts.values():
        context.close()


def keep(page, name: str) -> None:
    if folder := os.environ.get("SCREENS"):
        page.screenshot(path=Path(folder, f"{name}.png"), full_page=True)


def fill_in(page) -> None:
    """Answer whatever the form of a step asks."""
    form = page.locator("main form").last
    answers = {"together_since": "1/1/2020", "document_number": "07", "task": "Vận động làm đường", "by": "Chi ủy",
               "text": "Tốt", "issuer": "Chi ủy nơi cư trú", "content": "Nhất trí"}  # fmt: skip
    for name, answer in answers.items():
        field = form.locator(f"input[name={name}]:not([type=radio]), textarea[name={name}]")
        if field.count() and not field.first.input_value():
            field.first.fill(answer)
    for name in ("helper", "member", "kind"):
        chosen = form.locator(f"select[name={name}]")
        if chosen.count() and not chosen.input_value():
            chosen.select_option(index=1)
    for name in ("by", "agreed"):
        radios = form.locator(f"input[type=radio][name={name}]")
        if radios.count():
            radios.first.check()
    members = form.locator("input[name=confirmed]")
    for place in range(members.count()):
        members.nth(place).check()
    if members.count():
        for name in ("present", "yes"):
            form.locator(f"input[name={name}]").fill(str(members.count()))
    form.locator("input[type=submit], button.btn-primary").first.click()


def vet(page, address: str) -> None:
    """The base committee names whom to ask about, sends the letters, enters the answers."""
    page.goto(f"{address}nguoi-than/")
    page.get_by_label("Quan hệ").select_option("father")
    page.get_by_label("Họ và tên").fill("Hoàng Văn Cha")
    page.locator("main form input[type=submit]").click()
    page.goto(f"{address}tham-tra/")
    page.locator("main form").last.locator("input[type=submit], button.btn-primary").click()
    page.goto(address)
    keep(page, "08-inquiries")
    for what, answers in (("gui", {"addressee": "Đảng ủy xã Minh Hòa"}), ("tra-loi", {"conclusion": "Rõ ràng"})):
        rows = page.locator(f"a[href$='/{what}/']").evaluate_all("found => found.map(a => a.href)")
        assert len(rows) == 2, what
        for row in rows:
            page.goto(row)
            for name, answer in answers.items():
                page.locator(f"main [name={name}]").fill(answer)
            page.locator("main form").last.locator("input[type=submit]").first.click()
            assert page.url != row, page.locator("main").inner_text()
        page.goto(address)


def ask_opinions(page, address: str) -> None:
    for place in range(2):
        page.goto(f"{address}y-kien/")
        page.locator("main input[name=from_whom]").nth(place).check()
        page.get_by_label("Tổ chức cho ý kiến").fill("Đoàn xã Minh Hòa" if place == 0 else "Chi ủy thôn Đông")
        page.get_by_label("Ngày cho ý kiến").fill(f"{TODAY:%d/%m/%Y}")
        page.get_by_role("button", name="Ghi ý kiến").click()
        assert "/y-kien/" not in page.url, page.locator("main").inner_text()


def test_a_person_walks_to_the_cells_resolution(pages, live_server):
    cell = Organization.objects.get(code="K1")
    case = open_case(
        files.person("Hoàng Văn Đức"), organization=cell, on=TODAY.replace(month=1), today=TODAY, by="Đoàn xã",
        consent=Consent(TODAY.replace(month=1)), late_reason="Nhập sổ cũ",
        surroundings=Surroundings(values=files.PLACE),
    )  # fmt: skip
    address = live_server.url + reverse("pipeline:case-detail", args=[case.public_id])
    taken = []
    for _ in range(MOST):
        case.refresh_from_db()
        if case.stage == "CELL_PASSED":
            break
        who = "base" if case.next_step in OF_THE_COMMITTEE else "cell"
        page, step = pages[who], case.next_step
        page.goto(address)
        keep(page, f"{len(taken) + 1:02}-{step}")
        if step == "vetting":
            vet(page, address)
        if step == "opinions":
            ask_opinions(page, address)
        page.goto(f"{address}buoc/{step}/")
        fill_in(page)
        taken.append(step)
        assert "/buoc/" not in page.url, (step, page.locator("main").inner_text())
    assert case.stage == "CELL_PASSED", taken
    assert taken[-1] == "cell_vote"
    assert set(taken) >= OF_THE_COMMITTEE
    pages["board"].goto(address)
    pages["board"].get_by_text("Đảng ủy cơ sở ra nghị quyết").first.wait_for()
    keep(pages["board"], "20-board")
    pages["cell"].goto(live_server.url)
    keep(pages["cell"], "21-work")
    assert Case.objects.get().events.count() == len(taken) + 1


# --- from the resolution to the card ------------------------------------------------------------------------------
def press(page, url: str, name: str = "", **values: str) -> None:
    """Fill in the form at *url* and send it by its button, or by the one called *name*."""
    page.goto(url)
    for field, value in values.items():
        found = page.locator(f"main [name={field}]")
        if found.first.get_attribute("type") == "radio":
            page.locator(f"main [name={field}][value={value}]").check()
        elif found.first.evaluate("field => field.tagName") == "SELECT":
            found.select_option(value)
        else:
            found.fill(value)
    page.get_by_role("button", name=name).click() if name else page.locator(
        "main form input[type=submit], main form button.btn-primary"
    ).last.click()
    wrong = page.locator("main .alert-danger, main .invalid-feedback, main .errorlist")
    assert not wrong.count(), page.locator("main").inner_text()


def decided_in_session(pages, live_server, case: Case, address: str, held_on: date, number: str) -> None:
    """The Board calls a session, puts the file before it, enters the decision, tells the cell, closes."""
    board, root = pages["board"], live_server.url
    press(board, f"{root}/phien-hop/them/", held_on=f"{held_on:%d/%m/%Y}")
    session = board.url
    press(board, f"{session}trinh/", "Đưa vào chương trình")
    keep(board, f"31-session-{case.next_step}")
    board.goto(f"{session}trich-ngang/")
    keep(board, f"32-extract-{case.next_step}")
    votes = {"members": "11", "present": "11", "yes": "11", "no": "0"}
    press(board, f"{address}buoc/{case.next_step}/", document_number=number, agreed="co", **votes)
    board.goto(session)
    board.get_by_role("link", name="Thông báo chi bộ").click()
    press(board, board.url)
    board.goto(session)
    board.get_by_role("button", name="Kết thúc phiên họp").click()
    assert "Đã kết thúc" in board.locator("main").inner_text()
    keep(board, f"33-decided-{case.next_step}")


def has_class(pages, live_server, case: Case) -> None:
    """The centre holds the class for new members, the cell sends the person, the certificate goes into the file."""
    centre, cell, root = pages["centre"], pages["cell"], live_server.url
    day = f"{dates.today():%d/%m/%Y}"
    press(centre, f"{root}/lop/them/", kind="new_member_class", title="Lớp đảng viên mới khóa I", opens_on=day,
          closes_on=day, seats="40")  # fmt: skip
    lesson = centre.url
    centre.get_by_role("button", name="Mở lớp").click()
    cell.goto(f"{lesson}de-nghi/")
    cell.locator("main input[name=chosen]").check()
    cell.get_by_role("button", name="Gửi đề nghị").click()
    centre.goto(f"{lesson}nhan/")
    centre.locator("main button.btn-primary").click()
    centre.goto(f"{lesson}ket-qua/")
    centre.locator("main select").select_option("good")
    centre.get_by_role("button", name="Lưu").click()
    centre.goto(f"{lesson}cap-giay/")
    centre.locator("main button.btn-primary").last.click()
    keep(centre, "36-certificates")
    centre.locator("main button.btn-primary").last.click()
    assert case.events.filter(kind="new_member_class").exists(), centre.locator("main").inner_text()


def test_the_same_way_goes_on_to_the_card(pages, clock, live_server):
    clock.today = voted_on = date(2026, 9, 15)
    case = upward.voted(Organization.objects.get(code="K1"), voted_on, someone=files.person("Hoàng Văn Đức"))
    address = live_server.url + reverse("pipeline:case-detail", args=[case.public_id])
    cell, base, board = pages["cell"], pages["base"], pages["board"]

    clock.today = date(2026, 9, 25)
    press(base, f"{address}nhan-ho-so/", number="12", lacking="Giấy khai sinh")
    cell.goto(address)
    keep(cell, "30-lacking")
    base.goto(address)
    base.get_by_role("link", name="Đã bổ sung đủ").click()
    press(base, base.url)
    press(base, f"{address}buoc/base_resolution/", agreed="co", document_number="8-NQ/ĐU", members="11", yes="11")
    clock.today = date(2026, 10, 2)
    press(board, f"{address}buoc/file_check/")
    clock.today = date(2026, 10, 10)
    case.refresh_from_db()
    decided_in_session(pages, live_server, case, address, clock.today, "120-QĐ/HU")

    clock.today = held_on = date(2026, 10, 20)
    press(cell, f"{address}buoc/ceremony/", member_code="099-0001", document_number="3-BB/CB")
    keep(cell, "34-probation")
    member = Member.objects.get(code="099-0001")
    assert (member.on_roll, member.organization.code) == (True, "K1")
    press(cell, f"{address}buoc/probation_helper/")
    press(cell, f"{address}buoc/member_file/")
    clock.today = date(2027, 3, 5)
    has_class(pages, live_server, case)
    clock.today = date(2027, 10, 21)
    for step in ("self_review", "helper_comment", "probation_opinions"):
        press(cell, f"{address}buoc/{step}/")
    cell.goto(f"{address}buoc/recognition_vote/")
    fill_in(cell)
    keep(cell, "37-recognition-vote")
    clock.today = date(2027, 10, 28)
    press(base, f"{address}buoc/recognition_resolution/", agreed="co", document_number="15-NQ/ĐU")
    clock.today = date(2027, 11, 5)
    case.refresh_from_db()
    decided_in_session(pages, live_server, case, address, clock.today, "201-QĐ/HU")
    member.refresh_from_db()
    assert member.official_on == add_months(held_on, 12)

    press(board, f"{live_server.url}/the-dang/them/", day="2027-11-07")
    batch = board.url
    press(board, f"{batch}dua-vao/", "Đưa vào đợt")
    press(board, f"{batch}quyet-dinh/", number="30-QĐ/HU")
    clock.today = date(2027, 11, 20)
    board.goto(batch)
    board.locator("main input[name^=so-]").fill("099000000001")
    board.locator("main input[name^=trao-]").fill("20/11/2027")
    keep(board, "38-cards")
    board.get_by_role("button", name="Lưu").click()
    case.refresh_from_db()
    assert (case.stage, case.status) == ("OFFICIAL", "done"), board.locator("main").inner_text()
    cell.goto(address)
    assert "Hồ sơ đã hoàn thành" in cell.locator("main").inner_text()
    keep(cell, "39-done")
    assert files.agrees(case, clock.today)
