"""What is masked of a file: where it stands, and how it reads once it may be shown."""

from typing import Any

from django.db import models

from core.field_classes import typed_masked_fields
from core.reveal import in_clear
from pipeline.models import CandidateProfile, Case

UNSAID = ("relative",)
"""Masked columns that other columns of the same row say in words."""


def profile_of(case: Case) -> CandidateProfile | None:
    """The private part of the person, None where nobody has written any."""
    return CandidateProfile.objects.filter(candidate=case.candidate_id).first()


def filled(row: models.Model) -> list[str]:
    """The masked columns of *row* that say something."""
    return [name for name in typed_masked_fields(type(row)) if name not in UNSAID and getattr(row, name)]


def in_words(row: models.Model, name: str) -> str:
    """One masked value as a reader knows it."""
    value: Any = getattr(row, name)
    if isinstance(value, bool):
        return "có" if value else "không"
    column = row._meta.get_field(name)
    return str(dict(column.flatchoices).get(value, value)) if column.choices else in_clear(value)
