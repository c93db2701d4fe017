"""What this installation itself knows of the rules."""

import uuid

from django.db import models
from django.db.models import Q

from cells.scoping import ScopedQuerySet
from core.field_classes import classes
from core.models import Fact, FactQuerySet


class RuleConfirmationQuerySet(ScopedQuerySet, FactQuerySet):
    pass


class RuleConfirmation(Fact):
    """Đã đối chiếu: who has read one rule of one edition in which text, and when; the rule may block from then on.

    For an open question (a setting) it carries the answer found there. Taken back by a row that corrects it.
    """

    field_classes = classes(public="public_id edition rule text checked_on answer")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    edition = models.CharField("văn bản", max_length=40)
    rule = models.CharField("quy định", max_length=80)
    text = models.CharField("đã đọc ở", max_length=200)
    checked_on = models.DateField("ngày đối chiếu")
    answer = models.CharField("trả lời", max_length=40, blank=True)

    objects = RuleConfirmationQuerySet.as_manager()

    class Meta:
        verbose_name = "đối chiếu quy định"
        verbose_name_plural = "đối chiếu quy định"
        ordering = ["-recorded_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "rule"], condition=Q(in_force=True), name="rule_confirmed_once")
        ]

    def __str__(self) -> str:
        return f"{self.rule}, {self.edition}"
