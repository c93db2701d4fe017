"""Numbers, dates and sortable columns in templates."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.test import RequestFactory


def render(source: str, **context: object) -> str:
    return Template("{% load vietnamese sorting %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("source", "value", "text"),
    [
        ("{{ value|vn_integer }}", 6984, "6.984"),
        ("{{ value|vn_integer }}", None, "—"),
        ("{{ value|vn_decimal }}", Decimal("1234.5"), "1.234,50"),
        ("{{ value|vn_decimal:1 }}", Decimal("1234.5"), "1.234,5"),
        ("{{ value|vn_percent }}", Decimal("2.81"), "2,81%"),
        ("{{ value|vn_percent }}", None, "—"),
        ("{{ value|vn_date }}", date(2026, 1, 2), "02/01/2026"),
        ("{{ value|vn_date }}", None, ""),
        ("{{ value|vn_date:'month' }}", date(1998, 5, 1), "05/1998"),
        ("{{ value|vn_date:'year' }}", date(1998, 1, 1), "1998"),
        ("{{ value|vn_date }}", datetime(2026, 1, 1, 18, 30, tzinfo=UTC), "02/01/2026"),
    ],
)
def test_figures_and_dates_are_printed_as_in_vietnamese_papers(source, value, text):
    assert render(source, value=value) == text


@pytest.mark.parametrize(
    ("address", "direction", "query"),
    [
        ("/?year=2026", None, "year=2026&amp;sort=rate"),
        ("/?year=2026&sort=rate&page=3", "ascending", "year=2026&amp;sort=-rate"),
        ("/?sort=-rate", "descending", "sort=rate"),
        ("/?sort=name", None, "sort=rate"),
    ],
)
def test_a_column_heading_turns_the_order_around_and_keeps_the_rest_of_the_address(address, direction, query):
    html = render("{% sort_header 'rate' 'Tỷ lệ' 'num' %}", request=RequestFactory().get(address))
    aria = f' aria-sort="{direction}"' if direction else ""
    assert html.startswith(f'<th scope="col" class="num"{aria}><a class="sort" href="?{query}">Tỷ lệ')


def test_the_order_that_holds_without_a_parameter_is_shown_too():
    html = render("{% sort_header 'rate' 'Tỷ lệ' %}", request=RequestFactory().get("/"), default_sort="-rate")
    assert 'aria-sort="descending"' in html
