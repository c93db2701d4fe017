"""What every person on record has: a name that is found and sorted as names here are, a birth date as far as known."""

from django.db import models

from core.dates import DatePrecision, PartialDate, format_partial
from core.field_classes import classes
from core.fields import BytewiseCharField
from core.names import clean_name, fold, sort_key


class NamedPerson(models.Model):
    """Base of members and of people on their way. The birth date may be known to the month or the year only."""

    field_classes = classes(basic="full_name name_fold name_key born_on born_precision")

    full_name = models.CharField("họ và tên", max_length=200)
    name_fold = models.CharField(max_length=200, editable=False)
    name_key = BytewiseCharField(max_length=700, editable=False, db_index=True)
    born_on = models.DateField("ngày sinh", null=True, blank=True)
    born_precision = models.CharField(max_length=5, choices=DatePrecision, default=DatePrecision.DAY)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.full_name

    def save(self, *args, **kwargs):
        self.fill_name_columns()
        super().save(*args, **kwargs)

    def fill_name_columns(self) -> None:
        """Derive the columns for search and order; bulk writers call it themselves."""
        self.full_name = clean_name(self.full_name)
        self.name_fold, self.name_key = fold(self.full_name), sort_key(self.full_name)

    @property
    def born(self) -> PartialDate | None:
        return PartialDate(self.born_on, DatePrecision(self.born_precision)) if self.born_on else None

    @property
    def birth_year(self) -> int | None:
        return self.born_on.year if self.born_on else None

    @property
    def name_with_year(self) -> str:
        """The name, and the year of birth in brackets where it is known: tells people of one name apart."""
        return f"{self.full_name} ({self.birth_year})" if self.birth_year else self.full_name

    @property
    def born_text(self) -> str:
        return format_partial(self.born_on, self.born_precision)
