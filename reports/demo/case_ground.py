"""What all files of a committee of the demo stand on: its tree and rolls, its meetings, the rules, the day."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from cells.profiles import default_powers
from core.dates import BEGINNING
from pipeline.engine.deciding import decider, holder_between
from pipeline.engine.facts import Facts, Standing, Unit
from pipeline.rulebook.book import Rulebook
from pipeline.rulebook.loading import load
from reports.demo.case_people import Outsiders
from reports.demo.case_timing import Meetings
from reports.demo.movements import Chronicle
from reports.demo.rolls import Rolls
from reports.demo.tree import Sector


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
    book: Rulebook = field(default_factory=load)

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

    def committee_steps(self, cell: str, day: date) -> set[str]:
        """Which steps between the cell's vote on *day* and the decision there are."""
        units = self.chronicle.tree.units
        chain, code = [], cell
        while code and (stage := units[code].stage_on(day)) is not None:
            powers = default_powers(self.profile, stage.kind, day)
            chain.append(Unit(stage.name, code, powers=frozenset(powers)))
            code = stage.parent if stage.parent in units else None
        line, edition = tuple(chain), self.book.on(day)
        decides = decider(Facts(opened_on=day, standings=(Standing(BEGINNING, line),)), edition, day)
        found = {"decision"}
        found |= {
            name for name in ("appraisal", "base_resolution")
            if holder_between(line, decides, edition.steps[name].power)
        }  # fmt: skip
        return found | ({"file_check"} if decides.unit and "has_board" in decides.unit.powers else set())

    def commune_of(self, cell: str) -> str:
        """The commune or town that *cell* lies in; the town, for what belongs to the district itself."""
        tree = self.chronicle.tree
        for code in (tree.group_on(cell, self.today), tree.top):
            if tree.units[code].sector is Sector.AREA and "huyện" not in tree.units[code].name:
                return tree.units[code].name.removeprefix("Đảng bộ ")
        area = next(unit for unit in tree.units.values() if unit.sector is Sector.AREA and not unit.stands_above)
        return area.name.removeprefix("Đảng bộ ")
