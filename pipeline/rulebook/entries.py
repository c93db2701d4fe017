"""The kinds of rules, one class for each table of a rule file. Fields are the keys that the table takes.

A rule's id is `<table>.<name>`: `clocks.ceremony`. The meaning of every key in words: docs/cases.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import Any, ClassVar

from pipeline.rulebook.confidence import STRENGTHS, Confidence, Strength, strength_of

NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What every rule has: where it stands, where we have it from, how sure we are."""

    table: ClassVar[str]
    name: str
    title: str
    article: str
    source: str
    confidence: Confidence
    stated_in: str
    """Id of the edition that states it: the one in force, or the earlier one it is taken over from."""
    note: str = ""
    local_text: str = ""
    """The text in which the installation has read it, empty while nobody has."""

    @property
    def id(self) -> str:
        return f"{self.table}.{self.name}"

    @property
    def strength(self) -> Strength:
        return strength_of(self.confidence)


@dataclass(frozen=True, kw_only=True)
class Step(Entry):
    """Bước: what somebody does, and which steps come before. Steps that wait for the same ones run in parallel."""

    table = "steps"
    actor: str
    on_behalf: str = ""
    form: str = ""
    after: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    when: str = "always"
    """Where this does not hold the step falls away, and nothing waits for it."""
    unless: str = ""
    """While this holds the step cannot be taken, and what comes after waits for it."""
    power: str = ""
    """Taken only where a unit above the cell holds this capability; empty: taken everywhere."""
    stage: str = ""
    vote: str = ""
    on_failure: str = ""
    """Outcome that a vote or decision against it leads to."""
    leads_to: str = ""
    """Outcome that it leads to when it is agreed."""
    not_before: str = ""
    """Milestone before whose day it makes no sense."""
    completes: tuple[str, ...] = ()
    """Other steps that are done with this one."""
    repeats_until: str = ""
    """A duty that comes again until this step is done."""


@dataclass(frozen=True, kw_only=True)
class Requirement(Entry):
    """Điều kiện: one check of the facts, with its parameters (`with`) and what to do where it is not met."""

    table = "requirements"
    check: str
    parameters: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    remedy: str
    at_most: str = "block"

    @property
    def strength(self) -> Strength:
        return strength_of(self.confidence, STRENGTHS[self.at_most])


@dataclass(frozen=True, kw_only=True)
class Vote(Entry):
    """Biểu quyết: which part of whom must agree. Counted in integers, never in rounded percent."""

    table = "votes"
    of: str
    at_least: Fraction | None = None
    more_than: Fraction | None = None
    least_voters: int = 1
    leaves_out: tuple[str, ...] = ()
    rounds: int = 0
    """After so many votes without a majority either way the matter goes upward; 0: no limit."""


@dataclass(frozen=True, kw_only=True)
class Clock(Entry):
    """Thời hạn: from one step (or milestone) to another."""

    table = "clocks"
    starts: str
    ends: str
    length: int
    unit: str
    extension: int = 0
    extended_by: str = ""
    other_start: str = ""
    """The start that another edition names; its due day is shown beside."""
    repeats: bool = False


@dataclass(frozen=True, kw_only=True)
class Validity(Entry):
    """Thời hạn giá trị: how many months something holds, tested on the day of a step."""

    table = "validities"
    of: tuple[str, ...]
    """The steps whose day it is counted from: the earliest of them."""
    months: int
    tested_at: str
    redo: tuple[str, ...]
    remedy: str


@dataclass(frozen=True, kw_only=True)
class Milestone(Entry):
    """Mốc: a day that follows from a step, so many months later."""

    table = "milestones"
    of: str
    months: int = 0
    known_after: str = ""


@dataclass(frozen=True, kw_only=True)
class Route(Entry):
    """Trường hợp đặc biệt: an exception with its papers; it waives some requirements and adds others."""

    table = "routes"
    waives: tuple[str, ...] = ()
    adds: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: NOTHING)
    """Step → requirements."""


@dataclass(frozen=True, kw_only=True)
class Outcome(Entry):
    """Kết cục hoặc sự việc: what may befall a file besides its steps, and the lawful way back."""

    table = "outcomes"
    effect: str
    actor: str = ""
    reopens: tuple[str, ...] = ()
    holds: bool = False
    """While a step it reopened is not done again, nothing after that step goes on."""
    back: str = ""
    """The outcome that brings a closed or paused file back."""
    back_after: int = 0
    """Months before that way is open."""


@dataclass(frozen=True, kw_only=True)
class Decider(Entry):
    """Thẩm quyền: which unit takes a step, found by a dated capability on a given day."""

    table = "deciding"
    power: str
    body_power: str
    default_body: str
    judged_on: str
    """The step whose day decides."""
    votes: Mapping[str, str]
    """Body → vote."""
    own_rules: tuple[str, ...] = ()
    """Settings (army, police) with regulations of their own."""


@dataclass(frozen=True, kw_only=True)
class Setting(Entry):
    """Câu hỏi chưa có lời giải: answers to choose from, and the one used until somebody knows."""

    table = "settings"
    choices: Mapping[str, str]
    default: str
    answer: str = ""
    """What the installation has chosen."""

    @property
    def value(self) -> str:
        return self.answer or self.default


KINDS: tuple[type[Entry], ...] = (
    Step, Requirement, Vote, Clock, Validity, Milestone, Route, Outcome, Decider, Setting,
)  # fmt: skip
TABLES = {kind.table: kind for kind in KINDS}
TITLES = {
    "steps": "Các bước", "requirements": "Điều kiện", "votes": "Biểu quyết", "clocks": "Thời hạn",
    "validities": "Thời hạn giá trị", "milestones": "Các mốc", "routes": "Trường hợp đặc biệt",
    "outcomes": "Kết cục, sự việc và đường trở lại", "deciding": "Thẩm quyền quyết định",
    "settings": "Điều chưa rõ",
}  # fmt: skip
"""Tables as people read them, in their order."""
