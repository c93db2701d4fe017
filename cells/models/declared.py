"""Figures typed in for years before the roll, and periods that are closed for new facts."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cells.models.organizations import Organization
from cells.scoping import ScopedQuerySet
from core.field_classes import classes


class DeclaredYear(models.Model):
    """Số liệu khai báo của một năm: the only typed figures in the product, marked wherever shown."""

    scope_path = "organization__path"
    field_classes = classes(
        public=(
            "organization year opening admitted transferred_in reinstated transferred_out died expelled "
            "struck_off resigned closing version"
        ),
    )

    COUNTS = (
        "admitted",
        "transferred_in",
        "reinstated",
        "transferred_out",
        "died",
        "expelled",
        "struck_off",
        "resigned",
    )

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="declared_years")
    year = models.PositiveSmallIntegerField("năm")
    opening = models.PositiveIntegerField("đảng viên đầu năm", default=0)
    admitted = models.PositiveIntegerField("kết nạp", default=0)
    transferred_in = models.PositiveIntegerField("chuyển đến", default=0)
    reinstated = models.PositiveIntegerField("phục hồi", default=0)
    transferred_out = models.PositiveIntegerField("chuyển đi", default=0)
    died = models.PositiveIntegerField("từ trần", default=0)
    expelled = models.PositiveIntegerField("khai trừ", default=0)
    struck_off = models.PositiveIntegerField("xóa tên", default=0)
    resigned = models.PositiveIntegerField("xin ra", default=0)
    closing = models.PositiveIntegerField("đảng viên cuối năm", default=0)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "số liệu khai báo"
        verbose_name_plural = "số liệu khai báo"
        ordering = ["organization", "year"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "year"], name="declared_once_a_year"),
            models.CheckConstraint(
                condition=Q(
                    closing=F("opening") + F("admitted") + F("transferred_in") + F("reinstated")
                    - F("transferred_out") - F("died") - F("expelled") - F("struck_off") - F("resigned")
                ),
                name="declared_closing_adds_up",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.organization}, {self.year}"


class PeriodLock(models.Model):
    """Khóa kỳ: facts of the organisation and those below it, dated in the span, can no longer be entered."""

    scope_path = "organization__path"
    field_classes = classes(
        public="organization first_day last_day locked_at lifted_at reason",
        basic="locked_by lifted_by",
    )

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="period_locks")
    first_day = models.DateField("từ ngày")
    last_day = models.DateField("đến hết ngày")
    locked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    locked_at = models.DateTimeField(auto_now_add=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField("lý do", max_length=255)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "khóa kỳ"
        verbose_name_plural = "khóa kỳ"
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="period_lock_span"),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) ^ Q(lifted_by__isnull=False), name="period_lock_lifted_by_someone"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization}: {self.first_day:%d/%m/%Y}–{self.last_day:%d/%m/%Y}"
