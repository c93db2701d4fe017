"""What the parts of one undo share: what was written, what stands against taking it back."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import CASCADE, ForeignObjectRel, Model

from cells.models import Organization
from cells.services.locks import lock_message, locked_spans
from core.bulk import chunks, rows_by_key, update_by_key
from core.models import Fact
from core.numbers import format_integer

MAX_OBJECTIONS = 30
"""So many reasons are listed, the others counted."""
DERIVED = {"cells.Organization.parent", "cells.Movement.counterpart"}
"""Columns that follow from facts and are brought in line with them."""


class TakingBack(ABC):
    """The part of an undo that takes back what one sheet wrote."""

    def __init__(self, undo: "Undoing", former: Any) -> None:
        self.undo = undo
        self.former = former or {}

    @abstractmethod
    def check(self) -> None:
        """Plan what to write, and tell the undo every reason against it."""

    @abstractmethod
    def write(self) -> date | None:
        """Write what was planned; the first day whose figures may differ. Runs inside the transaction."""

    def announce(self) -> None:  # noqa: B027 - most parts have nothing to tell
        """Tell listeners what else follows from what was written. Called when every part has written."""


class Undoing:
    """The work of one undo.

    *former* holds, by sheet, what the import left for it; *facts_version* is the number of the facts right after
    the import, None where reports made since do not stand against it. Rows with a key above a sheet's `mark` came
    later. *what* is what is taken back, in words.
    """

    def __init__(
        self, batch: UUID, former: Mapping[str, Any], facts_version: int | None, today: date, reason: str,
        may_touch: Callable[[Organization], bool], what: str = "lần nhập này",
    ) -> None:  # fmt: skip
        self.batch = batch
        self.what = what
        self.former = former
        self.facts_version = facts_version
        self.today = today
        self.reason = reason
        self.may_touch = may_touch
        self._objections: dict[str, None] = {}
        self.touched: dict[int, date] = {}
        """By the key of an organisation: the first day on which something there changes back."""
        self.released: dict[type[Model], set[int]] = {}
        """Rows that will be gone, or no longer name what they name now."""

    def refuse(self, message: str) -> None:
        """Tell a reason against the undo; the same one is told once."""
        self._objections[message] = None

    @property
    def objections(self) -> list[str]:
        """The reasons against the undo; of very many the first."""
        listed = list(self._objections)
        more = len(listed) - MAX_OBJECTIONS
        rest = [f"Còn {format_integer(more)} lý do nữa như vậy."] if more > 0 else []
        return listed[:MAX_OBJECTIONS] + rest

    def touch(self, organization: int, day: date) -> None:
        self.touched[organization] = min(day, self.touched.get(organization, day))

    def release(self, model: type[Model], keys: Iterable[int]) -> None:
        self.released.setdefault(model, set()).update(keys)

    def mark(self, sheet: str) -> int:
        """The key of the last fact that *sheet* knew of."""
        return self.former.get(sheet, {}).get("mark", 0)

    def is_later(self, fact: Fact, sheet: str) -> bool:
        """Whether *fact*, in force, came after the import and is not of it: something builds on what was imported."""
        mark = self.mark(sheet)
        return fact.pk > mark and fact.batch != self.batch and origin(fact).pk > mark

    def refuse_foreign(self) -> None:
        """Tell of every organisation touched that is out of reach of the one who asks."""
        for unit in rows_by_key(Organization.objects.all(), "pk", self.touched):
            if not self.may_touch(unit):
                self.refuse(f"{unit.name} ({unit.code}) nay ngoài phạm vi của bạn.")

    def refuse_locked(self, facts: Iterable[tuple[int, date, date]]) -> None:
        """Tell of every locked period that one of *facts* (organisation, first day, last day) touches."""
        for _, lock in locked_spans(facts):
            self.refuse(lock_message(lock))

    def references(self, model: type[Model], keys: Collection[int]) -> Iterator[tuple[int, type[Model]]]:
        """(key, model) of each row that names one of *keys* of *model* and is not of this import.

        What only follows from other rows (it is deleted along, and is no fact) does not count.
        """
        for relation in model._meta.get_fields(include_hidden=True):
            if not isinstance(relation, ForeignObjectRel) or relation.many_to_many:
                continue
            related, field = relation.related_model, relation.field
            is_derived = relation.on_delete is CASCADE and not issubclass(related, Fact)
            if is_derived or str(field) in DERIVED:
                continue
            rows = related._base_manager.order_by()
            if issubclass(related, Fact):  # those not in force come to nothing
                rows = rows.filter(in_force=True).exclude(batch=self.batch)
            gone = self.released.get(related, set())
            for some in chunks(keys):
                for key, row in rows.filter(**{f"{field.name}__in": some}).values_list(field.attname, "pk"):
                    if row not in gone:
                        yield key, related


def origin(fact: Fact) -> Fact:
    """The row that *fact* says again: an undo states again, under its old batch, what something later had corrected."""
    while fact.corrects_id and (before := fact.corrects.corrects) is not None and before.batch == fact.batch:
        fact = before
    return fact


@dataclass
class Written:
    """What of one import is in force, and what is not any more."""

    standing: list[Fact] = field(default_factory=list)
    """In force; each once, as it was written or as it was stated again since."""
    reversals: list[Fact] = field(default_factory=list)
    """Rows that took an older one back, with nothing in its place."""
    corrected: list[Fact] = field(default_factory=list)
    """Rows that somebody has corrected since."""

    @property
    def restores(self) -> Iterator[tuple[Fact, Fact]]:
        """(row, what is to be stated again in its place) where the import had taken the place of an older row."""
        for fact in self.standing:
            if origin(fact).corrects_id:
                yield fact, origin(fact).corrects
        for fact in self.reversals:
            yield fact, fact.corrects

    @property
    def additions(self) -> list[Fact]:
        """Rows in whose place nothing stood before."""
        return [fact for fact in self.standing if not origin(fact).corrects_id]


def sorted_out(rows: Iterable[Fact]) -> Written:
    """What became of *rows*, all that carry the batch of an import, each with `corrects` at hand."""
    facts = list(rows)
    # Asked for apart: joined, SQLite would go through the whole table for every row.
    over = [fact.pk for fact in facts if not fact.in_force]
    successors = rows_by_key(type(facts[0]).objects.all(), "corrects", over) if over else ()
    corrected = {successor.corrects_id for successor in successors}
    written = Written([fact for fact in facts if fact.in_force])
    represented = {origin(fact).pk for fact in written.standing}
    for fact in facts:
        if fact.in_force or fact.pk in represented or origin(fact).pk != fact.pk:
            continue
        if fact.pk in corrected:
            written.corrected.append(fact)
        else:
            written.reversals.append(fact)
    return written


def keep_batches(model: type[Fact], restated: Iterable[Fact]) -> None:
    """Put rows that say again what an older one said under the batch of that one (see :func:`origin`)."""
    by_batch: dict[UUID | None, list[int]] = {}
    for fact in restated:
        by_batch.setdefault(fact.restates.batch, []).append(fact.pk)
    for batch, keys in by_batch.items():
        update_by_key(model.objects.all(), keys, batch=batch)


Objection = Callable[[Undoing], Iterable[str]]
_objections: list[Objection] = []


def register_objection(objection: Objection) -> Objection:
    """Let *objection* (of an upper floor) say what else stands against an undo, once all parts have been checked."""
    _objections.append(objection)
    return objection


def registered_objections() -> list[Objection]:
    return list(_objections)


def used_in(references: Iterable[type[Model]]) -> str:
    """`biến động (2), phân công (1)`: in what something is used."""
    counts: dict[str, int] = {}
    for model in references:
        name = str(model._meta.verbose_name)
        counts[name] = counts.get(name, 0) + 1
    return ", ".join(f"{name} ({count})" for name, count in sorted(counts.items()))
