"""Facts are dated and never edited: a mistake is corrected by a second row that reverses the first."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from core.field_classes import classes


class FactQuerySet(models.QuerySet):
    def in_force(self):
        """Facts that count: neither reversed nor a reversal."""
        return self.filter(in_force=True)


class Fact(models.Model):
    """Base of every dated fact.

    A correction is a new row whose `corrects` names the wrong one. A pure reversal (nothing takes the
    place of the wrong row) has `in_force` false itself. `in_force` is the only column that ever changes,
    and only from true to false: it is derived (no row corrects this one, and this one is no reversal) and
    kept because every figure filters on it.
    """

    field_classes = classes(public="recorded_at recorded_by corrects in_force batch", basic="reason")

    recorded_at = models.DateTimeField("ghi lúc", default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người ghi"
    )
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by", verbose_name="đính chính cho"
    )
    in_force = models.BooleanField("đang có hiệu lực", default=True, editable=False)
    reason = models.CharField("lý do", max_length=255, blank=True)
    batch = models.UUIDField(
        "đợt", null=True, blank=True, editable=False, db_index=True,
        help_text="Facts written by one change (a merger, an import) share it; its audit events too",
    )  # fmt: skip

    restates: "Fact | None" = None
    """On a row about to be written: the older row whose words it repeats, and whose batch it keeps."""

    class Meta:
        abstract = True
