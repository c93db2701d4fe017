"""Helpers of a person, the tasks given, what helpers remark."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from cells.models import Member
from cells.scoping import ScopedQuerySet
from core.field_classes import classes
from pipeline.models.cases import Case


class CaseRow(models.Model):
    """Base of what lies in a file besides its events; whoever has the file has it."""

    scope_path = "case__organization__path"
    file_path = "case__candidate"
    field_classes = classes(public="public_id case recorded_at recorded_by")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="%(class)s_set", verbose_name="hồ sơ")
    recorded_at = models.DateTimeField("ghi lúc", default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người ghi"
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True


class MentorshipQuerySet(ScopedQuerySet):
    def present(self) -> "MentorshipQuerySet":
        """Those of helpers who are assigned and have not stopped."""
        return self.filter(since__isnull=False, until__isnull=True)


class Mentorship(CaseRow):
    """Phân công giúp đỡ: a member helps the person from a day on, or only introduces (no `since`)."""

    field_classes = CaseRow.field_classes | classes(
        basic="helper since until reason ended_because document together_since replaces introduced_on"
    )

    helper = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name="đảng viên")
    since = models.DateField("phân công từ ngày", null=True, blank=True)
    until = models.DateField("đến trước ngày", null=True, blank=True)
    document = models.CharField("nghị quyết", max_length=120, blank=True)
    reason = models.CharField("lý do phân công", max_length=255, blank=True)
    ended_because = models.CharField("lý do thôi", max_length=255, blank=True)
    together_since = models.DateField("cùng công tác, học tập, cư trú từ", null=True, blank=True)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="thay")
    introduced_on = models.DateField("ngày giấy giới thiệu 3-KNĐ", null=True, blank=True)

    objects = MentorshipQuerySet.as_manager()

    class Meta:
        verbose_name = "phân công giúp đỡ"
        verbose_name_plural = "phân công giúp đỡ"
        ordering = ["case", "since", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="mentorship_span"),
            models.UniqueConstraint(
                fields=["case", "helper"], condition=Q(until__isnull=True), name="mentorship_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"Giúp đỡ: {self.helper}"


class TrialTask(CaseRow):
    """Nhiệm vụ thử thách."""

    field_classes = CaseRow.field_classes | classes(basic="task given_on due_on done_on result")

    task = models.CharField("nhiệm vụ", max_length=255)
    given_on = models.DateField("ngày giao")
    due_on = models.DateField("hạn", null=True, blank=True)
    done_on = models.DateField("ngày xong", null=True, blank=True)
    result = models.CharField("kết quả", max_length=255, blank=True)

    class Meta:
        verbose_name = "nhiệm vụ thử thách"
        verbose_name_plural = "nhiệm vụ thử thách"
        ordering = ["case", "given_on", "id"]

    def __str__(self) -> str:
        return self.task


class HelperRemark(CaseRow):
    """Nhận xét hằng quý của đảng viên giúp đỡ; the secretary writes it down."""

    field_classes = CaseRow.field_classes | classes(basic="mentorship year quarter text")

    mentorship = models.ForeignKey(Mentorship, models.PROTECT, related_name="remarks", verbose_name="người giúp đỡ")
    year = models.PositiveSmallIntegerField("năm")
    quarter = models.PositiveSmallIntegerField("quý")
    text = models.TextField("nhận xét")

    class Meta:
        verbose_name = "nhận xét của người giúp đỡ"
        verbose_name_plural = "nhận xét của người giúp đỡ"
        ordering = ["case", "year", "quarter", "id"]
        constraints = [
            models.UniqueConstraint(fields=["mentorship", "year", "quarter"], name="remark_once_a_quarter"),
            models.CheckConstraint(condition=Q(quarter__gte=1, quarter__lte=4), name="remark_quarter"),
        ]

    def __str__(self) -> str:
        return f"Nhận xét quý {self.quarter}/{self.year}"
