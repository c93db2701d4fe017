"""What all files of a committee of the demo stand on: its tree and rolls, its meetings, the rules, the day."""

from calendar import FRIDAY
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from cells.kinds import CapabilityKind
from cells.profiles import default_powers
from core.dates import BEGINNING, add_months
from pipeline.engine.deciding import decider, holder_between
from pipeline.engine.facts import Facts, Standing, Unit
from pipeline.rulebook.book import Rulebook
from pipeline.rulebook.loading import load
from reports.demo.case_people import Outsiders
from reports.demo.case_timing import Meetings
from reports.demo.movements import Chronicle
from reports.demo.rolls import Rolls
from reports.demo.tree import Sector
from reports.demo.tree import Unit as TreeUnit

SESSIONS_KEPT = 24
"""Months back that meetings of the committee are entered with their agenda."""
CLASS_ENDS = 24
"""Day of the last month of a quarter."""
_SETTINGS = {Sector.ARMY: "army", Sector.POLICE: "police"}


@dataclass(frozen=True)
class Committees:
    """What is above a cell that has voted: the steps there are, who decides (empty: nobody in the tree), who takes the
    file in."""

    steps: frozenset[str]
    decides: str
    receives: str


@dataclass
class Ground:
    """What all files of a committee stand on."""

    chronicle: Chronicle
    rolls: Rolls
    meetings: Meetings
    outsiders: Outsiders
    profile: str
    today: date
    shown: str = ""
    """The cell whose people are chosen one by one: nobody else comes there."""
    helped: Counter[str] = field(default_factory=Counter)
    """Member → how many people he has been given to help."""
    undecided: int = 0
    """Recognitions on which the cell could not agree, and which are open today."""
    dropped: int = 0
    """Probationers struck off so far."""
    book: Rulebook = field(default_factory=load)
    _committees: dict[tuple[str, date], Committees] = field(default_factory=dict)

    @cached_property
    def predecessors(self) -> dict[str, str]:
        units = self.chronicle.tree.units
        return {unit.successor: code for code, unit in units.items() if unit.successor and unit.holds_members}

    @cached_property
    def steady(self) -> list[str]:
        """Cells that have always been there and still are."""
        return [
            cell.code for cell in self.chronicle.tree.cells if cell.is_open(self.today) and cell.stages[0].since is None
        ]

    def earliest(self, cell: str) -> date:
        """Since when a file can lie in *cell* or in what it has taken over."""
        since = self.chronicle.tree.units[cell].stages[0].since
        before = self.predecessors.get(cell)
        return BEGINNING if since is None or before else since

    def opening_cell(self, cell: str, day: date) -> str:
        """*cell*, or what it has taken over, where it was not there yet on *day*."""
        return cell if self.chronicle.tree.units[cell].is_open(day) else self.predecessors.get(cell, cell)

    def committees(self, cell: str, voted_on: date) -> "Committees":
        """Who is above *cell* on the way of what it has voted for on that day."""
        if (cell, voted_on) not in self._committees:
            self._committees[cell, voted_on] = self._asked(self._line(cell, voted_on), voted_on)
        return self._committees[cell, voted_on]

    def _line(self, cell: str, day: date) -> tuple[Unit, ...]:
        units, chain, code = self.chronicle.tree.units, [], cell
        while code and (stage := units[code].stage_on(day)) is not None:
            powers = default_powers(self.profile, stage.kind, day)
            setting = _SETTINGS.get(units[code].sector, "")
            chain.append(Unit(stage.name, code, setting, frozenset(powers)))
            code = stage.parent if stage.parent in units else None
        return tuple(chain)

    def _asked(self, line: tuple[Unit, ...], day: date) -> "Committees":
        edition = self.book.on(day)
        decides = decider(Facts(opened_on=day, standings=(Standing(BEGINNING, line),)), edition, day)
        holders = {
            name: unit for name in ("appraisal", "base_resolution")
            if (unit := holder_between(line, decides, edition.steps[name].power))
        }  # fmt: skip
        steps = {"decision", *holders}
        if decides.unit and "has_board" in decides.unit.powers:
            steps.add("file_check")
        receives = holders.get("base_resolution") or decides.unit or line[-1]
        return Committees(frozenset(steps), decides.unit.code if decides.unit else "", receives.code)

    def next_class(self, day: date) -> date:
        """The day after *day* on which the next class for new members ends: one each quarter."""
        ends = day.replace(day=CLASS_ENDS)
        while ends <= day or ends.month % 3:
            ends = add_months(ends, 1)
        return ends - timedelta(days=max(0, ends.weekday() - FRIDAY))

    @cached_property
    def first_session(self) -> date:
        """Meetings before this day are in the books only; so is whatever the committee did not decide itself."""
        top, since = self.chronicle.tree.units[self.chronicle.tree.top], add_months(self.today, -SESSIONS_KEPT)
        days = self.chronicle.session_days.days
        return next((day for day in days if day >= since and self._decides(top, day)), date.max)

    def issues_cards(self, day: date) -> bool:
        """Whether it is the committee itself that hands out cards on *day*."""
        return self._decides(self.chronicle.tree.units[self.chronicle.tree.top], min(day, self.today))

    def _decides(self, top: TreeUnit, day: date) -> bool:
        stage = top.stage_on(day)
        return stage is not None and CapabilityKind.DECIDES in default_powers(self.profile, stage.kind, day)

    def commune_of(self, cell: str) -> str:
        """The commune or town that *cell* lies in; the town, for what belongs to the district itself."""
        tree = self.chronicle.tree
        for code in (tree.group_on(cell, self.today), tree.top):
            if tree.units[code].sector is Sector.AREA and "huyện" not in tree.units[code].name:
                return tree.units[code].name.removeprefix("Đảng bộ ")
        area = next(unit for unit in tree.units.values() if unit.sector is Sector.AREA and not unit.stands_above)
        return area.name.removeprefix("Đảng bộ ")
