"""Grids: many numbers of many rows on one page, edited as in a spreadsheet.

The page carries in one hidden field what it has shown. So only what a person changed is written, and what somebody
else changed meanwhile is never overwritten unseen. `static/js/grid.js` moves between cells, pastes and adds up;
without it the cells are plain fields of a plain form.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.numbers import format_integer, parse_count

SEEN = "da-xem"
"""Name of the hidden field that says what the page has shown."""
MOST = 999_999
_UNREADABLE = object()


class CellInput(forms.TextInput):
    """Drawn without a template of its own: a page has hundreds."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        text = {} if value in (None, "") else {"value": value}
        return format_html("<input{}>", flatatt(self.build_attrs(self.attrs, {"name": name, **text, **(attrs or {})})))


class CountField(forms.Field):
    """A number of people from 0 up, dots for thousands allowed; empty is None. *spoken* names it to a screen reader."""

    widget = CellInput

    def __init__(self, *, spoken: str, **options: Any) -> None:
        super().__init__(required=False, label=spoken, **options)
        self.widget.attrs |= {
            "type": "text", "class": "form-control cell", "inputmode": "numeric", "autocomplete": "off",
            "maxlength": 15, "aria-label": spoken,
        }  # fmt: skip

    def to_python(self, value: Any) -> int | None:
        text = (value or "").strip()
        if not text:
            return None
        try:
            number = parse_count(text)
        except ValueError:
            raise forms.ValidationError(f"“{text[:20]}” không phải là số người. Hãy ghi số nguyên, ví dụ 25.") from None
        if number > MOST:
            raise forms.ValidationError(f"Số {text} quá lớn. Hãy kiểm tra lại.")
        return number

    def prepare_value(self, value: Any) -> Any:
        return format_integer(value) if isinstance(value, int) else value


@dataclass(frozen=True)
class Record:
    """What is stored and compared as one. `mark` differs after every change and is empty where nothing is stored.

    `values` are its numbers by column, `spoken` says what each of them is, `attrs` go onto its fields.
    """

    key: str
    mark: str
    values: Mapping[str, int | None]
    spoken: Mapping[str, str]
    attrs: Mapping[str, Any] = field(default_factory=dict)

    def name(self, column: str) -> str:
        """The name of the field of *column*."""
        return f"{column}-{self.key}"


@dataclass(frozen=True)
class Change:
    """What a person wants a record to say; `shown` is the mark of what the page had shown."""

    record: Record
    values: dict[str, int | None]
    shown: str

    @property
    def is_empty(self) -> bool:
        return all(value is None for value in self.values.values())


class GridForm(forms.Form):
    """The fields of *records*. What a person did not touch shows what is stored now, whatever was sent."""

    def __init__(self, data: Any = None, *, records: Iterable[Record], **options: Any) -> None:
        super().__init__(None if data is None else data.copy(), use_required_attribute=False, **options)
        self.records = {record.key: record for record in records}
        for record in self.records.values():
            for column, value in record.values.items():
                cell = CountField(spoken=record.spoken[column], initial=value)
                stored = "" if value is None else value
                cell.widget.attrs |= {"data-column": column, "data-stored": stored, **record.attrs}
                self.fields[record.name(column)] = cell
        self._seen = _read_seen(self.data.get(SEEN, ""))
        self._touched = {key for key, record in self.records.items() if self._is_touched(record)}
        if self.is_bound:
            for key, record in self.records.items():
                for column, value in record.values.items():
                    if key not in self._touched or record.name(column) not in self.data:
                        self.data[record.name(column)] = "" if value is None else format_integer(value)

    def cell(self, record: Record, column: str) -> forms.BoundField:
        return self[record.name(column)]

    @property
    def seen(self) -> str:
        """The content of the hidden field: what is stored, as this page shows it."""
        shown = {key: [record.mark, list(record.values.values())] for key, record in self.records.items()}
        return json.dumps(shown, separators=(",", ":"))

    @property
    def problems(self) -> list[tuple[str, str, str]]:
        """Every fault: the id of its field (empty for the whole form), the field's label, the text."""
        found = []
        for name, texts in self.errors.items():
            bound = self[name] if name in self.fields else None
            found += [(bound.id_for_label if bound else "", bound.label if bound else "", text) for text in texts]
        return found

    def suggest(self, values: Mapping[str, int]) -> int:
        """Fill empty fields (by name), marked as suggestions; returns how many."""
        count = 0
        for name, value in values.items():
            present = self.data.get(name) if self.is_bound else name in self.fields and self.fields[name].initial
            if name not in self.fields or present not in (None, ""):
                continue
            if self.is_bound:
                self.data[name] = format_integer(value)
            else:
                self.fields[name].initial = value
            self.fields[name].widget.attrs["class"] += " suggested"
            count += 1
        return count

    @property
    def changes(self) -> Iterator[Change]:
        """What is to be written, of a valid form."""
        for record in self.records.values():
            values = {column: self.cleaned_data.get(record.name(column)) for column in record.values}
            if record.key in self._touched and values != dict(record.values):
                yield Change(record, values, self._seen_of(record)[0])

    def _seen_of(self, record: Record) -> tuple[str, dict[str, int | None]]:
        """Mark and numbers of *record* on the page that was sent; nothing where the page did not say."""
        mark, numbers = self._seen.get(record.key, ("", []))
        return mark, dict(zip(record.values, numbers, strict=False))

    def _is_touched(self, record: Record) -> bool:
        """Whether the person changed a cell of *record*; one that was not sent is not touched."""
        _, shown = self._seen_of(record)
        return any(
            (name := record.name(column)) in self.data and _read(self.data[name]) != shown.get(column)
            for column in record.values
        )


def _read(text: str) -> Any:
    try:
        return parse_count(text) if text.strip() else None
    except ValueError:
        return _UNREADABLE


def _read_seen(text: str) -> dict[str, tuple[str, list[int | None]]]:
    """What the hidden field says; of what somebody tampered with, nothing."""
    try:
        shown = {key: (str(mark), list(numbers)) for key, (mark, numbers) in json.loads(text).items()}
    except (ValueError, TypeError, AttributeError, RecursionError):
        return {}
    return shown
