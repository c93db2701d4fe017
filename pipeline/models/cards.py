"""Cards of members: batches on the four days of the year, one card a person."""

from django.db import models

from cells.models import Organization
from core.dates import format_date
from core.field_classes import classes
from core.sealed import DigestField, SealedField
from pipeline.models.helping import CaseRow
from pipeline.models.offices import OfficeRow


class CardBatch(OfficeRow):
    """Đợt phát thẻ đảng viên (3/2, 19/5, 2/9, 7/11) of the committee that issues cards."""

    field_classes = OfficeRow.field_classes | classes(public="day decision_number decision_date")

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="card_batches", verbose_name="cấp ủy")
    day = models.DateField("ngày của đợt")
    decision_number = models.CharField("số quyết định phát thẻ", max_length=60, blank=True)
    decision_date = models.DateField("ngày quyết định phát thẻ", null=True, blank=True)

    class Meta:
        verbose_name = "đợt phát thẻ đảng viên"
        verbose_name_plural = "đợt phát thẻ đảng viên"
        ordering = ["-day", "-id"]
        constraints = [models.UniqueConstraint(fields=["organization", "day"], name="card_batch_once_a_day")]

    def __str__(self) -> str:
        return f"Đợt phát thẻ {format_date(self.day)}"


class MemberCard(CaseRow):
    """Thẻ đảng viên: its number of twelve digits, once it is known, and when it was handed out."""

    field_classes = CaseRow.field_classes | classes(public="batch", basic="handed_on", sensitive="number number_digest")

    batch = models.ForeignKey(CardBatch, models.PROTECT, related_name="cards", verbose_name="đợt phát thẻ")
    # Whether it is the number of the identity paper is not known: sealed like that one.
    number = SealedField("số thẻ", blank=True, default="", found_by="number_digest")
    number_digest = DigestField("dấu để tìm số thẻ", default="")
    handed_on = models.DateField("ngày trao thẻ", null=True, blank=True)

    class Meta:
        verbose_name = "thẻ đảng viên"
        verbose_name_plural = "thẻ đảng viên"
        ordering = ["batch", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case"], name="card_once_a_file"),
            models.UniqueConstraint(
                fields=["number_digest"], condition=~models.Q(number_digest=""), name="card_number_once"
            ),
        ]

    def __str__(self) -> str:
        return f"Thẻ đảng viên, {self.batch}"
