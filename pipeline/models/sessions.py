"""Sessions of the committee that decides, what is put before them, and receipts for files that are handed in."""

from django.db import models
from django.db.models import Q

from cells.kinds import DecidingBody
from cells.models import Organization
from core.dates import format_date
from core.field_classes import classes
from pipeline.kinds import ItemOutcome
from pipeline.models.cases import CaseEvent
from pipeline.models.helping import CaseRow
from pipeline.models.offices import OfficeRow


class Session(OfficeRow):
    """Phiên họp xét kết nạp, công nhận: one day of the body that decides, with its agenda."""

    field_classes = OfficeRow.field_classes | classes(public="body held_on title place minutes_number closed_on")

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="sessions", verbose_name="cấp ủy")
    body = models.CharField("tập thể quyết định", max_length=20, choices=DecidingBody)
    held_on = models.DateField("ngày họp")
    title = models.CharField("tên phiên họp", max_length=200, blank=True)
    place = models.CharField("địa điểm", max_length=200, blank=True)
    minutes_number = models.CharField("số biên bản", max_length=60, blank=True)
    closed_on = models.DateField("ngày kết thúc", null=True, blank=True)

    class Meta:
        verbose_name = "phiên họp xét kết nạp"
        verbose_name_plural = "phiên họp xét kết nạp"
        ordering = ["-held_on", "-id"]
        constraints = [models.UniqueConstraint(fields=["organization", "body", "held_on"], name="session_once_a_day")]

    def __str__(self) -> str:
        return self.title or f"Phiên họp ngày {format_date(self.held_on)}"


class SessionItem(CaseRow):
    """Hồ sơ trình phiên họp: one person, for one decision (`step`), always voted on alone."""

    field_classes = CaseRow.field_classes | classes(
        public="session position step", basic="submitted_on outcome outcome_reason event notified_on"
    )

    session = models.ForeignKey(Session, models.PROTECT, related_name="items", verbose_name="phiên họp")
    position = models.PositiveSmallIntegerField("thứ tự")
    step = models.CharField("xét việc", max_length=40)
    submitted_on = models.DateField("ngày trình")
    outcome = models.CharField("kết quả khác", max_length=12, choices=ItemOutcome, blank=True)
    outcome_reason = models.CharField("lý do", max_length=255, blank=True)
    event = models.OneToOneField(
        CaseEvent, models.PROTECT, null=True, blank=True, related_name="session_item", verbose_name="quyết định"
    )
    notified_on = models.DateField("ngày thông báo cho chi bộ", null=True, blank=True)

    class Meta:
        verbose_name = "hồ sơ trình phiên họp"
        verbose_name_plural = "hồ sơ trình phiên họp"
        ordering = ["session", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["session", "case", "step"], name="session_item_once"),
            models.UniqueConstraint(fields=["session", "position"], name="session_item_position"),
            models.CheckConstraint(condition=Q(outcome="") | Q(event__isnull=True), name="session_item_one_outcome"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.case}"


class FileReceipt(CaseRow):
    """Phiếu nhận hồ sơ: that a file was handed in to an office, what was lacking, until when it is to be added."""

    field_classes = CaseRow.field_classes | classes(
        public="organization", basic="number received_on handed_by lacking add_before completed_on"
    )

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="nơi nhận")
    number = models.CharField("số phiếu nhận", max_length=60, blank=True)
    received_on = models.DateField("ngày nhận")
    handed_by = models.CharField("người nộp", max_length=200, blank=True)
    lacking = models.JSONField("giấy tờ cần bổ sung", default=list, blank=True)
    add_before = models.DateField("bổ sung trước ngày", null=True, blank=True)
    completed_on = models.DateField("ngày đủ hồ sơ", null=True, blank=True)

    class Meta:
        verbose_name = "phiếu nhận hồ sơ"
        verbose_name_plural = "phiếu nhận hồ sơ"
        ordering = ["case", "received_on", "id"]

    def __str__(self) -> str:
        return f"Phiếu nhận hồ sơ {self.number or format_date(self.received_on)}"
