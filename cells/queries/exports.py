"""The ledger of exports: which entries somebody sees, and which he decides."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from cells.roles import Action, Reach
from cells.scoping import Grant, active_grants, path_within
from core.models import ExportEntry

LEDGER = "core.exportentry"


def ledger_of(user: Any, on: date) -> QuerySet[ExportEntry]:
    """The entries *user* sees, newest first: the own ones, and those of lists of the organisations in reach."""
    condition = Q(user=user)
    for grant in active_grants(user, on):
        if _within(grant, Action.VIEW):
            condition |= _scope(grant)
    return ExportEntry.objects.filter(condition).select_related("user", "decided_by")


def may_decide(user: Any, entry: ExportEntry, on: date) -> bool:
    """Whether *user* is somebody who may approve *entry*: another one, with that right over all it holds."""
    if entry.state != ExportEntry.State.WAITING or entry.user_id == user.pk:
        return False
    return any(
        _within(grant, Action.APPROVE_EXPORT) and (entry.scope_path.startswith(grant.path) or grant.is_at_top)
        for grant in active_grants(user, on)
    )


def waiting_for(user: Any, on: date) -> QuerySet[ExportEntry]:
    """The entries that wait for *user* to decide."""
    condition = Q(pk__in=[])
    for grant in active_grants(user, on):
        if _within(grant, Action.APPROVE_EXPORT):
            condition |= _scope(grant)
    waiting = ExportEntry.objects.filter(condition, state=ExportEntry.State.WAITING)
    return waiting.exclude(user=user).select_related("user")


def scope_of(user: Any, on: date) -> str:
    """The path all that *user* sees lies under: of a list of everything in reach."""
    paths = [grant.path.rstrip("/").split("/") for grant in active_grants(user, on) if grant.path]
    shared: list[str] = []
    for parts in zip(*paths, strict=False):
        if len(set(parts)) > 1:
            break
        shared.append(parts[0])
    return "/".join(shared) + "/" if shared else ""


def _within(grant: Grant, action: Action) -> bool:
    return bool(grant.path) and grant.reach(action, LEDGER) in (Reach.SUBTREE, Reach.MANDATE)


def _scope(grant: Grant) -> Q:
    return path_within("scope_path", grant.path) | (Q(scope_path="") if grant.is_at_top else Q(pk__in=[]))
