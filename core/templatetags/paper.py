"""Text on printed pages."""

import re

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_DOCUMENT_NUMBER = re.compile(r"\b\d+-[A-ZĐ]\S*")


@register.filter
def unbroken(text: str) -> SafeString:
    """*text*, escaped, with document numbers (`21-KH/HU`) kept on one line by the class `whole`.

    A hyphen that does not break would be simpler, but our font has none and another one would step in.
    """
    return mark_safe(_DOCUMENT_NUMBER.sub(r'<span class="whole">\g<0></span>', conditional_escape(text)))
