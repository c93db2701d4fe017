"""Finding people by a part of their name, marks and case ignored, against folding every name when it is asked for.

Django's own `icontains` cannot be the floor: on SQLite it takes Đ and đ for different letters and finds other people.
"""

from collections.abc import Iterator
from functools import partial

from cells.models import Member
from cells.queries.roll import find_members
from core.names import fold
from tests.bench import kept
from tests.bench.measure import Ratio, compare_both, milliseconds

TEXTS = ("thi hong", "Đặng Văn", "nguyễn", "không có ai tên thế")
"""Some, few, very many, and nobody."""
FIRST = 20


def run() -> Iterator[Ratio]:
    for loading in kept.each_scale():
        goal = 0.2 if loading.scale == 1 else 0.1  # of 8,000 names half the time goes into asking at all
        for text in TEXTS:
            found_people = _folding(text)
            assert find_members(text).count() == found_people, text
            at = f"scale {loading.scale}, {found_people:,} of {loading.rows['Member']:,}"
            for what, ours in (("count", _count), (f"first {FIRST}", _first)):
                found = compare_both(partial(ours, text), partial(_folding, text), pairs=5)
                yield Ratio(
                    f"{what} of “{text}” ÷ folding when asked", found.ratio, goal, f"{at}, {milliseconds(found)}"
                )


def _count(text: str) -> int:
    return find_members(text).count()


def _first(text: str) -> list[Member]:
    return list(find_members(text)[:FIRST])


def _folding(text: str) -> int:
    wanted = fold(text)
    return sum(wanted in fold(name) for name in Member.objects.values_list("full_name", flat=True).iterator())
