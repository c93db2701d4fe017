"""How many people each unit admits in a year, in which cells, and on which days."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from reports.demo.tree import Tree, Unit, apportion

# Of the opening roll, in percent: the present year and the years before it, the latest first.
YEARLY_PERCENT = (3.3, 2.92, 2.86, 2.92, 2.64, 2.52)
HIGHEST_SHARE = 0.062
"""No unit admits more of its roll than this in a year, unless it is one person."""

# Ceremonies are held towards the great days: 3/2, 26/3, 19/5, 2/9, 7/11, 22/12.
GREAT_DAYS = ((2, 3), (3, 26), (5, 19), (9, 2), (11, 7), (12, 22))
WEIGHTS = (17, 6, 20, 19, 14, 14)
AT_ANY_TIME = 11
LATE = 0.03
"""Ceremonies held after the thirty working days that are allowed."""


@dataclass(frozen=True)
class Admission:
    """One person admitted in *cell*: when decided, when the ceremony was held."""

    cell: str
    decided_on: date
    held_on: date


def plan_year(
    rng: Random, tree: Tree, year: int, this_year: int, rolls: dict[str, int], waited: dict[str, int]
) -> list[Admission]:
    """Admissions of *year*. *rolls*: members of each cell on 1 January; *waited*: years since its last admission."""
    new_year = date(year, 1, 1)
    cells: dict[str, list[Unit]] = {}
    for cell in tree.cells:
        if rolls.get(cell.code):
            cells.setdefault(tree.group_on(cell.code, new_year), []).append(cell)
    groups = list(cells)
    sizes = [sum(rolls[cell.code] for cell in cells[group]) for group in groups]
    percent = YEARLY_PERCENT[min(this_year - year, len(YEARLY_PERCENT) - 1)]
    fixed = {
        place: wanted
        for place, group in enumerate(groups)
        if year == this_year and (wanted := tree.units[group].admits_exactly) is not None
    }
    weights = [
        0.0 if place in fixed else size * tree.units[group].vigour * rng.lognormvariate(0, 0.15)
        for place, (group, size) in enumerate(zip(groups, sizes, strict=True))
    ]
    limits = [max(1, int(size * HIGHEST_SHARE)) for size in sizes]
    counts = apportion(round(sum(sizes) * percent / 100) - sum(fixed.values()), weights, limits)
    planned = []
    for place, group in enumerate(groups):
        for cell in _cells_of(rng, cells[group], counts[place] + fixed.get(place, 0), year, rolls, waited):
            planned.append(_dated(rng, cell.code, year, early=place in fixed))
    return [admission for admission in planned if _takes_in(tree.units[admission.cell], admission)]


def _cells_of(
    rng: Random, cells: list[Unit], count: int, year: int, rolls: dict[str, int], waited: dict[str, int]
) -> list[Unit]:
    """*count* of *cells*, sooner those that have waited long, seldom the same one twice."""
    weights = [
        0.0
        if cell.quiet_since is not None and cell.quiet_since <= year
        else rolls[cell.code] ** 0.7 * cell.vigour * (1 + waited.get(cell.code, 0)) ** 1.5
        for cell in cells
    ]
    chosen = []
    for _ in range(count):
        if not any(weights):
            break
        place = rng.choices(range(len(cells)), weights)[0]
        weights[place] *= 0.3
        chosen.append(cells[place])
    return chosen


def _dated(rng: Random, cell: str, year: int, *, early: bool) -> Admission:
    """The days of one admission; *early*: for the first great day of the year."""
    great = 0 if early else rng.choices(range(len(GREAT_DAYS) + 1), (*WEIGHTS, AT_ANY_TIME))[0]
    delay = timedelta(days=rng.randint(46, 62) if rng.random() < LATE else rng.randint(7, 38))
    if great < len(GREAT_DAYS):
        month, day = GREAT_DAYS[great]
        held_on = date(year, month, day) - timedelta(days=rng.randint(0, 6))
        decided_on = held_on - delay
    else:
        decided_on = date(year, 1, 1) + timedelta(days=rng.randrange(350))
        held_on = decided_on + delay
    first = date(year, 1, 3)
    if decided_on < first:
        decided_on = first + timedelta(days=rng.randrange(8))
        held_on = max(held_on, decided_on + timedelta(days=7))
    return Admission(cell, _on_a_weekday(decided_on), held_on)


def _on_a_weekday(day: date) -> date:
    """Decisions are taken in the week."""
    weekend = day.weekday() - 4
    if weekend <= 0:
        return day
    back = day - timedelta(days=weekend)
    return back if back.year == day.year else day + timedelta(days=3 - weekend)


def _takes_in(cell: Unit, admission: Admission) -> bool:
    """A cell about to be closed leaves its admissions to its successor."""
    return cell.last_day is None or admission.held_on + timedelta(days=14) < cell.last_day
