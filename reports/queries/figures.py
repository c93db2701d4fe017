"""Figures of every organisation for a period, in one statement, the same on SQLite and PostgreSQL.

Per unit first, then up through the ancestors of the period's last day. What a unit typed in (a declared year,
a target) takes the place of everything below it. Transfers between two units under one ancestor cancel for
that ancestor when both their days lie in the period.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import connection

from cells.kinds import INCREASES, MovementKind
from cells.models import DeclaredYear, Movement, OrganizationAncestor
from cells.queries.remembering import while_facts_stand
from cells.queries.roll import DATE_COLUMN, DECISION
from core.dates import day_after
from reports.models import Target
from reports.models.targets import YearlyNumber
from reports.rates import Figures, Period

COUNTED = tuple(kind.value for kind in MovementKind)
NAMES = ("opening", *COUNTED, "closing", "base_roll")
NO_YEAR = 0

_JOINED = ", ".join(f"'{kind.value}'" for kind in INCREASES)
SIGNED = f"CASE WHEN m.kind IN ({_JOINED}) THEN 1 ELSE -1 END"
MOVEMENT, DECLARED = Movement._meta.db_table, DeclaredYear._meta.db_table
ANCESTOR, TARGET = OrganizationAncestor._meta.db_table, Target._meta.db_table

TREE = f"""tree AS (
    SELECT organization_id, ancestor_id, depth FROM {ANCESTOR}
    WHERE valid_from <= %(tree_on)s AND (valid_until IS NULL OR valid_until > %(tree_on)s)
)"""
"""Who stood above whom on the day `tree_on`."""

TOPPED = """topped AS (
    SELECT tree.organization_id, MIN(tree.depth) AS depth
    FROM tree JOIN typed ON typed.organization_id = tree.ancestor_id
    WHERE tree.depth > 0 GROUP BY tree.organization_id
)"""
COVERS = f"""covered AS (
    SELECT tree.organization_id, MIN(tree.depth) AS depth
    FROM tree JOIN typed ON typed.organization_id = tree.ancestor_id GROUP BY tree.organization_id
), {TOPPED}"""
"""How far up a unit's numbers count: below the nearest unit in `typed`, itself included (covered) or not (topped)."""

FROM_OWN = """
    FROM own JOIN tree ON tree.organization_id = own.organization_id
        LEFT JOIN covered ON covered.organization_id = own.organization_id
    WHERE covered.depth IS NULL OR tree.depth < covered.depth"""

FROM_TYPED = """
    FROM typed JOIN tree ON tree.organization_id = typed.organization_id
        LEFT JOIN topped ON topped.organization_id = typed.organization_id
    WHERE topped.depth IS NULL OR tree.depth < topped.depth"""

OVER_ALL = """
    FROM tree LEFT JOIN part ON part.organization_id = tree.organization_id
    WHERE tree.depth = 0 GROUP BY tree.organization_id"""


def compute_figures(period: Period, counts_on: str = DECISION, tree_on: date | None = None) -> dict[int, Figures]:
    """Figures of every organisation that was there on the period's last day, by its key.

    *tree_on* shows the period as if the tree of that day had stood then.
    """
    parameters = {
        "first": period.first_day,
        "last": period.last_day,
        "tree_on": tree_on or period.last_day,
        "year_start": date(period.year, 1, 1),
        # A declared year speaks of the whole year only.
        "year": period.year if period.is_full_year else NO_YEAR,
    }
    return {
        key: Figures(has_declared=bool(typed), **dict(zip(NAMES, numbers, strict=True)))
        for key, typed, *numbers in _rows(_figures_statement(DATE_COLUMN[counts_on]), parameters)
    }


def _figures_statement(day: str) -> str:
    """The statement; *day* is the column of movements that counts."""
    counts = ", ".join(
        f"COUNT(CASE WHEN m.{day} >= %(first)s AND m.kind = '{kind}' THEN 1 END) AS {kind}" for kind in COUNTED
    )
    transfers = (MovementKind.TRANSFERRED_IN, MovementKind.TRANSFERRED_OUT)
    cancelled = _listed("-SUM(inner_moves.size)" if name in transfers else "0" for name in NAMES)
    return f"""
    WITH {TREE}, typed AS (SELECT * FROM {DECLARED} WHERE year = %(year)s), {COVERS}, own AS (
        SELECT m.organization_id,
            SUM(CASE WHEN m.{day} < %(first)s THEN {SIGNED} ELSE 0 END) AS opening, {counts},
            SUM({SIGNED}) AS closing,
            SUM(CASE WHEN m.{day} < %(year_start)s THEN {SIGNED} ELSE 0 END) AS base_roll
        FROM {MOVEMENT} m WHERE m.in_force AND m.{day} <= %(last)s GROUP BY m.organization_id
    ), inner_moves AS (
        SELECT gone.organization_id AS source_id, come.organization_id AS target_id, COUNT(*) AS size
        FROM {MOVEMENT} gone JOIN {MOVEMENT} come ON come.id = gone.pair_id
        WHERE gone.in_force AND come.in_force
            AND gone.{day} BETWEEN %(first)s AND %(last)s AND come.{day} BETWEEN %(first)s AND %(last)s
        GROUP BY gone.organization_id, come.organization_id
    ), part AS (
        SELECT tree.ancestor_id AS organization_id, 0 AS is_typed, {_listed(f"own.{name}" for name in NAMES)} {FROM_OWN}
        UNION ALL
        SELECT tree.ancestor_id, 1, {_listed(f"typed.{_typed_column(name)}" for name in NAMES)} {FROM_TYPED}
        UNION ALL
        SELECT source.ancestor_id, 0, {cancelled}
        FROM inner_moves JOIN tree source ON source.organization_id = inner_moves.source_id
            JOIN tree target ON target.organization_id = inner_moves.target_id
                AND target.ancestor_id = source.ancestor_id
            LEFT JOIN covered over_source ON over_source.organization_id = inner_moves.source_id
            LEFT JOIN covered over_target ON over_target.organization_id = inner_moves.target_id
        WHERE (over_source.depth IS NULL OR source.depth < over_source.depth)
            AND (over_target.depth IS NULL OR target.depth < over_target.depth)
        GROUP BY source.ancestor_id
    )
    SELECT tree.organization_id, COALESCE(MAX(part.is_typed), 0),
        {_listed(_whole(f"COALESCE(SUM(part.{name}), 0)") for name in NAMES)} {OVER_ALL}
    """


