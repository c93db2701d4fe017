"""Lists on pages: what narrows them and their order stand in the address."""

from collections.abc import Mapping, Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet

from core.forms import dress


class ListFilter(django_filters.FilterSet):
    """What narrows a list. A value that cannot be is told beside its field and left out, never refused."""

    def __init__(self, data: Any, queryset: QuerySet, **options: Any) -> None:
        super().__init__(data, queryset, **options)
        self.form.use_required_attribute = False
        dress(self.form)

    @property
    def is_active(self) -> bool:
        """Whether anything is left out of the list."""
        self.form.is_valid()
        return any(value not in (None, "", []) for value in self.form.cleaned_data.values())


def in_order(rows: QuerySet, asked: str, orders: Mapping[str, Sequence[str]], default: str) -> QuerySet:
    """*rows* as the address asks (`ten`, or `-ten` the other way round); by *default* where it asks for nothing known.

    *orders* says by which columns each word sorts. Equal rows stand newest first: pages neither repeat nor skip any.
    """
    if asked.removeprefix("-") not in orders:
        asked = default
    sign = "-" if asked.startswith("-") else ""
    columns = [_turned(column, sign) for column in orders[asked.removeprefix("-")]]
    return rows.order_by(*columns, "-pk")


def _turned(column: str, sign: str) -> str:
    return f"{sign}{column}" if not column.startswith("-") else column.removeprefix("-") if sign else column
