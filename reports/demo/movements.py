"""What happens to the members, day by day: the roll of the demo.

Every event is applied to the rolls as they stand on its day, so that no movement contradicts another.
"""

import heapq
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from cells.kinds import MovementKind
from core.dates import add_months, end_of_year
from reports.demo.admissions import Admission, plan_year
from reports.demo.people import KINDS, Move, People, Person, Recognition
from reports.demo.session_days import CardIssue, SessionDays, card_issues
from reports.demo.tree import Merger, Sector, Tree, Unit

YEARS = 5
"""Full years of movements before the present one."""

ARRIVALS, LEAVES_YOUNG, LEAVES_OLD, CHANGES_PLACE = 0.008, 0.017, 0.003, 0.012
EXPELLED, STRUCK_OFF, RESIGNED = 0.0004, 0.0008, 0.0006
PROBATIONER_STRUCK_OFF = 0.012
FEWEST = 5
"""Nobody leaves of his own will a cell as small as this."""
SETTLING = timedelta(days=30)
BEFORE_ITS_END = timedelta(days=75)

LEAVING = {
    MovementKind.EXPELLED: "QĐ/UBKT",
    MovementKind.STRUCK_OFF: "",
    MovementKind.RESIGNED: "",
    MovementKind.REINSTATED: "",
}
"""Movements by a decision, with the sign of who takes it; empty: the committee that decides admissions."""


def yearly_death(age: float) -> float:
    """The chance to die within a year."""
    return min(0.4, 0.0018 * 1.098 ** (age - 45))


