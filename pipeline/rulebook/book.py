"""Editions of the regulation, and the book of them: which one judges a day."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from core.dates import day_before
from pipeline.rulebook.confidence import Confidence
from pipeline.rulebook.entries import (
    TABLES,
    Clock,
    Decider,
    Entry,
    Milestone,
    Outcome,
    Requirement,
    Route,
    Setting,
    Step,
    Validity,
    Vote,
)  # fmt: skip


@dataclass(frozen=True)
class Guidance:
    """Hướng dẫn that goes with an edition; two of them bear the same number, so the date belongs to it."""

    number: str
    issued: str
    note: str = ""


@dataclass(frozen=True)
class Edition:
    """Văn bản: one implementing regulation with all rules that hold under it, the Charter's included."""

    id: str
    number: str
    issued: date
    in_force_from: date
    title: str
    entries: Mapping[str, Entry]
    """Rule id → rule."""
    guidances: tuple[Guidance, ...] = ()
    extends: str = ""
    note: str = ""

    def __str__(self) -> str:
        return self.number

    def _of(self, table: str) -> dict:
        return {entry.name: entry for entry in self.entries.values() if entry.table == table}

    # What the engine asks many times; an edition never changes, so each is made once.
    @cached_property
    def steps(self) -> dict[str, Step]:
        return self._of("steps")

    @cached_property
    def requirements(self) -> dict[str, Requirement]:
        return self._of("requirements")

    @cached_property
    def votes(self) -> dict[str, Vote]:
        return self._of("votes")

    @cached_property
    def clocks(self) -> dict[str, Clock]:
        return self._of("clocks")

    @cached_property
    def validities(self) -> dict[str, Validity]:
        return self._of("validities")

    @cached_property
    def milestones(self) -> dict[str, Milestone]:
        return self._of("milestones")

    @cached_property
    def routes(self) -> dict[str, Route]:
        return self._of("routes")

    @cached_property
    def outcomes(self) -> dict[str, Outcome]:
        return self._of("outcomes")

    @cached_property
    def deciding(self) -> dict[str, Decider]:
        return self._of("deciding")

    @cached_property
    def settings(self) -> dict[str, Setting]:
        return self._of("settings")

    @cached_property
    def before(self) -> dict[str, frozenset[str]]:
        """Step → all steps that come before it, however far."""
        found: dict[str, frozenset[str]] = {}

        def all_before(name: str) -> frozenset[str]:
            if name not in found:
                direct = [each for each in self.steps[name].after if each in self.steps]
                found[name] = frozenset(direct).union(*map(all_before, direct))
            return found[name]

        for name in self.steps:
            all_before(name)
        return found

    @cached_property
    def clocks_ending(self) -> dict[str, tuple[Clock, ...]]:
        """Step → the clocks that end with it."""
        return {name: tuple(each for each in self.clocks.values() if each.ends == name) for name in self.steps}

    @cached_property
    def validities_tested(self) -> dict[str, tuple[Validity, ...]]:
        """Step → what must still hold on its day."""
        return {name: tuple(each for each in self.validities.values() if each.tested_at == name) for name in self.steps}

    def setting(self, name: str) -> str:
        """The answer in use; empty where the edition does not ask the question."""
        found = self.settings.get(name)
        return found.value if found else ""

    def without(self, rule: str) -> "Edition":
        """The edition as it would be without one rule."""
        return replace(self, entries={key: entry for key, entry in self.entries.items() if key != rule})

    def with_entry(self, entry: Entry) -> "Edition":
        """The edition with one rule put in the place of what had its id."""
        return replace(self, entries={**self.entries, entry.id: entry})


@dataclass(frozen=True)
class Rulebook:
    """All editions, the earliest first."""

    editions: tuple[Edition, ...]

    def __iter__(self) -> Iterator[Edition]:
        return iter(self.editions)

    def on(self, day: date) -> Edition:
        """The edition in force on *day*; before the first one, the first with nothing in it confirmed."""
        for edition in reversed(self.editions):
            if edition.in_force_from <= day:
                return edition
        return self._before_all

    @cached_property
    def _before_all(self) -> Edition:
        first = self.editions[0]
        return replace(
            first,
            entries={key: replace(entry, confidence=Confidence.INHERITED) for key, entry in first.entries.items()},
            note="Ngày này ở trước văn bản sớm nhất có trong phần mềm.",
        )

    def get(self, key: str) -> Edition | None:
        """The edition with this id, None where there is none."""
        return next((each for each in self.editions if each.id == key), None)

    def last_day(self, edition: Edition) -> date | None:
        """The last day on which *edition* is in force; None while nothing has replaced it."""
        later = [each.in_force_from for each in self.editions if each.in_force_from > edition.in_force_from]
        return day_before(min(later)) if later else None

    def replacing(self, edition: Edition) -> "Rulebook":
        """The book with *edition* in the place of the one with its id."""
        return Rulebook(tuple(edition if each.id == edition.id else each for each in self.editions))

    def judged_by(self, edition: Edition, day: date) -> "Rulebook":
        """The book in which *edition* takes over on *day* what is judged from then on."""
        earlier = [each for each in self.editions if each.in_force_from < day]
        return Rulebook((*earlier, replace(edition, in_force_from=day)))

    def as_if_always(self, edition: Edition) -> "Rulebook":
        """A book in which *edition* has always been in force: what would it say of a file?"""
        return Rulebook((replace(edition, in_force_from=date.min),))


__all__ = ["TABLES", "Edition", "Guidance", "Rulebook"]
