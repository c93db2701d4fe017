"""Every column of ours says how private it is, and what is masked is told as a digest only."""

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from core.audit import digest
from core.field_classes import (
    FieldClass,
    class_of,
    classes,
    hidden,
    is_masked,
    masked_fields,
    typed_masked_fields,
    unclassified,
)

pytestmark = pytest.mark.once

APPS = ("core", "cells", "pipeline", "reports")


def ours() -> list[type[models.Model]]:
    return [model for app in APPS for model in apps.get_app_config(app).get_models()]


def test_every_column_of_every_model_has_a_class():
    assert len(ours()) > 30
    missing = {model._meta.label: found for model in ours() if (found := list(unclassified(model)))}
    assert missing == {}, "Say in field_classes of the model how private these are (core/field_classes.py)."


def test_a_class_is_said_of_columns_that_exist():
    wrong = {
        model._meta.label: gone
        for model in ours()
        if (gone := model.__dict__.get("field_classes", {}).keys() - {f.name for f in model._meta.get_fields()})
    }
    assert wrong == {}


def test_what_the_law_calls_sensitive_is_masked():
    member = apps.get_model("cells.Member")
    assert {"ethnicity", "religion", "identity_number"} <= set(masked_fields(member))
    assert typed_masked_fields(member) == ("ethnicity", "religion", "identity_number")
    assert not is_masked(member, "full_name")
    assert class_of(member, "id") is FieldClass.PUBLIC


def test_columns_with_telling_names_are_masked_wherever_they_stand():
    telling = ("ethnicity", "religion", "identity", "conclusion", "relation")
    found = [
        f"{model._meta.label}.{field.name}"
        for model in ours()
        for field in model._meta.concrete_fields
        if any(word in field.name for word in telling) and not is_masked(model, field.name)
    ]
    assert found == []


def test_a_column_in_two_classes_is_refused():
    with pytest.raises(ValueError, match="two classes"):
        classes(public="code name", basic="name")


@isolate_apps("core")
def test_a_column_without_a_class_has_no_harmless_default():
    class Bare(models.Model):
        note = models.CharField()

        class Meta:
            app_label = "core"

        def __str__(self) -> str:
            return self.note

    assert list(unclassified(Bare)) == ["note"]
    with pytest.raises(KeyError):
        class_of(Bare, "note")


def test_masked_values_are_told_as_digests():
    member = apps.get_model("cells.Member")
    told = hidden(member, {"ethnicity": ["Tày", ""], "religion": "Không", "full_name": ["A", "B"]}, digest)
    assert told["full_name"] == ["A", "B"]
    assert told["ethnicity"][1] == ""
    assert told["ethnicity"][0].startswith("#")
    assert told["religion"].startswith("#")
