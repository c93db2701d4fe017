"""The year of every organisation, derived from the facts; may be dropped and rebuilt at any time."""

from django.db import models

from cells.models import Organization
from cells.scoping import ScopedQuerySet
from core.field_classes import classes
from reports.kinds import CountsOn


class YearFigures(models.Model):
    """Số liệu năm của một tổ chức, cấp dưới tính cả. Keeps components, never percentages.

    Transfers between two units below the same ancestor cancel for that ancestor when both their days lie in
    the year. `has_declared` says that any part comes from declared figures.
    """

    scope_path = "organization__path"
    field_classes = classes(
        public=(
            "organization year counts_on opening admitted transferred_in reinstated transferred_out "
            "died expelled struck_off resigned closing has_declared"
        ),
    )

    COMPONENTS = (
        "opening",
        "admitted",
        "transferred_in",
        "reinstated",
        "transferred_out",
        "died",
        "expelled",
        "struck_off",
        "resigned",
        "closing",
    )

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="year_figures")
    year = models.PositiveSmallIntegerField("năm")
    counts_on = models.CharField(max_length=10, choices=CountsOn)
    opening = models.IntegerField("đầu năm")
    admitted = models.IntegerField("kết nạp")
    transferred_in = models.IntegerField("chuyển đến")
    reinstated = models.IntegerField("phục hồi")
    transferred_out = models.IntegerField("chuyển đi")
    died = models.IntegerField("từ trần")
    expelled = models.IntegerField("khai trừ")
    struck_off = models.IntegerField("xóa tên")
    resigned = models.IntegerField("xin ra")
    closing = models.IntegerField("cuối năm")
    has_declared = models.BooleanField("có số khai báo")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "số liệu năm"
        verbose_name_plural = "số liệu năm"
        constraints = [
            models.UniqueConstraint(fields=["year", "counts_on", "organization"], name="figures_once_a_year")
        ]

    def __str__(self) -> str:
        return f"{self.organization}, {self.year}"


class FiguresRun(models.Model):
    """At which version of the facts the figures of one year were computed."""

    field_classes = classes(public="year counts_on facts_version computed_at")

    year = models.PositiveSmallIntegerField()
    counts_on = models.CharField(max_length=10, choices=CountsOn)
    facts_version = models.PositiveBigIntegerField()
    computed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "lần tính số liệu"
        verbose_name_plural = "lần tính số liệu"
        constraints = [models.UniqueConstraint(fields=["year", "counts_on"], name="figures_run_once")]

    def __str__(self) -> str:
        return f"{self.year} ({self.counts_on})"
