"""The only writer of organisations, their dated versions and their ancestors.

Every operation ends in :func:`write_versions`: versions in, then everything derived from them (ends of
spans, ancestors, current copies) is brought in line, in one transaction with its audit events.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from cells.kinds import OrganizationKind
from cells.models import FactsVersion, Organization, OrganizationAncestor, OrganizationVersion
from cells.queries.organizations import load_tree
from cells.services.errors import RuleError
from cells.signals import facts_changed
from cells.tree import MAX_LEVELS, Ancestry, CycleError, TooDeepError, ancestry
from core import audit
from core.bulk import MANY, insert_rows, update_rows
from core.dates import BEGINNING, format_date
from core.models import AuditEvent
from core.names import clean_name, fold

TRAITS = ("sector", "is_residential", "is_ethnic_minority_area", "is_religious_area", "has_sources")
CONTENT = ("name", "kind", "parent_id", *TRAITS, "is_closed", "has_successor", "document")
"""What a version says; two versions that agree on it need not both exist."""


@dataclass
class VersionChanges:
    """New versions to write; each may correct (and so replace) an older one. Organisations may be unsaved.

    `takes_back` says that they restore what was before a change entered by mistake.
    """

    new: list[OrganizationVersion] = field(default_factory=list)
    created: list[Organization] = field(default_factory=list)
    takes_back: bool = False


def create(
    *,
    code: str,
    name: str,
    kind: str,
    parent: Organization | None,
    today: date,
    valid_from: date = BEGINNING,
    document: str = "",
    **traits: Any,
) -> Organization:
    """Found an organisation on *valid_from*. Raises RuleError when its parent is not there on that day.

    A code whose founding was taken back is free again: the organisation is then founded anew.
    """
    code = code.strip()
    if not code or not clean_name(name):
        raise RuleError("Tổ chức phải có mã và tên. Hãy nhập cả hai.")
    organization = Organization.objects.filter(code=code).first()
    if organization is not None and organization.versions.in_force().exists():
        raise RuleError(f"Mã {code} đã có tổ chức khác dùng. Hãy chọn mã khác.")
    is_new = organization is None
    organization = organization or Organization(code=code)
    _require_open(parent, valid_from)
    version = OrganizationVersion(
        organization=organization,
        name=clean_name(name),
        kind=OrganizationKind(kind),
        parent=parent,
        valid_from=valid_from,
        document=document,
        **traits,
    )
    write_versions(VersionChanges(new=[version], created=[organization] if is_new else []), today=today)
    organization.refresh_from_db()
    return organization


def change(organization: Organization, *, on: date, today: date, document: str = "", **fields: Any) -> None:
    """Change name, kind, parent or traits from day *on*.

    Entered late, the change also reaches later versions that merely repeated the old value. Raises
    RuleError for a day before the organisation existed, a closed organisation or parent, or a circle.
    """
    if "parent" in fields:
        _require_open(fields["parent"], on)
    values = {("parent_id" if name == "parent" else name): _raw(value) for name, value in fields.items()}
    write_versions(VersionChanges(new=_changed(organization, on, values, document)), today=today)


def rename(organization: Organization, name: str, *, on: date, today: date, document: str = "") -> None:
    change(organization, on=on, today=today, document=document, name=clean_name(name))


def reparent(
    organization: Organization, parent: Organization | None, *, on: date, today: date, document: str = ""
) -> None:
    change(organization, on=on, today=today, document=document, parent=parent)


def merge(organization: Organization, successor: Organization, *, on: date, today: date, document: str = "") -> None:
    """Close *organization* into *successor* from day *on*; units below it move to the successor that day."""
    _require_open(successor, on)
    moved = [
        version
        for child in _open_children(organization, on)
        for version in _changed(child, on, {"parent_id": successor.pk}, document)
    ]
    _close(organization, on, today, document, parent=successor, has_successor=True, along=moved)


def dissolve(organization: Organization, *, on: date, today: date, document: str = "") -> None:
    """Close *organization* without a successor; its past goes on counting under its last parent."""
    below = _open_children(organization, on)
    if below:
        names = ", ".join(child.name for child in below[:3])
        raise RuleError(
            f"{organization.name} còn {len(below)} tổ chức trực thuộc đang hoạt động ({names}…). "
            "Hãy chuyển hoặc giải thể các tổ chức đó trước."
        )
    last = _open_version_on(organization, _versions_of(organization), on)
    _close(organization, on, today, document, parent=last.parent, has_successor=False, along=[])


def _close(
    organization: Organization,
    on: date,
    today: date,
    document: str,
    *,
    parent: Organization | None,
    has_successor: bool,
    along: list[OrganizationVersion],
) -> None:
    versions = _versions_of(organization)
    base = _open_version_on(organization, versions, on)
    if base is not versions[-1] or base.valid_from == on:
        raise RuleError(
            f"{organization.name} có thay đổi từ ngày {format_date(versions[-1].valid_from)}, "
            "nên không thể thôi hoạt động trước hoặc trong ngày đó. Hãy kiểm tra lại ngày."
        )
    closing = _copy(
        base, valid_from=on, document=document, is_closed=True, has_successor=has_successor,
        parent_id=parent.pk if parent else None,
    )  # fmt: skip
    write_versions(VersionChanges(new=[*along, closing]), today=today)


@transaction.atomic
@audit.one_change()
def write_versions(changes: VersionChanges, *, today: date, announce: bool = True) -> None:
    """Write versions and bring everything derived in line. Raises RuleError when the tree gets a circle.

    With `announce` false the caller of a larger change raises the facts' version and tells listeners itself.
    """
    # Name and kind are filled by refresh_current below, from the version of today.
    insert_rows(changes.created)
    audit.sign(*changes.new)
    before = {version.corrects_id: version.corrects for version in changes.new if version.corrects_id}
    OrganizationVersion.objects.filter(pk__in=before).update(in_force=False)
    insert_rows(changes.new)

    touched = {version.organization_id for version in changes.new}
    affected = _below(touched)
    _derive_ends(affected)
    _derive_ancestors(affected)
    refresh_current(today, only=affected)

    paths = dict(Organization.objects.values_list("pk", "path"))
    audit.record_many(_events(changes, before, paths))
    if announce:
        FactsVersion.advance()
        facts_changed.send(sender=Organization, since=min(version.valid_from for version in changes.new))


def _events(
    changes: VersionChanges, before: Mapping[int | None, OrganizationVersion | None], paths: Mapping[int, str]
) -> Iterable[AuditEvent]:
    created = set(changes.created)
    for version in changes.new:
        old = before.get(version.corrects_id)
        values = {name: getattr(version, name) for name in CONTENT} | {"valid_from": version.valid_from}
        if changes.takes_back:
            action = AuditEvent.Action.REVERSE
        else:
            action = AuditEvent.Action.CREATE if version.organization in created else AuditEvent.Action.UPDATE
        told = audit.differences({name: getattr(old, name) for name in values}, values) if old else values
        yield audit.event(
            action,
            version.organization,
            label=f"{version.organization.code} {version.name}",
            # Of a version taken back without another in its place everything stays the same but that it counts.
            changes=told if version.in_force else values | {"in_force": [True, False]},
            # Whoever was founded by mistake is nowhere any more: the trail belongs to where it was.
            scope_path=paths[version.organization_id] or version.organization.path,
            reason=version.reason,
        )


def _below(touched: set[int]) -> set[int] | None:
    """What must be derived anew: *touched* and all ever below it; None for the whole tree, when it is many."""
    if len(touched) > MANY:
        return None
    below = OrganizationAncestor.objects.filter(ancestor__in=touched).values_list("organization_id", flat=True)
    affected = touched | set(below)
    return affected if len(affected) <= MANY else None


def _limit(rows: QuerySet, organizations: set[int] | None, field: str = "organization") -> QuerySet:
    return rows if organizations is None else rows.filter(**{f"{field}__in": organizations})


def _derive_ends(organizations: set[int] | None) -> None:
    """Each version ends where the next of its organisation begins."""
    stale = []
    following: OrganizationVersion | None = None
    rows = _limit(OrganizationVersion.objects.in_force(), organizations)
    for version in rows.order_by("organization_id", "-valid_from"):
        same = following is not None and following.organization_id == version.organization_id
        end = following.valid_from if same else None
        if version.valid_until != end:
            version.valid_until = end
            stale.append(version)
        following = version
    update_rows(stale, ["valid_until"])


def _derive_ancestors(organizations: set[int] | None) -> None:
    placed = load_tree()
    try:
        rows = ancestry(placed, only=None if organizations is None else sorted(organizations & placed.keys()))
    except CycleError as error:
        names = dict(Organization.objects.filter(pk__in=error.members).values_list("pk", "name"))
        circle = " → ".join(names[key] for key in error.members)
        raise RuleError(
            f"Từ ngày {format_date(error.since)} các tổ chức sẽ thành vòng tròn: {circle}. Hãy chọn cấp trên khác."
        ) from error
    except TooDeepError as error:
        # A new organisation has no current name yet.
        lowest = OrganizationVersion.objects.in_force().filter(organization=error.members[0]).latest("valid_from")
        raise RuleError(
            f"{lowest.name} sẽ ở sâu quá {MAX_LEVELS} cấp từ ngày {format_date(error.since)}. Hãy chọn cấp trên khác."
        ) from error
    _limit(OrganizationAncestor.objects.all(), organizations).delete()
    insert_rows(map(as_ancestor, rows))


def as_ancestor(row: Ancestry) -> OrganizationAncestor:
    return OrganizationAncestor(
        organization_id=row.organization,
        ancestor_id=row.ancestor,
        depth=row.depth,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
    )


@transaction.atomic
def refresh_current(today: date, only: set[int] | None = None) -> int:
    """Bring the current copies (name, kind, parent, path, closing day) to *today*; returns how many changed.

    An organisation whose founding was taken back has no version, and so no place: nobody finds it. Also run each
    night: a change planned for a later day takes effect by itself.
    """
    versions = _limit(OrganizationVersion.objects.in_force().select_related("organization"), only)
    above = _limit(OrganizationAncestor.objects.all(), only)
    current: dict[int, OrganizationVersion] = {}
    for version in versions.order_by("organization_id", "valid_from"):
        if version.valid_from <= today or version.organization_id not in current:
            current[version.organization_id] = version
    lines: dict[int, list[tuple[int, int]]] = {}
    for key, ancestor, depth, begin, end in above.values_list(
        "organization_id", "ancestor_id", "depth", "valid_from", "valid_until"
    ):
        day = max(today, current[key].valid_from)
        if begin <= day and (end is None or day < end):
            lines.setdefault(key, []).append((depth, ancestor))
    stale = []
    for key, version in current.items():
        organization = version.organization
        path = "".join(f"{ancestor}/" for _, ancestor in sorted(lines[key], reverse=True))
        wanted = {
            "name": version.name,
            "name_fold": fold(version.name),
            "kind": version.kind,
            "parent_id": version.parent_id,
            "path": path,
            "closed_on": version.valid_from if version.is_closed else None,
        }
        if any(getattr(organization, name) != value for name, value in wanted.items()):
            for name, value in wanted.items():
                setattr(organization, name, value)
            organization.version += 1
            stale.append(organization)
    for organization in _limit(Organization.objects.exclude(path=""), only, "pk").exclude(versions__in_force=True):
        organization.path, organization.parent = "", None
        organization.version += 1
        stale.append(organization)
    update_rows(stale, ["name", "name_fold", "kind", "parent", "path", "closed_on", "version"])
    return len(stale)


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


def _require_open(parent: Organization | None, day: date) -> None:
    if parent is not None:
        _open_version_on(parent, _versions_of(parent), day)


def _open_children(organization: Organization, day: date) -> list[Organization]:
    rows = OrganizationVersion.objects.in_force().on(day).filter(parent=organization, is_closed=False)
    return [version.organization for version in rows.select_related("organization").order_by("organization__code")]


def _changed(organization: Organization, on: date, values: dict[str, Any], document: str) -> list[OrganizationVersion]:
    """The versions that make *values* hold from day *on*, later ones that repeated the old value included."""
    versions = _versions_of(organization)
    base = _open_version_on(organization, versions, on)
    first = _copy(base, valid_from=on, document=document, **values)
    first.corrects = base if base.valid_from == on else None
    new = [first]
    reaching = set(values)
    for later in versions[versions.index(base) + 1 :]:
        # A closed version's parent is its successor, a statement of its own.
        reaching = {
            n for n in reaching if getattr(later, n) == getattr(base, n) and (n, later.is_closed) != ("parent_id", True)
        }
        if reaching:
            new.append(_copy(later, corrects=later, **{name: values[name] for name in reaching}))
    return new


def _copy(version: OrganizationVersion, **changes: Any) -> OrganizationVersion:
    """An unsaved version that says what *version* says, but for *changes*."""
    values = {name: getattr(version, name) for name in (*CONTENT, "valid_from")}
    corrects = changes.pop("corrects", None)
    return OrganizationVersion(organization=version.organization, corrects=corrects, **(values | changes))


def _raw(value: Any) -> Any:
    """A related organisation as its key; anything else as it is."""
    return value.pk if isinstance(value, Organization) else value
