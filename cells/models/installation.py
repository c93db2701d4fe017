"""What this installation is: its profile and the labels it prints; and how often its facts have changed."""

import uuid
from typing import Any

from django.db import models
from django.db.models import F

from cells.profiles import PROFILES, ProfileName
from core.field_classes import classes


class SingleRow(models.Model):
    """A table with one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)

    class Meta:
        abstract = True


class Installation(SingleRow):
    """Cài đặt chung: profile (three levels or two) and labels that differ from the profile's."""

    field_classes = classes(public="profile labels version")

    profile = models.CharField("mô hình", max_length=20, choices=ProfileName, default=ProfileName.DISTRICT)
    labels = models.JSONField("tên gọi", default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = "cài đặt chung"
        verbose_name_plural = "cài đặt chung"

    def __str__(self) -> str:
        return self.get_profile_display()

    def label_texts(self) -> dict[str, Any]:
        """What things are called here: the profile's labels, overridden by those of this installation."""
        return PROFILES[ProfileName(self.profile)].labels | self.labels

    @classmethod
    def load(cls) -> "Installation":
        """The one row; its defaults where nobody has set anything yet."""
        return cls.objects.first() or cls()


class FactsVersion(SingleRow):
    """A number that grows with every change of a fact.

    Figures say which number they were computed at; a long import checked at one number is not applied at
    another. Raising it inside a transaction also makes changes of facts wait for each other.
    """

    field_classes = classes(public="value token")

    value = models.PositiveBigIntegerField(default=0)
    token = models.UUIDField(default=uuid.uuid4, editable=False, help_text="Another one with each value, never again")

    class Meta:
        verbose_name = "số lần thay đổi dữ liệu"
        verbose_name_plural = "số lần thay đổi dữ liệu"

    def __str__(self) -> str:
        return str(self.value)

    @classmethod
    def current(cls) -> int:
        return cls.objects.values_list("value", flat=True).first() or 0

    @classmethod
    def advance(cls, expected: int | None = None) -> bool:
        """Raise the number; with *expected*, only from that value. Returns whether it was raised."""
        cls.objects.bulk_create([cls()], ignore_conflicts=True)
        rows = cls.objects.all() if expected is None else cls.objects.filter(value=expected)
        return bool(rows.update(value=F("value") + 1, token=uuid.uuid4()))

    @classmethod
    def state(cls) -> uuid.UUID | None:
        """What tells the present facts from those of any other time, of another database and of a change given up.

        None before the first fact.
        """
        return cls.objects.values_list("token", flat=True).first()
