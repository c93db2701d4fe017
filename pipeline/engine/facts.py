"""What the engine is told about one file. All of it is immutable; services gather it by one query.

An unknown thing is None or empty, never a guess: a check that needs it says what to fill in.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from core.dates import DatePrecision, PartialDate


class Education(Enum):
    """Học vấn phổ thông, as far as the rules ask; a higher one contains the lower."""

    UNKNOWN = -1
    NONE = 0
    READS_AND_WRITES = 1
    PRIMARY = 2
    LOWER_SECONDARY = 3
    LOWER_SECONDARY_DIPLOMA = 4


@dataclass(frozen=True, slots=True)
class Ballot:
    """Một lần biểu quyết. Numbers of people; `members` are all official members (or all of the committee)."""

    members: int
    yes: int
    no: int = 0
    blank: int = 0
    present: int | None = None
    away: int = 0
    """Transferred temporarily elsewhere."""
    exempt: int = 0
    exempt_present: int = 0
    suspended: int = 0
    persons: int = 1
    """How many people were voted on at once."""


@dataclass(frozen=True, slots=True)
class Event:
    """Sự việc of the file: a step that was taken, or an outcome. `kind` is the name of a step or an outcome."""

    kind: str
    on: date
    id: str = ""
    corrects: str = ""
    """Id of the event that this one stands in place of."""
    void: bool = False
    """With `corrects`: nothing stands in its place."""
    precision: DatePrecision = DatePrecision.DAY
    agreed: bool | None = None
    """Yes or no of a decision; a vote follows from its ballot."""
    ballot: Ballot | None = None
    by: str = ""
    number: str = ""
    steps: tuple[str, ...] = ()
    """Of a returned file: what is to be done again."""


@dataclass(frozen=True, slots=True)
class Person:
    """Người xin vào Đảng."""

    born: PartialDate | None = None
    is_citizen: bool | None = None
    education: Education = Education.UNKNOWN
    in_youth_union: bool | None = None
    in_trade_union: bool | None = None
    has_political_question: bool = False
    children_beyond: int = 0
    """Number of the child in breach of the population policy (3, 4), 0 where there is none."""


@dataclass(frozen=True, slots=True)
class Helper:
    """Đảng viên giúp đỡ, or one who introduces. `together_since`: shared work, study or residence."""

    official_on: date | None = None
    together_since: date | None = None
    assigned_on: date | None = None
    until: date | None = None
    introduced_on: date | None = None
    """Day of the 3-KNĐ."""
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Thẩm tra một người, at one place."""

    relation: str
    requested_on: date | None = None
    answered_on: date | None = None
    abroad: bool = False
    exempt_because: str = ""
    declared_fully: bool = True
    vetted_by: str = ""
    """Relation of the vetting person to the candidate; empty for anybody else."""


@dataclass(frozen=True, slots=True)
class Paper:
    """Văn bản đồng ý, kết luận, nhận xét: with issuer, number and date."""

    kind: str
    on: date
    number: str = ""
    issuer: str = ""


@dataclass(frozen=True, slots=True)
class Former:
    """Lần ở trong Đảng trước, of somebody to be admitted again."""

    left_on: date
    because: str = ""
    times_readmitted: int = 0
    expunged_on: date | None = None


@dataclass(frozen=True, slots=True)
class LocalItem:
    """Tiêu chí của địa phương: warned of or noted, never more."""

    text: str
    met: bool
    is_warning: bool = True


@dataclass(frozen=True, slots=True)
class Unit:
    """Tổ chức đảng with what it could do in a span of time."""

    name: str
    code: str = ""
    setting: str = ""
    """`army`, `police` or another; these two have regulations of their own."""
    powers: frozenset[str] = frozenset()
    body: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """From a day on the file belongs to the first of *units*; the others stand above it, the nearest first."""

    since: date
    units: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Nơi công tác, cư trú: what stands beside the cell."""

    has_youth_union: bool | None = None
    has_trade_union: bool | None = None
    is_difficult_area: bool = False


@dataclass(frozen=True, slots=True)
class Override:
    """Cơ quan quyết định ghi tay, with its reason."""

    unit: str
    body: str
    reason: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the rules may ask about one file."""

    opened_on: date
    person: Person = field(default_factory=Person)
    place: Place = field(default_factory=Place)
    standings: tuple[Standing, ...] = ()
    events: tuple[Event, ...] = ()
    helpers: tuple[Helper, ...] = ()
    inquiries: tuple[Inquiry, ...] = ()
    papers: tuple[Paper, ...] = ()
    routes: tuple[str, ...] = ()
    former: Former | None = None
    local: tuple[LocalItem, ...] = ()
    override: Override | None = None
    voters: int | None = None
    """Official members of the cell entitled to vote now, before a meeting is held."""

    def units_on(self, day: date) -> tuple[Unit, ...]:
        """From the cell upward, as it was on *day*."""
        found: tuple[Unit, ...] = self.standings[0].units if self.standings else ()
        for standing in self.standings:
            if standing.since <= day:
                found = standing.units
        return found
