"""The field in which an organisation is named."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from cells.models import Organization
from cells.queries.organizations import named_like, offered_as, offers_of
from cells.roles import Action

OFFERED = 500
"""So many organisations stand in the page as suggestions; of more, the server is asked while one types."""
ALIKE = 3
"""So many organisations are named where what was typed fits several."""
_CODE_AT_END = re.compile(r".*\(([^()]+)\)")


class OrganizationInput(forms.TextInput):
    """A text field with suggestions; without a script, or without taking one, what is typed is looked up."""

    offered: tuple[str, ...] = ()
    action: str = Action.VIEW
    kinds: tuple[str, ...] = ()

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        identifier = f"{(attrs or {}).get('id') or name}-offered"
        attrs = {**(attrs or {}), "list": identifier, "autocomplete": "off"}
        if not self.offered:
            asked = urlencode({"viec": self.action, "o": name, "loai": ",".join(self.kinds)})
            attrs |= {
                "hx-get": f"{reverse('cells:organization-suggestions')}?{asked}",
                "hx-trigger": "input changed delay:300ms",
                "hx-target": f"#{identifier}",
            }
        options = {"identifier": identifier, "offered": self.offered}
        field = super().render(name, value, attrs, renderer)
        return SafeString(field + render_to_string("cells/_organization_options.html", options))


class OrganizationField(forms.CharField):
    """An organisation as people write it: a suggestion, a code, or enough of the name to mean one only.

    The form calls :meth:`choose_from`; what lies outside is not found. With *kinds* (of OrganizationKind) only those.
    """

    widget = OrganizationInput

    def __init__(self, *, action: str = Action.VIEW, kinds: Iterable[str] = (), **options: Any) -> None:
        super().__init__(max_length=300, **options)
        self.action, self.kinds = action, tuple(kinds)
        self.widget.attrs["placeholder"] = "gõ tên hoặc mã"
        self.rows: QuerySet[Organization] = Organization.objects.none()

    def choose_from(self, user: Any, rows: QuerySet[Organization] | None = None) -> None:
        """Take the organisations in which *user* may do the field's action; *rows* narrows them further."""
        self.rows = Organization.objects.visible_to(user, self.action) if rows is None else rows
        if self.kinds:
            self.rows = self.rows.filter(kind__in=self.kinds)
        offered = offers_of(self.rows.filter(closed_on=None).order_by("path")[: OFFERED + 1])
        self.rows = self.rows.select_related("parent")
        self.widget.action, self.widget.kinds = self.action, self.kinds
        self.widget.offered = tuple(offered) if len(offered) <= OFFERED else ()

    def prepare_value(self, value: Any) -> Any:
        return offered_as(value) if isinstance(value, Organization) else value

    def clean(self, value: Any) -> Organization | None:
        text = super().clean(value).strip()
        if not text:
            return None
        match = _CODE_AT_END.fullmatch(text)
        found = self.rows.filter(code__in=[text, match[1]] if match else [text]).first()
        if found:
            return found
        similar = list(named_like(text, self.rows)[: ALIKE + 1])
        if len(similar) == 1:
            return similar[0]
        if similar:
            names = "; ".join(offered_as(row) for row in similar[:ALIKE])
            more = "; …" if len(similar) > ALIKE else ""
            raise forms.ValidationError(f"Có nhiều tổ chức tên như vậy: {names}{more}. Hãy ghi rõ một tổ chức, kèm mã.")
        raise forms.ValidationError(f"Không có tổ chức “{text}” trong phạm vi của bạn. Hãy chọn trong danh sách gợi ý.")
