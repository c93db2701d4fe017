"""Reading the pages of Tổng quan, and filling organisations with members."""

import re
from datetime import date
from html import unescape

from django.http import HttpResponse

from cells.models import DeclaredYear, FactsVersion
from cells.roles import Role
from tests.factories import appointment, members, user
from tests.pages import check_page

HOME = "/tong-quan/"
LISTS = ["", "nguoi/ket-nap/", "nguoi/dau-nam/", "nguoi/giam/", "chi-bo-chua-ket-nap/"]
"""The pages of one organisation."""


def log_in(client, *places, role=Role.COMMITTEE_OFFICER):
    person = user()
    for place in places:
        appointment(person, place, role)
    client.force_login(person)
    return person


def populate(unit, opening=0, admitted=0, year=2026):
    """Members on the roll since long ago, and some admitted in February of *year*."""
    days = [date(2010, 5, 19)] * opening + [date(year, 2, 1 + number) for number in range(admitted)]
    return members(unit, days)[opening:]


def address(unit, *rest: str, query: str = "") -> str:
    return f"{HOME}{unit.public_id}/{''.join(f'{part}/' for part in rest)}{query}"


def page(client, url: str = HOME) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    check_page(response)
    return response.content.decode()


def table(html: str) -> list[list[str]]:
    """The rows of the table of units, as text."""
    body = html[html.index("table-cards figures") :]
    rows = re.findall(r"<tr>(.*?)</tr>", body[: body.index("</table>")], re.S)[1:]
    return [[visible(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)] for row in rows]


def visible(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def cards(html: str) -> dict[str, list[str]]:
    """Label → figure and notes of each card at the top."""
    area = html[html.index('class="kpi"') :]
    found = {}
    for label, rest in re.findall(r'class="label">(.*?)</span>(.*?)</div></div>', area, re.S):
        parts = re.findall(r'<b class="figure">.*?</b>|<span class="note">.*?</span>(?=\s|$)', rest, re.S)
        found[visible(label)] = [visible(part) for part in parts]
    return found


def declare(unit, year, **numbers):
    row = DeclaredYear.objects.create(organization=unit, year=year, **numbers)
    FactsVersion.advance()
    return row


def without_tokens(answer: HttpResponse) -> str:
    return re.sub(r'value="\w{64}"', "", answer.content.decode())
