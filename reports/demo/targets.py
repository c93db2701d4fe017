"""Targets of each year, and the figures of years before the roll that somebody typed in."""

from dataclasses import dataclass, field
from datetime import date
from random import Random

from reports.demo.movements import Chronicle
from reports.demo.tree import apportion

ASSIGNED_PERCENT = 3.43
"""Of the opening roll: what a year's target comes to."""
LARGE_ENOUGH = 15
"""From so many members on every unit that has sources is given one admission at least."""
DECLARED_YEARS = 3

COMINGS = ("admitted", "transferred_in", "reinstated")
GOINGS = ("transferred_out", "died", "expelled", "struck_off", "resigned")
USUAL_PERCENT = {
    "admitted": 2.7, "transferred_in": 1.7, "reinstated": 0.01, "transferred_out": 1.8, "died": 0.9,
    "expelled": 0.05, "struck_off": 0.1, "resigned": 0.05,
}  # fmt: skip
WITHIN = 0.45
"""Share of the units' transfers that stay within the committee, and so are none of the committee's own."""


@dataclass
class TypedYear:
    """One row of SO_LIEU_NAM."""

    code: str
    year: int
    opening: int
    closing: int
    counts: dict[str, int] = field(default_factory=dict)


def assigned_targets(chronicle: Chronicle) -> list[tuple[str, int, int]]:
    """(unit, year, target) for every unit that answers for admissions, and for the committee itself."""
    units, top = chronicle.tree.units, chronicle.tree.top
    since = units[top].stages[0].since
    rows = []
    for year, opening in chronicle.openings.items():
        new_year = date(year, 1, 1)
        total = round(sum(opening.values()) * ASSIGNED_PERCENT / 100)
        least = {
            code: int(units[code].has_sources is not False and size >= LARGE_ENOUGH) for code, size in opening.items()
        }
        fixed = {code: units[code].admits_exactly for code in opening if units[code].admits_exactly is not None}
        weights = [
            0.0 if code in fixed or units[code].has_sources is False else max(0.0, size - LARGE_ENOUGH)
            for code, size in opening.items()
        ]
        rest = apportion(max(0, total - sum(least.values())), weights)
        shares = {code: fixed.get(code, least[code] + more) for code, more in zip(opening, rest, strict=True)}
        if since is None or since <= new_year:
            rows.append((top, year, sum(shares.values())))
        for code, value in list(shares.items()):
            last_day, successor = units[code].last_day, units[code].successor
            if last_day and last_day.year == year and successor in shares:
                shares[successor] += value  # whoever takes over a unit takes over its target
        rows += [(code, year, value) for code, value in shares.items()]
    return rows


def typed_years(rng: Random, chronicle: Chronicle) -> list[TypedYear]:
    """The years before the roll, backward from its opening; each closes where the next one opens."""
    first_year, top = chronicle.first_day.year, chronicle.tree.top
    closings = dict(chronicle.openings[first_year])
    rows: list[TypedYear] = []
    for year in range(first_year - 1, first_year - 1 - DECLARED_YEARS, -1):
        new_year = date(year, 1, 1)
        there = {code for code in (*closings, top) if chronicle.tree.units[code].is_open(new_year)}
        its = [_typed(rng, code, year, closing) for code, closing in closings.items() if code in there]
        if top in there:
            rows.append(_together(top, year, its))
        rows += its
        closings = {row.code: row.opening for row in its}
    return sorted(rows, key=lambda row: (row.code, row.year))


def _typed(rng: Random, code: str, year: int, closing: int) -> TypedYear:
    counts = {}
    for name, percent in USUAL_PERCENT.items():
        expected = closing * percent / 100 * rng.uniform(0.6, 1.4)
        counts[name] = int(expected) + (rng.random() < expected % 1)
    opening = closing - sum(counts[name] for name in COMINGS) + sum(counts[name] for name in GOINGS)
    return TypedYear(code, year, opening, closing, counts)


def _together(top: str, year: int, rows: list[TypedYear]) -> TypedYear:
    """The committee's own year: its units' together, transfers among them left out."""
    counts = {name: sum(row.counts[name] for row in rows) for name in USUAL_PERCENT}
    inner = round(min(counts["transferred_in"], counts["transferred_out"]) * WITHIN)
    counts["transferred_in"] -= inner
    counts["transferred_out"] -= inner
    return TypedYear(top, year, sum(row.opening for row in rows), sum(row.closing for row in rows), counts)
