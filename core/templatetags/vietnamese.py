"""Numbers and dates in templates, as Vietnamese papers write them."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django import template
from django.utils import timezone

from core.dates import format_date, format_partial
from core.numbers import format_decimal, format_integer, format_percent

register = template.Library()


@register.filter
def vn_integer(value: int | None) -> str:
    """`6.984`; unknown is a dash."""
    return format_integer(value)


@register.filter
def vn_decimal(value: Decimal | None, places: int = 2) -> str:
    """`1.234,50`; unknown is a dash."""
    return format_decimal(value, places)


@register.filter
def vn_percent(value: Decimal | None) -> str:
    """`2,81%`; unknown is a dash."""
    return format_percent(value)


@register.filter
def day_before(value: date | None) -> date | None:
    """The last day of a span that ends before *value*."""
    return value - timedelta(days=1) if value else None


@register.filter
def vn_date(value: date | datetime | None, precision: str = "day") -> str:
    """`02/01/2026`; of a moment its day in Vietnam; with *precision* `month` or `year` only what is known."""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return format_date(value) if precision == "day" else format_partial(value, precision)
