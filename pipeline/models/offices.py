"""What an office keeps of its own, beside the files: sessions, card batches, a directory."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from cells.scoping import ScopedQuerySet
from core.field_classes import classes


class OfficeRow(models.Model):
    """Base of what belongs to the organisation in the column `organization` of its own. `version` is the one a form
    has shown: of two people who change a row the slower is told."""

    scope_path = "organization__path"
    field_classes = classes(public="public_id organization version recorded_at recorded_by")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1)
    recorded_at = models.DateTimeField("ghi lúc", default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người ghi"
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True
