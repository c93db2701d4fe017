"""Taking back versions of organisations: the counterpart of :mod:`cells.services.tree` for what was a mistake."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from cells.models import Organization, OrganizationVersion
from cells.queries.organizations import paths_of
from cells.services.tree import CONTENT, derive
from core import audit
from core.bulk import insert_rows, update_by_key, update_rows
from core.dates import BEGINNING
from core.models import AuditEvent


@dataclass
class VersionsBack:
    """Versions in force to take back."""

    withdrawn: list[OrganizationVersion] = field(default_factory=list)
    """Nothing takes their place."""
    restated: list[OrganizationVersion] = field(default_factory=list)
    """Unsaved ones that take the place of a wrong one and say what was said before it (see `stated_again`)."""
    unfounded: list[Organization] = field(default_factory=list)
    """Organisations all of whose versions are withdrawn: to be as if they had never been."""


def stated_again(version: OrganizationVersion, before: OrganizationVersion) -> OrganizationVersion:
    """An unsaved version in the place of *version* that says what *before* said."""
    again = _copy(before, corrects=version)
    again.restates = before
    return again


@transaction.atomic
@audit.one_change()
def take_back_versions(back: VersionsBack, *, today: date, reason: str) -> None:
    """Write the reversals and bring everything derived in line. Raises RuleError when the tree gets a circle.

    The caller raises the facts' version and tells listeners.
    """
    touched = {version.organization_id for version in (*back.withdrawn, *back.restated)}
    paths = paths_of(touched)
    reversals = [_copy(version, corrects=version, in_force=False) for version in back.withdrawn]
    written = [*back.restated, *reversals]
    for version in written:
        version.reason = reason
    audit.sign(*written)
    update_by_key(OrganizationVersion.objects.all(), [v.corrects_id for v in written], in_force=False)
    insert_rows(written)
    derive(touched, today)
    audit.record_many(_events(written, paths, reason))
    _hide(back.unfounded)


def _copy(version: OrganizationVersion, **details: object) -> OrganizationVersion:
    values = {name: getattr(version, name) for name in (*CONTENT, "valid_from")}
    return OrganizationVersion(organization=version.organization, **(values | details))


def _events(written: Sequence[OrganizationVersion], paths: Mapping[int, str], reason: str) -> Iterator[AuditEvent]:
    for version in written:
        yield audit.event(
            AuditEvent.Action.REVERSE,
            version.organization,
            label=f"{version.organization.code} {version.name}",
            changes={name: getattr(version, name) for name in (*CONTENT, "valid_from")},
            scope_path=paths[version.organization_id],
            reason=reason,
        )


def _hide(organizations: Sequence[Organization]) -> None:
    """Take organisations that never were out of every list. Reversed facts may still name them; the code is free."""
    for organization in organizations:
        organization.code, organization.path, organization.parent = f"~{organization.pk}", "", None
        organization.closed_on = BEGINNING
        organization.version += 1
    update_rows(organizations, ["code", "path", "parent", "closed_on", "version"])
