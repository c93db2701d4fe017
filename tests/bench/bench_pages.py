"""Pages of a Board officer at the top of the tree, at each scale.

Each against our own empty signed-in page, and lists against Django's admin with as many rows of the same table beside
it, in the same process through the same test client. The number of queries must be the same at every scale.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from django.db import connection
from django.db.models import Count
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cells.models import Organization
from cells.queries import remembering
from cells.roles import Role
from core.models import User
from pipeline.models import Case, Session
from reports.demo.accounts import USERNAMES
from tests.bench import kept
from tests.bench.measure import Ratio, compare_both, milliseconds

EMPTY = "/bench/trong/"
ADMIN = "/bench/admin/"
NAME = "Nguyễn Thị H"
"""With its marks, without which the admin finds nobody."""


LARGE = 100
"""From this scale on the goals for large databases hold."""


class Goal(NamedTuple):
    """What a ratio may be up to 79,000 members, and at 790,000."""

    small: float
    large: float

    def at(self, scale: int) -> float:
        return self.large if scale >= LARGE else self.small


EQUAL = Goal(1, 1)


@dataclass(frozen=True)
class Page:
    """A page by what people call it; `{top}` in its address is the officer's own organisation, `{case}` the oldest
    open file, `{session}` the session with the longest agenda.

    *empties* is how many times an empty page it may take; *beside* the list of the admin that shows as many rows of
    the same table, and *admin* how many times that. The goals hold what has been reached, with room for a busy
    machine: docs/quality.md says what that is.
    """

    name: str
    address: str
    empties: Goal
    beside: str = ""
    admin: Goal = EQUAL
    for_province: int = 0
    """So many queries more where the officer's organisation has no target of its own but sums of those below."""


FIRST_VIEWS = {"Tổng quan": Goal(120, 1500), "Các bước": Goal(170, 1500)}
"""Empty pages that a page may take where nothing is remembered: once in each process after a change."""
CELLS, MEMBERS = "cells/organization/?kind__exact=cell", "cells/member/?on_roll__exact=1"
PAGES = (
    Page("Tổng quan", "/tong-quan/", Goal(20, 80), "cells/organization/", Goal(6, 18), for_province=6),
    Page("Tổng quan, chi bộ", "/tong-quan/{top}/?cap=chi-bo", Goal(25, 90), CELLS, Goal(6, 16), for_province=9),
    Page("Chi bộ chưa kết nạp", "/tong-quan/{top}/chi-bo-chua-ket-nap/", Goal(12, 55), CELLS, Goal(2.5, 8)),
    Page(
        "Người kết nạp", "/tong-quan/{top}/nguoi/ket-nap/", Goal(18, 110), "cells/movement/?kind__exact=admitted",
        Goal(3, 3),
    ),
    Page("Các bước", "/tong-quan/{top}/cac-buoc/", Goal(40, 200)),
    Page("Tổ chức", "/to-chuc/", Goal(25, 90), "cells/organization/", Goal(8, 18)),
    Page("Đảng viên", "/dang-vien/", Goal(10, 12), MEMBERS, Goal(2.5, 0.4)),
    Page("Đảng viên, theo tên", f"/dang-vien/?ten={NAME}", Goal(20, 150), f"{MEMBERS}&q={NAME}", Goal(2, 1.5)),
    Page("Đảng viên dự bị", "/dang-vien/du-bi/", Goal(14, 45), MEMBERS, Goal(3, 2)),
    Page("Tìm kiếm", f"/tim/?q={NAME}", Goal(10, 60), f"cells/member/?q={NAME}", Goal(1, 1)),
    Page("Kế hoạch", "/ke-hoach/{top}/", Goal(18, 60), "cells/organization/", Goal(5, 10)),
    Page("Báo cáo", "/bao-cao/", Goal(7, 7), "reports/report/", Goal(4, 4)),
    Page("Việc cần làm", "/viec-can-lam/", Goal(25, 170)),
    Page("Nguồn kết nạp", "/nguon/", Goal(25, 120)),
    Page("Nguồn kết nạp, bảng theo giai đoạn", "/nguon/?xem=bang", Goal(30, 250)),
    Page("Hồ sơ của một người", "/nguon/{case}/", Goal(20, 20)),
    Page("Lớp bồi dưỡng", "/lop/", Goal(30, 250)),
    Page("Phiên họp xét", "/phien-hop/", Goal(20, 60)),
    Page("Chương trình của một phiên họp", "/phien-hop/{session}/", Goal(60, 60)),
    Page("Danh sách trích ngang", "/phien-hop/{session}/trich-ngang/", Goal(120, 120)),
    Page("Phát thẻ đảng viên", "/the-dang/", Goal(15, 60)),
    Page("Thẩm tra lý lịch", "/tham-tra/", Goal(45, 300)),
    Page("Thẩm tra theo nơi được hỏi", "/tham-tra/theo-noi/", Goal(30, 250)),
)  # fmt: skip


def run() -> Iterator[Ratio]:
    counted: dict[str, dict[int, int]] = {}
    for loading in kept.each_scale():
        client, top = _officer()
        case = Case.objects.ongoing().earliest("code")
        session = Session.objects.annotate(size=Count("items")).order_by("-size", "pk").first()
        empty = _open(client, EMPTY)
        for name, goal in FIRST_VIEWS.items():
            address = next(page.address for page in PAGES if page.name == name).format(top=top.public_id)
            found = compare_both(_forgetting(_open(client, address)), empty, pairs=5)
            yield Ratio(
                f"{name}, first view after a change ÷ empty page", found.ratio, goal.at(loading.scale),
                f"scale {loading.scale}, {milliseconds(found)}",
            )  # fmt: skip
        for page in PAGES:
            address = page.address.format(top=top.public_id, case=case.public_id, session=session.public_id)
            look = _open(client, address)
            look()  # what is kept for a while is asked for once
            with CaptureQueriesContext(connection) as asked:
                look()
            counted.setdefault(page.name, {})[loading.scale] = len(asked)
            at = f"scale {loading.scale}"
            found = compare_both(look, empty)
            goal = page.empties.at(loading.scale)
            yield Ratio(f"{page.name} ÷ empty page", found.ratio, goal, f"{at}, {milliseconds(found)}")
            if page.beside:
                found = compare_both(look, _open(client, ADMIN + page.beside))
                goal = page.admin.at(loading.scale)
                yield Ratio(f"{page.name} ÷ Django's admin", found.ratio, goal, f"{at}, {milliseconds(found)}")
    for page in PAGES:
        for (small, few), (large, many) in pairwise(counted[page.name].items()):
            more = page.for_province if small == 1 else 0
            name = f"{page.name}: queries at scale {large} ÷ at scale {small}"
            yield Ratio(name, many / (few + more), 1, f"{many} and {few}{f' + {more}' if more else ''}")


def _officer() -> tuple[Client, Organization]:
    user = User.objects.get(username=USERNAMES[Role.BOARD_OFFICER])
    client = Client()
    client.force_login(user)
    return client, user.appointments.select_related("organization").first().organization


def _forgetting(look: Callable[[], None]) -> Callable[[], None]:
    def look_anew() -> None:
        remembering.forget()
        look()

    return look_anew


def _open(client: Client, address: str) -> Callable[[], None]:
    def look() -> None:
        response = client.get(address)
        assert response.status_code == 200, (address, response.status_code)
        response.content  # noqa: B018 - made now, where a page streams

    return look
