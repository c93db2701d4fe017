"""Imports of workbooks: what was uploaded, what it would do, what was done, and what it takes to take it back."""

import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.field_classes import classes
from core.models import Job


class WorkbookImportQuerySet(models.QuerySet):
    def visible_to(self, user: Any):
        """An import belongs to the one who uploaded the file, whatever else anybody may see."""
        return self.filter(owner=user) if user.is_authenticated else self.none()


class WorkbookImport(models.Model):
    """Lần nhập Excel. Written only by :mod:`cells.services.imports`.

    The file and what was found in it lie below `FILES_DIR/imports/<public_id>/`: the database never holds what
    nobody has decided to import. `found` and `digest` tell of the latest check, at the facts' `facts_version`.
    """

    field_classes = classes(
        public=(
            "public_id size sha256 state created_at job choices notice preview checked_at facts_version "
            "digest counts found errors warnings batch applied_at undone_at"
        ),
        basic="owner name name_fold undo_reason objections",
    )

    FOLDER = "imports"

    class State(models.TextChoices):
        UPLOADED = "uploaded", "Đang kiểm tra"
        CHECKED = "checked", "Chờ ghi"
        REFUSED = "refused", "Có lỗi"
        APPLIED = "applied", "Đã ghi"
        UNDONE = "undone", "Đã hoàn tác"
        DISCARDED = "discarded", "Đã bỏ"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="imports", verbose_name="người nhập"
    )
    name = models.CharField("tệp", max_length=255)
    name_fold = models.CharField(max_length=255, editable=False)
    size = models.PositiveIntegerField("dung lượng", help_text="Bytes")
    sha256 = models.CharField("mã băm của tệp", max_length=64)
    state = models.CharField("tình trạng", max_length=10, choices=State, default=State.UPLOADED)
    created_at = models.DateTimeField("tải lên lúc", default=timezone.now)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="công việc")
    choices = models.JSONField("cách đọc do người nhập chọn", default=dict)
    notice = models.TextField("điều cần biết", blank=True, help_text="Why it is not done, or was checked again")

    preview = models.CharField(max_length=32, blank=True, help_text="Folder of what the latest check found")
    checked_at = models.DateTimeField("kiểm tra lúc", null=True, blank=True)
    facts_version = models.PositiveBigIntegerField("lần thay đổi dữ liệu", default=0)
    digest = models.CharField("mã của kết quả kiểm tra", max_length=64, blank=True)
    counts = models.JSONField("số dòng", default=dict, help_text="By sheet: created, updated, unchanged")
    found = models.JSONField("kết quả đọc tệp", default=dict, help_text="Sheets as they were read; groups of faults")
    errors = models.PositiveIntegerField("số lỗi", default=0)
    warnings = models.PositiveIntegerField("số cảnh báo", default=0)

    batch = models.UUIDField("đợt", null=True, blank=True, editable=False)
    applied_at = models.DateTimeField("ghi lúc", null=True, blank=True)
    undone_at = models.DateTimeField("hoàn tác lúc", null=True, blank=True)
    undo_reason = models.CharField("lý do hoàn tác", max_length=255, blank=True)
    objections = models.JSONField("vì sao chưa hoàn tác được", default=list)

    objects = WorkbookImportQuerySet.as_manager()

    class Meta:
        verbose_name = "lần nhập Excel"
        verbose_name_plural = "lần nhập Excel"
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["applied", "undone"]) ^ Q(applied_at__isnull=True), name="import_applied_once"
            ),
            models.CheckConstraint(
                condition=Q(state="undone") ^ Q(undone_at__isnull=True), name="import_undone_at_some_time"
            ),
        ]
        indexes = [models.Index(fields=["owner", "-created_at"], name="import_of_owner")]

    def __str__(self) -> str:
        return self.name

    @property
    def folder(self) -> Path:
        return settings.FILES_DIR / self.FOLDER / str(self.public_id)

    @property
    def file(self) -> Path:
        """The uploaded workbook, while it is kept."""
        return self.folder / "tep.xlsx"

    @property
    def preview_folder(self) -> Path:
        return self.folder / (self.preview or "none")

    @property
    def is_open(self) -> bool:
        """Whether the file still waits for a decision."""
        return self.state in (self.State.UPLOADED, self.State.CHECKED, self.State.REFUSED)

    @property
    def is_busy(self) -> bool:
        """Whether a job of this import waits or runs."""
        return self.job is not None and not self.job.is_over

    @property
    def totals(self) -> dict[str, int]:
        """Rows of all sheets by what becomes of them."""
        names = ("created", "updated", "unchanged")
        return {name: sum(counts.get(name, 0) for counts in self.counts.values()) for name in names}

    @property
    def changes_anything(self) -> bool:
        return bool(self.totals["created"] or self.totals["updated"])


class ImportUndo(models.Model):
    """What it takes to take an import back: which rows are new, and what others were before.

    Holds personal data as it was, ethnicity and religion included, under the same roof as the columns it came
    from. Shown nowhere; it goes when the import is taken back, and after some months in any case.
    """

    field_classes = classes(public="workbook_import facts_version", sensitive="former")

    workbook_import = models.OneToOneField(WorkbookImport, models.CASCADE, related_name="undo")
    former = models.JSONField(default=dict, help_text="By sheet")
    facts_version = models.PositiveBigIntegerField(help_text="Right after the import")

    class Meta:
        verbose_name = "dữ liệu để hoàn tác"
        verbose_name_plural = "dữ liệu để hoàn tác"

    def __str__(self) -> str:
        return str(self.workbook_import)
