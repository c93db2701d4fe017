"""Vietnamese for what Django and django-filter would say in English."""

import gettext
import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.core.paginator import InvalidPage, Paginator
from django.utils.translation import gettext as translate

from tests.pages import english_words

CATALOGUE = Path(settings.LOCALE_PATHS[0]) / "vi" / "LC_MESSAGES"


def test_the_compiled_catalogue_is_that_of_the_source():
    source = (CATALOGUE / "django.po").read_text(encoding="utf-8")
    with (CATALOGUE / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    known = [text for text in compiled._catalog.values() if "Content-Type" not in text]
    # Our source keeps every entry on one line, and has no quotation marks or line ends inside.
    assert sorted(re.findall(r'^msgstr(?:\[0\])? "(.+)"$', source, re.MULTILINE)) == sorted(known)


class Everything(forms.Form):
    number = forms.IntegerField(min_value=1, max_value=9)
    part = forms.DecimalField(max_digits=4, decimal_places=1)
    day = forms.DateField()
    moment = forms.DateTimeField()
    mail = forms.EmailField()
    short = forms.CharField(max_length=3)
    long = forms.CharField(min_length=30)
    code = forms.UUIDField()
    slug = forms.SlugField()
    choice = forms.ChoiceField(choices=[("a", "A")])
    several = forms.MultipleChoiceField(choices=[("a", "A")])
    web = forms.URLField(assume_scheme="https")
    upload = forms.FileField()


@pytest.mark.parametrize(
    "data",
    [
        {},
        dict.fromkeys(Everything.base_fields, "không phải vậy"),
        {"number": "0", "part": "12345,67", "day": "31/02/2026"},
        {"number": "10", "several": ["b"], "short": "a\x00"},
    ],
)
def test_what_a_form_complains_about_is_said_in_vietnamese(data):
    form = Everything(data)
    said = [str(message) for messages in form.errors.values() for message in messages]
    assert len(said) >= 3
    assert {message: found for message in said if (found := english_words(message))} == {}


def test_a_date_that_is_wrong_gets_an_example():
    form = Everything({"day": "2026"})
    assert form.errors["day"] == ["Ngày chưa đúng. Hãy nhập theo dạng ngày/tháng/năm, ví dụ 02/01/2026."]


@pytest.mark.parametrize("number", ["x", 0, 9])
def test_a_wrong_page_number_is_said_in_vietnamese(number):
    with pytest.raises(InvalidPage) as refused:
        Paginator([1], 1).page(number)
    assert english_words(str(refused.value)) == set()


def test_django_filter_speaks_vietnamese():
    assert [translate(text) for text in ("Past 7 days", "This month", "Ordering")] == [
        "7 ngày qua",
        "Tháng này",
        "Sắp xếp",
    ]
