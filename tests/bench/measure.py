"""Measuring one thing against another so that a busy machine disturbs both alike."""

import time
from collections.abc import Callable
from statistics import median
from typing import NamedTuple


class Ratio(NamedTuple):
    """One line of `make bench`: *ratio* should not exceed *goal*."""

    name: str
    ratio: float
    goal: float
    note: str


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


def compare(
    ours: Callable[[], object],
    floor: Callable[[], object],
    *,
    clock: Callable[[Callable[[], object]], float] = wall_seconds,
    pairs: int = 5,
) -> float:
    """Median of *ours* ÷ *floor* over A B A B pairs, after one unmeasured call of each."""
    ours()
    floor()
    return median(clock(ours) / max(clock(floor), 1e-9) for _ in range(pairs))
