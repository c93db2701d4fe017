"""Rates of all organisations against scanning the same movements and adding them up per unit.

The floor counts the same kinds of movements by the unit they happened in, without an index: what has to be read at
least. Ours goes up the tree of the day, minds declared years and inner transfers. Both give the same opening,
admissions and closing of every organisation: compared by a digest.
"""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

from django.db import connection, transaction

from cells.models import DeclaredYear, OrganizationAncestor, OrganizationVersion
from cells.queries import remembering
from cells.queries.roll import DATE_COLUMN, DECISION
from reports.queries.figures import COUNTED, MOVEMENT, SIGNED, compute_figures
from reports.queries.rates import figures_of
from reports.rates import Period
from tests.bench import kept
from tests.bench.measure import Ratio, compare_both, milliseconds

YEAR = Period.of_year(2025)
DAY = DATE_COLUMN[DECISION]
PAGE = 100
"""Organisations whose stored figures one page reads."""

AT_MOST = {"sqlite": 2, "postgresql": 3}
"""PostgreSQL scans faster; handing over a row for each organisation, and making it ours, takes as long as on SQLite."""
ADDED_UP = 3
"""Opening, closing and admissions are sums of those of the units; transfers are not, some cancel."""

Answer = Iterable[tuple[int, ...]]


def run() -> Iterator[Ratio]:
    growth: dict[int, tuple[float, int]] = {}
    for loading in kept.each_scale():
        assert not DeclaredYear.objects.filter(year=2025).exists(), "the floor knows nothing of declared years"
        assert _digest(_ours()) == _digest(_rolled_up(_floor())), "figures and floor disagree"
        at = f"scale {loading.scale}, {loading.rows['Movement']:,} movements, answers equal"
        found = compare_both(lambda: compute_figures(YEAR), _floor)
        yield Ratio(
            "rates of all organisations ÷ scan and hash",
            found.ratio,
            AT_MOST[connection.vendor],
            f"{at}, {milliseconds(found)}",
        )
        growth[loading.scale] = found.ours, loading.rows["Movement"]
        keys = list(OrganizationVersion.objects.values_list("organization_id", flat=True)[:PAGE])
        found = compare_both(lambda keys=keys: figures_of(YEAR, units=keys), _floor)
        goal = {1: 1, 10: 0.2}.get(loading.scale, 0.05)
        yield Ratio(f"stored figures of {PAGE} organisations ÷ scan and hash", found.ratio, goal, milliseconds(found))
        remembering.forget()
        figures_of(YEAR)
        found = compare_both(lambda: figures_of(YEAR), _floor)
        yield Ratio("figures of all, remembered ÷ scan and hash", found.ratio, goal, milliseconds(found))
    for small, large in pairwise(sorted(growth)):
        (before, few), (after, many) = growth[small], growth[large]
        yield Ratio(
            f"time of a movement at scale {large} ÷ at scale {small}", after / many / (before / few), 1.5,
            f"{before * 1000:.0f} and {after * 1000:.0f} ms; not paired",
        )  # fmt: skip


def _ours() -> Answer:
    return ((key, its.opening, its.closing, its.admitted) for key, its in compute_figures(YEAR).items())


def _floor() -> list[tuple[int, ...]]:
    """Opening, closing and all that happened between, of each unit by itself."""
    counts = ", ".join(f"COUNT(CASE WHEN m.{DAY} >= %(first)s AND m.kind = '{kind}' THEN 1 END)" for kind in COUNTED)
    unindexed = "NOT INDEXED" if connection.vendor == "sqlite" else ""
    statement = f"""
        SELECT m.organization_id,
            SUM(CASE WHEN m.{DAY} < %(first)s THEN {SIGNED} ELSE 0 END),
            SUM({SIGNED}), {counts}
        FROM {MOVEMENT} m {unindexed} WHERE m.in_force AND m.{DAY} <= %(last)s GROUP BY m.organization_id"""
    with _scanning(), connection.cursor() as cursor:
        cursor.execute(statement, {"first": YEAR.first_day, "last": YEAR.last_day})
        return cursor.fetchall()


@contextmanager
def _scanning() -> Iterator[None]:
    """PostgreSQL reads the table and hashes, whatever it would rather do."""
    if connection.vendor == "sqlite":
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        for way in ("indexscan", "indexonlyscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        yield


def _rolled_up(units: Answer) -> Answer:
    """What each organisation counts, *units* being what happened in each by itself, by the tree of the last day."""
    lines: dict[int, list[int]] = {}
    rows = OrganizationAncestor.objects.on(YEAR.last_day).values_list("organization_id", "ancestor_id")
    for key, above in rows:
        lines.setdefault(key, []).append(above)
    sums: dict[int, list[int]] = {key: [0, 0, 0] for key in lines}
    for key, *numbers in (row[: 1 + ADDED_UP] for row in units):
        for above in lines.get(key, ()):
            sums[above] = [a + b for a, b in zip(sums[above], numbers, strict=True)]
    return ((key, *numbers) for key, numbers in sums.items())


def _digest(answer: Any) -> str:
    return hashlib.sha256(repr(sorted(tuple(map(int, row)) for row in answer)).encode()).hexdigest()
