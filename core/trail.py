"""Reading the audit trail: who changed something last."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.timezone import localtime

from core.bulk import rows_by_key
from core.models import AuditEvent, User


@dataclass(frozen=True)
class LastChange:
    """Who changed a row last, when, and what it was; `who` is a full name, or the system."""

    who: str
    at: datetime
    action: str

    @property
    def words(self) -> str:
        """`Đỗ Quang Hải, 10:21 22/11/2026`."""
        return f"{self.who}, {localtime(self.at):%H:%M %d/%m/%Y}"


def last_changes(model: type[models.Model], keys: Collection[str]) -> dict[str, LastChange]:
    """By key as the trail writes it: the last change of each row, also of one that is deleted."""
    rows = AuditEvent.objects.filter(model=model._meta.label_lower).order_by("pk")
    events = {event.object_id: event for event in rows_by_key(rows, "object_id", keys)}
    names = dict(
        User.objects.filter(username__in={event.actor for event in events.values()}).values_list(
            "username", "full_name"
        )
    )
    return {
        key: LastChange(names.get(event.actor) or event.actor or "Hệ thống", event.at, event.action)
        for key, event in events.items()
    }
