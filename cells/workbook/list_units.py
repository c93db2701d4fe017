"""Organisations that a list names in words: which one is meant, or what comes near."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from cells.models import Organization
from core.names import clean_name, fold

NEAR = 3
"""So many organisations are named where several are meant, or none."""
_SEPARATORS = re.compile(r"\s*(?:[,;/|>]|\s[-–—]\s|\bthuộc\b)\s*", re.IGNORECASE)
_SIGNS = re.compile(r"[^\w]+")
_SHORT = {"cb": "chi bo", "db": "dang bo", "dbbp": "dang bo bo phan", "tdp": "to dan pho", "ubnd": "uy ban nhan dan"}


@dataclass(frozen=True)
class Meant:
    """What a text means: one organisation, or some that come near, or nothing."""

    one: Organization | None = None
    near: tuple[Organization, ...] = ()
    is_several: bool = False
    """The text fits each of `near`."""
    is_literal: bool = True
    """The text is the name or the code as it is written."""


def unit_key(text: str) -> str:
    """A name as it is compared: without marks, signs and the usual abbreviations."""
    words = _SIGNS.sub(" ", fold(text)).split()
    return " ".join(_SHORT.get(word, word) for word in words)


@dataclass
class UnitNames:
    """The open organisations within reach, by what they are called."""

    chosen: Mapping[str, str]
    """By folded text: the code that a person said is meant."""
    units: dict[str, Organization]
    by_key: dict[str, list[Organization]] = field(default_factory=dict)
    by_number: dict[int, Organization] = field(default_factory=dict)
    known: dict[str, Meant] = field(default_factory=dict)

    @classmethod
    def within(cls, may_touch: Callable[[Organization], bool], chosen: Mapping[str, str]) -> "UnitNames":
        """Those that *may_touch* allows."""
        stored = list(Organization.objects.exclude(path=""))
        names = cls(chosen, {unit.code: unit for unit in stored if may_touch(unit)})
        names.by_number = {unit.pk: unit for unit in stored}
        for unit in names.units.values():
            if unit.closed_on is None:
                names.by_key.setdefault(unit_key(unit.name), []).append(unit)
        return names

    def meant_by(self, text: str) -> Meant:
        """Each text is looked up once, however many rows have it."""
        if text not in self.known:
            self.known[text] = self._look_up(clean_name(text))
        return self.known[text]

    def _look_up(self, text: str) -> Meant:
        code = self.chosen.get(fold(text), text)
        if code in self.units:
            return Meant(self.units[code])
        whole = self.by_key.get(unit_key(text), [])
        if len(whole) == 1:
            return Meant(whole[0], is_literal=clean_name(whole[0].name).casefold() == text.casefold())
        first, *above = [part for part in _SEPARATORS.split(text) if part]
        fitting = whole or [unit for unit in self.by_key.get(unit_key(first), []) if self._is_below(unit, above)]
        if len(fitting) == 1:
            return Meant(fitting[0], is_literal=False)
        if fitting:
            return Meant(near=tuple(fitting[:NEAR]), is_several=True)
        close = get_close_matches(unit_key(first), self.by_key, n=NEAR, cutoff=0.75)
        return Meant(near=tuple(unit for key in close for unit in self.by_key[key])[:NEAR])

    def _is_below(self, unit: Organization, above: Iterable[str]) -> bool:
        """Whether every name in *above* is that of something over *unit*."""
        line = [unit_key(self.by_number[int(key)].name) for key in unit.path.rstrip("/").split("/")[:-1]]
        return all(any(unit_key(part) in name for name in line) for part in above)

    def called(self, unit: Organization) -> str:
        """`Chi bộ thôn Đồng Tâm, Đảng bộ xã Minh Hòa (K1)`."""
        parent = self.by_number.get(unit.parent_id)
        return f"{unit.name}{f', {parent.name}' if parent else ''} ({unit.code})"
