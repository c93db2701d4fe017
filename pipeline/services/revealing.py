"""Showing what is masked of a file, once, to who has said why; the trail keeps it before anything is given."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models, transaction

from core import audit
from core.reveal import reveal
from pipeline.queries.masked import filled, in_words


@dataclass(frozen=True)
class Shown:
    """One row in clear: (label, value) of its masked columns."""

    row: models.Model
    values: list[tuple[str, str]]


@transaction.atomic
@audit.one_change()
def reveal_rows(rows: Iterable[models.Model], *, reason: str, scope_path: str) -> list[Shown]:
    """*rows*, which the caller has let through, with what is masked in them; one event of the trail for each."""
    shown = []
    for row in rows:
        names = filled(row)
        if not names:
            continue
        labels = [label for label, _ in reveal(row, names, reason=reason, scope_path=scope_path)]
        values = [in_words(row, name) for name in names]
        shown.append(Shown(row, list(zip(labels, values, strict=True))))
    return shown
