"""Rehearsing a change: done inside a transaction, looked at, and rolled back; nothing of it remains.

What is looked at is told by effects. This floor knows of none: upper floors register theirs from `AppConfig.ready()`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction

from cells.models import FactsVersion, Organization
from cells.services.arranging import Outcome
from cells.services.errors import RuleError

TRIES = 3


@dataclass(frozen=True)
class Scene:
    """What a rehearsal is for: who looks, at which units, and from which day things may differ."""

    user: Any
    units: tuple[Organization, ...]
    """All of them visible to the user, in tree order."""
    on: date
    today: date


@dataclass(frozen=True)
class Shown:
    """One value, before and after, as it is shown."""

    before: str
    after: str

    @property
    def differs(self) -> bool:
        return self.before != self.after

    @property
    def is_short(self) -> bool:
        """Whether both fit on one line of a column."""
        return len(self.before) + len(self.after) <= 12


@dataclass(frozen=True)
class Row:
    """One unit of a table."""

    label: str
    values: tuple[Shown, ...]


@dataclass(frozen=True)
class Table:
    """Figures of units, before and after. `columns` are the headings of the values."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""

    @property
    def lines(self) -> list[tuple[str, list[tuple[str, Shown]]]]:
        """Each row's label, and its values with their columns."""
        return [(row.label, list(zip(self.columns, row.values, strict=True))) for row in self.rows]


@dataclass(frozen=True)
class Remark:
    """One sentence; `warns` where whoever decides should stop and think."""

    text: str
    warns: bool = False


class Effect(ABC):
    """Something that a change may touch."""

    @abstractmethod
    def look(self, scene: Scene) -> Any:
        """How things are now, as plain values: asked once before the change and once after it.

        The second time the database is held for writing: no longer than it takes to read.
        """

    @abstractmethod
    def tell(self, scene: Scene, before: Any, after: Any) -> Iterable[Table | Remark]:
        """What differs, in words and tables."""


@dataclass(frozen=True)
class Rehearsal:
    """What a change would come to, and all that it would touch."""

    outcome: Outcome
    told: list[Table | Remark] = field(default_factory=list)

    @property
    def tables(self) -> list[Table]:
        return [each for each in self.told if isinstance(each, Table)]

    @property
    def remarks(self) -> list[Remark]:
        return [each for each in self.told if isinstance(each, Remark)]


_effects: list[Effect] = []


def register(effect: Effect) -> None:
    """Have *effect* told of every change rehearsed from now on."""
    _effects.append(effect)


def registered_effects() -> list[Effect]:
    return list(_effects)


def rehearse(scene: Scene, perform: Callable[[], Outcome]) -> Rehearsal:
    """What *perform* would come to. Whatever it writes is rolled back; a RuleError of it passes."""
    for _ in range(TRIES):
        version = FactsVersion.current()
        before = [effect.look(scene) for effect in _effects]
        try:
            with transaction.atomic():
                if not FactsVersion.advance(expected=version):
                    continue  # somebody changed facts meanwhile: the two looks would not compare
                outcome = perform()
                after = [effect.look(scene) for effect in _effects]
                raise _OverError
        except _OverError:
            pairs = zip(_effects, before, after, strict=True)
            told = [each for effect, was, comes in pairs for each in effect.tell(scene, was, comes)]
            return Rehearsal(outcome, told)
    raise RuleError("Dữ liệu đang được nhiều người sửa cùng lúc. Hãy xem trước lại sau ít phút.")


class _OverError(Exception):
    """The rehearsal is over; the transaction must not commit."""
