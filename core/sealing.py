"""The chain of seals over the trail: shows what was changed, removed, swapped or slipped in behind its back.

Each seal is a SHA-256 over its number, the seal before and the canonical text of its event. Events are sealed right
after the commit that wrote them, in short transactions of their own; a few that wait are sealed by the sweep, by
`verify_audit` and by whoever needs the head. Who owns the database can compute a whole new chain: that shows against
a head kept elsewhere.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import timezone

from core.bulk import chunks, insert_rows
from core.documents.canonical import canonical_json, digest
from core.models import AuditEvent, AuditSeal

BEGINNING = "0" * 64
"""Stands before the first seal."""
CHUNK = 500
"""Events sealed in one transaction: some hundredths of a second, in which others wait on SQLite."""
PAUSE_SECONDS = 0.02
"""Between two of them, so that others come in."""
LOOK_BACK, FAR_BACK = 1_000, 100_000
"""So many keys back, events are looked for that were committed after later ones: after each change, in each sweep."""
LATE = timedelta(hours=3)
"""An event may be committed this long after the moment it tells of: longer than any job runs."""
_LOCK = 7_238_114
"""The advisory lock of PostgreSQL under which seals are written; any number, but always this one."""

SEALED = ("public_id", "action", "actor", "on_behalf_of", "model", "object_id", "label", "scope_path", "changes",
          "reason", "batch", "origin")  # fmt: skip


def text_of(event: AuditEvent) -> str:
    """The one text of all an event says, the same on both databases."""
    values = {name: getattr(event, name) for name in SEALED}
    values |= {"public_id": str(event.public_id), "batch": str(event.batch or "")}
    return canonical_json(values | {"key": event.pk, "at": event.at.astimezone(UTC)})


def hash_of(sequence: int, previous: str, event: AuditEvent) -> str:
    return digest([sequence, previous, text_of(event)])


def seal_soon() -> None:
    """Seal what the present transaction writes, once it is committed; what is many waits for the sweep."""
    if any(known is _seal_a_few for _, known, *_ in connection.run_on_commit):
        return
    transaction.on_commit(_seal_a_few, robust=True)


def _seal_a_few() -> None:
    _seal_chunk(LOOK_BACK)


def seal_waiting(look_back: int | None = None) -> int:
    """Seal every event that has no seal (see :func:`waiting`); returns how many. Others may write in between."""
    sealed = 0
    while waiting(look_back).exists() and (count := _seal_chunk(look_back)):
        sealed += count
        time.sleep(PAUSE_SECONDS)
    return sealed


def waiting(look_back: int | None = None) -> QuerySet[AuditEvent]:
    """Events without a seal, oldest first; with *look_back* only among so many keys before the last one sealed."""
    events = AuditEvent.objects.order_by("pk")
    last = AuditSeal.objects.aggregate(last=Max("event"))["last"] or 0
    if look_back is not None:
        events = events.filter(pk__gt=last - look_back)
    return events.exclude(Exists(AuditSeal.objects.filter(event=OuterRef("pk"))))


@transaction.atomic
def _seal_chunk(look_back: int | None) -> int:
    """Seal the next CHUNK events; nothing where somebody else is sealing."""
    if not _alone():
        return 0
    last = last_seal()
    sequence, previous = (last.sequence, last.hash) if last else (0, BEGINNING)
    now = timezone.now()
    seals = []
    for event in waiting(look_back)[:CHUNK]:
        sequence += 1
        mark = hash_of(sequence, previous, event)
        seals.append(AuditSeal(sequence=sequence, event=event.pk, previous=previous, hash=mark, sealed_at=now))
        previous = mark
    insert_rows(seals)
    return len(seals)


def _alone() -> bool:
    """Whether this transaction may seal. On SQLite only one transaction writes at a time anyway."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return cursor.fetchone()[0]


@dataclass(frozen=True)
class Head:
    """The last seal: after it, nothing before can change without being seen."""

    events: int
    head: str


def last_seal() -> AuditSeal | None:
    """The end of the chain as it is; what waits comes after it."""
    return AuditSeal.objects.order_by("-sequence").first()


@dataclass(frozen=True)
class Verdict:
    """What a check of the trail found. `broken_at` is the number of the first seal that does not fit."""

    ok: bool
    events: int
    head: str
    broken_at: int | None = None
    why: str = ""

    def as_json(self) -> dict[str, Any]:
        return {"ok": self.ok, "events": self.events, "head": self.head, "broken_at": self.broken_at}


def verify(kept: Head | None = None) -> Verdict:
    """Walk the whole chain, after sealing what waits; with *kept*, also compare with that earlier head."""
    seal_waiting()
    last = Head(0, BEGINNING)
    fault: tuple[int, str] | None = None
    latest: datetime | None = None
    for number, (seal, event) in enumerate(_links(), start=1):
        why = _fault(number, last.head, seal, event, latest)
        if why:
            fault = (number, why)
            break
        latest = max(latest, event.at) if latest else event.at
        if kept and kept.events == number and kept.head != seal.hash:
            fault = (number, "Chuỗi niêm không khớp với dấu đã lưu: nhật ký đã bị viết lại.")
            break
        last = Head(number, seal.hash)
    if fault is None and kept and kept.events > last.events:
        fault = (
            last.events + 1,
            f"Dấu đã lưu có {kept.events} sự kiện, nay chỉ còn {last.events}: phần cuối đã bị cắt.",
        )
    if fault:
        return Verdict(False, last.events, last.head, *fault)
    return Verdict(True, last.events, last.head)


def _links() -> Iterator[tuple[AuditSeal, AuditEvent | None]]:
    seals = AuditSeal.objects.order_by("sequence").iterator(chunk_size=2_000)
    for some in chunks(seals, 2_000):
        events: Mapping[int, AuditEvent] = AuditEvent.objects.in_bulk([seal.event for seal in some])
        for seal in some:
            yield seal, events.get(seal.event)


def _fault(number: int, previous: str, seal: AuditSeal, event: AuditEvent | None, latest: datetime | None) -> str:
    """Why the seal does not fit; empty where it does."""
    if seal.sequence != number:
        return "Thiếu một dấu niêm trước dấu này."
    if seal.previous != previous:
        return "Dấu này không nối với dấu trước."
    if event is None:
        return "Sự kiện đã bị xóa khỏi nhật ký."
    if hash_of(number, previous, event) != seal.hash:
        return "Sự kiện đã bị sửa sau khi niêm."
    if latest and event.at < latest - LATE:
        return "Sự kiện được chèn vào sau, ghi lùi thời gian."
    return ""
