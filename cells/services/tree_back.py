"""Taking back versions of organisations: the counterpart of :mod:`cells.services.tree` for what was a mistake."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from cells.models import OrganizationVersion
from cells.services.tree_write import VersionChanges, copy_of, write_versions
from core import audit


def stated_again(version: OrganizationVersion, before: OrganizationVersion) -> OrganizationVersion:
    """An unsaved version in the place of *version* that says what *before* said."""
    again = copy_of(before, corrects=version)
    again.restates = before
    return again


@transaction.atomic
@audit.one_change()
def take_back_versions(
    withdrawn: Sequence[OrganizationVersion], restated: Sequence[OrganizationVersion], *, today: date, reason: str
) -> None:
    """Reverse *withdrawn*, versions in force in whose place nothing comes, and put *restated* in the place of others.

    An organisation left without a version is nowhere any more. Raises RuleError when the tree gets a circle. The
    caller raises the facts' version and tells listeners.
    """
    reversals = [copy_of(version, corrects=version, in_force=False) for version in withdrawn]
    written = [*restated, *reversals]
    changes = VersionChanges(new=written, takes_back=True, reason=reason)
    write_versions(changes, today=today, announce=False)
