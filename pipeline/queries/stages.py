"""How many people stand at which stage, and before which step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from pipeline.engine.stages import Stage
from pipeline.models import Case


def people_by_stage(user: Any, paths: Sequence[str], today: date) -> list[tuple[Stage, int]]:
    """Of the open files of the cells at *paths* that *user* sees: each stage that somebody stands at, in the order of
    the way. One question."""
    rows = Case.objects.visible_to(user, on=today).ongoing().filter(organization__path__in=paths)
    counts = dict(rows.values_list("stage").order_by("stage").annotate(people=Count("pk")))
    return [(stage, counts[stage.name]) for stage in Stage if stage.name in counts]


@dataclass(frozen=True)
class StepCount:
    """People of whom the same step comes next; `late` are those with something overdue, as the list of files has it."""

    step: str
    people: int
    late: int


@dataclass(frozen=True)
class StageCount:
    """People at one stage, by what comes next, the most first."""

    stage: Stage
    steps: list[StepCount]

    @property
    def people(self) -> int:
        return sum(each.people for each in self.steps)

    @property
    def late(self) -> int:
        return sum(each.late for each in self.steps)


def people_by_step(rows: QuerySet[Case], today: date) -> list[StageCount]:
    """Of the open and paused files among *rows*: each stage that somebody stands at, in the order of the way, and
    within it what comes next. One question."""
    counts = (
        rows.ongoing().order_by().values_list("stage", "next_step")
        .annotate(people=Count("pk"), late=Count("pk", filter=Q(first_due__lt=today)))
    )  # fmt: skip
    found: dict[str, list[StepCount]] = {}
    for stage, *count in sorted(counts, key=lambda row: (-row[2], row[1])):
        found.setdefault(stage, []).append(StepCount(*count))
    return [StageCount(stage, found[stage.name]) for stage in Stage if stage.name in found]


def people_by_place(rows: QuerySet[Case], today: date) -> list[tuple[str, int, int]]:
    """Path of a cell, people with an open or paused file there, and how many of them have something overdue. One
    question."""
    counts = rows.ongoing().order_by().values_list("organization__path")
    return list(counts.annotate(people=Count("pk"), late=Count("pk", filter=Q(first_due__lt=today))))
