"""Vetting: one inquiry about one person at one place, and the directory of those who are asked."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from cells.models import Organization
from core.field_classes import classes
from core.names import clean_name, fold
from pipeline.kinds import RELATION_CHOICES, BodyKind, ExemptionGround
from pipeline.models.helping import CaseRow
from pipeline.models.offices import OfficeRow
from pipeline.models.people import Relative


class VettingBody(OfficeRow):
    """Nơi thẩm tra trong danh bạ: an outside body to which letters go, kept by the office of `organization` for itself
    and everybody below it."""

    field_classes = OfficeRow.field_classes | classes(
        public="name name_fold kind is_active", basic="address phone note"
    )

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="vetting_bodies", verbose_name="cấp ủy giữ danh bạ"
    )
    name = models.CharField("tên nơi thẩm tra", max_length=255)
    name_fold = models.CharField(max_length=255, editable=False)
    kind = models.CharField("loại", max_length=16, choices=BodyKind, default=BodyKind.BASE)
    address = models.CharField("địa chỉ", max_length=255, blank=True)
    phone = models.CharField("điện thoại", max_length=40, blank=True)
    note = models.CharField("ghi chú", max_length=255, blank=True)
    is_active = models.BooleanField("đang dùng", default=True)

    class Meta:
        verbose_name = "nơi thẩm tra"
        verbose_name_plural = "danh bạ nơi thẩm tra"
        ordering = ["name_fold", "id"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "name_fold"], name="vetting_body_once_an_office")
        ]
        indexes = [models.Index(fields=["name_fold"], name="vetting_body_by_name")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **options: Any) -> None:
        """The name for searching follows the name."""
        self.name = clean_name(self.name)
        self.name_fold = fold(self.name)
        super().save(*args, **options)


class VettingInquiry(CaseRow):
    """Thẩm tra: asked on a day, answered on a day. Dates and lateness are seen; about whom, and what, is not."""

    field_classes = CaseRow.field_classes | classes(
        basic="addressee body requested_on request_number answered_on answer_number abroad chased_on times_chased",
        vetting="relative relation place exempt_because vetted_by conclusion",
    )

    relative = models.ForeignKey(
        Relative, models.PROTECT, null=True, blank=True, related_name="inquiries", verbose_name="người thân",
        help_text="Empty: about the person",
    )  # fmt: skip
    relation = models.CharField("thẩm tra về", max_length=20, choices=RELATION_CHOICES)
    place = models.CharField("nội dung, nơi cần thẩm tra", max_length=255, blank=True)
    addressee = models.CharField("nơi được hỏi", max_length=255, blank=True)
    body = models.ForeignKey(
        VettingBody, models.PROTECT, null=True, blank=True, related_name="inquiries", verbose_name="trong danh bạ",
        help_text="`addressee` is the name as the letter has it, whatever becomes of the entry",
    )  # fmt: skip
    abroad = models.BooleanField("ở nước ngoài", default=False)
    requested_on = models.DateField("ngày gửi", null=True, blank=True)
    request_number = models.CharField("số công văn", max_length=60, blank=True)
    answered_on = models.DateField("ngày trả lời", null=True, blank=True)
    answer_number = models.CharField("số văn bản trả lời", max_length=60, blank=True)
    exempt_because = models.CharField("lý do miễn", max_length=24, choices=ExemptionGround, blank=True)
    vetted_by = models.CharField(
        "quan hệ của người đi thẩm tra", max_length=20, choices=RELATION_CHOICES, blank=True,
        help_text="Empty for anybody who is no relative",
    )  # fmt: skip
    conclusion = models.TextField("kết luận", blank=True)
    chased_on = models.DateField("ngày đôn đốc gần nhất", null=True, blank=True)
    times_chased = models.PositiveSmallIntegerField("số lần đôn đốc", default=0)

    class Meta:
        verbose_name = "thẩm tra lý lịch"
        verbose_name_plural = "thẩm tra lý lịch"
        ordering = ["case", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_on__isnull=True)
                | Q(requested_on__isnull=False, answered_on__gte=F("requested_on")),
                name="inquiry_answer_after_request",
            ),
        ]
        indexes = [
            models.Index(
                fields=["requested_on"], condition=Q(answered_on__isnull=True, requested_on__isnull=False),
                name="inquiry_waiting",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"Thẩm tra tại {self.addressee or 'nơi chưa ghi'}"

    @property
    def is_waiting(self) -> bool:
        return bool(self.requested_on and not self.answered_on)
