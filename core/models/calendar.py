"""Days that differ from the public-holiday package."""

from django.db import models

from core.field_classes import classes


class CalendarDay(models.Model):
    """Ngày nghỉ, ngày làm bù: one day set by the installation; wins over weekend and holiday package."""

    field_classes = classes(public="date is_working note")

    date = models.DateField("ngày", unique=True)
    is_working = models.BooleanField("là ngày làm việc")
    note = models.CharField("ghi chú", max_length=200, blank=True)

    class Meta:
        verbose_name = "ngày đặc biệt"
        verbose_name_plural = "lịch làm việc"
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date:%d/%m/%Y}: {'làm việc' if self.is_working else 'nghỉ'}"
