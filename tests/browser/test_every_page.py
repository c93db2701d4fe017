"""Every page in a real browser: fits narrow and wide screens, passes the accessibility rules, stays at home."""

from urllib.parse import urlsplit

import pytest
from django.urls import reverse

from tests.examples import pages

pytestmark = pytest.mark.browser

WIDTHS = [360, 1366]
PARTS = 3
"""The pages are shared out among so many tests, that several workers may look at them."""
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}


@pytest.fixture
def visit(page, context, live_server, officer, sign_in):
    """Open every page of one part as the officer; calls *look* on each and collects its answers."""

    def go(part: int, look) -> dict[str, object]:
        found = {}

        def see(name: str, address: str) -> None:
            response = page.goto(live_server.url + address)
            assert response.status == 200, name
            if answer := look(page):
                found[name] = answer

        if part == 0:
            see("login", reverse("login"))  # to somebody logged in it shows nothing
        sign_in(context, officer)
        for name, address in list(pages(officer))[part::PARTS]:
            see(name, address)
        return found

    return go


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_fits_breaks_no_accessibility_rule_and_stays_at_home(visit, page, live_server, part):
    from axe_playwright_python.sync_playwright import Axe

    hosts, axe = set(), Axe()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))

    def faults(page) -> list[str]:
        """A page asks nobody how wide it is: loaded once, it is looked at in every width."""
        page.evaluate(axe.axe_script)
        found = []
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            too_wide = page.evaluate("document.documentElement.scrollWidth") - width
            if too_wide:
                found.append(f"{width}: scrolls sideways by {too_wide} pixels")
            violations = page.evaluate("rules => axe.run(rules).then(results => results.violations)", RULES)
            found += [f"{width}: {rule['id']}: {node['target']}" for rule in violations for node in rule["nodes"]]
        return found

    assert visit(part, faults) == {}
    assert hosts == {urlsplit(live_server.url).netloc}


def test_one_logs_in_without_javascript(browser, live_server, officer):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url + reverse("login"))
    page.fill("[name=username]", officer.username)
    page.fill("[name=password]", "mat-khau-cua-hai")
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "dang-nhap" not in url)
    assert page.locator("h1").count() == 1
    context.close()
