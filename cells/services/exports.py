"""Lists that leave the program: how much one person takes alone, what a second person approves, and the ledger.

An entry and the file are made in one transaction with the event in the trail: no file without its row, and none twice.
"""

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from cells.services.errors import RuleError
from core import audit
from core.documents.formats import MOST_ROWS, Format
from core.documents.lists import write_list
from core.documents.sheets import Table
from core.models import AuditEvent, ExportEntry, User
from core.numbers import format_integer
from core.read_only import writable
from core.reveal import in_clear

State = ExportEntry.State
CODE_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Signs of a code that a person copies from paper: none that looks like another."""
CODE_LENGTH = 10


@dataclass(frozen=True)
class Wanted:
    """What somebody asks to take out, and what for."""

    format: Format
    columns: Sequence[str]
    purpose: str
    detail: str
    address: str
    scope_path: str = ""


def needs_second_person(rows: int, private: Sequence[str]) -> bool:
    """Whether a list of that length, with these masked columns, is not one person's to take."""
    return rows > (settings.EXPORT_ALONE_PRIVATE_ROWS if private else settings.EXPORT_ALONE_ROWS)


def taken_today(user: User) -> int:
    """Rows that *user* has taken out since midnight."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    made = ExportEntry.objects.filter(user=user, state=State.MADE, made_at__gte=midnight)
    return made.aggregate(rows=Sum("rows"))["rows"] or 0


def ask(user: User, table: Table, rows: Sequence[Sequence[Any]], wanted: Wanted) -> tuple[ExportEntry, bytes | None]:
    """The entry of what *user* wants, and the file; no file where somebody else has to approve first.

    Raises RuleError where today's rows are used up, or the list is too long for its format.
    """
    _refuse_long(wanted.format, len(rows))
    private = [head for head in table.private if head in wanted.columns]
    entry = ExportEntry(
        code=_new_code(), user=user, state=State.WAITING, title=table.title[:255], address=wanted.address,
        format=wanted.format, columns=list(wanted.columns), private_columns=private, purpose=wanted.purpose,
        detail=wanted.detail, scope_path=wanted.scope_path, rows=len(rows), requested_at=timezone.now(),
    )  # fmt: skip
    if needs_second_person(len(rows), private):
        with _alone(user, len(rows)):
            entry.save(force_insert=True)
            _tell(AuditEvent.Action.CREATE, entry)
        return entry, None
    _refuse_beyond_quota(user, len(rows))
    content = _written(entry, table, rows)
    with _alone(user, len(rows)):
        _keep(entry, content, len(rows))
    return entry, content


def take_approved(
    user: User, entry: ExportEntry, table: Table, rows: Sequence[Sequence[Any]], address: str
) -> tuple[ExportEntry, bytes]:
    """The file of an entry that was approved: the list as it is now, never longer than what was approved, once."""
    if len(rows) > entry.rows or not set(entry.columns) <= set(table.heads):
        raise RuleError("Danh sách nay dài hơn lúc được duyệt. Hãy xuất lại để người thứ hai xem.")
    content = _written(entry, table, rows)
    with _alone(user, len(rows)):
        stored = ExportEntry.objects.select_for_update().get(pk=entry.pk)
        if stored.user_id != user.pk or stored.state != State.APPROVED or stored.address != address:
            raise RuleError("Lần xuất này không còn tải được. Hãy mở lại danh sách và xuất lại.")
        if timezone.now() > approval_ends(stored):
            raise RuleError(f"Đã quá {settings.EXPORT_APPROVAL_DAYS} ngày kể từ khi duyệt. Hãy xuất lại.")
        _keep(entry, content, len(rows))
    return entry, content


def approval_ends(entry: ExportEntry) -> datetime:
    """Until when what was approved may be fetched."""
    assert entry.decided_at is not None
    return entry.decided_at + timedelta(days=settings.EXPORT_APPROVAL_DAYS)


@transaction.atomic
def decide(entry: ExportEntry, *, approve: bool, by: User, opinion: str = "") -> None:
    """Somebody else than who asked says yes or no. Raises RuleError where it has been decided meanwhile."""
    if by.pk == entry.user_id:
        raise RuleError("Người xuất không tự duyệt được. Hãy nhờ người khác có quyền duyệt.")
    decided = {
        "state": State.APPROVED if approve else State.REFUSED, "decided_by": by, "decided_at": timezone.now(),
        "decision": opinion,
    }  # fmt: skip
    if not ExportEntry.objects.filter(pk=entry.pk, state=State.WAITING).update(**decided):
        raise RuleError("Yêu cầu này vừa được quyết định. Hãy tải lại trang.")
    entry.refresh_from_db()
    _tell(AuditEvent.Action.UPDATE, entry, reason=opinion)


def stamp_of(entry: ExportEntry) -> str:
    """The line in the file by which a copy is known again."""
    when = timezone.localtime(entry.made_at or timezone.now())
    return (
        f"Mã bản xuất {entry.code} · {entry.user.get_username()} · {when:%H:%M %d/%m/%Y} · không chuyển cho người khác"
    )


def narrowed(table: Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Table:
    """*table* with those *columns* only, its masked values opened."""
    places = [place for place, head in enumerate(table.heads) if head in columns]
    private = {place for place in places if table.heads[place] in table.private}
    widths = [table.widths[place] for place in places] if len(table.widths) == len(table.heads) else ()
    return replace(
        table, heads=[table.heads[place] for place in places], widths=widths,
        rows=([in_clear(row[place]) if place in private else row[place] for place in places] for row in rows),
    )  # fmt: skip


def _written(entry: ExportEntry, table: Table, rows: Sequence[Sequence[Any]]) -> bytes:
    """The file of *entry*, made before anything is locked: long ones take seconds."""
    entry.made_at = timezone.now()
    return write_list(Format(entry.format), narrowed(table, entry.columns, rows), stamp_of(entry))


def _keep(entry: ExportEntry, content: bytes, rows: int) -> None:
    entry.state, entry.rows = State.MADE, rows
    entry.sha256, entry.size = hashlib.sha256(content).hexdigest(), len(content)
    entry.save()
    _tell(AuditEvent.Action.EXPORT, entry, reason=entry.detail)


@contextmanager
def _alone(user: User, rows: int) -> Iterator[None]:
    """A transaction in which *user* takes nothing else out: two requests at once do not both fit into what is left."""
    with writable(), transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        _refuse_beyond_quota(user, rows)
        yield


def _tell(action: str, entry: ExportEntry, reason: str = "") -> None:
    told = {"rows": entry.rows, "code": entry.code, "format": entry.format, "purpose": entry.purpose,
            "state": entry.state}  # fmt: skip
    if entry.private_columns:
        told["private_columns"] = ", ".join(entry.private_columns)
    audit.record(action, entry, changes=told, scope_path=entry.scope_path, reason=reason)


def _refuse_long(form: Format, rows: int) -> None:
    if rows > (most := MOST_ROWS.get(form, rows)):
        raise RuleError(
            f"Tệp {form.upper()} chứa nhiều nhất {format_integer(most)} dòng, danh sách này có {format_integer(rows)}. "
            "Hãy thu hẹp danh sách, hoặc chọn Excel."
        )


def _refuse_beyond_quota(user: User, rows: int) -> None:
    taken, most = taken_today(user), settings.EXPORT_DAILY_ROWS
    if taken + rows > most:
        raise RuleError(
            f"Mỗi người xuất nhiều nhất {format_integer(most)} dòng một ngày; hôm nay bạn đã xuất "
            f"{format_integer(taken)}, danh sách này thêm {format_integer(rows)}. Hãy thu hẹp danh sách, hoặc để mai."
        )


def _new_code() -> str:
    signs = "".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH))
    return f"{signs[:5]}-{signs[5:]}"
