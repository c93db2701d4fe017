"""The only writer of imports: a file comes in, is checked, and is then written, dropped, or taken back later."""

import hashlib
import shutil
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from cells.models import ImportUndo, WorkbookImport
from cells.services.errors import RuleError
from cells.workbook.book import Choices
from cells.workbook.importing import ImportResult
from cells.workbook.preview import LINES, Findings
from core import audit
from core.jobs import JobError, enqueue
from core.models import AuditEvent, Job, User
from core.names import fold

CHECK, APPLY, UNDO = "cells.check_import", "cells.apply_import", "cells.undo_import"
"""Kinds of jobs."""
OPEN_FOR = timedelta(days=2)
"""So long a file waits for a decision."""
UNDO_DAYS = 90
"""So long after it was written an import can be taken back; then what was kept for that is removed."""

State = WorkbookImport.State
_OPEN = (State.UPLOADED, State.CHECKED, State.REFUSED)
_CLOSED = {"found": {}, "digest": "", "choices": {}, "errors": 0, "warnings": 0}
"""Nothing that stood in the file stays behind in the import's row."""


# --- Asked for by people ----------------------------------------------------------------------------------------------


def receive(file: UploadedFile, owner: User) -> Job:
    """Store an uploaded workbook and queue its check."""
    name = (file.name or "")[:255]
    row = WorkbookImport(public_id=uuid4(), owner=owner, name=name, name_fold=fold(name), size=file.size or 0)
    row.folder.mkdir(parents=True, mode=0o700)
    hashed = hashlib.sha256()
    with row.file.open("wb") as stored:
        for chunk in file.chunks():
            hashed.update(chunk)
            stored.write(chunk)
    row.sha256 = hashed.hexdigest()
    with transaction.atomic():
        row.save(force_insert=True)
        return _queue(row, CHECK, f"Kiểm tra tệp Excel: {row.name}")


def check_again(row: WorkbookImport, choices: Choices | None = None) -> Job:
    """Queue another check, with *choices* of how the file is to be read. Raises RuleError."""
    _require_quiet(row)
    if not row.is_open:
        raise RuleError("Lần nhập này đã kết thúc. Hãy tải tệp lên lại.")
    with transaction.atomic():
        if choices is not None:
            _move(row, _OPEN, choices=choices.as_json(), notice="")
        return _queue(row, CHECK, f"Kiểm tra lại tệp Excel: {row.name}")


def ask_to_apply(row: WorkbookImport) -> Job:
    """Queue the writing of exactly what the latest check found. Raises RuleError."""
    _require_quiet(row)
    if row.state != State.CHECKED:
        raise RuleError("Chỉ ghi được tệp đã kiểm tra xong và không có lỗi. Hãy xem lại kết quả kiểm tra.")
    if not row.changes_anything:
        raise RuleError("Mọi dòng của tệp đã có sẵn trong hệ thống, không có gì để ghi.")
    with transaction.atomic():
        return _queue(row, APPLY, f"Ghi tệp Excel: {row.name}", digest=row.digest)


def discard(row: WorkbookImport) -> None:
    """Drop a file that is not to be written, with all that was found in it. Raises RuleError."""
    if not row.is_open:
        raise RuleError("Lần nhập này đã kết thúc, không còn tệp để bỏ.")
    with transaction.atomic():
        _move(row, _OPEN, state=State.DISCARDED, notice="", **_CLOSED)
    tidy(row)


def may_undo(row: WorkbookImport) -> bool:
    """Whether what it takes to take the import back is still kept."""
    return row.state == State.APPLIED and ImportUndo.objects.filter(workbook_import=row).exists()


def ask_to_undo(row: WorkbookImport, reason: str) -> Job:
    """Queue taking back all that this import wrote. Raises RuleError."""
    _require_quiet(row)
    if not may_undo(row):
        raise RuleError(f"Chỉ hoàn tác được lần nhập đã ghi chưa quá {UNDO_DAYS} ngày.")
    with transaction.atomic():
        return _queue(row, UNDO, f"Hoàn tác lần nhập: {row.name}", reason=reason)


def _queue(row: WorkbookImport, kind: str, title: str, **params: Any) -> Job:
    params = {"import": str(row.public_id), **params}
    job = enqueue(kind, params, key=str(row.public_id), owner=row.owner, title=title)
    WorkbookImport.objects.filter(pk=row.pk).update(job=job)
    row.job = job
    return job


def _require_quiet(row: WorkbookImport) -> None:
    if row.is_busy:
        raise RuleError("Máy đang làm việc với tệp này. Hãy chờ một lát rồi thử lại.")


# --- Done by jobs -----------------------------------------------------------------------------------------------------


