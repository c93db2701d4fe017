"""Pages of a Board officer at the top of the tree, at each scale.

Each against our own empty signed-in page, and lists against Django's admin with as many rows of the same table beside
it, in the same process through the same test client. The number of queries must be the same at every scale.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cells.models import Organization
from cells.roles import Role
from core.models import User
from reports.demo.accounts import USERNAMES
from tests.bench import kept
from tests.bench.measure import Ratio, compare_both, milliseconds

EMPTY = "/bench/trong/"
ADMIN = "/bench/admin/"
NAME = "Nguyễn Thị H"


@dataclass(frozen=True)
class Page:
    """A page by what people call it; `{top}` in its address is the officer's own organisation.

    *empties* is how many times an empty page it may take, whatever the scale; *beside* the list of the admin that has
    the same rows.
    """

    name: str
    address: str
    empties: float
    beside: str = ""


PAGES = (
    Page("Tổng quan", "/tong-quan/", 12, "cells/organization/"),
    Page("Tổng quan, chi bộ", "/tong-quan/{top}/?cap=chi-bo", 20, "cells/organization/?kind__exact=cell"),
    Page("Chi bộ chưa kết nạp", "/tong-quan/{top}/chi-bo-chua-ket-nap/", 12, "cells/organization/?kind__exact=cell"),
    Page("Người kết nạp", "/tong-quan/{top}/nguoi/ket-nap/", 12, "cells/movement/?kind__exact=admitted"),
    Page("Đảng viên", "/dang-vien/", 8, "cells/member/?on_roll__exact=1"),
    Page("Đảng viên, theo tên", "/dang-vien/?ten=Nguyen+Thi+H", 12, "cells/member/?on_roll__exact=1&q=Nguyễn+Thị+H"),
    Page("Đảng viên dự bị", "/dang-vien/du-bi/", 12, "cells/member/?on_roll__exact=1"),
    Page("Tìm kiếm", "/tim/?q=Nguyen+Van+H", 8, "cells/member/?q=Nguyễn+Văn+H"),
    Page("Kế hoạch", "/ke-hoach/{top}/", 12, "cells/organization/"),
    Page("Báo cáo", "/bao-cao/", 6, "reports/report/"),
    Page("Việc cần làm", "/viec-can-lam/", 8),
)


def run() -> Iterator[Ratio]:
    counted: dict[str, dict[int, int]] = {}
    for loading in kept.each_scale():
        client, top = _officer()
        empty = _open(client, EMPTY)
        for page in PAGES:
            look = _open(client, page.address.format(top=top.public_id))
            look()  # what is kept for a while is asked for once
            with CaptureQueriesContext(connection) as asked:
                look()
            counted.setdefault(page.name, {})[loading.scale] = len(asked)
            at = f"scale {loading.scale}"
            found = compare_both(look, empty)
            yield Ratio(f"{page.name} ÷ empty page", found.ratio, page.empties, f"{at}, {milliseconds(found)}")
            if page.beside:
                found = compare_both(look, _open(client, ADMIN + page.beside))
                yield Ratio(f"{page.name} ÷ Django's admin", found.ratio, 1, f"{at}, {milliseconds(found)}")
    for name, by_scale in counted.items():
        counts = list(by_scale.values())
        told = ", ".join(f"{count} at scale {scale}" for scale, count in by_scale.items())
        yield Ratio(f"{name}: queries at the largest scale ÷ the smallest", counts[-1] / counts[0], 1, told)


def _officer() -> tuple[Client, Organization]:
    user = User.objects.get(username=USERNAMES[Role.BOARD_OFFICER])
    client = Client()
    client.force_login(user)
    return client, user.appointments.select_related("organization").first().organization


def _open(client: Client, address: str):
    def look() -> None:
        response = client.get(address)
        assert response.status_code == 200, (address, response.status_code)
        response.content  # noqa: B018 - made now, where a page streams

    return look
