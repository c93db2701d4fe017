"""Papers of a file: what there is, never a scan; and opinions."""

from django.db import models

from core.field_classes import classes
from pipeline.kinds import OpinionFrom, PaperKind
from pipeline.models.helping import CaseRow


class CaseDocument(CaseRow):
    """Giấy tờ: kind, form, number, date, who signed, where it is kept."""

    field_classes = CaseRow.field_classes | classes(basic="kind form number signed_on signer issuer kept_at")

    kind = models.CharField("loại giấy tờ", max_length=30, choices=PaperKind)
    form = models.CharField("mẫu", max_length=40, blank=True)
    number = models.CharField("số", max_length=60, blank=True)
    signed_on = models.DateField("ngày ký")
    signer = models.CharField("người ký", max_length=200, blank=True)
    issuer = models.CharField("nơi ban hành", max_length=200, blank=True)
    kept_at = models.CharField("lưu tại", max_length=200, blank=True)

    class Meta:
        verbose_name = "giấy tờ của hồ sơ"
        verbose_name_plural = "giấy tờ của hồ sơ"
        ordering = ["case", "signed_on", "id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}".strip()


class Opinion(CaseRow):
    """Ý kiến nhận xét: where the person works, and of the cell committee where the person lives."""

    field_classes = CaseRow.field_classes | classes(basic="from_whom body given_on number", sensitive="text")

    from_whom = models.CharField("ý kiến của", max_length=12, choices=OpinionFrom)
    body = models.CharField("tổ chức cho ý kiến", max_length=200)
    given_on = models.DateField("ngày")
    number = models.CharField("số văn bản", max_length=60, blank=True)
    text = models.TextField("nội dung", blank=True)

    class Meta:
        verbose_name = "ý kiến nhận xét"
        verbose_name_plural = "ý kiến nhận xét"
        ordering = ["case", "given_on", "id"]

    def __str__(self) -> str:
        return f"Ý kiến của {self.body}"
