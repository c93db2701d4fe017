"""What stood above cells through time, with its powers: the engine's standings, for many cells in four questions."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from cells.kinds import CapabilityKind
from cells.models import Capability, Installation, OrganizationAncestor, OrganizationVersion
from cells.profiles import PROFILES, Profile, ProfileName
from core.names import fold
from pipeline.engine.facts import Standing, Unit

SETTINGS = {"quan doi": "army", "quan su": "army", "cong an": "police"}
"""What a sector's name tells of a unit with regulations of its own."""


@dataclass(frozen=True)
class Span:
    """A row that holds in `[since, until)`."""

    since: date
    until: date | None

    def holds(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True)
class Above(Span):
    key: int
    depth: int


@dataclass(frozen=True)
class Named(Span):
    name: str
    code: str
    kind: str
    sector: str


@dataclass(frozen=True)
class Held(Span):
    what: str
    held: bool
    body: str


@dataclass
class Tree:
    """Everything above some cells, at any time. Made by :func:`tree_above`."""

    profile: Profile
    above: dict[int, list[Above]]
    names: dict[int, list[Named]]
    powers: dict[int, list[Held]]
    _lines: dict[int, list[Standing]] = field(default_factory=dict)

    def standings(self, stays: Iterable[tuple[int, date]]) -> tuple[Standing, ...]:
        """Of a file that lay at each cell of *stays* from a day on: every day on which something above it changed."""
        stays = list(stays)
        found: list[Standing] = []
        for number, (cell, since) in enumerate(stays):
            until = stays[number + 1][1] if number + 1 < len(stays) else None
            line = self._line(cell)
            begins = [each for each in line if each.since <= since]
            if begins or line:
                found.append(Standing(since, (begins or line[:1])[-1].units))
            found += [each for each in line if each.since > since and (until is None or each.since < until)]
        return tuple(found)

    def _line(self, cell: int) -> list[Standing]:
        if cell not in self._lines:
            line: list[Standing] = []
            for day in sorted(self._days(cell)):
                units = self._units(cell, day)
                if units and (not line or line[-1].units != units):
                    line.append(Standing(day, units))
            self._lines[cell] = line
        return self._lines[cell]

    def _days(self, cell: int) -> set[date]:
        spans: list[Span] = [*self.above.get(cell, ())]
        for key in {each.key for each in self.above.get(cell, ())}:
            spans += [*self.names.get(key, ()), *self.powers.get(key, ())]
        days = {day for span in spans for day in (span.since, span.until) if day}
        return days | self._turning_days

    @cached_property
    def _turning_days(self) -> set[date]:
        return {day for power in self.profile.powers for day in (power.valid_from, power.valid_until) if day}

    def _units(self, cell: int, day: date) -> tuple[Unit, ...]:
        line = sorted((each for each in self.above.get(cell, ()) if each.holds(day)), key=lambda each: each.depth)
        return tuple(unit for each in line if (unit := self.unit(each.key, day)))

    def unit(self, key: int, day: date) -> Unit | None:
        """The unit *key* as it was on *day*; None before it was there."""
        named = next((each for each in self.names.get(key, ()) if each.holds(day)), None)
        if named is None:
            return None
        powers = {
            each.what: each.body for each in self.profile.powers if each.kind == named.kind and each.holds_on(day)
        }
        for row in self.powers.get(key, ()):
            if not row.holds(day):
                continue
            if row.held:
                powers[row.what] = row.body
            else:
                powers.pop(row.what, None)
        sector = fold(named.sector)
        setting = next((words for part, words in SETTINGS.items() if part in sector), "")
        return Unit(named.name, named.code, setting, frozenset(powers), powers.get(CapabilityKind.DECIDES_BY, ""))


def tree_above(cells: Collection[int]) -> Tree:
    """What stood and stands above *cells*, themselves included."""
    above, names, powers = defaultdict(list), defaultdict(list), defaultdict(list)
    rows = OrganizationAncestor.objects.filter(organization__in=cells)
    for cell, key, depth, since, until in rows.values_list(
        "organization_id", "ancestor_id", "depth", "valid_from", "valid_until"
    ):
        above[cell].append(Above(since, until, key, depth))
    keys = {each.key for line in above.values() for each in line}
    versions = OrganizationVersion.objects.in_force().filter(organization__in=keys).values_list(
        "organization_id", "valid_from", "valid_until", "name", "organization__code", "kind", "sector"
    )  # fmt: skip
    for key, *values in versions:
        names[key].append(Named(*values))
    held = Capability.objects.in_force().filter(organization__in=keys).order_by("recorded_at", "id").values_list(
        "organization_id", "valid_from", "valid_until", "what", "held", "body"
    )  # fmt: skip
    for key, *values in held:
        powers[key].append(Held(*values))
    profile = PROFILES[ProfileName(Installation.load().profile)]
    return Tree(profile, dict(above), dict(names), dict(powers))


def unit_on(organization: int, day: date) -> Unit | None:
    """One unit as it was on *day*, with its powers; None before it was there."""
    return tree_above([organization]).unit(organization, day)
