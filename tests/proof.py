"""Randomised tests at two sizes: a few cases in `make test`, the full count in `make proof`, which prints them.

    @settings(max_examples=cases(quick=25, full=2000))
    @given(histories())
    def test_closing_equals_opening_plus_changes(history):
        tally("histories")
        ...

`make proof` runs what Hypothesis drives and what carries the marker `proof`.
"""

import os
from collections import Counter

FULL = os.environ.get("HYPOTHESIS_PROFILE") == "proof"

_counts: Counter[str] = Counter()


def cases(quick: int, full: int) -> int:
    """How many cases to run now."""
    return full if FULL else quick


def tally(what: str, count: int = 1) -> None:
    """Add *count* cases of *what* ("histories", "kills") to the figures printed at the end of the run."""
    _counts[what] += count


def take_counts() -> dict[str, int]:
    """The figures since the last call (tests/conftest.py collects them after every test)."""
    counts = dict(_counts)
    _counts.clear()
    return counts
