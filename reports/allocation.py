"""Sharing a target out: what the goals come to in people, whether sums agree, a proposal. No database."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from math import ceil

from core.numbers import apportion, format_integer
from reports.rates import SMALLEST_JUDGED


@dataclass(frozen=True)
class Goals:
    """How many admissions reach the lower and the upper goal of a base; None where that is under one person."""

    low: int | None
    high: int | None

    @property
    def is_small(self) -> bool:
        """Whether the unit is too small to be judged by percent."""
        return self.low is None

    @property
    def words(self) -> str:
        """`210–280`, `2`; for a small unit `khoảng 1`, `dưới 1`."""
        if self.low is None:
            return UNDER_ONE if self.high is None else AROUND_ONE
        low = format_integer(self.low)
        return low if self.low == self.high else f"{low}–{format_integer(self.high)}"


UNDER_ONE, AROUND_ONE = "dưới 1", "khoảng 1"


def goals(base: Decimal | int | None, low: Decimal, high: Decimal) -> Goals | None:
    """The goals *low* and *high* (percent) of *base* in people; None without a base."""
    return Goals(_people(base, low), _people(base, high)) if base else None


def _people(base: Decimal | int, percent: Decimal) -> int | None:
    exact = base * percent / 100
    return ceil(exact) if exact >= SMALLEST_JUDGED else None


class Agreement(Enum):
    """How the number of an organisation and the sum of those below it stand to each other.

    `{n}` in the words is the difference; the tone gives colour and sign.
    """

    EQUAL = ("giao đủ", "ok")
    UNDER = ("còn {n} chưa giao", "soon")
    OVER = ("giao thừa {n}", "info")
    NOT_SHARED = ("chưa chia xuống", "mute")
    NO_TARGET = ("chưa có chỉ tiêu", "mute")
    NOTHING = ("chưa giao", "mute")

    def __init__(self, words: str, tone: str) -> None:
        self.words, self.tone = words, tone


@dataclass(frozen=True)
class Comparison:
    """*own* is the number of an organisation, *below* the sum of those below it; None where nobody gave one."""

    own: int | None
    below: int | None

    @property
    def kind(self) -> Agreement:
        if self.own is None:
            return Agreement.NOTHING if self.below is None else Agreement.NO_TARGET
        if self.below is None:
            return Agreement.NOT_SHARED
        difference = self.own - self.below
        return Agreement.EQUAL if not difference else Agreement.UNDER if difference > 0 else Agreement.OVER

    @property
    def kinds(self) -> list[Agreement]:
        """Every kind there is, for pages that change theirs while one types."""
        return list(Agreement)

    @property
    def tone(self) -> str:
        return self.kind.tone

    @property
    def text(self) -> str:
        """`giao đủ`, `còn 5 chưa giao`, `giao thừa 3`."""
        return self.kind.words.replace("{n}", format_integer(abs((self.own or 0) - (self.below or 0))))

    @property
    def agrees(self) -> bool:
        """Whether there is nothing to put right between the two."""
        return self.kind not in (Agreement.UNDER, Agreement.OVER)


def proposal(total: int, given: Mapping[int, int | None], weights: Mapping[int, int]) -> dict[int, int]:
    """*total* less what is *given*, shared among those to whom nothing is (None) in proportion to their *weights*."""
    empty = [key for key, value in given.items() if value is None]
    left = max(0, total - sum(value for value in given.values() if value is not None))
    return dict(zip(empty, apportion(left, [weights.get(key, 0) for key in empty]), strict=True))
