"""Who the members are: ages, names, schooling, the way into the Party."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from cells.kinds import MovementKind
from core.dates import add_months
from reports.demo.names import Choice, person_name
from reports.demo.tree import Sector, Unit

ADULT_MONTHS = 18 * 12


@dataclass(frozen=True)
class Kind:
    """Members of one sector: ages on the roll, age on joining (youngest, usual, oldest), share of women, schooling."""

    age: tuple[float, float]
    span: tuple[int, int]
    joining: tuple[int, int, int]
    women: float
    schooling: Choice
    leaves_at: int = 200
    """Age of retirement; from then on members move to where they live."""


_OLD_SCHOOLING = Choice({
    "Tiểu học": 14, "Trung học cơ sở": 38, "Trung học phổ thông": 26, "Trung cấp": 13, "Cao đẳng": 3, "Đại học": 6,
})  # fmt: skip
KINDS = {
    Sector.VILLAGE: Kind((59, 13), (21, 86), (19, 25, 42), 0.30, Choice({
        "Trung học cơ sở": 18, "Trung học phổ thông": 46, "Trung cấp": 16, "Cao đẳng": 8, "Đại học": 12,
    })),
    Sector.SCHOOL: Kind((40, 8), (24, 60), (22, 27, 42), 0.76, Choice({
        "Đại học Sư phạm": 70, "Cao đẳng Sư phạm": 18, "Thạc sĩ": 8, "Đại học": 4,
    }), leaves_at=58),
    Sector.HEALTH: Kind((41, 9), (25, 60), (23, 29, 44), 0.62, Choice({
        "Bác sĩ": 24, "Đại học Điều dưỡng": 24, "Cao đẳng Điều dưỡng": 26, "Trung cấp Y": 18, "Dược sĩ": 8,
    }), leaves_at=59),
    Sector.OFFICE: Kind((43, 8), (25, 61), (22, 27, 40), 0.38, Choice({
        "Đại học": 74, "Trung cấp": 12, "Cao đẳng": 6, "Thạc sĩ": 8,
    }), leaves_at=60),
    Sector.POLICE: Kind((35, 7), (22, 57), (20, 24, 32), 0.12, Choice({
        "Đại học An ninh": 26, "Đại học Cảnh sát": 40, "Trung cấp Cảnh sát": 28, "Thạc sĩ": 6,
    }), leaves_at=56),
    Sector.ARMY: Kind((33, 8), (21, 56), (20, 23, 30), 0.06, Choice({
        "Đại học Quân sự": 44, "Trung cấp Quân sự": 30, "Trung học phổ thông": 22, "Thạc sĩ": 4,
    }), leaves_at=55),
    Sector.AGENCY: Kind((42, 8), (25, 61), (23, 29, 42), 0.44, Choice({
        "Đại học": 72, "Thạc sĩ": 20, "Cao đẳng": 4, "Trung cấp": 4,
    }), leaves_at=60),
    Sector.ENTERPRISE: Kind((41, 9), (23, 60), (23, 30, 46), 0.46, Choice({
        "Đại học": 40, "Cao đẳng": 16, "Trung cấp": 20, "Trung học phổ thông": 24,
    }), leaves_at=59),
}  # fmt: skip


@dataclass(slots=True, eq=False)
class Person:
    """A member on the roll, or once on it."""

    code: str
    full_name: str
    born: date
    born_text: date | str
    """As the list gives it: some old papers know only the month or the year."""
    is_woman: bool
    ethnicity: str
    religion: str
    schooling: str
    joined_on: date
    cell: str
    official_on: date | None = None
    on_roll: bool = True
    free_from: date = date.min
    """First day on which something else may happen to the member."""
    moves: list["Move"] = field(default_factory=list)
    recognition: "Recognition | None" = None
    is_dropped: bool = False
    """Struck off as a probationer, by the vote of the cell."""


@dataclass(slots=True, eq=False)
class Move:
    """One row of BIEN_DONG."""

    person: Person
    kind: MovementKind
    on: date
    cell: str
    held_on: date | None = None
    document: str = ""


@dataclass(slots=True, eq=False)
class Recognition:
    """The decision that the probation of a member, ended twelve months after the ceremony, was passed."""

    person: Person
    on: date
    document: str = ""


def member_prefix(number: int) -> str:
    """How the codes of the members of the committee *number* begin."""
    return f"099{number:03d}"


class People:
    """Makes members; each has the next number of the committee."""

    def __init__(self, rng: Random, number: int) -> None:
        self._rng = rng
        self._number = number
        self._ethnicities: dict[int, Choice] = {}
        self.everybody: list[Person] = []

    def settled(self, cell: Unit, day: date) -> Person:
        """A member who has long been on the roll of *cell* on *day*."""
        kind = KINDS[cell.sector]
        # Where nobody has been admitted for years, even the youngest member is no longer young.
        patience = 6 if cell.quiet_since is not None else 0
        age = min(max(self._rng.gauss(*kind.age), kind.span[0] + 1 + patience), kind.span[1])
        born = day - timedelta(days=round(age * 365.25) + self._rng.randrange(180))
        latest = day - timedelta(days=patience * 365 + 1)
        joined = self._joining_day(born, kind, latest)
        official = add_months(joined + timedelta(days=self._rng.randint(9, 40)), 12)
        return self._make(cell, born, joined, official)

    def newcomer(self, cell: Unit, decided_on: date) -> Person:
        """Somebody admitted in *cell* by a decision of that day."""
        youngest, usual, oldest = KINDS[cell.sector].joining
        age = self._rng.triangular(youngest, oldest, usual)
        born = decided_on - timedelta(days=round(age * 365.25))
        return self._make(cell, born, decided_on, None, joins_now=True)

    def arrival(self, cell: Unit, day: date) -> Person:
        """A member who comes from outside the committee."""
        kind = KINDS[cell.sector]
        mean = 36 if cell.sector is Sector.VILLAGE and self._rng.random() < 0.6 else kind.age[0]
        age = min(max(self._rng.gauss(mean, 8), kind.span[0] + 3), 75)
        born = day - timedelta(days=round(age * 365.25))
        joined = self._joining_day(born, kind, day - timedelta(days=500))
        return self._make(cell, born, joined, add_months(joined + timedelta(days=20), 12))

    def _joining_day(self, born: date, kind: Kind, latest: date) -> date:
        youngest, usual, oldest = kind.joining
        age = self._rng.triangular(youngest, oldest, usual)
        joined = born + timedelta(days=round(age * 365.25))
        if joined > latest:
            earliest = add_months(born, ADULT_MONTHS + 1)
            joined = earliest + timedelta(days=self._rng.randrange(max(1, (latest - earliest).days)))
        return min(joined, latest)

    def _make(
        self, cell: Unit, born: date, joined_on: date, official_on: date | None, *, joins_now: bool = False
    ) -> Person:
        rng = self._rng
        kind = KINDS[cell.sector]
        is_woman = rng.random() < kind.women + (0.12 if joins_now and kind.women < 0.6 else 0)
        ethnicity = self._ethnicity(cell)
        old = cell.sector is Sector.VILLAGE and born.year < 1962
        person = Person(
            code=f"{member_prefix(self._number)}{len(self.everybody) + 1:06d}",
            full_name=person_name(rng, ethnicity, is_woman, born.year),
            born=born,
            born_text=self._as_written(born),
            is_woman=is_woman,
            ethnicity=ethnicity,
            religion=self._religion(cell),
            schooling=(_OLD_SCHOOLING if old else kind.schooling)(rng),
            joined_on=joined_on,
            cell=cell.code,
            official_on=official_on,
        )
        self.everybody.append(person)
        return person

    def _ethnicity(self, cell: Unit) -> str:
        choice = self._ethnicities.setdefault(id(cell.mix), Choice(cell.mix))
        return choice(self._rng)

    def _religion(self, cell: Unit) -> str:
        draw = self._rng.random()
        if cell.is_religious and draw < 0.09:
            return "Công giáo"
        return "Phật giáo" if draw > 0.985 else "Không"

    def _as_written(self, born: date) -> date | str:
        draw = self._rng.random()
        if born.year < 1956 and draw < 0.10:
            return f"{born.year}" if draw < 0.06 else f"{born:%m/%Y}"
        return born
