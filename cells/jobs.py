"""Background work of this floor: imports, and what each night brings."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.urls import reverse

from cells.models import ImportUndo, Organization, WorkbookImport
from cells.roles import Action
from cells.services.member_moves import move_as_planned
from cells.services.tree_write import refresh_current
from cells.workbook import imports
from cells.workbook.book import Book, Choices, open_book
from cells.workbook.importing import ImportResult, MayTouch, import_sheets, registered_sheets, unreadable
from cells.workbook.preview import Findings, digest_of, write_preview
from cells.workbook.undo.running import run_undo
from core import dates
from core.jobs import JobError, JobRun, job_kind, nightly
from core.numbers import format_integer
from core.xlsx_safety import UnreadableWorkbookError

NIGHTLY = "cells.nightly"
State = WorkbookImport.State


@job_kind(imports.CHECK, title="Kiểm tra tệp Excel")
def check_import(run: JobRun) -> None:
    """Read and check an uploaded file within what its owner may change; nothing is written but what was found."""
    row = imports.waiting(run.params["import"])
    book, result = _checked(row, run)
    _store(run, row, book, result)


@job_kind(imports.APPLY, title="Ghi tệp Excel")
def apply_import(run: JobRun) -> None:
    """Write what the owner has seen, all or nothing; where it would be something else by now, show that instead."""
    row = imports.waiting(run.params["import"], State.CHECKED)
    seen = run.params["digest"]

    @contextmanager
    def commit(result: ImportResult) -> Iterator[None]:
        with run.commit(_told(row, "Đã ghi tất cả dữ liệu trong tệp.")):
            yield
            imports.mark_applied(row, result)

    book, result = _checked(row, run, commit=commit, confirm=lambda result: digest_of(result) == seen)
    if result.saved:
        imports.tidy(row)
    elif result.gave_up:
        raise JobError("Dữ liệu đang được nhiều người sửa cùng lúc nên chưa ghi gì. Hãy ghi lại sau ít phút.")
    else:
        notice = (
            "Dữ liệu trong hệ thống đã thay đổi sau lần kiểm tra trước, nên chưa ghi gì. Dưới đây là kết quả kiểm tra "
            "mới: hãy xem lại rồi ghi."
        )
        _store(run, row, book, result, notice)


@job_kind(imports.UNDO, title="Hoàn tác lần nhập Excel")
def undo_import(run: JobRun) -> None:
    """Take back all that an import wrote, or say what builds on it."""
    row = imports.waiting(run.params["import"], State.APPLIED)
    kept = ImportUndo.objects.filter(workbook_import=row).first()
    if kept is None:
        raise JobError(f"Chỉ hoàn tác được lần nhập đã ghi chưa quá {imports.UNDO_DAYS} ngày.")
    reason = run.params["reason"]

    @contextmanager
    def commit() -> Iterator[None]:
        with run.commit(_told(row, "Đã hoàn tác: dữ liệu trở lại như trước lần nhập này.")):
            yield
            imports.mark_undone(row, reason)

    objections = run_undo(
        batch=row.batch, former=kept.former, facts_version=kept.facts_version, reason=reason, today=dates.today(),
        may_touch=_reach(run), commit=commit, progress=run.progress,
    )  # fmt: skip
    if objections:
        with run.commit(_told(row, "Chưa hoàn tác được. Hãy xem lý do.")):
            imports.note_objections(row, objections)
    else:
        imports.tidy(row)


def _checked(row: WorkbookImport, run: JobRun, **options: Any) -> tuple[Book | None, ImportResult]:
    """The file read and checked; with *commit* among the options, and where that *confirm*s, also written."""
    if not _is_whole(row.file, row.sha256):
        raise JobError("Tệp đã tải lên không còn nguyên vẹn. Hãy tải tệp lên lại.")
    run.progress(0, len(registered_sheets()) + 1, "Đọc tệp")
    choices = Choices.of_json(row.choices)
    try:
        book = open_book(row.file, registered_sheets(), choices)
    except UnreadableWorkbookError as refusal:
        return None, unreadable(refusal)
    result = import_sheets(
        book.found, today=dates.today(), title=row.name, dry_run="commit" not in options, may_touch=_reach(run),
        progress=run.progress, errors=book.errors, warnings=book.warnings, keeps_lines=True, choices=choices, **options,
    )  # fmt: skip
    return book, result


def _is_whole(path: Path, sha256: str) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256


def _reach(run: JobRun) -> MayTouch:
    """Where the owner of the job may import now, and what else there."""
    within: dict[str, set[int]] = {}

    def may_touch(unit: Organization, action: str = Action.IMPORT) -> bool:
        if action not in within:
            within[action] = set(Organization.objects.visible_to(run.owner, action).values_list("pk", flat=True))
        return unit.pk in within[action]

    return may_touch


def _store(run: JobRun, row: WorkbookImport, book: Book | None, result: ImportResult, notice: str = "") -> None:
    """Lay down what was found, in a folder of this run's own, and finish."""
    preview = uuid4().hex
    findings = write_preview(row.folder / preview, book, result)
    with run.commit(_told(row, notice or _message(findings))):
        imports.store_check(row, preview, findings, notice)
    imports.tidy(row)


def _message(findings: Findings) -> str:
    if findings.errors:
        return f"Tệp có {format_integer(findings.errors)} lỗi. Hãy xem từng lỗi, sửa tệp rồi tải lên lại."
    return "Tệp đọc được. Hãy xem trước rồi ghi vào hệ thống."


def _told(row: WorkbookImport, message: str) -> dict[str, Any]:
    return {"message": message, "url": reverse("cells:import-detail", args=[row.public_id]), "forward": True}


@job_kind(NIGHTLY, title="Việc hằng đêm: cây tổ chức, tệp tạm")
def do_nightly_work(run: JobRun) -> dict[str, Any]:
    """Changes of the tree planned for today take effect, members move along; uploads nobody came back for go away."""
    today: date = dates.today()
    changed = refresh_current(today)
    moved = move_as_planned(today)
    imports.clear_away()
    told = [f"Cập nhật {changed} tổ chức."] if changed else []
    told += [f"Chuyển {moved} đảng viên theo quyết định sáp nhập."] if moved else []
    return {"message": " ".join(told) or "Không có gì thay đổi."}


nightly(NIGHTLY)
