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
    return ExportEntry.objects.filter(Q(user=user) | _in_reach(user, Action.VIEW, on)).select_related(
        "user", "decided_by"
    )


def may_decide(user: Any, entry: ExportEntry, on: date) -> bool:
    """Whether *user* is somebody who may approve *entry*: another one, with that right over all it holds."""
    return waiting_for(user, on).filter(pk=entry.pk).exists()


def waiting_for(user: Any, on: date) -> QuerySet[ExportEntry]:
    """The entries that wait for *user* to decide."""
    waiting = ExportEntry.objects.filter(_in_reach(user, Action.APPROVE_EXPORT, on), state=ExportEntry.State.WAITING)
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


def _in_reach(user: Any, action: Action, on: date) -> Q:
    condition = Q(pk__in=[])
    for grant in active_grants(user, on):
        if grant.path and grant.reach(action, LEDGER) in (Reach.SUBTREE, Reach.MANDATE):
            condition |= _scope(grant)
    return condition


def _scope(grant: Grant) -> Q:
    return path_within("scope_path", grant.path) | (Q(scope_path="") if grant.is_at_top else Q(pk__in=[]))
