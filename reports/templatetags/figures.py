"""Bases and goals in templates, worded as in reports."""

from decimal import Decimal

from django import template

from reports import wording

register = template.Library()


@register.filter
def amount(value: Decimal | None) -> str:
    """What a rate is divided by: `6.984`, or `742,5` for an average; unknown is a dash."""
    return wording.amount(value)


@register.filter
def goal(value: Decimal) -> str:
    """`3%`, `3,5%`."""
    return wording.plain_percent(value)
