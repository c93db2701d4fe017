"""Background work of this floor: kinds, what runs each night, and what follows a change of facts."""

from typing import Any

from django.dispatch import receiver

from cells.signals import facts_changed
from core import dates
from core.jobs import JobRun, enqueue, job_kind, nightly
from reports.services.figures import refresh_figures

FIGURES = "reports.figures"


@job_kind(FIGURES, title="Tính lại số liệu các năm")
def compute_year_figures(run: JobRun) -> dict[str, Any]:
    refreshed = refresh_figures(dates.today(), progress=run.progress)
    return {"message": f"Đã tính lại {refreshed} năm." if refreshed else "Số liệu các năm vẫn đúng."}


nightly(FIGURES)


@receiver(facts_changed, dispatch_uid="reports.figures")
def recompute_after_change(**_: Any) -> None:
    """In the transaction of the change; several changes in a row are computed once."""
    enqueue(FIGURES, key="facts")
