"""Sortable columns: the order is one parameter of the address, everything else in it stays."""

from typing import Any

from django import template
from django.http import HttpRequest

register = template.Library()

PARAMETER = "sort"


@register.inclusion_tag("_components/sort_header.html", takes_context=True)
def sort_header(context: Any, key: str, label: str, css_class: str = "") -> dict[str, Any]:
    """A `<th>` that sorts by *key*; a second click turns the order around, and paging starts over."""
    request: HttpRequest = context["request"]
    current = request.GET.get(PARAMETER, context.get("default_sort", ""))
    direction = {key: "ascending", f"-{key}": "descending"}.get(current, "")
    query = request.GET.copy()
    query.pop("page", None)
    query[PARAMETER] = f"-{key}" if direction == "ascending" else key
    return {"label": label, "css_class": css_class, "direction": direction, "query": query.urlencode()}
