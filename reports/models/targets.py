"""How a year's rate is reckoned, what was assigned, and what a unit has set itself."""

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from cells.models import Organization
from cells.scoping import ScopedQuerySet
from core.field_classes import classes
from core.models import Fact, FactQuerySet
from reports.kinds import Base, CountsOn

TERM_YEARS = 5
FIRST_TERM_YEAR = 2021


def default_term_start(year: int) -> date:
    """1 January of the five-year span *year* lies in: 2021–2025, 2026–2030 and so on, either way."""
    return date(year - (year - FIRST_TERM_YEAR) % TERM_YEARS, 1, 1)


class TargetPolicy(models.Model):
    """Cách tính tỷ lệ của một năm: base, admission date, start of term, and the band the year aims at (%)."""

    field_classes = classes(public="year base counts_on term_start low high version")

    year = models.PositiveSmallIntegerField("năm", unique=True)
    base = models.CharField("tính trên", max_length=10, choices=Base, default=Base.OPENING)
    counts_on = models.CharField("theo", max_length=10, choices=CountsOn, default=CountsOn.DECISION)
    term_start = models.DateField("đầu nhiệm kỳ")
    low = models.DecimalField("mục tiêu từ (%)", max_digits=5, decimal_places=2, default=Decimal(3))
    high = models.DecimalField("đến (%)", max_digits=5, decimal_places=2, default=Decimal(4))
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "cách tính tỷ lệ"
        verbose_name_plural = "cách tính tỷ lệ"
        constraints = [models.CheckConstraint(condition=Q(high__gte=F("low"), low__gte=0), name="policy_band")]

    def __str__(self) -> str:
        return f"{self.year}: {self.get_base_display()}"

    @classmethod
    def of(cls, year: int) -> "TargetPolicy":
        """The policy of *year*; the default one where none is set."""
        return cls.objects.filter(year=year).first() or cls.default(year)

    @classmethod
    def default(cls, year: int) -> "TargetPolicy":
        """What holds for *year* while nobody has set anything; not stored."""
        return cls(year=year, term_start=default_term_start(year))


class YearlyNumberQuerySet(ScopedQuerySet, FactQuerySet):
    pass


class YearlyNumber(Fact):
    """Base of a dated number for one organisation and year; changed by a row that corrects the one before."""

    scope_path = "organization__path"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField("năm")
    value = models.PositiveIntegerField("số đảng viên kết nạp")
    stated_on = models.DateField("ngày văn bản", null=True, blank=True)
    document = models.CharField("văn bản", max_length=120, blank=True)

    objects = YearlyNumberQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.organization} {self.year}: {self.value}"

    @property
    def called(self) -> str:
        return self._meta.verbose_name

    @property
    def is_reversal(self) -> bool:
        """Whether it took a number back and put none in its place."""
        return self.corrects_id is not None and not self.in_force and not hasattr(self, "corrected_by")


class Target(YearlyNumber):
    """Chỉ tiêu được giao: assigned from above."""

    field_classes = classes(public="organization year value stated_on document")

    class Meta:
        verbose_name = "chỉ tiêu"
        verbose_name_plural = "chỉ tiêu"
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "year"], condition=Q(in_force=True), name="target_once_a_year"
            )
        ]


class Plan(YearlyNumber):
    """Kế hoạch tự đề ra: adopted by the unit itself."""

    field_classes = classes(public="organization year value stated_on document")

    class Meta:
        verbose_name = "kế hoạch"
        verbose_name_plural = "kế hoạch"
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "year"], condition=Q(in_force=True), name="plan_once_a_year"
            )
        ]
