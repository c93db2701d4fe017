"""What the forms that record something have in common, and how a refusal of the service is shown in them."""

from collections.abc import Callable
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Column, Layout, Row, Submit
from django import forms
from django.utils.html import format_html

from cells.forms.fields import OrganizationField
from cells.kinds import CELL_KINDS
from cells.models import Organization
from cells.roles import Action
from cells.services.errors import RuleError

DOCUMENT_LENGTH = 120


class RecordForm(forms.Form):
    """A form with one button. `rows` lays it out: a heading, or fields with their columns of twelve from 768 px."""

    submit = "Lưu"
    rows: tuple[str | tuple[tuple[str, int], ...], ...] = ()

    def __init__(self, data: Any = None, *, user: Any, **options: Any) -> None:
        super().__init__(data, **options)
        self.user = user
        for field in self.fields.values():
            if isinstance(field, OrganizationField):
                field.choose_from(user)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        parts: list[Any] = []
        placed: set[str] = set()
        for row in self.rows:
            if isinstance(row, str):
                parts.append(HTML(format_html("<h2>{}</h2>", row)))
                continue
            shown = [(name, width) for name, width in row if name in self.fields]
            parts.append(Row(*(Column(name, css_class=f"col-12 col-md-{width}") for name, width in shown)))
            placed |= {name for name, _ in shown}
        rest = [name for name in self.fields if name not in placed]
        helper.layout = Layout(*parts, *rest, Submit("submit", self.submit))
        return helper


class DocumentField(forms.CharField):
    """Number of the paper on which something rests."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=DOCUMENT_LENGTH, **options)
        self.widget.attrs["autocomplete"] = "off"


class ReasonField(forms.CharField):
    """Why something entered is corrected; kept with it."""

    def __init__(self, **options: Any) -> None:
        defaults = {"label": "Lý do", "help_text": "Lý do được giữ lại cùng lần ghi sai, ai xem cũng thấy."}
        super().__init__(max_length=255, **(defaults | options))


class CellField(OrganizationField):
    """A cell in whose roll the user may record."""

    action = Action.RECORD

    def __init__(self, **options: Any) -> None:
        super().__init__(action=self.action, kinds=CELL_KINDS, **options)

    def only_one(self) -> Organization | None:
        """The cell to begin with where there is no choice."""
        found = list(self.rows.filter(closed_on=None)[:2])
        return found[0] if len(found) == 1 else None


def carry_out(form: forms.Form, service: Callable[[dict[str, Any]], Any]) -> bool:
    """Whether *form* was filled in rightly and *service* did what it asks; else the form says why not."""
    if not form.is_valid():
        return False
    try:
        service(form.cleaned_data)
    except RuleError as refusal:
        form.add_error(None, refusal.messages)
        return False
    return True
