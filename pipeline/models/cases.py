"""A file and what happened to it. Events are facts; everything else a file says of itself is derived from them."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from cells.models import Organization
from cells.scoping import ScopedQuerySet
from core.dates import DatePrecision, format_partial
from core.field_classes import classes
from core.fields import BytewiseCharField
from core.models import Fact, FactQuerySet
from pipeline.engine.findings import Finding
from pipeline.engine.stages import Stage
from pipeline.kinds import ONGOING, STAGES, CaseKind, CaseStatus, LeftBecause
from pipeline.models.people import Candidate


class CaseQuerySet(ScopedQuerySet):
    def ongoing(self):
        """Files that are neither closed nor done: open, or paused."""
        return self.filter(status__in=ONGOING)


class Case(models.Model):
    """Hồ sơ: one attempt of one person.

    The columns from `stage` on, `organization` and `closed_on` are copies of what replay says, written by
    :mod:`pipeline.services.settling` only; the night renews what depends on the day.
    """

    scope_path = "organization__path"
    file_path = "candidate"
    field_classes = classes(
        public="public_id code candidate organization first_organization opened_on closed_on kind version checked_on",
        basic="routes has_youth_union has_trade_union is_difficult_area stage status outcome stage_since next_step "
        "next_due first_due decides_unit decides_body decides_reason times_readmitted",
        sensitive="former_left_on former_because former_expunged_on",
    )

    member_code: str = ""
    """Mã đảng viên that whoever joins the roll now is to have; not stored."""
    told_with: tuple[type[models.Model], ...] = ()
    """Models whose columns the trail of a file tells of besides its own; set in `pipeline.models`."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = BytewiseCharField("mã hồ sơ", max_length=40, unique=True)
    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="cases", verbose_name="của ai")
    first_organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", verbose_name="chi bộ mở hồ sơ"
    )
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="cases", verbose_name="chi bộ hiện nay")
    opened_on = models.DateField("ngày mở hồ sơ")
    closed_on = models.DateField("ngày thôi", null=True, blank=True)
    kind = models.CharField("loại hồ sơ", max_length=12, choices=CaseKind, default=CaseKind.FIRST)
    routes = models.JSONField("trường hợp đặc biệt", default=list, blank=True)
    has_youth_union = models.BooleanField("nơi có tổ chức Đoàn", null=True)
    has_trade_union = models.BooleanField("nơi có công đoàn", null=True)
    is_difficult_area = models.BooleanField("nơi được hưởng ngoại lệ về học vấn", default=False)
    former_left_on = models.DateField("ngày ra khỏi Đảng lần trước", null=True, blank=True)
    former_because = models.CharField("lý do ra khỏi Đảng", max_length=20, choices=LeftBecause, blank=True)
    former_expunged_on = models.DateField("ngày được xóa án tích", null=True, blank=True)
    times_readmitted = models.PositiveSmallIntegerField("số lần đã kết nạp lại", default=0)
    decides_unit = models.CharField("cơ quan quyết định ghi tay", max_length=255, blank=True)
    decides_body = models.CharField("tập thể quyết định ghi tay", max_length=20, blank=True)
    decides_reason = models.CharField("lý do ghi tay cơ quan quyết định", max_length=255, blank=True)

    stage = models.CharField("giai đoạn", max_length=12, choices=STAGES, default=Stage.SOURCE.name)
    status = models.CharField("tình trạng", max_length=8, choices=CaseStatus, default=CaseStatus.OPEN)
    outcome = models.CharField("kết cục", max_length=40, blank=True)
    stage_since = models.DateField("ở giai đoạn này từ", null=True)
    next_step = models.CharField("bước tiếp theo", max_length=40, blank=True)
    next_due = models.DateField("hạn của bước tiếp theo", null=True)
    first_due = models.DateField("hạn sớm nhất", null=True, help_text="Of all steps, repeated duties included")
    checked_on = models.DateField("đã tính đến ngày", null=True)
    version = models.PositiveIntegerField(default=1)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = "hồ sơ"
        verbose_name_plural = "hồ sơ"
        ordering = ["candidate__name_key", "candidate__born_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["candidate"], condition=Q(status__in=[*ONGOING]), name="case_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) ^ Q(status__in=[CaseStatus.CLOSED, CaseStatus.DONE]),
                name="case_closed_has_a_day",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "status", "stage"], name="case_by_place"),
            models.Index(fields=["status", "stage", "id"], name="case_by_stage"),
            models.Index(fields=["status", "first_due"], name="case_by_due"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_ongoing(self) -> bool:
        return self.status in ONGOING


class CaseEventQuerySet(ScopedQuerySet, FactQuerySet):
    pass


class CaseEvent(Fact):
    """Sự việc của hồ sơ: a step that was taken or an outcome that befell it, at the cell it happened in.

    `kind` is the name of a step or outcome of the rules. With `void` nothing stands in place of what it corrects.
    """

    scope_path = "organization__path"
    file_path = "case__candidate"
    field_classes = classes(
        public="public_id recorded_at recorded_by corrects in_force batch void case organization moved_to kind",
        basic="reason occurred_on precision agreed steps by on_behalf document_number document_date document_issuer "
        "late_reason",
    )

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="events", verbose_name="hồ sơ")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="tại")
    moved_to = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="chuyển đến"
    )
    kind = models.CharField("việc", max_length=40)
    occurred_on = models.DateField("ngày")
    precision = models.CharField("ngày biết đến", max_length=5, choices=DatePrecision, default=DatePrecision.DAY)
    void = models.BooleanField("bỏ hẳn", default=False)
    agreed = models.BooleanField("đồng ý", null=True)
    steps = models.JSONField("việc phải làm lại", default=list, blank=True)
    by = models.CharField("ai làm", max_length=120, blank=True)
    on_behalf = models.CharField("thay mặt", max_length=120, blank=True)
    document_number = models.CharField("số văn bản", max_length=60, blank=True)
    document_date = models.DateField("ngày văn bản", null=True, blank=True)
    document_issuer = models.CharField("nơi ban hành", max_length=200, blank=True)
    late_reason = models.CharField("lý do ghi muộn", max_length=255, blank=True)

    warnings: tuple[Finding, ...] = ()
    """What the rules warned of, for the one who has just recorded it; not stored."""

    objects = CaseEventQuerySet.as_manager()

    class Meta:
        verbose_name = "sự việc của hồ sơ"
        verbose_name_plural = "sự việc của hồ sơ"
        ordering = ["case", "occurred_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind", "occurred_on"], condition=Q(in_force=True), name="case_event_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(void=False) | Q(corrects__isnull=False, in_force=False), name="case_event_void_of_another"
            ),
            models.CheckConstraint(
                condition=Q(kind="moved", moved_to__isnull=False) | (~Q(kind="moved") & Q(moved_to__isnull=True)),
                name="case_event_moved_to",
            ),
        ]
        indexes = [models.Index(fields=["organization", "occurred_on"], name="case_event_by_place")]

    def __str__(self) -> str:
        return f"{self.kind} {self.on_text}"

    @property
    def on_text(self) -> str:
        return format_partial(self.occurred_on, self.precision)

    @property
    def vote(self) -> "Ballot | None":
        """Its ballot, None where nobody voted."""
        return getattr(self, "ballot", None)


