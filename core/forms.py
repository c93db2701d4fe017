"""Fields that several forms have, with the words that say what to write."""

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from core import identity_numbers
from core.dates import PartialDate, parse_partial
from core.sealed import MASK

EXAMPLE_DAY = "30/06/2026"
CLASSES = {forms.Select: "form-select", forms.CheckboxInput: "form-check-input"}


class DayField(forms.DateField):
    """A day as people here write it: day first."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.error_messages["invalid"] = f"Ngày phải viết dạng ngày/tháng/năm, ví dụ {EXAMPLE_DAY}."
        self.widget.attrs |= {"placeholder": "ngày/tháng/năm", "inputmode": "numeric", "autocomplete": "off"}


class PartialDayField(forms.CharField):
    """A day of which older papers may know the month or the year only. Cleans to a PartialDate, or None."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=10, **options)
        self.widget.attrs |= {"placeholder": "ngày/tháng/năm", "autocomplete": "off"}

    def clean(self, value: Any) -> PartialDate | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_partial(text)
        except ValueError:
            raise forms.ValidationError(
                "Ngày phải viết dạng ngày/tháng/năm, ví dụ 12/05/1998; nếu hồ sơ không rõ thì viết 05/1998 hoặc 1998."
            ) from None


TAKE_AWAY = "-"
"""What is typed into a masked field to empty it."""


class MaskedField(forms.CharField):
    """A text that a form does not show again once it is stored.

    Cleans to the text entered, "" where there is to be none, None where the stored one stays.
    """

    is_filled = False

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)
        self.widget.attrs["autocomplete"] = "off"

    def mask(self, *, is_filled: bool) -> None:
        """Say of a stored value only whether there is one."""
        self.is_filled, self.initial = is_filled, None
        if is_filled:
            self.help_text = f"Đã ghi, đang che. Để trống thì giữ nguyên; ghi dấu {TAKE_AWAY} thì xóa."
            self.widget.attrs["placeholder"] = MASK

    def clean(self, value: Any) -> str | None:
        text = self.to_python(value)
        if self.is_filled and not text:
            return None
        if self.is_filled and text == TAKE_AWAY:
            return ""
        return super().clean(value)


class IdentityNumberField(MaskedField):
    """Số định danh cá nhân, or the older number of nine digits. Cleans to digits alone, or as :class:`MaskedField`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=20, **options)
        self.widget.attrs["inputmode"] = "numeric"

    def clean(self, value: Any) -> str | None:
        text = super().clean(value)
        if not text:
            return text
        try:
            return identity_numbers.normalize(text)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None


class YearField(forms.IntegerField):
    """A year of four digits; a form says with :meth:`limit` which ones."""

    def limit(self, first: int, last: int) -> None:
        """Take years from *first* to *last*."""
        remedy = f"Hãy ghi một năm từ {first} đến {last}."
        self.validators += [MinValueValidator(first, remedy), MaxValueValidator(last, remedy)]
        self.error_messages["invalid"] = f"Năm phải là số có bốn chữ số, ví dụ {last}."
        self.widget.attrs |= {"min": first, "max": last}


class AddressForm(forms.Form):
    """A form whose values stand in the address, with hyphens where Python has underscores.

    A value that cannot be is told beside its field and left out, never refused.
    """

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, use_required_attribute=False, **options)
        dress(self)

    def add_prefix(self, field_name: str) -> str:
        return super().add_prefix(field_name).replace("_", "-")

    def value_of(self, name: str) -> Any:
        """What was asked for in the field *name*; None where that cannot be."""
        self.is_valid()
        return self.cleaned_data.get(name)


def dress(form: forms.BaseForm) -> None:
    """Give the fields of a form laid out by hand the classes that crispy forms would give."""
    for field in form.fields.values():
        field.widget.attrs.setdefault("class", CLASSES.get(type(field.widget), "form-control"))
