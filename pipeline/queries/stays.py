"""Where files lay: at the cell that opened them, then wherever moves and mergers of cells took them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from cells.kinds import CELL_KINDS, MovementKind
from cells.models import Movement, Organization, OrganizationVersion
from pipeline.kinds import OnRoll
from pipeline.models import Case, CaseEvent, RollEntry

Successions = Mapping[int, tuple[date, int]]
"""Cell → the day from which it is closed, and the cell that has taken it over."""
Stay = tuple[int, date]
"""A cell and the first day there."""


def successions(cells: Collection[int]) -> Successions:
    """Of *cells* and what has taken them over, those that close into another cell. One question, one more for each
    cell in a row."""
    found: dict[int, tuple[date, int]] = {}
    waiting, seen = set(cells), set()
    while waiting:
        seen |= waiting
        closed = OrganizationVersion.objects.in_force().filter(
            organization__in=waiting, is_closed=True, has_successor=True, parent__kind__in=CELL_KINDS
        )
        for cell, day, successor in closed.order_by("valid_from").values_list("organization", "valid_from", "parent"):
            found[cell] = (day, successor)
        waiting = {successor for _, successor in found.values()} - seen
    return found


def stays_of(
    case: Case, events: Iterable[CaseEvent], taken_over: Successions, arrivals: Iterable[Stay] = ()
) -> list[Stay]:
    """The cells the file lay at, the first one first. *events* may be all of the file; those in force count. From the
    ceremony on the file lies where the roll has the person (*arrivals*)."""
    moves = [(row.moved_to_id, row.occurred_on) for row in events if row.moved_to_id and row.in_force]
    steps = [(case.first_organization_id, case.opened_on), *sorted((*moves, *arrivals), key=lambda stay: stay[1])]
    found: list[Stay] = []
    for number, (cell, since) in enumerate(steps):
        until = steps[number + 1][1] if number + 1 < len(steps) else date.max
        found.append((cell, since))
        while cell in taken_over and taken_over[cell][0] < until:
            day, cell = taken_over[cell]
            if day <= since:
                found.pop()  # it was closed when the file came
            since = max(day, since)
            found.append((cell, since))
    return found


def arrivals_of(cases: Collection[int]) -> dict[int, list[Stay]]:
    """File → where the roll took the person after the ceremony. One question where nobody has joined, else two."""
    entries = RollEntry.objects.filter(case__in=cases, kind=OnRoll.ADMISSION, movement__in_force=True)
    joined = list(entries.values_list("case", "movement__member", "movement", "movement__ceremony_on").order_by("id"))
    if not joined:
        return {}
    rows = Movement.objects.in_force().filter(
        member__in={member for _, member, _, _ in joined},
        kind__in=(MovementKind.TRANSFERRED_IN, MovementKind.ADMITTED),
    )  # fmt: skip
    moves = defaultdict(list)
    for row in rows.order_by("ceremony_on", "id").values_list("member", "pk", "kind", "organization", "ceremony_on"):
        moves[row[0]].append(row[1:])
    found: dict[int, list[Stay]] = defaultdict(list)
    for case, member, admission, held_on in joined:
        for key, kind, organization, day in moves[member]:
            if kind == MovementKind.ADMITTED and day > held_on and key != admission:
                break  # admitted once more: of another file, or the next time of this one
            if kind == MovementKind.TRANSFERRED_IN and day >= held_on:
                found[case].append((organization, day))
    return found


def stays_of_all(cases: Collection[Case]) -> dict[int, list[Stay]]:
    """The same for many files: three questions, where no cell has closed and nobody has joined."""
    moves = defaultdict(list)
    for row in CaseEvent.objects.in_force().filter(case__in=cases, moved_to__isnull=False).order_by("id"):
        moves[row.case_id].append(row)
    arrivals = arrivals_of([case.pk for case in cases])
    cells = {case.first_organization_id for case in cases}
    cells |= {row.moved_to_id for rows in moves.values() for row in rows}
    cells |= {cell for stays in arrivals.values() for cell, _ in stays}
    taken_over = successions(cells)
    return {case.pk: stays_of(case, moves[case.pk], taken_over, arrivals.get(case.pk, ())) for case in cases}


def key_on(stays: list[Stay], day: date) -> int:
    """The cell of *stays* on *day*; before the first, the first."""
    return [cell for cell, since in stays if since <= day][-1:][0] if stays[0][1] <= day else stays[0][0]


def place_on(case: Case, day: date) -> Organization:
    """The cell where the file lay on *day*."""
    key = key_on(stays_of_all([case])[case.pk], day)
    if key == case.organization_id:
        return case.organization
    return Organization.objects.select_related("parent").get(pk=key)
