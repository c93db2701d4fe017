"""Lists on pages: what narrows them and their order stand in the address."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import django_filters
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from core.forms import AddressForm
from core.numbers import format_integer

COUNTED = 10_000
"""Of a longer list nobody needs the exact length or the last page; counting 700,000 rows takes as long as ten pages."""


class ListFilter(django_filters.FilterSet):
    """What narrows a list. A value that cannot be is told beside its field and left out, never refused."""

    class Meta:
        form = AddressForm

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


class LongListPaginator(Paginator):
    """Pages of a list that may be very long: it is counted, and can be paged through, as far as COUNTED.

    *when_long* are the same rows, asked for in the way that suits when there are more than that.
    """

    def __init__(self, rows: QuerySet, per_page: int, *, when_long: QuerySet | None = None) -> None:
        super().__init__(rows, per_page)
        self._when_long = rows if when_long is None else when_long

    @cached_property
    def _found(self) -> int:
        return self.object_list.order_by().values("pk")[: COUNTED + 1].count()

    @property
    def is_long(self) -> bool:
        """Whether there are more rows than are counted."""
        return self._found > COUNTED

    @cached_property
    def count(self) -> int:
        return min(self._found, COUNTED)

    @property
    def count_text(self) -> str:
        return f"hơn {format_integer(COUNTED)}" if self.is_long else format_integer(self.count)

    def page(self, number: int | str) -> Page:
        number = self.validate_number(number)
        rows = self._when_long if self.is_long else self.object_list
        bottom = (number - 1) * self.per_page
        return self._get_page(rows[bottom : min(bottom + self.per_page, self.count)], number, self)