class Ballot(models.Model):
    """Một lần biểu quyết. `confirmed` are the public ids of the official members confirmed name by name."""

    scope_path = "event__organization__path"
    file_path = "event__case__candidate"
    field_classes = classes(
        public="public_id event body",
        basic="members yes no blank present away exempt exempt_present suspended confirmed",
    )

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event = models.OneToOneField(CaseEvent, models.PROTECT, related_name="ballot", verbose_name="sự việc")
    body = models.CharField("tập thể biểu quyết", max_length=120, blank=True)
    members = models.PositiveIntegerField("tổng số đảng viên chính thức")
    yes = models.PositiveIntegerField("tán thành")
    no = models.PositiveIntegerField("không tán thành", default=0)
    blank = models.PositiveIntegerField("phiếu trắng, không hợp lệ", default=0)
    present = models.PositiveIntegerField("có mặt", null=True)
    away = models.PositiveIntegerField("sinh hoạt tạm thời nơi khác", default=0)
    exempt = models.PositiveIntegerField("được miễn sinh hoạt", default=0)
    exempt_present = models.PositiveIntegerField("được miễn nhưng dự họp", default=0)
    suspended = models.PositiveIntegerField("bị đình chỉ sinh hoạt", default=0)
    confirmed = models.JSONField("đã xác nhận từng người", default=list)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "phiếu biểu quyết"
        verbose_name_plural = "phiếu biểu quyết"

    def __str__(self) -> str:
        return f"{self.yes}/{self.members} phiếu tán thành"

    def numbers(self) -> dict[str, Any]:
        """Its figures, by the names the rules use."""
        names = ("members", "yes", "no", "blank", "present", "away", "exempt", "exempt_present", "suspended")
        return {name: getattr(self, name) for name in names}
