"""Imports for tests: a file uploaded, checked, written or taken back, by the real jobs."""

from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from cells.models import ImportUndo, WorkbookImport
from cells.workbook import imports
from core.jobs import run_now
from core.models import Job, User
from tests.workbooks import MEMBER_HEAD, Cells, day, write_book

MEMBERS: Cells = [
    MEMBER_HEAD,
    ["M1", "Nguyễn Thị Ánh", day("12/05/1988"), "nữ", "K1", day("19/05/2010")],
    ["M2", "Trần Văn Đức", "05/1975", "nam", "K1", day("03/02/2001")],
]
FAULTY: dict[str, Cells] = {
    "DANG_VIEN": [
        [*MEMBER_HEAD, "Ghi chú"],
        ["M1", "Nguyễn Thị Ánh", "31/02/1988", "nữ", "K1", day("19/05/2010")],
        ["M2", "Trần Văn Đức", "05/1975", "nam", "K1", day("03/02/2001")],
        ["M3", "Lò Thị Hoà", "30/02/1990", "gái", "K1", day("03/02/2014")],
        ["M4", "Đỗ Thị Ẩn", "1990", "nữ", "K1", day("03/02/2002")],
    ]
}
"""Two days that are none, a sex that is none, a column that is not ours, a member who joined too young."""


def uploaded(owner: User, name: str = "Số liệu 2026.xlsx", **sheets: Cells) -> WorkbookImport:
    """A file that waits for its check."""
    path = Path(imports.settings.FILES_DIR) / f"{owner.pk}.xlsx"
    content = write_book(path, **sheets).read_bytes()
    path.unlink()
    imports.receive(SimpleUploadedFile(name, content), owner)
    return WorkbookImport.objects.get(job=Job.objects.latest("pk"))


def run(row: WorkbookImport, kind: str, **params: Any) -> WorkbookImport:
    """Do one job of *row* at once."""
    run_now(kind, {"import": str(row.public_id), **params}, owner=row.owner)
    Job.objects.filter(pk=row.job_id).update(state=Job.State.DONE)
    return WorkbookImport.objects.get(pk=row.pk)


def checked(owner: User, name: str = "Số liệu 2026.xlsx", **sheets: Cells) -> WorkbookImport:
    return run(uploaded(owner, name, **sheets), imports.CHECK)


def written(owner: User, **sheets: Cells) -> WorkbookImport:
    """A file checked and written."""
    row = checked(owner, **sheets)
    return run(row, imports.APPLY, digest=row.digest)


def undone(row: WorkbookImport) -> WorkbookImport:
    return run(row, imports.UNDO, reason="Nhập nhầm tệp")


def applied(owner: User) -> WorkbookImport:
    """An import that was written, to look at: nothing stands behind it."""
    row = WorkbookImport.objects.create(
        owner=owner, name="so.xlsx", size=1, sha256="0" * 64, state=WorkbookImport.State.APPLIED,
        applied_at=timezone.now(), counts={"DANG_VIEN": {"created": 2, "updated": 1, "unchanged": 0}},
    )  # fmt: skip
    ImportUndo.objects.create(workbook_import=row, facts_version=1)
    return row


def sheets_of(content: bytes) -> Any:
    """An Excel file as openpyxl reads it."""
    return openpyxl.load_workbook(BytesIO(content))
