"""Grids in a real browser: pasted from Excel, moved in by keys, added up while one types; and without a script."""

from datetime import date

import pytest
from django.urls import reverse

from cells.models import DeclaredYear, Organization
from cells.roles import Role
from reports.models import Plan, Target
from reports.services.targets import assign_target
from tests.factories import appointment, member, user

pytestmark = pytest.mark.browser

PASTE = """text => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    document.activeElement.dispatchEvent(
        new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def units(officer):
    units = {unit.code: unit for unit in Organization.objects.all()}
    member(units["K1"], joined_on=date(2010, 5, 19))
    assign_target(units["H"], 2026, 20)
    assign_target(units["K1"], 2026, 1003)
    return units


@pytest.fixture
def messages(page):
    """What the browser complains of."""
    found = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    return found


@pytest.fixture
def at(page, context, live_server, officer, sign_in, units):
    """Open the page called *name* of the organisation with that code, signed in, on a wide screen."""

    def go(name: str, code: str = "H", query: str = ""):
        page.set_viewport_size({"width": 1366, "height": 800})
        sign_in(context, officer)
        page.goto(live_server.url + reverse(name, args=[units[code].public_id]) + query)
        return page

    return go


def cell(page, unit, column="target"):
    return page.locator(f"[name={column}-{column[0]}{unit.pk}]")


def focused(page) -> str:
    return page.evaluate("document.activeElement.name || ''")


def numbers(model) -> dict[str, int]:
    rows = model.objects.in_force().filter(year=2026).select_related("organization")
    return {row.organization.code: row.value for row in rows}


def test_a_block_from_excel_is_pasted_added_up_and_saved_by_a_key(at, units, messages):
    page = at("reports:targets-of")
    state, total = page.locator("[data-grid-state]"), page.locator(".total [data-grid-sum=target]")
    chip = page.locator(".total [data-grid-compare] > :not([hidden])")
    assert state.inner_text() == "Chưa sửa ô nào"
    assert total.inner_text() == "1.003", "what stands below a unit without a number of its own"
    cell(page, units["C"]).focus()
    page.evaluate(PASTE, "4\t5\r\n10\t\r\n1.002\t 7 \r\n99\t8\r\n")
    assert [cell(page, units[code]).input_value() for code in ("C", "D1", "D2")] == ["4", "10", "1.002"]
    assert [cell(page, units[code], "plan").input_value() for code in ("C", "D1", "D2")] == ["5", "", "7"]
    assert state.inner_text() == "2 ô nằm ngoài bảng, không dán. 5 ô chưa lưu"
    assert page.locator("[data-grid-news]").inner_text() == "Đã dán 6 ô. 2 ô nằm ngoài bảng, không dán."
    assert (total.inner_text(), chip.text_content().strip()) == ("1.016", "▸giao thừa 996")
    its = page.locator(f"tr:has([name=target-t{units['D1'].pk}]) [data-grid-compare] > :not([hidden])")
    assert its.text_content().strip() == "▸giao thừa 993", "what stands below the unit against its own number"
    cell(page, units["D2"]).fill("5")
    page.keyboard.press("ArrowUp")
    assert page.locator("[data-grid-news]").inner_text() == "Cộng cấp dưới 19: còn 1 chưa giao"
    assert (total.inner_text(), chip.text_content().strip()) == ("19", "~còn 1 chưa giao")
    cell(page, units["D2"]).fill("6")
    assert chip.text_content().strip() == "✓giao đủ"
    cell(page, units["D2"]).fill("x")
    assert "unreadable" in cell(page, units["D2"]).get_attribute("class")
    cell(page, units["D2"]).fill("6")
    page.keyboard.press("Control+s")
    page.get_by_text("Đã lưu 5 số.").wait_for()
    assert numbers(Target) == {"H": 20, "K1": 1003, "C": 4, "D1": 10, "D2": 6}
    assert numbers(Plan) == {"C": 5, "D2": 7}
    assert messages == []


def test_keys_move_between_cells_and_take_back_what_was_typed(at, units, messages):
    page = at("reports:targets-of")
    names = {code: f"target-t{units[code].pk}" for code in ("H", "C", "D1", "D2")}
    cell(page, units["H"]).focus()
    for key, expected in (
        ("ArrowDown", names["C"]), ("Enter", names["D1"]), ("ArrowDown", names["D2"]), ("ArrowDown", names["D2"]),
        ("Shift+Enter", names["D1"]), ("ArrowUp", names["C"]), ("ArrowUp", names["H"]),
        ("ArrowRight", f"plan-p{units['H'].pk}"), ("ArrowLeft", names["H"]),
    ):  # fmt: skip
        page.keyboard.press(key)
        assert focused(page) == expected, key
    page.keyboard.type("125")
    page.keyboard.press("ArrowLeft")
    assert focused(page) == names["H"], "inside a cell the arrow moves in the text"
    page.keyboard.press("Escape")
    assert cell(page, units["H"]).input_value() == "20"
    page.keyboard.press("Enter")
    assert (focused(page), Target.objects.count()) == (names["C"], 2), "Enter moves on and sends nothing"
    assert messages == []


def test_who_reads_only_has_a_page_without_cells_and_without_faults(
    page, context, live_server, sign_in, units, messages
):
    inspector = user()
    appointment(inspector, units["H"], Role.INSPECTOR, valid_until=date(2027, 1, 1))
    sign_in(context, inspector)
    for name in ("reports:targets-of", "reports:declared"):
        page.goto(live_server.url + reverse(name, args=[units["H"].public_id]))
        page.keyboard.press("Control+s")
        assert page.locator("input.cell").count() == 0
    assert messages == []


def test_unsaved_numbers_are_not_lost_by_a_click(at, units, messages):
    page = at("reports:targets-of")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    cell(page, units["C"]).fill("4")
    page.get_by_role("link", name="Bản in").click()
    assert (asked, cell(page, units["C"]).input_value()) == (["beforeunload"], "4")
    page.get_by_role("button", name="Đề xuất cho ô trống").click()
    page.get_by_text("Chưa lưu gì").wait_for()
    assert (asked, cell(page, units["C"]).input_value()) == (["beforeunload"], "4"), "a proposal keeps what was typed"
    assert numbers(Target) == {"H": 20, "K1": 1003}


def test_a_closing_is_computed_while_one_types(at, units, messages):
    page = at("reports:declared")
    field = {name: page.locator(f"[name={name}-{units['H'].pk}-2020]") for name in ("opening", "admitted", "closing")}
    field["opening"].focus()
    page.evaluate(PASTE, "1.000\t30\t0\t0\t5")
    assert field["closing"].get_attribute("placeholder") == "1.025"
    field["closing"].fill("1.024")
    hint = field["closing"].locator("xpath=../*[@data-grid-expected]")
    assert hint.inner_text() == "phải là 1.025"
    field["closing"].fill("1025")
    assert hint.inner_text() == ""
    following = page.locator(f"[name=opening-{units['H'].pk}-2021]")
    following.fill("1.020")
    warning = following.locator("xpath=../*[@data-grid-warning]")
    assert warning.inner_text() == "Khác số cuối năm 2020: 1.025."
    following.fill("")
    assert warning.inner_text() == ""
    page.get_by_role("button", name="Lưu").click()
    page.get_by_text("Đã lưu 1 dòng.").wait_for()
    row = DeclaredYear.objects.get()
    assert (row.opening, row.admitted, row.transferred_out, row.closing) == (1000, 30, 5, 1025)
    page = at("reports:declared", query="?nam=2021")
    following.fill("1.025")
    assert warning.inner_text() == ""
    following.fill("1.024")
    assert warning.inner_text() == "Khác số cuối năm 2020: 1.025."
    assert messages == []


def test_one_saves_on_a_phone_without_a_script(browser, live_server, officer, sign_in, units):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 640})
    sign_in(context, officer)
    page = context.new_page()
    page.goto(live_server.url + reverse("reports:targets-of", args=[units["H"].public_id]))
    cell(page, units["D1"]).fill("7")
    cell(page, units["D2"]).fill("ba")
    page.get_by_role("button", name="Lưu").click()
    assert "không phải là số người" in page.get_by_role("alert").inner_text()
    page.get_by_role("link", name="Chỉ tiêu năm 2026, Đảng bộ xã Phú Khê").click()
    cell(page, units["D2"]).fill("2")
    cell(page, units["D2"]).press("Enter")
    assert "Đã lưu 2 số." in page.content()
    assert numbers(Target) == {"H": 20, "K1": 1003, "D1": 7, "D2": 2}
    page.get_by_role("button", name="Đề xuất cho ô trống").click()
    assert "Chưa lưu gì" in page.content()
    assert numbers(Target) == {"H": 20, "K1": 1003, "D1": 7, "D2": 2}
    context.close()
