"""Periodic reports, each revision frozen with its file and digest."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from cells.kinds import INNER_KINDS
from cells.models import Organization
from cells.scoping import ScopedQuerySet
from core.field_classes import classes
from reports.kinds import ReportKind
from reports.wording import period_words


class ReportQuerySet(ScopedQuerySet):
    def for_list(self):
        """With the organisation, the moment of the latest revision (`made_at`) and all revisions, newest first.

        The frozen content, large and not for pages, is left out; so are reports of which no revision is left.
        """
        revisions = ReportRevision.objects.defer("content").select_related("created_by").order_by("-number")
        return (
            self.filter(revisions__isnull=False)
            .annotate(made_at=models.Max("revisions__created_at"))
            .select_related("organization__parent")
            .prefetch_related(models.Prefetch("revisions", queryset=revisions))
        )


class Report(models.Model):
    """Báo cáo định kỳ của một tổ chức cho một kỳ."""

    scope_path = "organization__path"
    field_classes = classes(
        public="public_id kind organization first_day last_day created_at made",
        basic="created_by",
    )

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField("loại", max_length=10, choices=ReportKind)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="reports")
    first_day = models.DateField("từ ngày")
    last_day = models.DateField("đến hết ngày")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    made = models.PositiveSmallIntegerField(
        "số bản đã lập", default=0, help_text="Deleted drafts count too: their number stands on paper somewhere"
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = "báo cáo"
        verbose_name_plural = "báo cáo"
        ordering = ["-last_day", "organization__code"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "kind", "first_day", "last_day"], name="report_once"),
            models.CheckConstraint(condition=Q(last_day__gt=F("first_day")), name="report_span"),
        ]

    def __str__(self) -> str:
        return f"Báo cáo {self.words}: {self.organization}"

    @property
    def place(self) -> str:
        """What the organisation belongs to, where its name alone may not say enough."""
        is_inner = self.organization.kind in INNER_KINDS
        return str(self.organization.parent) if is_inner and self.organization.parent else ""

    @property
    def words(self) -> str:
        """`6 tháng đầu năm 2026`, `năm 2026`."""
        return period_words(self.kind, self.last_day.year)


class ReportRevision(models.Model):
    """Một bản của báo cáo: the figures as they were, the printed file, and the digest of the figures."""

    field_classes = classes(
        public="report number dated digest file file_digest pages facts_version created_at",
        basic="content created_by",
    )

    report = models.ForeignKey(Report, models.PROTECT, related_name="revisions")
    number = models.PositiveSmallIntegerField("bản số")
    dated = models.DateField("ngày ghi trên báo cáo", null=True, blank=True, help_text="Empty: written by hand")
    content = models.JSONField("số liệu đóng băng")
    digest = models.CharField("mã kiểm chứng", max_length=64, help_text="SHA-256 of the canonical content")
    file = models.CharField("tệp", max_length=255, help_text="Relative to FILES_DIR")
    file_digest = models.CharField(max_length=64)
    pages = models.PositiveSmallIntegerField("số trang")
    facts_version = models.PositiveBigIntegerField("lần thay đổi dữ liệu")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "bản báo cáo"
        verbose_name_plural = "bản báo cáo"
        ordering = ["report", "-number"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="revision_once")]

    def __str__(self) -> str:
        return f"{self.report}, bản {self.number}"

    def get_absolute_url(self) -> str:
        """Address of the printed file."""
        return reverse("reports:report-file", args=[self.report.public_id, self.number])
