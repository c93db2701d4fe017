"""Lists of students: what belongs to a row and is gathered for all rows at once."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def of(found: Mapping[Any, Any], key: Any) -> Any:
    """What *found* has for *key*; None where it has nothing."""
    return found.get(key)
