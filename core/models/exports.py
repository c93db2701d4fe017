"""The ledger of lists that left the program."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.documents.formats import Format
from core.field_classes import classes
from core.fields import BytewiseCharField


class Purpose(models.TextChoices):
    """Mục đích của một lần xuất."""

    WORK = "work", "Phục vụ công việc tại đơn vị"
    REPORT = "report", "Báo cáo cấp trên"
    CHECK = "check", "Đối chiếu với cấp dưới"
    INSPECTION = "inspection", "Kiểm tra, giám sát"
    OTHER = "other", "Việc khác (ghi rõ)"


class ExportEntry(models.Model):
    """Một lần xuất danh sách: asked for, where need be approved by a second person, made once.

    `code` stands in the file; whoever finds a copy finds this row. `scope_path` is that of the organisation the list is
    of. A row that was made never changes again (a trigger on both databases).
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Chờ người thứ hai duyệt"
        APPROVED = "approved", "Đã duyệt, chưa tải"
        REFUSED = "refused", "Không duyệt"
        MADE = "made", "Đã xuất"

    field_classes = classes(
        public=(
            "public_id code state format columns private_columns purpose scope_path rows sha256 size "
            "requested_at decided_at made_at"
        ),
        basic="user title address detail decided_by decision",
    )

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField("mã bản xuất", max_length=16, unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="exports", verbose_name="người xuất"
    )
    state = models.CharField("tình trạng", max_length=10, choices=State)
    title = models.CharField("danh sách", max_length=255)
    address = models.TextField("địa chỉ", help_text="Path and query of the list, with its filters")
    format = models.CharField("dạng tệp", max_length=4, choices=Format)
    columns = models.JSONField("các cột")
    private_columns = models.JSONField("các cột nhạy cảm", default=list)
    purpose = models.CharField("mục đích", max_length=12, choices=Purpose)
    detail = models.CharField("việc cụ thể", max_length=255, blank=True)
    scope_path = BytewiseCharField("phạm vi", max_length=255, blank=True)
    rows = models.PositiveIntegerField("số dòng")
    sha256 = models.CharField("mã SHA-256 của tệp", max_length=64, blank=True)
    size = models.PositiveIntegerField("số byte", default=0)
    requested_at = models.DateTimeField("yêu cầu lúc")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người duyệt"
    )
    decided_at = models.DateTimeField("duyệt lúc", null=True, blank=True)
    decision = models.CharField("ý kiến", max_length=255, blank=True)
    made_at = models.DateTimeField("xuất lúc", null=True, blank=True)

    class Meta:
        verbose_name = "lần xuất"
        verbose_name_plural = "sổ xuất dữ liệu"
        ordering = ["-requested_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="made") | (~Q(sha256="") & Q(made_at__isnull=False)), name="export_made_is_known"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("user")), name="export_second_person"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "made_at"], name="export_by_user"),
            models.Index(fields=["scope_path", "id"], name="export_by_scope"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_private(self) -> bool:
        """Whether it holds masked columns."""
        return bool(self.private_columns)
