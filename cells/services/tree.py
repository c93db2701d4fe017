"""What may become of the tree: founding, changing, moving, merging, dissolving an organisation.

Every operation ends in :func:`cells.services.tree_write.write_versions`; nothing else writes organisations. What
follows of a decision for members is done by :mod:`cells.services.arranging`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from cells.kinds import OrganizationKind
from cells.models import FactsVersion, Organization, OrganizationVersion
from cells.services.errors import RuleError
from cells.services.tree_write import VersionChanges, copy_of, write_versions
from core import audit
from core.dates import BEGINNING, format_date
from core.names import clean_name


@contextmanager
def alone() -> Iterator[UUID]:
    """A transaction of one change, whose batch it gives, in which nobody else changes facts."""
    with transaction.atomic(), audit.one_change() as batch:
        FactsVersion.advance()  # first of all: two people who change the tree wait for each other here
        yield batch


def create(
    *,
    code: str,
    name: str,
    kind: str,
    parent: Organization | None,
    today: date,
    valid_from: date = BEGINNING,
    document: str = "",
    reason: str = "",
    **traits: Any,
) -> Organization:
    """Found an organisation on *valid_from*. Raises RuleError when its parent is not there on that day.

    A code whose founding was taken back is free again: the organisation is then founded anew.
    """
    code = code.strip()
    if not code or not clean_name(name):
        raise RuleError("Tổ chức phải có mã và tên. Hãy nhập cả hai.")
    with alone():
        organization = Organization.objects.filter(code=code).first()
        if organization is not None and organization.versions.in_force().exists():
            raise RuleError(f"Mã {code} đã có tổ chức khác dùng. Hãy chọn mã khác.")
        is_new = organization is None
        organization = organization or Organization(code=code)
        require_open(parent, valid_from)
        version = OrganizationVersion(
            organization=organization,
            name=clean_name(name),
            kind=OrganizationKind(kind),
            parent=parent,
            valid_from=valid_from,
            document=document,
            **traits,
        )
        created = [organization] if is_new else []
        write_versions(VersionChanges(new=[version], created=created, reason=reason), today=today)
        organization.refresh_from_db()
    return organization


def change(
    organization: Organization, *, on: date, today: date, document: str = "", reason: str = "", **fields: Any
) -> None:
    """Change name, kind, parent or traits from day *on*.

    Entered late, the change also reaches later versions that merely repeated the old value. Raises
    RuleError for a day before the organisation existed, a closed organisation or parent, or a circle.
    """
    values = {("parent_id" if name == "parent" else name): _raw(value) for name, value in fields.items()}
    with alone():
        if "parent" in fields:
            require_open(fields["parent"], on)
        new = _changed(organization, on, values, document)
        write_versions(VersionChanges(new=new, reason=reason), today=today)


def rename(organization: Organization, name: str, *, on: date, today: date, document: str = "") -> None:
    change(organization, on=on, today=today, document=document, name=clean_name(name))


def reparent(
    organization: Organization, parent: Organization | None, *, on: date, today: date, document: str = ""
) -> None:
    change(organization, on=on, today=today, document=document, parent=parent)


def merge(
    organization: Organization, successor: Organization, *, on: date, today: date, document: str = "", reason: str = ""
) -> None:
    """Close *organization* into *successor* from day *on*; units below it move to the successor that day."""
    with alone():
        require_open(successor, on)
        moved = [
            version
            for child in open_children(organization, on)
            for version in _changed(child, on, {"parent_id": successor.pk}, document)
        ]
        closing = _closing(organization, on, document, parent=successor, has_successor=True)
        write_versions(VersionChanges(new=[*moved, closing], reason=reason), today=today)


def dissolve(organization: Organization, *, on: date, today: date, document: str = "", reason: str = "") -> None:
    """Close *organization* without a successor; its past goes on counting under its last parent."""
    with alone():
        below = open_children(organization, on)
        if below:
            names = ", ".join(child.name for child in below[:3])
            raise RuleError(
                f"{organization.name} còn {len(below)} tổ chức trực thuộc đang hoạt động ({names}…). "
                "Hãy chuyển hoặc giải thể các tổ chức đó trước."
            )
        last = version_on(organization, on)
        closing = _closing(organization, on, document, parent=last.parent, has_successor=False)
        write_versions(VersionChanges(new=[closing], reason=reason), today=today)


def _closing(
    organization: Organization, on: date, document: str, *, parent: Organization | None, has_successor: bool
) -> OrganizationVersion:
    """The version that closes *organization*; RuleError where it still changes on *on* or later."""
    versions = _versions_of(organization)
    base = _open_version_on(organization, versions, on)
    if base is not versions[-1] or base.valid_from == on:
        raise RuleError(
            f"{organization.name} có thay đổi từ ngày {format_date(versions[-1].valid_from)}, "
            "nên không thể thôi hoạt động trước hoặc trong ngày đó. Hãy kiểm tra lại ngày."
        )
    return copy_of(
        base, valid_from=on, document=document, is_closed=True, has_successor=has_successor,
        parent_id=parent.pk if parent else None,
    )  # fmt: skip


def version_on(organization: Organization, day: date) -> OrganizationVersion:
    """What *organization* is on *day*. Raises RuleError where it is not there yet, or closed."""
    return _open_version_on(organization, _versions_of(organization), day)


def require_open(parent: Organization | None, day: date) -> None:
    """Raise RuleError when *parent* is not there on *day*."""
    if parent is not None:
        version_on(parent, day)


def open_children(organization: Organization, day: date) -> list[Organization]:
    """The units directly below *organization* on *day* that are not closed, by code."""
    rows = OrganizationVersion.objects.in_force().on(day).filter(parent=organization, is_closed=False)
    return [version.organization for version in rows.select_related("organization").order_by("organization__code")]


def _versions_of(organization: Organization) -> list[OrganizationVersion]:
    return list(organization.versions.in_force().order_by("valid_from").select_related("organization", "parent"))


def _open_version_on(organization: Organization, versions: list[OrganizationVersion], day: date) -> OrganizationVersion:
    version = next((v for v in reversed(versions) if v.valid_from <= day), None)
    if version is None:
        raise RuleError(
            f"{versions[0].name} chỉ có từ ngày {format_date(versions[0].valid_from)}. Hãy chọn ngày muộn hơn."
        )
    if version.is_closed:
        raise RuleError(f"{version.name} đã thôi hoạt động từ ngày {format_date(version.valid_from)}.")
    return version


def _changed(organization: Organization, on: date, values: dict[str, Any], document: str) -> list[OrganizationVersion]:
    """The versions that make *values* hold from day *on*, later ones that repeated the old value included."""
    versions = _versions_of(organization)
    base = _open_version_on(organization, versions, on)
    first = copy_of(base, valid_from=on, document=document, **values)
    first.corrects = base if base.valid_from == on else None
    new = [first]
    reaching = set(values)
    for later in versions[versions.index(base) + 1 :]:
        # A closed version's parent is its successor, a statement of its own.
        reaching = {
            n for n in reaching if getattr(later, n) == getattr(base, n) and (n, later.is_closed) != ("parent_id", True)
        }
        if reaching:
            new.append(copy_of(later, corrects=later, **{name: values[name] for name in reaching}))
    return new


def _raw(value: Any) -> Any:
    """A related organisation as its key; anything else as it is."""
    return value.pk if isinstance(value, Organization) else value
