"""A phone that shows codes, and the pages that ask for them, for tests of the second step of a log-in."""

import re

from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.utils import timezone

from core.accounts import totp
from core.models import AuditEvent
from tests.pages import check_page

PASSWORD = "sông Lô mùa nước đổ"
KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""Of the examples in RFC 4226 and 6238: the twenty bytes 12345678901234567890."""
LOGIN, CODE, HOME, CONFIRM = "/dang-nhap/", "/dang-nhap/ma-xac-thuc/", "/viec-can-lam/", "/xac-nhan/"
STATE, SET_UP = "/xac-thuc-hai-buoc/", "/xac-thuc-hai-buoc/thiet-lap/"
NEW_CODES, OFF = "/xac-thuc-hai-buoc/ma-khoi-phuc/", "/xac-thuc-hai-buoc/tat/"
OFFICE = "10.0.0.7"
Does = AuditEvent.Action


def code(steps: int = 0, key: str = KEY) -> str:
    """What the phone shows now, or so many half minutes later."""
    return totp.code_of(key, totp.counter_at(timezone.now()) + steps)


def wrong() -> str:
    """Six digits that none of the half minutes around has."""
    right = {code(steps) for steps in range(-3, 4)}
    return next(digits for number in range(10) if (digits := f"{number:06d}") not in right)


def give_password(name: str = "anh.nt", password: str = PASSWORD, at: str = OFFICE, path: str = LOGIN) -> Client:
    client = Client(REMOTE_ADDR=at)
    client.post(path, {"username": name, "password": password})
    return client


def give(client: Client, typed: str):
    return client.post(CODE, {"code": typed})


def is_in(client: Client) -> bool:
    return SESSION_KEY in client.session


def trail(*actions: str) -> list[tuple[str, str, str]]:
    rows = AuditEvent.objects.filter(action__in=actions).order_by("pk")
    return [(row.action, row.actor, row.label) for row in rows]


def set_up(client: Client) -> list[str]:
    """Turn it on as a phone would, from the letters on the page; returns the recovery codes."""
    page = client.get(SET_UP)
    check_page(page)
    key = "".join(re.findall(r"<span>([A-Z2-7]{4})</span>", page.content.decode()))
    sheet = client.post(SET_UP, {"code": code(key=key)})
    check_page(sheet)
    return codes_on(sheet.content.decode())


def codes_on(html: str) -> list[str]:
    return re.findall(r'<li class="code" translate="no">([a-z0-9-]{14})</li>', html)