class Chronicle:
    """Lives through the years of one committee. After :meth:`run`: `people.everybody`, `moves`, `rolls`, `awaited`,
    `session_days`."""

    def __init__(self, rng: Random, tree: Tree, today: date) -> None:
        self._rng, self.tree, self._today = rng, tree, today
        self.first_day = date(today.year - YEARS, 1, 1)
        self.people = People(rng, tree.number)
        self.moves: list[Move] = []
        self.awaited: list[Move] = []
        """Admissions decided whose ceremony is to come: on no roll, in no figure."""
        self.rolls: dict[str, list[Person]] = {cell.code: [] for cell in tree.cells}
        self.openings: dict[int, dict[str, int]] = {}
        """By year: members of each unit that answers for targets, on 1 January."""
        self._agenda: list[tuple[date, int, Callable, tuple]] = []
        self._entered = 0
        self._last_admission: dict[str, int] = {}
        self._dismissed: Counter[MovementKind] = Counter()
        self._by_sector: dict[Sector, list[Unit]] = {}
        for cell in tree.cells:
            self._by_sector.setdefault(cell.sector, []).append(cell)

    def run(self) -> None:
        start = self.first_day - timedelta(days=1)
        lived_through = [merger for merger in self.tree.mergers if merger.day < self.first_day]
        for merger in lived_through:  # whoever was there is where he went before the story begins
            source = self.tree.units[merger.source]
            for place in range(source.size):
                self.tree.units[merger.targets[place % len(merger.targets)]].size += 1
            source.size = 0
        for cell in self.tree.cells:
            self.rolls[cell.code] = [self.people.settled(cell, start) for _ in range(cell.size)]
            if cell.size:
                latest = max(person.joined_on for person in self.rolls[cell.code])
                self._last_admission[cell.code] = max(latest.year, self.first_day.year - 3)
        for merger in self.tree.mergers:
            if merger not in lived_through:
                self._enter(merger.day, self._merge, merger)
        for year in range(self.first_day.year, self._today.year + 1):
            self._plan(year)
            self._live_until(min(end_of_year(year), self._today))
        self._recognise()
        self._number_decisions()

    # --- the agenda -----------------------------------------------------------------------------------------------

    def _enter(self, day: date, event: Callable, *details: object) -> None:
        self._entered += 1
        heapq.heappush(self._agenda, (day, self._entered, event, details))

    def _live_until(self, last_day: date) -> None:
        while self._agenda and self._agenda[0][0] <= last_day:
            day, _, event, details = heapq.heappop(self._agenda)
            event(day, *details)

    def _plan(self, year: int) -> None:
        new_year = date(year, 1, 1)
        sizes = {code: len(roll) for code, roll in self.rolls.items()}
        opening: dict[str, int] = {}
        for code, size in sizes.items():
            if size:
                group = self.tree.group_on(code, new_year)
                opening[group] = opening.get(group, 0) + size
        self.openings[year] = opening
        waited = {code: year - 1 - last for code, last in self._last_admission.items()}
        for admission in plan_year(self._rng, self.tree, year, self._today.year, sizes, waited):
            self._enter(admission.decided_on, self._admit, admission)
        for code, roll in self.rolls.items():
            cell = self.tree.units[code]
            for person in roll:
                self._plan_person(person, cell, new_year)
            for _ in range(self._round(len(roll) * ARRIVALS * (1.5 if cell.sector is Sector.OFFICE else 1))):
                self._enter(self._any_day(year), self._arrive, code)

    def _plan_person(self, person: Person, cell: Unit, new_year: date) -> None:
        """At most one thing a year befalls a member."""
        age = (new_year - person.born).days / 365.25
        kind = KINDS[cell.sector]
        young = cell.sector in (Sector.ARMY, Sector.POLICE) or age < 45
        chances = (
            (yearly_death(age), self._leave, MovementKind.DIED),
            (0.45 if age >= kind.leaves_at else 0.0, self._retire, None),
            (EXPELLED if age < 65 else 0.0, self._leave, MovementKind.EXPELLED),
            (STRUCK_OFF if age < 60 else 0.0, self._leave, MovementKind.STRUCK_OFF),
            (RESIGNED, self._leave, MovementKind.RESIGNED),
            (LEAVES_YOUNG if young else LEAVES_OLD, self._leave, MovementKind.TRANSFERRED_OUT),
            (CHANGES_PLACE if age < 60 else 0.002, self._change_place, None),
        )
        draw = self._rng.random()
        for chance, event, detail in chances:
            if draw < chance:
                self._enter(self._any_day(new_year.year), event, person, *([detail] if detail else []))
                return
            draw -= chance

    def _any_day(self, year: int) -> date:
        return date(year, 1, 2) + timedelta(days=self._rng.randrange(362))

    def _round(self, value: float) -> int:
        """A whole number that is *value* on the average."""
        return int(value) + (self._rng.random() < value % 1)

    # --- events ---------------------------------------------------------------------------------------------------

    def _admit(self, day: date, admission: Admission) -> None:
        cell = self.tree.units[admission.cell]
        person = self.people.newcomer(cell, day)
        self._last_admission[cell.code] = day.year
        if admission.held_on > self._today:
            self.people.everybody.remove(person)
            self.awaited.append(Move(person, MovementKind.ADMITTED, day, cell.code))
            return
        self._join(person, MovementKind.ADMITTED, day, cell.code, admission.held_on)
        if self._rng.random() < PROBATIONER_STRUCK_OFF:
            dropped = admission.held_on + timedelta(days=self._rng.randint(370, 430))
            self._enter(dropped, self._drop, person)

    def _join(self, person: Person, kind: MovementKind, day: date, code: str, held_on: date | None = None) -> None:
        self._note(Move(person, kind, day, code, held_on))
        person.cell, person.on_roll = code, True
        person.free_from = (held_on or day) + SETTLING
        self.rolls[code].append(person)

    def _quit(self, person: Person, kind: MovementKind, day: date) -> Move:
        self.rolls[person.cell].remove(person)
        person.on_roll = False
        return self._note(Move(person, kind, day, person.cell))

    def _note(self, move: Move) -> Move:
        move.person.moves.append(move)
        self.moves.append(move)
        return move

    def _may_leave(self, person: Person, day: date) -> bool:
        return person.on_roll and person.free_from <= day and len(self.rolls[person.cell]) > FEWEST

    def _drop(self, day: date, person: Person) -> None:
        """A probationer whom the cell does not want to be recognised."""
        person.is_dropped = self._may_leave(person, day)
        self._leave(day, person, MovementKind.STRUCK_OFF)

    def _leave(self, day: date, person: Person, kind: MovementKind) -> None:
        if not self._may_leave(person, day):
            return
        home = person.cell
        self._quit(person, kind, day)
        self._dismissed[kind] += 1
        if kind == MovementKind.EXPELLED and self._dismissed[kind] % 4 == 0:  # a complaint was found right
            self._enter(day + timedelta(days=self._rng.randint(150, 330)), self._come_back, person, home, kind)
        if kind == MovementKind.STRUCK_OFF and self._dismissed[kind] in (2, 5):  # not before 36 months
            self._enter(
                add_months(day, 36) + timedelta(days=self._rng.randint(40, 200)), self._come_back, person, home, kind
            )

    def _come_back(self, day: date, person: Person, home: str, after: MovementKind) -> None:
        if not self.tree.units[home].is_open(day) or (day - person.born).days > 59 * 365:
            return
        if after == MovementKind.EXPELLED:
            self._join(person, MovementKind.REINSTATED, day, home)
            return
        held_on = day + timedelta(days=self._rng.randint(8, 30))
        if held_on <= self._today:
            person.official_on, person.is_dropped = None, False
            self._join(person, MovementKind.ADMITTED, day, home, held_on)
            self._last_admission[home] = day.year

    def _arrive(self, day: date, code: str) -> None:
        cell = self.tree.units[code]
        if cell.is_open(day):
            self._join(self.people.arrival(cell, day), MovementKind.TRANSFERRED_IN, day, code)

    def _change_place(self, day: date, person: Person) -> None:
        self._move(day, person, self.tree.units[person.cell].sector)

    def _retire(self, day: date, person: Person) -> None:
        """To the cell where one lives; one in seven moves away altogether."""
        if self._rng.random() < 0.14:
            self._leave(day, person, MovementKind.TRANSFERRED_OUT)
        else:
            self._move(day, person, Sector.VILLAGE)

    def _move(self, day: date, person: Person, sector: Sector) -> None:
        arrival = day + timedelta(days=self._rng.randint(2, 24))
        target = self._somewhere(sector, person, arrival)
        if target and self._may_leave(person, day):
            self._quit(person, MovementKind.TRANSFERRED_OUT, day)
            self._enter(arrival, self._settle, person, target)

    def _somewhere(self, sector: Sector, person: Person, day: date) -> str | None:
        """A cell of *sector* that stays for a while: near by for those who retire, anywhere for others."""
        here = self.tree.group_on(person.cell, day)
        for attempt in range(12):
            cell = self._rng.choice(self._by_sector[sector])
            near = attempt > 5 or cell.sector is not Sector.VILLAGE or self.tree.group_on(cell.code, day) == here
            stays = cell.last_day is None or day + BEFORE_ITS_END < cell.last_day
            if near and stays and cell.code != person.cell and cell.is_open(day):
                return cell.code
        return None

    def _settle(self, day: date, person: Person, code: str) -> None:
        self._join(person, MovementKind.TRANSFERRED_IN, day, code)

    def _merge(self, day: date, merger: Merger) -> None:
        sign = self.tree.sign_on(day - timedelta(days=1))
        document = f"{self._rng.randint(400, 1600)}-{sign}"
        for place, person in enumerate(list(self.rolls[merger.source])):
            self._quit(person, MovementKind.TRANSFERRED_OUT, day).document = document
            self._join(person, MovementKind.TRANSFERRED_IN, day, merger.targets[place % len(merger.targets)])
            person.moves[-1].document = document

    # --- afterwards -----------------------------------------------------------------------------------------------

    def _recognise(self) -> None:
        """Twelve months after the ceremony a probationer becomes official; the papers take some weeks."""
        admissions = [move for move in (*self.moves, *self.awaited) if move.kind == MovementKind.ADMITTED]
        self.session_days = SessionDays((move.on for move in admissions), self._today)
        for person in self.people.everybody:
            admission = next((m for m in reversed(person.moves) if m.kind == MovementKind.ADMITTED), None)
            if admission is None or admission.held_on is None:
                continue
            due = add_months(admission.held_on, 12)
            known = due + timedelta(days=self._rng.randint(20, 75))
            gone = None if person.on_roll else person.moves[-1].on
            if known > self._today or person.is_dropped:
                continue
            decided_on = self.session_days.recognising(due, known, self._today)
            if gone is None or decided_on < gone:
                person.official_on = due
                person.recognition = Recognition(person, decided_on)

    def _number_decisions(self) -> None:
        """Numbers run through a committee's term, from the congress in the summer of 2020, 2025 and so on."""
        numbers: dict[tuple[str, int], int] = {}
        recognised = [person.recognition for person in self.people.everybody if person.recognition]
        self.card_issues = {issue.day: issue for issue in card_issues(self.first_day, self._today)}
        decided = sorted((*self.moves, *self.awaited, *recognised), key=lambda each: (each.on, each.person.code))
        for each in heapq.merge(decided, self.card_issues.values(), key=lambda each: each.on):
            step = 1
            if isinstance(each, (Recognition, CardIssue)):
                sign = self.tree.sign_on(each.on)
            elif each.kind == MovementKind.ADMITTED or each.kind in LEAVING:
                sign = LEAVING.get(each.kind) or self.tree.sign_on(each.on)
                step = self._rng.randint(1, 3)
            else:
                continue
            term = (each.on - timedelta(days=212)).year // 5
            number = numbers.get((sign, term), 0) + step
            numbers[sign, term] = number
            each.document = f"{number:02d}-{sign}"
