"""The dated tree as plain data: who stands above whom, day by day. No database.

Keys may be ids (services) or codes (import); an organisation's placements are half-open spans in date
order, each with the parent of that time. A closed organisation is placed under its successor.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

Key = Hashable

MAX_LEVELS = 20
"""A cell stands six or seven levels below the Central Committee; what is deeper is a mistake in a list."""


class Placement(NamedTuple):
    """Under which parent an organisation hung in `[valid_from, valid_until)`; None is the top."""

    parent: Key | None
    valid_from: date
    valid_until: date | None


class Ancestry(NamedTuple):
    """*ancestor* stood *depth* levels above *organization* in a span; everything is its own ancestor at 0."""

    organization: Key
    ancestor: Key
    depth: int
    valid_from: date
    valid_until: date | None


@dataclass
class CycleError(Exception):
    """An organisation would stand above itself: the keys around the circle, and the first such day."""

    members: list[Key]
    since: date


@dataclass
class TooDeepError(Exception):
    """More than MAX_LEVELS levels: *members* from the lowest up, on the first such day."""

    members: list[Key]
    since: date


def placements(starts: Iterable[tuple[date, Key | None]]) -> list[Placement]:
    """Spans from the days on which they begin; each ends where the next begins."""
    ordered = sorted(starts, key=lambda start: start[0])
    ends = [start[0] for start in ordered[1:]] + [None]
    return [Placement(parent, begin, end) for (begin, parent), end in zip(ordered, ends, strict=True)]


def ancestry(tree: Mapping[Key, Sequence[Placement]], only: Iterable[Key] | None = None) -> list[Ancestry]:
    """Every ancestor of every organisation (or of *only*) in every span, adjacent spans joined.

    A parent that is unknown or not yet founded counts for nothing in that span. Raises CycleError, TooDeepError.
    """
    rows: list[Ancestry] = []
    for key in tree if only is None else only:
        climbed = [Ancestry(key, key, 0, tree[key][0].valid_from, None)]
        for place in tree[key]:
            climbed += _climb(tree, key, place, (key,))
        rows += _joined(climbed)
    return rows


def _climb(
    tree: Mapping[Key, Sequence[Placement]], key: Key, place: Placement, below: tuple[Key, ...]
) -> Iterator[Ancestry]:
    """Ancestors of *key* through *place*; *below* is the way up from *key* so far."""
    parent = place.parent
    if parent is None or parent not in tree:
        return
    if parent in below:
        raise CycleError([*below[below.index(parent) :], parent], place.valid_from)
    if len(below) >= MAX_LEVELS:
        raise _endless(tree, [*below, parent], place.valid_from)
    begin = max(place.valid_from, tree[parent][0].valid_from)
    if place.valid_until is not None and begin >= place.valid_until:
        return
    yield Ancestry(key, parent, len(below), begin, place.valid_until)
    for upper in tree[parent]:
        span = _overlap(upper, begin, place.valid_until)
        if span:
            yield from _climb(tree, key, Placement(upper.parent, *span), (*below, parent))


def _endless(tree: Mapping[Key, Sequence[Placement]], line: list[Key], since: date) -> CycleError | TooDeepError:
    """What a line of so many levels is, when it is followed to its end: a wide circle, or too deep."""
    seen = set(line)
    while (parent := parent_on(tree, line[-1], since)) is not None and parent in tree:
        if parent in seen:
            return CycleError([*line[line.index(parent) :], parent], since)
        line.append(parent)
        seen.add(parent)
    return TooDeepError(line, since)


def _overlap(place: Placement, begin: date, end: date | None) -> tuple[date, date | None] | None:
    """The days *place* shares with `[begin, end)`."""
    first = max(place.valid_from, begin)
    last = end if place.valid_until is None else place.valid_until if end is None else min(place.valid_until, end)
    return (first, last) if last is None or first < last else None


def _joined(rows: Iterable[Ancestry]) -> Iterator[Ancestry]:
    """Rows of one organisation with adjacent spans of the same ancestor and depth made one."""
    previous: Ancestry | None = None
    for row in sorted(rows, key=lambda row: (str(row.ancestor), row.depth, row.valid_from)):
        if previous and previous[:3] == row[:3] and previous.valid_until == row.valid_from:
            previous = previous._replace(valid_until=row.valid_until)
            continue
        if previous:
            yield previous
        previous = row
    if previous:
        yield previous


def parent_on(tree: Mapping[Key, Sequence[Placement]], key: Key, day: date) -> Key | None:
    """The parent of *key* on *day*; None for the top, or where *key* did not exist yet."""
    for place in tree[key]:
        if place.valid_from <= day and (place.valid_until is None or day < place.valid_until):
            return place.parent
    return None


def exists_on(tree: Mapping[Key, Sequence[Placement]], key: Key, day: date) -> bool:
    return bool(tree.get(key)) and tree[key][0].valid_from <= day


def walk_up(tree: Mapping[Key, Sequence[Placement]], key: Key, day: date) -> list[Key]:
    """*key* and everything above it on *day*, by walking from parent to parent: the definition itself."""
    line = [key] if exists_on(tree, key, day) else []
    while line and (parent := parent_on(tree, line[-1], day)) is not None and exists_on(tree, parent, day):
        line.append(parent)
    return line