def waiting(public_id: str | UUID, *states: str) -> WorkbookImport:
    """The import a job works for, if it is still in one of *states*. Raises JobError."""
    row = WorkbookImport.objects.select_related("owner").filter(public_id=public_id, state__in=states or _OPEN).first()
    if row is None:
        raise JobError("Tệp này đã được bỏ hoặc đã ghi. Hãy mở lại danh sách các lần nhập.")
    return row


def store_check(row: WorkbookImport, preview: str, findings: Findings, notice: str = "") -> None:
    """Keep what a check found; inside the job's transaction."""
    _move(
        row, _OPEN, preview=preview, notice=notice, found=findings.found, counts=findings.counts,
        errors=findings.errors, warnings=findings.warnings, digest=findings.digest,
        facts_version=findings.facts_version, checked_at=timezone.now(),
        state=State.REFUSED if findings.errors else State.CHECKED,
    )  # fmt: skip


def mark_applied(row: WorkbookImport, result: ImportResult) -> None:
    """The import is written; inside the transaction that wrote it."""
    counts = {name: its.as_json() for name, its in result.counts.items()}
    _move(
        row, [State.CHECKED], state=State.APPLIED, applied_at=timezone.now(), batch=result.batch, counts=counts,
        notice="", **_CLOSED,
    )  # fmt: skip
    ImportUndo.objects.create(workbook_import=row, former=result.former, facts_version=result.facts_version + 1)


def mark_undone(row: WorkbookImport, reason: str) -> None:
    """The import is taken back; inside the transaction that did so."""
    _move(
        row, [State.APPLIED], state=State.UNDONE, undone_at=timezone.now(), undo_reason=reason, objections=[],
    )  # fmt: skip
    ImportUndo.objects.filter(workbook_import=row).delete()
    audit.record(
        AuditEvent.Action.REVERSE, row, label=row.name, changes={"batch": row.batch, **row.counts}, reason=reason
    )


def note_objections(row: WorkbookImport, objections: list[str]) -> None:
    """Keep why an import cannot be taken back."""
    _move(row, [State.APPLIED], objections=objections)


def _move(row: WorkbookImport, states: Collection[str], **values: Any) -> None:
    """Change the import if it is still in one of *states*. Raises JobError: somebody else was faster."""
    if not WorkbookImport.objects.filter(pk=row.pk, state__in=states).update(**values):
        raise JobError("Tệp này vừa được xử lý ở nơi khác. Hãy mở lại danh sách các lần nhập.")
    for name, value in values.items():
        setattr(row, name, value)


# --- Files ------------------------------------------------------------------------------------------------------------


def tidy(row: WorkbookImport) -> None:
    """Remove the files that an import in its present state no longer needs. May run twice."""
    if row.state in (State.UNDONE, State.DISCARDED):
        shutil.rmtree(row.folder, ignore_errors=True)
        return
    if not row.folder.is_dir():
        return
    for path in row.folder.iterdir():
        if path.is_dir() and path.name != row.preview:
            shutil.rmtree(path, ignore_errors=True)
    if row.state == State.APPLIED:
        row.file.unlink(missing_ok=True)
        for path in row.preview_folder.iterdir() if row.preview_folder.is_dir() else ():
            if path.suffix != LINES:
                path.unlink(missing_ok=True)


def clear_away(now: datetime | None = None) -> int:
    """Drop files nobody decided on, and what was kept to take old imports back; returns how many imports ended."""
    now = now or timezone.now()
    late = list(WorkbookImport.objects.filter(state__in=_OPEN, created_at__lt=now - OPEN_FOR))
    for row in late:
        notice = f"Tệp không được ghi trong {OPEN_FOR.days} ngày nên đã xóa."
        WorkbookImport.objects.filter(pk=row.pk, state__in=_OPEN).update(
            state=State.DISCARDED, notice=notice, **_CLOSED
        )
    old = ImportUndo.objects.filter(workbook_import__applied_at__lt=now - timedelta(days=UNDO_DAYS))
    old.delete()
    _remove_folders(now)
    return len(late)


def _remove_folders(now: datetime) -> None:
    """Remove the folders of imports that are over, and those that no import has claimed for long."""
    root = settings.FILES_DIR / WorkbookImport.FOLDER
    folders = {path.name: path for path in root.iterdir()} if root.is_dir() else {}
    rows = WorkbookImport.objects.filter(public_id__in=[name for name in folders if _is_uuid(name)])
    known = {str(row.public_id): row for row in rows.select_related("undo")}
    long_ago = (now - OPEN_FOR).timestamp()
    for name, path in folders.items():
        row = known.get(name)
        is_over = path.stat().st_mtime < long_ago if row is None else not (row.is_open or hasattr(row, "undo"))
        if is_over:
            shutil.rmtree(path, ignore_errors=True)


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
