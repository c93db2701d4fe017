"""How private a column is, said once, on the model; pages, forms, lists, files, history and trail obey.

    class Member(models.Model):
        field_classes = classes(
            public="code", basic="full_name born_on", sensitive="ethnicity religion",
        )

A test walks every column of every model of ours: one without a class fails (`tests/core/test_field_classes.py`).
"""

from collections.abc import Iterator, Mapping
from enum import IntEnum
from typing import Any

from django.db import models

from core.sealed import MASK


class FieldClass(IntEnum):
    """Mức riêng tư của một trường, the more private the higher."""

    PUBLIC = 0
    """Tells nothing about a person: codes of units, dates of decrees, keys, technical columns."""
    BASIC = 1
    """What colleagues know: name, birth date, dates of the way. For everybody who may see the row."""
    SENSITIVE = 2
    """Ethnicity, religion, family, identity number. Masked; revealed with a reason, which the trail keeps."""
    VETTING = 3
    """What was found out about relatives, and conclusions. Masked; for those who vet."""


MASKED = (FieldClass.SENSITIVE, FieldClass.VETTING)

Classes = dict[str, FieldClass]


def classes(public: str = "", basic: str = "", sensitive: str = "", vetting: str = "") -> Classes:
    """Names of fields, separated by spaces, by class. :raises ValueError: where one stands in two."""
    found: Classes = {}
    for field_class, names in zip(FieldClass, (public, basic, sensitive, vetting), strict=True):
        for name in names.split():
            if name in found:
                raise ValueError(f"{name} has two classes")
            found[name] = field_class
    return found


def declared(model: type[models.Model]) -> Classes:
    """What *model* and the abstract models it is built on say; the model itself has the last word."""
    found: Classes = {}
    for part in reversed(model.__mro__):
        found |= part.__dict__.get("field_classes", {})
    return found


def class_of(model: type[models.Model], name: str) -> FieldClass:
    """The class of the field *name*. :raises KeyError: where nobody said: there is no harmless default."""
    if model._meta.get_field(name) is model._meta.pk:
        return FieldClass.PUBLIC
    return declared(model)[name]


def is_masked(model: type[models.Model], name: str) -> bool:
    return class_of(model, name) in MASKED


def masked_fields(model: type[models.Model]) -> tuple[str, ...]:
    """The fields of *model* that are masked, in the order in which they are declared."""
    return tuple(name for name, field_class in declared(model).items() if field_class in MASKED)


def unclassified(model: type[models.Model]) -> Iterator[str]:
    """The columns of *model* of which nobody has said how private they are."""
    known = declared(model)
    for field in model._meta.concrete_fields:
        if not field.primary_key and field.name not in known:
            yield field.name


def typed_masked_fields(model: type[models.Model]) -> tuple[str, ...]:
    """Those of them that people type: without the digests by which some are found."""
    return tuple(name for name in masked_fields(model) if model._meta.get_field(name).editable)


def masked(value: Any) -> str:
    """What is shown of a masked *value*: that there is one."""
    return MASK if value else "—"


def hidden(model: type[models.Model], changes: Mapping[str, Any], stands_for: Any) -> dict[str, Any]:
    """*changes* (field → `[before, after]` or a value) with each masked value in it replaced by `stands_for(value)`."""
    found = dict(changes)
    for name in masked_fields(model):
        if name in found:
            pair = found[name]
            found[name] = [stands_for(each) for each in pair] if isinstance(pair, list) else stands_for(pair)
    return found
