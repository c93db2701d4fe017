"""One piece of background work. The database owns it; the broker only rings the bell."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.field_classes import classes


class JobQuerySet(models.QuerySet):
    def visible_to(self, user: Any):
        """A job and its result belong to its owner, whatever else anybody may see."""
        return self.filter(owner=user) if user.is_authenticated else self.none()


class Job(models.Model):
    """Công việc nền. `token` fences: whoever holds an older one can neither finish nor write."""

    field_classes = classes(
        public=(
            "public_id kind key params state not_before attempts token lease_until step progress total "
            "result result_file error created_at started_at finished_at"
        ),
        basic="owner title",
    )

    class State(models.TextChoices):
        QUEUED = "queued", "Đang chờ"
        RUNNING = "running", "Đang chạy"
        DONE = "done", "Đã xong"
        FAILED = "failed", "Không thành công"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField("loại", max_length=60)
    key = models.CharField(max_length=200, blank=True, help_text="Two queued jobs never share a kind and a key")
    params = models.JSONField("tham số", default=dict)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="jobs", verbose_name="của ai"
    )
    title = models.CharField("nội dung", max_length=255, blank=True)
    state = models.CharField("tình trạng", max_length=10, choices=State, default=State.QUEUED)
    not_before = models.DateTimeField("không sớm hơn", default=timezone.now)
    attempts = models.PositiveIntegerField("số lần chạy", default=0)
    token = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    step = models.CharField("đang làm", max_length=200, blank=True)
    progress = models.PositiveIntegerField("đã làm", default=0)
    total = models.PositiveIntegerField("tổng số", default=0)
    result = models.JSONField("kết quả", default=dict)
    result_file = models.CharField("tệp kết quả", max_length=255, blank=True, help_text="Relative to FILES_DIR")
    error = models.TextField("lỗi", blank=True)
    created_at = models.DateTimeField("tạo lúc", default=timezone.now)
    started_at = models.DateTimeField("bắt đầu lúc", null=True, blank=True)
    finished_at = models.DateTimeField("xong lúc", null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = "công việc nền"
        verbose_name_plural = "công việc nền"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"], condition=Q(state="queued") & ~Q(key=""), name="job_one_queued_per_key"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "not_before"], name="job_due"),
            models.Index(fields=["owner", "-created_at"], name="job_of_owner"),
        ]

    def __str__(self) -> str:
        return self.title or self.kind

    @property
    def is_over(self) -> bool:
        return self.state in (self.State.DONE, self.State.FAILED)

    @property
    def percent(self) -> int | None:
        """Whole percent done, or None while the total is unknown."""
        return min(100, self.progress * 100 // self.total) if self.total else None
