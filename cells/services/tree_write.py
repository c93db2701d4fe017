"""Writing versions of the tree, and everything derived from them: ends of spans, ancestors, current copies.

Together with :mod:`cells.services.tree`, which says what changes, the only writer of organisations.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from cells.kinds import TRAITS
from cells.models import Organization, OrganizationAncestor, OrganizationVersion
from cells.queries.organizations import load_tree
from cells.services.errors import RuleError
from cells.signals import facts_changed
from cells.tree import MAX_LEVELS, Ancestry, CycleError, TooDeepError, ancestry
from core import audit
from core.bulk import MANY, insert_rows, update_rows
from core.dates import format_date
from core.models import AuditEvent
from core.names import fold

CONTENT = ("name", "kind", "parent_id", *TRAITS, "is_closed", "has_successor", "document")
"""What a version says; two versions that agree on it need not both exist."""


@dataclass
class VersionChanges:
    """New versions to write; each may correct (and so replace) an older one. Organisations may be unsaved.

    `takes_back` says that they restore what was before a change entered by mistake; `reason` is written on each.
    """

    new: list[OrganizationVersion] = field(default_factory=list)
    created: list[Organization] = field(default_factory=list)
    takes_back: bool = False
    reason: str = ""


def copy_of(version: OrganizationVersion, **changes: object) -> OrganizationVersion:
    """An unsaved version that says what *version* says, but for *changes*."""
    values = {name: getattr(version, name) for name in (*CONTENT, "valid_from")}
    return OrganizationVersion(organization=version.organization, **(values | changes))


@transaction.atomic
@audit.one_change()
def write_versions(changes: VersionChanges, *, today: date, announce: bool = True) -> None:
    """Write versions and bring everything derived in line. Raises RuleError when the tree gets a circle.

    The caller has raised the facts' version. With `announce` false it also tells listeners itself.
    """
    # Name and kind are filled by refresh_current below, from the version of today.
    insert_rows(changes.created)
    audit.sign(*changes.new)
    for version in changes.new:
        version.reason = version.reason or changes.reason
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
