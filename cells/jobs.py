"""Background work of this floor: imports, and what each night brings."""

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse

from cells.models import Organization
from cells.roles import Action
from cells.services.tree import refresh_current
from cells.workbook.importing import ImportResult, run_import
from core import dates
from core.jobs import JobError, JobRun, job_kind, nightly

IMPORT = "cells.import_workbook"
NIGHTLY = "cells.nightly"
UPLOADS = "uploads"
UPLOAD_KEPT_SECONDS = 2 * 24 * 60 * 60


def upload_path(name: str) -> Path:
    """Where an uploaded workbook waits for its job."""
    return settings.FILES_DIR / UPLOADS / name


@job_kind(IMPORT, title="Nhập sổ Excel")
def import_uploaded_workbook(run: JobRun) -> dict[str, Any]:
    """Import the uploaded file within what its owner may change; the file is removed when it is over."""
    path = upload_path(run.params["file"])
    if not path.is_file():
        raise JobError("Tệp đã tải lên không còn nữa. Hãy tải tệp lên lại.")
    within = set(Organization.objects.visible_to(run.owner, Action.IMPORT).values_list("pk", flat=True))
    url = reverse("cells:import-result", args=[run.params["result_id"]])

    def told(result: ImportResult) -> dict[str, Any]:
        return {"message": _message(result, run.params["dry_run"]), "url": url, "import": result.as_json()}

    result = run_import(
        path,
        today=dates.today(),
        dry_run=run.params["dry_run"],
        may_touch=lambda unit: unit.pk in within,
        commit=lambda result: run.commit(told(result)),
        progress=run.progress,
        title=run.params["name"],
    )
    path.unlink(missing_ok=True)
    return told(result)


def _message(result: ImportResult, dry_run: bool) -> str:
    if result.errors:
        return f"Tệp có {len(result.errors)} lỗi nên chưa ghi gì. Hãy xem kết quả, sửa tệp rồi tải lên lại."
    if dry_run:
        return "Tệp hợp lệ. Chưa ghi gì vì bạn chọn chỉ kiểm tra."
    return "Đã ghi tất cả dữ liệu trong tệp."


@job_kind(NIGHTLY, title="Việc hằng đêm: cây tổ chức, tệp tạm")
def do_nightly_work(run: JobRun) -> dict[str, Any]:
    """Changes of the tree planned for today take effect; uploads nobody came back for go away."""
    changed = refresh_current(dates.today())
    oldest = time.time() - UPLOAD_KEPT_SECONDS
    folder = upload_path("")
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
    return {"message": f"Cập nhật {changed} tổ chức." if changed else "Không có gì thay đổi."}


nightly(NIGHTLY)
