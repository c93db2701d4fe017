"""One file from the introduction to today: its events on their days, its helpers, its ballots."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from random import Random

from cells.profiles import default_powers
from core.dates import BEGINNING, add_months
from pipeline.engine.deciding import decider, holder_between
from pipeline.engine.facts import Ballot, Facts, Standing, Unit
from pipeline.engine.votes import base_of, needed
from pipeline.rulebook.book import Rulebook
from pipeline.rulebook.loading import load
from reports.demo.case_fates import CLOSING, WHY, Fate, script, waiting
from reports.demo.case_people import Outsider, Outsiders
from reports.demo.case_timing import LONGEST, Leg, Meetings, fit
from reports.demo.movements import Chronicle
from reports.demo.rolls import Rolls, Stay
from reports.demo.tree import Sector

TWO_INTRODUCE, TWO_HELP = 0.25, 0.15
COMMITTEE_STEPS = ("appraisal", "base_resolution", "file_check", "decision")
ONE_DAY = timedelta(days=1)
RESTING = ("paused", *CLOSING)
BACK = ("resumed", "applied_again", "relisted")
CLOSED_SINCE = (20, 1_500)
"""Days since a closed file was closed."""
SPAN = 5 * 365 + 300
"""Days back to the first file of all."""


@dataclass
class Happening:
    """An event of a file. `ballot` with the codes of the members confirmed; `moved_to` is the code of a cell."""

    kind: str
    on: date
    by: str = ""
    number: str = ""
    reason: str = ""
    steps: tuple[str, ...] = ()
    agreed: bool | None = None
    ballot: Ballot | None = None
    confirmed: tuple[str, ...] = ()
    moved_to: str = ""


@dataclass
class Helping:
    """A member who helps from a day on, or only introduces; by code."""

    member: str
    together_since: date
    since: date | None = None
    until: date | None = None
    ended_because: str = ""
    replaces: "Helping | None" = None
    introduced_on: date | None = None
    leaves_on: date = date.max

    def helps(self, day: date) -> bool:
        return self.since is not None and self.since <= day and (self.until is None or day < self.until)


@dataclass
class Ground:
    """What all files of a committee stand on."""

    chronicle: Chronicle
    rolls: Rolls
    meetings: Meetings
    outsiders: Outsiders
    profile: str
    today: date
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


class Walk:
    """Lives through one file. After :meth:`run`: `happenings`, `helpings`, and where the file lies."""

    def __init__(self, rng: Random, ground: Ground, cell: str, fate: Fate) -> None:
        self._rng, self._ground, self.fate = rng, ground, fate
        self.happenings: list[Happening] = []
        self.helpings: list[Helping] = []
        self._pending: list[tuple[date, Helping]] = []
        self.done: dict[str, date] = {}
        self.rests: list[tuple[date, date]] = []
        """Spans in which the file was paused or closed."""
        self.status = "open"
        self.has_passed = False
        self._base = self.cell = cell
        self._plan()

    def _plan(self) -> None:
        rng, ground, fate = self._rng, self._ground, self.fate
        earliest = ground.earliest(self.cell)
        is_long = fate.end == "lapsed" or fate.detour == "repeated"
        if (earliest > BEGINNING and is_long) or (fate.end == "refused" and self._has_own_rules()):
            self.fate = fate = Fate("awareness_class")
            is_long = False
        self._two = rng.random() < TWO_INTRODUCE
        political = rng.random() < 0.02
        self._legs = script(rng, fate, two_introduce=self._two, political=political)
        is_closed = fate.end in CLOSING
        end = ground.today - timedelta(days=self._closed_since() if is_closed else 0)
        end = max(end, min(earliest + timedelta(days=40), ground.today))
        waited = 0 if is_closed else waiting(rng, fate)
        room = (end - max(earliest, date(1990, 1, 1))).days
        waited = fit(self._legs, waited, room if is_long else min(room, LONGEST))
        self.opened_on = max(end - timedelta(days=waited + sum(leg.gap for leg in self._legs)), earliest)
        self._base = self.cell = self.opened_in = ground.opening_cell(self.cell, self.opened_on)
        unit = ground.chronicle.tree.units[self.cell]
        self.person: Outsider = ground.outsiders.make(unit, self._commune(self.cell), self.opened_on, end)
        self.person.has_political_question = political

    def _closed_since(self) -> int:
        long = SPAN - sum(leg.gap for leg in self._legs)
        return max(CLOSED_SINCE[0], min(self._rng.randint(*CLOSED_SINCE), long))

    def _has_own_rules(self) -> bool:
        """The army's and the police's own regulations say who decides there."""
        return self._ground.chronicle.tree.units[self.cell].sector in (Sector.ARMY, Sector.POLICE)

    def _commune(self, cell: str) -> str:
        tree, today = self._ground.chronicle.tree, self._ground.today
        for code in (tree.group_on(cell, today), tree.top):
            if tree.units[code].sector is Sector.AREA and "huyện" not in tree.units[code].name:
                return tree.units[code].name.removeprefix("Đảng bộ ")
        area = next(unit for unit in tree.units.values() if unit.sector is Sector.AREA and not unit.stands_above)
        return area.name.removeprefix("Đảng bộ ")

    # --- the way ----------------------------------------------------------------------------------------------------

    def run(self) -> "Walk":
        ground = self._ground
        self._happen(Happening("introduction", self.opened_on, by=self._introduced_by()))
        raw = last = self.opened_on
        for leg in self._legs:
            raw += timedelta(days=leg.gap)
            day = ground.meetings.settled(leg.kind, self._cell_on(raw), raw, last)
            self.cell = self._cell_on(day)
            self._care_for_helpers(day)
            if not self._take(leg, day):
                break
            last = day
        if self.fate.end in CLOSING and self.status not in CLOSING:  # it did not come to what was meant to end it
            last = min(last + timedelta(days=60), ground.today)
            self._happen(Happening("withdrew", last, reason=WHY["withdrew"][0]))
        self.cell = self._cell_on(ground.today)
        self._care_for_helpers(last if self.status in CLOSING else ground.today)
        if self.status in CLOSING:
            self._end_helpers(last, "Hồ sơ đã thôi")
        return self

    def _cell_on(self, day: date) -> str:
        return self._ground.rolls.cell_on(self._base, day)

    def _take(self, leg: Leg, day: date) -> bool:
        """Whether it came to that."""
        match leg.kind:
            case "helper":
                return self._assign_helpers(day) if "helper" not in self.done or self.status == "moved" else True
            case "introductions":
                self._introduce(day)
                self._happen(Happening(leg.kind, day))
            case "union_introduction":
                by, sign = ("youth_union", "ĐTN") if self.person.near_youth_union else ("trade_union", "CĐ")
                self._happen(Happening(leg.kind, day, by=by, number=f"{self._number(40)}-NQ/{sign}"))
            case "cell_vote":
                return self._vote(leg, day)
            case "moved":
                self._move(leg, day)
            case kind if kind in COMMITTEE_STEPS:
                self._pass_upward(leg, day)
            case _:
                number = f"{self._number(24)}-NQ/CB" if leg.kind in ("sympathiser_list", "removed", "relisted") else ""
                self._happen(Happening(leg.kind, day, number=number, reason=leg.reason, steps=leg.steps))
        return True

    def _happen(self, event: Happening) -> None:
        self.happenings.append(event)
        kind = event.kind
        self.done[kind] = event.on
        if kind == "decision":
            kind = "refused"
        if kind in RESTING:
            self.status = kind
            self.rests.append((event.on, date.max))
        elif kind in BACK:
            self.status = "open"
            self.rests[-1] = (self.rests[-1][0], event.on)
        else:
            self.status = kind if kind in ("returned", "moved") else "open"

    def _introduced_by(self) -> str:
        sources = self.person.work.sources
        if "đoàn viên" in sources or "dân quân" in sources:
            return "Chi đoàn nơi cư trú" if "Chi bộ thôn" in self._cell_name else "Chi đoàn cơ sở"
        for word, body in (("phụ nữ", "Chi hội Phụ nữ"), ("nông dân", "Chi hội Nông dân"), ("Mặt trận", "Ban công tác "
                           "Mặt trận")):  # fmt: skip
            if word in sources:
                return body
        return "Công đoàn cơ sở" if self.person.in_trade_union else "Chi hội Cựu chiến binh"

    @property
    def _cell_name(self) -> str:
        return self._ground.chronicle.tree.units[self.cell].name

    def _number(self, highest: int) -> str:
        return f"{self._rng.randint(1, highest):02d}"

    # --- helpers ----------------------------------------------------------------------------------------------------

    def _assign_helpers(self, day: date) -> bool:
        able = self._ground.rolls.able_to_help(self.cell, day)
        if not able:
            return False
        before = next((row for row in reversed(self.helpings) if row.until is not None), None)
        for _ in range(1 + (len(able) > 1 and self._rng.random() < TWO_HELP)):
            stay = self._choose(able)
            able.remove(stay)
            self.helpings.append(self._helping(stay, day, replaces=before))
            before = None
        self._happen(Happening("helper", day, number=f"{self._number(24)}-NQ/CB"))
        return True

    def _choose(self, able: list[Stay]) -> Stay:
        """Rather somebody who does not help many already."""
        some = [self._rng.choice(able) for _ in range(3)]
        found = min(some, key=lambda stay: self._ground.helped[stay.person.code])
        self._ground.helped[found.person.code] += 1
        return found

    def _helping(self, stay: Stay, day: date, replaces: Helping | None = None) -> Helping:
        together = max(stay.known_since, add_months(day, -self._rng.randint(14, 140)))
        leaves = self._ground.rolls.leaves(stay.person, stay.cell, day)
        return Helping(stay.person.code, together, day, replaces=replaces, leaves_on=leaves)

    def _care_for_helpers(self, day: date) -> None:
        """Who has left the cell until *day* no longer helps; somebody else does from a meeting soon after."""
        for row in [each for each in self.helpings if each.until is None and each.since and each.leaves_on <= day]:
            left = row.leaves_on
            row.until, row.ended_because = left, "Không còn sinh hoạt ở chi bộ"
            meeting = self._ground.meetings.following(self._cell_on(left), left + timedelta(days=5))
            self._pending.append((meeting, row))
        for meeting, row in [each for each in self._pending if each[0] <= day]:
            self._pending.remove((meeting, row))
            busy = {each.member for each in self.helpings if each.until is None}
            able = self._ground.rolls.able_to_help(self._cell_on(meeting), meeting)
            able = [stay for stay in able if stay.person.code not in busy]
            if able and not self._rests_on(meeting):
                self.helpings.append(self._helping(self._choose(able), meeting, replaces=row))

    def _rests_on(self, day: date) -> bool:
        return any(since <= day < until for since, until in self.rests)

    def _end_helpers(self, day: date, because: str) -> None:
        self._pending.clear()
        for row in self.helpings:
            if row.until is None and row.since:
                row.until, row.ended_because = max(day, row.since), because

    def _introduce(self, day: date) -> None:
        """Those who help write the 3-KNĐ; others where there are too few."""
        helping = [row for row in self.helpings if row.helps(day)]
        rows = helping[: 2 if self._two else 1]
        named = {row.member for row in self.helpings}
        others = [stay for stay in self._ground.rolls.able_to_help(self.cell, day) if stay.person.code not in named]
        while len(rows) < (2 if self._two else 1) and others:
            stay = others.pop(self._rng.randrange(len(others)))
            row = replace(self._helping(stay, day), since=None)
            self.helpings.append(row)
            rows.append(row)
        for row in rows:
            latest = add_months(day, -12)
            row.introduced_on, row.together_since = day, min(row.together_since, latest)

    # --- meetings and moves -----------------------------------------------------------------------------------------

    def _vote(self, leg: Leg, day: date) -> bool:
        """False where the cell has too few official members, or where papers are lacking."""
        figures, confirmed = self._ground.rolls.ballot(self.cell, day)
        figures = replace(figures, exempt_present=self._rng.randint(0, min(1, figures.exempt)))
        rule = self._ground.book.on(day).votes["cell_admission"]
        base = base_of(figures, rule.leaves_out)
        introduced = sum(1 for row in self.helpings if row.introduced_on)
        if base < rule.least_voters or introduced == 0 or (self._two and introduced < 2):
            return False
        least = needed(base, rule)
        present = max(least, base - self._rng.choice((0, 0, 0, 1, 1, 2)))
        if leg.fails:
            yes = max(0, least - self._rng.randint(1, 2))
        else:
            yes = max(least, present - self._rng.choice((0, 0, 0, 0, 1)))
        blank = self._rng.randint(0, min(1, present - yes))
        ballot = replace(figures, yes=yes, no=present - yes - blank, blank=blank, present=present)
        number = f"{self._number(24)}-NQ/CB"
        self._happen(Happening("cell_vote", day, number=number, ballot=ballot, confirmed=confirmed))
        self.has_passed = not leg.fails
        return True

    def _pass_upward(self, leg: Leg, day: date) -> None:
        if leg.kind not in self._ground.committee_steps(self.cell, self.done["cell_vote"]):
            return
        number = {"base_resolution": f"{self._number(90)}-NQ/ĐU"}.get(leg.kind, "")
        agreed = False if leg.fails else None
        self._happen(Happening(leg.kind, day, number=number, reason=leg.reason, agreed=agreed))

    def _move(self, leg: Leg, day: date) -> None:
        """To another cell, of the same sector where there is one; its own helpers stay behind."""
        tree, rolls = self._ground.chronicle.tree, self._ground.rolls
        sector = tree.units[self.cell].sector
        cells = [code for code in self._ground.steady if code != self.cell]
        same = [code for code in cells if tree.units[code].sector is sector]
        for _ in range(8):
            target = self._rng.choice(same or cells)
            if rolls.able_to_help(target, day):
                break
        else:
            return
        self._end_helpers(day, "Chuyển sang chi bộ khác")
        self._happen(Happening("moved", day, reason=leg.reason, moved_to=target))
        self._base = self.cell = target

    # --- reviews of the list ----------------------------------------------------------------------------------------

    @property
    def is_reviewed(self) -> bool:
        """On the list, open and not voted for: to be reviewed each month."""
        is_open = self.status in ("open", "returned", "moved")
        return is_open and "sympathiser_list" in self.done and not self.has_passed

    def due_after(self, latest: date) -> date:
        """When the next review is due if the last one was on *latest*."""
        return add_months(max(self.done["sympathiser_list"], self.done.get("resumed", BEGINNING), latest), 1)

    def reviewed(self, days: Iterable[date]) -> list[date]:
        """Those of *days* on which this person was on the list that was reviewed."""
        if "sympathiser_list" not in self.done:
            return []
        first = min(event.on for event in self.happenings if event.kind == "sympathiser_list")
        stop = self.done["cell_vote"] - ONE_DAY if self.has_passed else self._ground.today
        back = [self.done["resumed"]] if "resumed" in self.done else []
        found = {day for day in days if first < day <= stop and not self._rested_around(day)}
        return sorted(found.union(day for day in back if first < day <= stop))

    def _rested_around(self, day: date) -> bool:
        return any(since <= day <= until for since, until in self.rests)
