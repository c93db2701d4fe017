"""What files have put onto the roll."""

from django.db import models

from cells.models import Movement
from core.field_classes import classes
from pipeline.kinds import OnRoll
from pipeline.models.helping import CaseRow


class RollEntry(CaseRow):
    """Dòng danh sách đảng viên do hồ sơ ghi: which movement says on the roll what the file says.

    Written by :mod:`pipeline.services.joining` only. `number` counts the times the person joined by this file; of one
    number and kind the entry counts whose movement is in force.
    """

    field_classes = CaseRow.field_classes | classes(public="number kind movement")

    number = models.PositiveSmallIntegerField("lần vào danh sách", default=1)
    kind = models.CharField("việc trên danh sách", max_length=12, choices=OnRoll)
    movement = models.OneToOneField(Movement, models.PROTECT, related_name="from_file", verbose_name="biến động")

    class Meta:
        verbose_name = "dòng danh sách do hồ sơ ghi"
        verbose_name_plural = "dòng danh sách do hồ sơ ghi"
        ordering = ["case", "number", "id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.movement}"
