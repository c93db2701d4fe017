"""Keeps the stored year figures up to date: by night, on demand, and after facts changed."""

from collections.abc import Callable
from datetime import date

from django.db import transaction

from cells.models import DeclaredYear, FactsVersion
from core.bulk import insert_rows
from reports.models import FiguresRun, TargetPolicy, YearFigures
from reports.queries.figures import compute_figures
from reports.rates import Figures, Period

KEPT_YEARS = 10
"""So many years up to the present one are kept; earlier ones are computed when asked for."""


def kept_years(today: date) -> list[int]:
    """The years whose figures are stored: the last ten, and those typed in."""
    declared = DeclaredYear.objects.filter(year__lte=today.year).values_list("year", flat=True).distinct()
    return sorted({*range(today.year - KEPT_YEARS + 1, today.year + 1), *declared.order_by()})


def refresh_figures(today: date, progress: Callable[[int, int, str], None] = lambda done, total, step: None) -> int:
    """Recompute every kept year that is not up to date; returns how many were."""
    years = kept_years(today)
    refreshed = 0
    for done, year in enumerate(years):
        progress(done, len(years), f"Tính số liệu năm {year}")
        counts_on = TargetPolicy.of(year).counts_on
        version = FactsVersion.current()  # before the figures: what changes meanwhile makes them stale, never wrong
        run = FiguresRun.objects.filter(year=year, counts_on=counts_on).first()
        if run is None or run.facts_version != version:
            store_figures(year, counts_on, compute_figures(Period.of_year(year), counts_on), version)
            refreshed += 1
    return refreshed


def advance_facts_beside_figures() -> None:
    """Raise the facts' version for a change that no figure depends on: what was up to date stays so.

    In the caller's transaction, before it reads what it will change. Reports and imports still notice the change.
    """
    FactsVersion.advance()
    version = FactsVersion.current()
    FiguresRun.objects.filter(facts_version=version - 1).update(facts_version=version)


@transaction.atomic
def store_figures(year: int, counts_on: str, figures: dict[int, Figures], facts_version: int) -> None:
    """Put *figures* in the place of what is stored, unless somebody has stored newer ones meanwhile."""
    run, _ = FiguresRun.objects.get_or_create(year=year, counts_on=counts_on, defaults={"facts_version": 0})
    raised = FiguresRun.objects.filter(pk=run.pk, facts_version__lte=facts_version).update(facts_version=facts_version)
    if not raised:
        return
    YearFigures.objects.filter(year=year, counts_on=counts_on).delete()
    insert_rows(
        YearFigures(
            organization_id=key, year=year, counts_on=counts_on, has_declared=its.has_declared,
            **{name: getattr(its, name) for name in YearFigures.COMPONENTS},
        )
        for key, its in figures.items()
    )  # fmt: skip
