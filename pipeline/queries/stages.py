"""How many people stand at which stage."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Count

from pipeline.engine.stages import Stage
from pipeline.models import Case


def people_by_stage(user: Any, paths: Sequence[str], today: date) -> list[tuple[Stage, int]]:
    """Of the open files of the cells at *paths* that *user* sees: each stage that somebody stands at, in the order of
    the way. One question."""
    rows = Case.objects.visible_to(user, on=today).ongoing().filter(organization__path__in=paths)
    counts = dict(rows.values_list("stage").order_by("stage").annotate(people=Count("pk")))
    return [(stage, counts[stage.name]) for stage in Stage if stage.name in counts]
