"""On which day each step of a file was taken: one question for many files."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from core.bulk import chunks
from pipeline.engine.facts import Facts
from pipeline.engine.replay import replay
from pipeline.models import Case, CaseEvent
from pipeline.queries.facts import as_entered, event_of
from pipeline.rulebook.book import Rulebook


@dataclass(frozen=True)
class Days:
    """What a file knows of days."""

    done: dict[str, date] = field(default_factory=dict)
    """Step → the day it was done. A vote that did not carry and a step to be taken again are not among them."""
    entered: frozenset[tuple[str, date]] = frozenset()
    """(kind, day) of everything in force, whatever came of it."""


NO_DAYS = Days()


def days_of(cases: Iterable[Case], book: Rulebook) -> dict[int, Days]:
    """Key of a file → its days."""
    found = {}
    for part in chunks(cases):
        events = defaultdict(list)
        for row in CaseEvent.objects.filter(case__in=part).select_related("ballot").order_by("id"):
            events[row.case_id].append(row)
        for case in part:
            rows = events[case.pk]
            facts = Facts(case.opened_on, events=tuple(map(event_of, as_entered(rows))))
            done = {name: event.on for name, event in replay(facts, book).done.items()}
            entered = frozenset((row.kind, row.occurred_on) for row in rows if row.in_force)
            found[case.pk] = Days(done, entered)
    return found
