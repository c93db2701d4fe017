"""An organisation's life as it was: its dated versions in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, OuterRef, Subquery

from cells.kinds import TRAITS
from cells.models import Organization, OrganizationVersion
from core.dates import BEGINNING


@dataclass(frozen=True)
class Stage:
    """A time in an organisation's life during which nothing of it changed, and what was new in it."""

    version: OrganizationVersion
    parent_name: str
    news: list[str]

    @property
    def since(self) -> date | None:
        """Its first day; None for what was there before anybody wrote it down."""
        return None if self.version.valid_from == BEGINNING else self.version.valid_from


def stages_of(organization: Organization) -> list[Stage]:
    """The life of *organization* as it was, the latest first. A parent out of sight is named all the same:
    code and name of an organisation are a directory."""
    found: list[Stage] = []
    before: OrganizationVersion | None = None
    rows = organization.versions.in_force().annotate(
        parent_name=Subquery(
            OrganizationVersion.objects.in_force()
            .filter(organization=OuterRef("parent"), valid_from__lte=OuterRef("valid_from"))
            .order_by("-valid_from")
            .values("name")[:1]
        ),
        parent_now=F("parent__name"),
    )
    for version in rows.select_related("recorded_by").order_by("valid_from"):
        parent = version.parent_name or version.parent_now or ""
        found.append(Stage(version, parent, list(_news(version, before, parent))))
        before = version
    return found[::-1]


def _news(version: OrganizationVersion, before: OrganizationVersion | None, parent: str) -> Iterable[str]:
    if before is None:
        yield "Có trong hệ thống tổ chức" if version.valid_from == BEGINNING else "Thành lập"
        return
    if version.is_closed:
        yield f"Sáp nhập vào {parent}" if version.has_successor else "Giải thể, kết thúc hoạt động"
        return
    if version.name != before.name:
        yield f"Đổi tên (trước là {before.name})"
    if version.kind != before.kind:
        yield f"Chuyển loại hình: {before.get_kind_display()} thành {version.get_kind_display()}"
    if version.parent_id != before.parent_id:
        yield f"Chuyển về trực thuộc {parent}" if parent else "Không còn cấp trên trong hệ thống"
    if any(getattr(version, name) != getattr(before, name) for name in TRAITS):
        yield "Đổi lĩnh vực hoặc đặc điểm địa bàn"
