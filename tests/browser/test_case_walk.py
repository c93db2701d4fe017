"""One person from the introduction to the cell's resolution, by the hands of the cell's secretary and the base
committee, and as the Board sees it; without JavaScript.

With `SCREENS=FOLDER` the pages on the way are kept as pictures there: those of docs/screens.
"""

import os
from pathlib import Path

import pytest
from django.urls import reverse

from cells.models import Organization
from cells.roles import Role
from core import dates
from pipeline.models import Case
from pipeline.services.opening import Consent, Surroundings, open_case
from tests import factories
from tests.pipeline import files
from tests.today import TODAY

pytestmark = pytest.mark.browser

OF_THE_COMMITTEE = {"cv_seal", "vetting", "cv_certification"}
MOST = 20
"""Steps to the vote, and some more."""


@pytest.fixture
def pages(browser, officer, sign_in, monkeypatch):
    """A page for the secretary (on a phone), the base committee and the Board."""
    monkeypatch.setattr(dates, "today", lambda: TODAY)
    cell, base = (Organization.objects.get(code=code) for code in ("K1", "D1"))
    for name in ("Vũ Văn Thành", "Phạm Văn Hòa", "Lý Thị Sen"):
        files.official(cell, full_name=name)
    secretary, committee = factories.user(full_name="Lê Thị Nhàn"), factories.user(full_name="Đỗ Văn Cơ")
    factories.appointment(secretary, cell, Role.CELL_SECRETARY)
    factories.appointment(committee, base, Role.COMMITTEE_OFFICER)
    contexts = {}
    for who, person, width in (("cell", secretary, 360), ("base", committee, 1366), ("board", officer, 1366)):
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
