"""Measuring one thing against another so that a busy machine disturbs both alike."""

import time
from collections.abc import Callable
from statistics import median
from typing import NamedTuple

PAIRS = 7


class Ratio(NamedTuple):
    """One line of `make bench`: *ratio* should not exceed *goal*."""

    name: str
    ratio: float
    goal: float
    note: str


class Comparison(NamedTuple):
    """Medians over all pairs: of *ours* ÷ *floor*, and of the seconds each took."""

    ratio: float
    ours: float
    floor: float


def cpu_seconds(work: Callable[[], object]) -> float:
    """CPU time of this process for one call; work done by a database server is not in it."""
    started = time.process_time()
    work()
    return time.process_time() - started


def wall_seconds(work: Callable[[], object]) -> float:
    """Elapsed time of one call."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def compare_both(
    ours: Callable[[], object],
    floor: Callable[[], object],
    *,
    clock: Callable[[Callable[[], object]], float] = wall_seconds,
    pairs: int = PAIRS,
) -> Comparison:
    """*ours* beside *floor* over A B A B pairs, after one unmeasured call of each."""
    ours()
    floor()
    taken = [(clock(ours), max(clock(floor), 1e-9)) for _ in range(pairs)]
    return Comparison(median(a / b for a, b in taken), median(a for a, _ in taken), median(b for _, b in taken))


def compare(
    ours: Callable[[], object],
    floor: Callable[[], object],
    *,
    clock: Callable[[Callable[[], object]], float] = wall_seconds,
    pairs: int = PAIRS,
) -> float:
    """Median of *ours* ÷ *floor* over A B A B pairs, after one unmeasured call of each."""
    return compare_both(ours, floor, clock=clock, pairs=pairs).ratio


def milliseconds(found: Comparison) -> str:
    return f"{found.ours * 1000:.0f} ms beside {found.floor * 1000:.0f} ms"
