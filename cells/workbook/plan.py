"""What an import would do, row by row: counted always, listed where somebody is to read it first."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from cells.workbook.reading import Issue

HIDDEN = "đã đổi"
"""Stands for a sensitive value that differs from the one before."""


class Outcome(StrEnum):
    """What becomes of a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass
class Counts:
    """Rows of one sheet by what becomes of them."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0

    def add(self, outcome: Outcome) -> None:
        setattr(self, outcome, getattr(self, outcome) + 1)

    def as_json(self) -> dict[str, int]:
        return {"created": self.created, "updated": self.updated, "unchanged": self.unchanged}


class Change(NamedTuple):
    """One value that changes, in words; a sensitive one is only said to change."""

    field: str
    before: str
    after: str


Changes = Iterable[Change]


class Line(NamedTuple):
    """A row that would create or change something: *code* and *label* name what."""

    sheet: str
    source: str
    """The sheet's name in the file."""
    row: int
    outcome: str
    code: str
    label: str
    changes: tuple[Change, ...] = ()


def changed(fields: Mapping[str, tuple[Any, Any]], hidden: Iterable[str] = ()) -> list[Change]:
    """Of texts before and after, by the header of their column, those that differ; *hidden* ones without the texts."""
    secret = set(hidden)
    return [
        Change(name, "", HIDDEN) if name in secret else Change(name, str(before), str(after))
        for name, (before, after) in fields.items()
        if before != after
    ]


def plan_digest(counts: Mapping[str, Counts], lines: Iterable[Line], *issues: Iterable[Issue]) -> str:
    """Stands for all that an import would do, complains and warns of: another outcome, another digest."""
    told = [
        {name: its.as_json() for name, its in counts.items()},
        list(lines),
        *([issue.as_json() for issue in some] for some in issues),
    ]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
