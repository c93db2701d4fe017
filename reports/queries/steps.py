"""Who stands before which step of the way, and how long each step takes: of one organisation and all below it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from cells.models import Organization
from cells.scoping import path_within
from core.workdays import WorkingCalendar
from pipeline.queries.case_list import cases_below
from pipeline.queries.rules import rulebook
from pipeline.queries.spans import measured_spans, overdue_counts
from pipeline.queries.stages import StageCount, people_by_place, people_by_step
from pipeline.rulebook.book import Edition
from pipeline.spans import Measured, slowest, spans_of
from reports.rates import Period


@dataclass(frozen=True)
class SpanLine:
    """A span in the period; `overdue` counts the open files that are in it too long today."""

    measured: Measured
    overdue: int | None

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to say: nobody ended it in the period, nobody is in it too long."""
        return not self.measured.count and not self.overdue


@dataclass(frozen=True)
class UnitCount:
    """A unit directly below, with the people on their way there and how many of them have something overdue."""

    organization: Organization
    people: int
    late: int


@dataclass(frozen=True)
class Steps:
    """The page: who stands where today, and how long the spans that ended in the period took, the slowest first."""

    edition: Edition
    stages: list[StageCount]
    timed: list[SpanLine]
    untimed: list[SpanLine]
    units: list[UnitCount]

    @property
    def people(self) -> int:
        return sum(stage.people for stage in self.stages)

    @property
    def late(self) -> int:
        return sum(stage.late for stage in self.stages)


def steps_of(organization: Organization, period: Period, user: Any, today: date) -> Steps:
    """What *user* sees of *organization*: eleven questions, however many files and units there are."""
    edition, calendar = rulebook().on(today), WorkingCalendar.load()
    rows, spans = cases_below(organization, user, today), spans_of(edition)
    last = min(period.last_day, today)
    found = measured_spans(spans, organization, user, period.first_day, last, calendar, today)
    overdue = overdue_counts(rows, spans, calendar, today)
    lines = [SpanLine(each, overdue.get(each.span.name)) for each in slowest(found)]
    return Steps(
        edition,
        people_by_step(rows, today),
        timed=[line for line in lines if line.measured.span.is_timed],
        untimed=[line for line in lines if not line.measured.span.is_timed],
        units=_units(organization, people_by_place(rows, today), user),
    )


def _units(organization: Organization, places: Iterable[tuple[str, int, int]], user: Any) -> list[UnitCount]:
    """The units directly below *organization* where somebody is on the way, those with the most overdue first."""
    depth = organization.path.count("/") + 1
    counts: dict[str, list[int]] = {}
    for path, people, late in places:
        unit = "".join(f"{part}/" for part in path.split("/")[:depth])
        count = counts.setdefault(unit, [0, 0])
        count[0] += people
        count[1] += late
    within = path_within("path", organization.path)
    units = Organization.objects.visible_to(user).filter(within, parent=organization)
    found = [UnitCount(unit, *counts[unit.path]) for unit in units if unit.path in counts]
    return sorted(found, key=lambda unit: (-unit.late, -unit.people, unit.organization.code))