def _typed_column(name: str) -> str:
    """The column of a declared year for *name*: its roll of 31 December before is its opening."""
    return "opening" if name == "base_roll" else name


def compute_rolls(day: date, tree_on: date, counts_on: str = DECISION) -> dict[int, int]:
    """The roll at the end of *day* of every organisation, all below it included, on the tree of *tree_on*.

    At a turn of the year declared figures win: the opening of the year that begins the day after, else the
    closing of the year that ends on *day*.
    """
    turn = day_after(day)
    parameters = {"day": day, "tree_on": tree_on, "year": turn.year if (turn.month, turn.day) == (1, 1) else NO_YEAR}
    statement = f"""
    WITH {TREE}, typed AS (
        SELECT organization_id, opening AS size FROM {DECLARED} WHERE year = %(year)s
        UNION ALL
        SELECT organization_id, closing FROM {DECLARED} WHERE year = %(year)s - 1
            AND organization_id NOT IN (SELECT organization_id FROM {DECLARED} WHERE year = %(year)s)
    ), {COVERS}, own AS (
        SELECT m.organization_id, SUM({SIGNED}) AS size
        FROM {MOVEMENT} m WHERE m.in_force AND m.{DATE_COLUMN[counts_on]} <= %(day)s GROUP BY m.organization_id
    ), part AS (
        SELECT tree.ancestor_id AS organization_id, own.size {FROM_OWN}
        UNION ALL
        SELECT tree.ancestor_id, typed.size {FROM_TYPED}
    )
    SELECT tree.organization_id, {_whole("COALESCE(SUM(part.size), 0)")} {OVER_ALL}
    """
    return dict(_rows(statement, parameters))


@while_facts_stand
def compute_targets(year: int, tree_on: date) -> dict[int, int]:
    """The target of each organisation for *year*: its own, else the sum of those below it. None, no entry."""
    statement = f"""
    WITH {TREE}, typed AS (
        SELECT organization_id, value AS size FROM {TARGET} WHERE in_force AND year = %(year)s
    ), {COVERS}, part AS (
        SELECT tree.ancestor_id AS organization_id, typed.size {FROM_TYPED}
    )
    SELECT tree.organization_id, {_whole("SUM(part.size)")} {OVER_ALL}
    """
    return {key: size for key, size in _rows(statement, {"tree_on": tree_on, "year": year}) if size is not None}


@while_facts_stand
def compute_below(numbers: type[YearlyNumber], organization_id: int, year: int, tree_on: date) -> dict[int, int]:
    """For an organisation and each unit directly below it: the sum of what stands below it, its own number left out.

    Of every line downwards the topmost number counts. No number below, no entry.
    """
    statement = f"""
    WITH {TREE}, under AS (
        SELECT organization_id, depth FROM tree WHERE ancestor_id = %(top)s
    ), typed AS (
        SELECT organization_id, value AS size FROM {numbers._meta.db_table}
        WHERE in_force AND year = %(year)s AND organization_id IN (SELECT organization_id FROM under)
    ), {TOPPED}
    SELECT tree.ancestor_id, {_whole("SUM(typed.size)")}
    FROM typed JOIN tree ON tree.organization_id = typed.organization_id AND tree.depth > 0
        JOIN under ON under.organization_id = tree.ancestor_id AND under.depth <= 1
        LEFT JOIN topped ON topped.organization_id = typed.organization_id
    WHERE topped.depth IS NULL OR tree.depth <= topped.depth
    GROUP BY tree.ancestor_id
    """
    return dict(_rows(statement, {"tree_on": tree_on, "year": year, "top": organization_id}))


def _whole(size: str) -> str:
    """*size* as a whole number: PostgreSQL makes a decimal of a sum of sums."""
    return f"CAST({size} AS BIGINT)"


def _listed(parts: Iterable[str]) -> str:
    return ", ".join(parts)


def _rows(statement: str, parameters: dict[str, Any]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()
