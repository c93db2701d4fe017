"""Organisations of the demo as plain data, with what a year-long life of members needs to know of them."""

from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from random import Random

from cells.kinds import OrganizationKind


class Sector(Enum):
    """Lĩnh vực: what kind of place a unit is; decides who its members are."""

    AREA = "xã, thị trấn"
    VILLAGE = "thôn, tổ dân phố"
    SCHOOL = "trường học"
    HEALTH = "y tế"
    OFFICE = "cơ quan cấp xã"
    POLICE = "công an"
    ARMY = "quân đội"
    AGENCY = "cơ quan, đơn vị sự nghiệp"
    ENTERPRISE = "doanh nghiệp"


@dataclass(frozen=True)
class Extent:
    """How much of the standard committee is made; tests make a tiny one."""

    communes: int
    bodies: int
    """Other base organisations: agencies, schools, enterprises, police, army."""
    villages: tuple[int, int]
    """Village cells of a commune, from–to."""
    members: int
    """On the roll before the first year."""
    people: int = 100
    """On their way into the Party."""


@dataclass(frozen=True)
class Stage:
    """What a unit is from a day on; None: since before anybody wrote it down."""

    since: date | None
    name: str
    kind: OrganizationKind
    parent: str | None


@dataclass
class Unit:
    """One organisation. `size` members are on its roll at the beginning; `vigour` says how readily it admits."""

    code: str
    sector: Sector
    stages: list[Stage]
    mix: dict[str, float] = field(default_factory=lambda: {"Kinh": 1.0})
    """Ethnicities of the place by weight."""
    holds_members: bool = False
    size: int = 0
    vigour: float = 1.0
    quiet_since: int | None = None
    """Nobody is admitted from this year on."""
    stands_above: bool = False
    """District, province, commune of the two-level model: above the units that answer for targets."""
    admits_exactly: int | None = None
    """Admissions of this year, where the demo wants a certain picture."""
    is_minority: bool | None = None
    is_religious: bool | None = None
    has_sources: bool | None = None
    last_day: date | None = None
    successor: str | None = None

    @property
    def name(self) -> str:
        return self.stages[-1].name

    def stage_on(self, day: date) -> Stage | None:
        """What the unit is on *day*; None before it was founded."""
        found = None
        for stage in self.stages:
            if stage.since is None or stage.since <= day:
                found = stage
        return found

    def is_open(self, day: date) -> bool:
        return self.stage_on(day) is not None and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True)
class Merger:
    """On *day* the members of *source* go to *targets*, one by one in turn; the decision is cited."""

    day: date
    source: str
    targets: tuple[str, ...]


@dataclass
class Tree:
    """One committee with everything below it."""

    number: int
    """In the codes of units and members."""
    top: str
    decides: list[tuple[date | None, str]]
    """Since when admissions are decided by whom: the sign in a decision's number."""
    units: dict[str, Unit] = field(default_factory=dict)
    mergers: list[Merger] = field(default_factory=list)

    def add(self, unit: Unit) -> Unit:
        self.units[unit.code] = unit
        return unit

    @property
    def cells(self) -> list[Unit]:
        return [unit for unit in self.units.values() if unit.holds_members]

    def group_on(self, code: str, day: date) -> str:
        """The unit that answers for the cell's admissions on *day*: the highest below the committee."""
        group = code
        stage = self.units[code].stage_on(day)
        while stage and stage.parent and not self.units[stage.parent].stands_above:
            group = stage.parent
            stage = self.units[group].stage_on(day)
        return group

    def sign_on(self, day: date) -> str:
        """Who decides on *day*, as the numbers of decisions end."""
        return [sign for since, sign in self.decides if since is None or since <= day][-1]


def organization_code(above: int, base: int = 0, sub: int = 0, cell: int = 0) -> str:
    """`099.001.012.000.003`: province, above base, base, subordinate, cell."""
    return f"099.{above:03d}.{base:03d}.{sub:03d}.{cell:03d}"


def spread(rng: Random, count: int, low: float, high: float) -> list[float]:
    """*count* values evenly from *low* to *high*, in any order: a spread that chance cannot flatten."""
    values = [low + (high - low) * (place + 0.5) / count for place in range(count)]
    rng.shuffle(values)
    return values


SIZES = {
    Sector.VILLAGE: (21.0, 8.0, 7),
    Sector.SCHOOL: (13.0, 3.0, 7),
    Sector.HEALTH: (8.0, 2.5, 5),
    Sector.OFFICE: (19.0, 3.0, 12),
    Sector.POLICE: (7.0, 1.5, 5),
    Sector.ARMY: (7.0, 1.5, 5),
    Sector.AGENCY: (25.0, 5.0, 17),
    Sector.ENTERPRISE: (18.0, 4.0, 9),
}
"""Members of a cell: mean, spread, least."""


def usual_size(rng: Random, sector: Sector) -> int:
    mean, deviation, least = SIZES[sector]
    return max(least, round(rng.gauss(mean, deviation)))


def fill_villages(rng: Random, units: list[Unit], members: int) -> None:
    """Give village cells what other cells leave of *members*, each about its usual share."""
    villages = [unit for unit in units if unit.size and unit.sector is Sector.VILLAGE]
    rest = members - sum(unit.size for unit in units if unit.sector is not Sector.VILLAGE)
    shares = [unit.size for unit in villages]
    for unit, size in zip(villages, apportion(rest, shares), strict=True):
        unit.size = max(5, size)


def apportion(total: int, weights: list[float], at_most: list[int] | None = None) -> list[int]:
    """*total* in whole parts proportional to *weights* (largest remainders), none above *at_most*."""
    parts = [0] * len(weights)
    limits = at_most or [total] * len(weights)
    left = total
    while left > 0:
        open_places = [place for place, part in enumerate(parts) if part < limits[place] and weights[place] > 0]
        if not open_places:
            break
        whole = sum(weights[place] for place in open_places)
        exact = {place: left * weights[place] / whole for place in open_places}
        for place, share in exact.items():
            added = min(int(share), limits[place] - parts[place])
            parts[place] += added
            left -= added
        by_remainder = sorted(open_places, key=lambda place: (int(exact[place]) - exact[place], place))
        for place in by_remainder[: max(0, left)]:
            if parts[place] < limits[place]:
                parts[place] += 1
                left -= 1
    return parts


def make_quiet(rng: Random, tree: Tree, first_year: int, this_year: int) -> None:
    """Some village cells admit nobody: for the whole time, for three years, for two."""
    villages = [unit for unit in tree.cells if unit.sector is Sector.VILLAGE and unit.quiet_since is None]
    rng.shuffle(villages)
    count = len(villages)
    for share, since in ((0.03, first_year), (0.04, this_year - 2), (0.06, this_year - 1)):
        for _ in range(max(1, round(share * count))):
            if villages:
                cell = villages.pop()
                cell.quiet_since = since
                # Some of those who never admit anybody have nobody left to admit, and say so.
                cell.has_sources = since != first_year or len(villages) % 2 == 0
