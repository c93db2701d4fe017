"""The files of a committee: of people on their way into the Party, how many in which cell, how far each has come, what
is late; and of those whom the roll has admitted in the last years."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from random import Random

from cells.kinds import MovementKind
from core.dates import add_months
from reports.demo.case_fates import SHOWN, draw
from reports.demo.case_ground import Ground
from reports.demo.case_joined import Joined
from reports.demo.case_people import Outsiders
from reports.demo.case_rows import Folder, fill
from reports.demo.case_timing import Meetings
from reports.demo.case_walk import Happening, Walk
from reports.demo.movements import Chronicle
from reports.demo.rolls import Rolls
from reports.demo.states import PersonState
from reports.demo.tree import Unit, apportion

OVERDUE = 0.125
"""Of open files: reviews of the list that a cell has left out."""
REVIEWS_KEPT = 4
"""Months back that reviews are entered; earlier ones stand in the cell's book."""
FILED_YEARS = 2
"""Full years before the present one: who was admitted earlier has his file in the archive."""
WITHOUT_ANY = 0.08
"""Share of cells without anybody on the way, besides those that have no sources."""


@dataclass
class _Review:
    """A file with the day on which the list is to be reviewed next."""

    walk: Walk
    due: date


def people_on_their_way(
    chronicle: Chronicle, states: Iterable[PersonState], *, profile: str, seed: int, today: date, people: int,
    shown: str = "",
) -> list[Folder]:  # fmt: skip
    """The files of the committee's cells, by the day they were opened: *people* of those who are on their way, and one
    for each admission since :func:`filed_since`. In the cell *shown* are those of SHOWN."""
    rng = Random(f"cases:{profile}:{seed}:{chronicle.tree.number}")
    ground = Ground(
        chronicle, Rolls(chronicle, states), Meetings(rng, chronicle.tree.cells),
        Outsiders(rng, chronicle.tree.number), profile, today, shown,
    )  # fmt: skip
    walks = [Walk(rng, ground, shown, fate).run() for fate in SHOWN] if shown else []
    for cell, count in _spread(rng, ground, max(0, people - len(walks))):
        walks += [Walk(rng, ground, cell.code, draw(rng)).run() for _ in range(count)]
    for review in _reviews(rng, ground, walks):
        days = [add_months(review.due, -back) for back in range(1, REVIEWS_KEPT + 1)]
        review.walk.happenings += [Happening("list_review", day) for day in review.walk.reviewed(days)]
    walks += joined(rng, ground)
    _number_certificates(walks)
    folders = [fill(rng, walk) for walk in walks]
    return sorted(folders, key=lambda folder: folder.walk.opened_on)


def filed_since(today: date) -> date:
    """Admissions decided from this day on have a file."""
    return date(today.year - FILED_YEARS, 1, 1)


def joined(rng: Random, ground: Ground) -> list[Walk]:
    """The files of those whom the roll has admitted, and of those whose ceremony is to come."""
    chronicle, since = ground.chronicle, filed_since(ground.today)
    admissions = [
        move for move in (*chronicle.moves, *chronicle.awaited)
        if move.kind == MovementKind.ADMITTED and move.on >= since
    ]  # fmt: skip
    return [Joined(rng, ground, admission).run() for admission in admissions]


def _number_certificates(walks: Iterable[Walk]) -> None:
    """The numbers under which the centre wrote the certificates into its books: one of each kind of class a year."""
    signs = {"awareness_class": "CN-TTCT", "new_member_class": "CN-ĐVM"}
    given = [event for walk in walks for event in walk.happenings if event.kind in signs]
    numbers: Counter[tuple[str, int]] = Counter()
    for event in sorted(given, key=lambda event: event.on):
        numbers[event.kind, event.on.year] += 1
        event.number = f"{numbers[event.kind, event.on.year]:02d}/{signs[event.kind]}"


def _spread(rng: Random, ground: Ground, people: int) -> list[tuple[Unit, int]]:
    """How many people there are in which cell: about as many as it has members, some have nobody."""
    rolls, today = ground.chronicle.rolls, ground.today
    cells = [cell for cell in ground.chronicle.tree.cells if cell.is_open(today) and rolls[cell.code]]
    weights = []
    for cell in cells:
        is_empty = cell.code == ground.shown or cell.has_sources is False or rng.random() < WITHOUT_ANY
        weights.append(0.0 if is_empty else len(rolls[cell.code]) ** 0.9 * cell.vigour * rng.lognormvariate(0, 0.35))
    return list(zip(cells, apportion(people, weights), strict=True))


def _reviews(rng: Random, ground: Ground, walks: list[Walk]) -> list[_Review]:
    """When each list is due: at the cell's next meeting; in the past where a cell has left reviews out."""
    by_cell: dict[str, list[Walk]] = defaultdict(list)
    for walk in walks:
        by_cell[walk.cell].append(walk)
    still_open = sum(1 for walk in walks if walk.status not in ("paused", "withdrew", "removed", "refused"))
    cells = [cell for cell in by_cell if cell != ground.shown]
    rng.shuffle(cells)
    found, late, wanted = [], 0, round(OVERDUE * still_open)
    for cell in cells:
        due = ground.meetings.following(cell, ground.today)
        if late < wanted:
            missed = add_months(due, -rng.choice((1, 1, 2, 3)))
            would_be = sum(1 for walk in by_cell[cell] if _is_late(walk, missed, ground.today))
            if late + would_be <= wanted:
                due, late = missed, late + would_be
        found += [_Review(walk, due) for walk in by_cell[cell]]
    for walk in by_cell.get(ground.shown, ()):
        found.append(_Review(walk, _shown_due(walk, ground)))
    return found


def _is_late(walk: Walk, due: date, today: date) -> bool:
    return walk.is_reviewed and walk.due_after(add_months(due, -1)) < today


def _shown_due(walk: Walk, ground: Ground) -> date:
    due = walk.fate.due_in
    if due is None:
        return ground.meetings.following(walk.cell, ground.today)
    return date.fromordinal(ground.today.toordinal() + due)
