"""Reading and sending the pages of targets and declared years, as a browser without a script does."""

import re
from collections.abc import Mapping
from datetime import date
from html import unescape
from html.parser import HTMLParser
from types import MappingProxyType

from django.http import HttpResponse

from reports.models import Target
from reports.services.targets import NumberChange, mark, save_numbers
from tests.pages import check_page
from tests.reports.overview_pages import visible

HOME = "/ke-hoach/"
DOCUMENT = {"document": "Kế hoạch số 21-KH/HU", "stated_on": date(2025, 12, 20)}


class _Fields(HTMLParser):
    """The fields of the form that is sent by POST, with what a browser would send."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.labels: dict[str, str] = {}
        self._is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        its = dict(attrs)
        if tag == "form":
            self._is_inside = "data-grid" in its
        if tag == "input" and self._is_inside and its.get("type") != "checkbox":
            self.values[its["name"]] = its.get("value") or ""
            self.labels[its["name"]] = its.get("aria-label") or ""


def fields(html: str) -> dict[str, str]:
    """Name → value of every field of the grid's form."""
    reader = _Fields()
    reader.feed(html)
    return reader.values


def labels(html: str) -> dict[str, str]:
    """Name → what a screen reader says, of every cell."""
    reader = _Fields()
    reader.feed(html)
    return {name: label for name, label in reader.labels.items() if label}


def read(client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    check_page(response)
    return response.content.decode()


def send(client, url: str, html: str, typed: Mapping[str, str] = MappingProxyType({}), **more: str) -> HttpResponse:
    """Send the form of *html*, read before, with *typed* (field name → text) and *more* in it."""
    return client.post(url, fields(html) | dict(typed) | more)


def problems(html: str) -> list[str]:
    """What the summary of faults says."""
    found = re.search(r'<div class="alert alert-danger".*?</div>', html, re.S)
    return [visible(item) for item in re.findall(r"<li>(.*?)</li>", found[0], re.S)] if found else []


def rows(html: str) -> list[list[str]]:
    """The rows of the grid as text; a field as its value in brackets."""
    body = html[html.index("table-cards figures grid") :]
    body = body[body.index("</thead>") : body.index("</table>")]
    body = re.sub(r"<span[^>]* hidden>.*?</span>\s*</span>", "", body, flags=re.S)
    body = re.sub(r'<input[^>]*?(?: value="([^"]*)")?[^>]*>', _as_text, body)
    lines = re.findall(r"<tr>(.*?)</tr>", body, re.S)
    return [[visible(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", line, re.S)] for line in lines]


def _as_text(match: re.Match[str]) -> str:
    value = re.search(r' value="([^"]*)"', match[0])
    return f"[{unescape(value[1]) if value else ''}]"


def address(unit, *rest: str, query: str = "") -> str:
    """The page of targets of *unit*, or one below it."""
    return f"{HOME}{unit.public_id}/{''.join(f'{part}/' for part in rest)}{query}"


def give(unit, value, model=Target, year=2026, reason="Điều chỉnh", **details):
    """Give *unit* a target (or plan); None takes it back."""
    row = model.objects.in_force().filter(organization=unit, year=year).first()
    save_numbers([NumberChange(model, unit, year, value, mark(row))], reason=reason, **details)


def value_of(unit, model=Target, year=2026):
    row = model.objects.in_force().filter(organization=unit, year=year).first()
    return row and row.value


def target(unit) -> str:
    """The name of its field."""
    return f"target-t{unit.pk}"


def plan(unit) -> str:
    return f"plan-p{unit.pk}"
