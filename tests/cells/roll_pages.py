"""Reading the pages of the roll."""

import re
from html import unescape

from django.http import HttpResponse

from cells.models import Member
from cells.roles import Role
from tests.factories import appointment, user
from tests.pages import check_page

LIST = "/dang-vien/"


def log_in(client, place, role=Role.COMMITTEE_OFFICER, **details):
    person = user()
    appointment(person, place, role, **details)
    client.force_login(person)
    return person


def page(client, url: str = LIST, **options) -> str:
    response = client.get(url, **options)
    assert response.status_code == 200, url
    check_page(response)
    return response.content.decode()


def address(member, rest: str = "") -> str:
    return f"{LIST}{member.public_id}/{rest}"


def visible(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def rows(html: str, css_class: str = "people") -> list[list[str]]:
    """The rows of all tables of that class, as text."""
    found = []
    for body in re.findall(rf'<table class="[^"]*\b{css_class}\b[^"]*">(.*?)</table>', html, re.S):
        for row in re.findall(r"<tr>(.*?)</tr>", body, re.S)[1:]:
            found.append([visible(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)])
    return found


def names(html: str) -> list[str]:
    return [row[0] for row in rows(html)]


def links(html: str) -> set[str]:
    """Where the page's own part leads to."""
    return {
        unescape(found) for found in re.findall(r'href="([^"]+)"', html[html.index("<main") : html.index("</main")])
    }


def refusals(html: str) -> list[str]:
    """What the form says against what was filled in, field by field and as a whole."""
    whole = re.findall(r'<div class="alert alert-block alert-danger">(.*?)</div>', html, re.S)
    fields = re.findall(r'<(?:span|p|div)[^>]*class="invalid-feedback"[^>]*>(.*?)</(?:span|p|div)>', html, re.S)
    return [visible(text) for text in (*whole, *fields)]


def send(client, url: str, **data) -> HttpResponse:
    """What is filled in; the answer is the page that follows, or the form with what it refuses."""
    response = client.post(url, data, follow=True)
    assert response.status_code == 200, url
    check_page(response)
    return response


def refused(client, url: str, **data) -> list[str]:
    """What the form says against *data*; every value typed is still there."""
    response = client.post(url, data)
    assert response.status_code == 200, "refused, so the form is shown again"
    html = response.content.decode()
    for value in data.values():
        assert f'value="{value}"' in html or f'value="{value}" selected' in html or not value, value
    return refusals(html)


def stands(person: Member) -> tuple:
    person = Member.objects.select_related("organization").get(pk=person.pk)
    return person.on_roll, person.organization.code
