"""Background work of this floor: kinds, what runs each night, and what follows a change of facts."""

from datetime import date
from typing import Any

from django.dispatch import receiver

from cells.models import Organization
from cells.roles import Action
from cells.services.errors import RuleError
from cells.signals import facts_changed
from core import dates
from core.jobs import JobError, JobRun, enqueue, job_kind, nightly
from core.models import Job, User
from reports.kinds import ReportKind
from reports.rates import Period
from reports.services.figures import refresh_figures
from reports.services.reports import make_report
from reports.wording import period_words

FIGURES = "reports.figures"
REPORT = "reports.render"


@job_kind(FIGURES, title="Tính lại số liệu các năm")
def compute_year_figures(run: JobRun) -> dict[str, Any]:
    refreshed = refresh_figures(dates.today(), progress=run.progress)
    return {"message": f"Đã tính lại {refreshed} năm." if refreshed else "Số liệu các năm vẫn đúng."}


nightly(FIGURES)


@receiver(facts_changed, dispatch_uid="reports.figures")
def recompute_after_change(**_: Any) -> None:
    """In the transaction of the change; several changes in a row are computed once."""
    enqueue(FIGURES, key="facts")


def queue_report(
    user: User, organization: Organization, kind: str, period: Period, dated: date | None, signer: str
) -> Job:
    """Ask for a report; asking twice for the same while it waits is one job."""
    params = {
        "organization": str(organization.public_id),
        "kind": kind,
        "first_day": period.first_day.isoformat(),
        "last_day": period.last_day.isoformat(),
        "dated": dated.isoformat() if dated else None,
        "signer": signer,
    }
    # Another reader's job would not be found by this one: the user is part of the key.
    key = ":".join(str(value or "") for value in (user.pk, *params.values()))
    title = f"Báo cáo {period_words(kind, period.year)}: {organization}"
    return enqueue(REPORT, params, key=key, owner=user, title=title)


@job_kind(REPORT, title="Lập báo cáo")
def write_report(run: JobRun) -> None:
    """Make and store a report, if its owner may still report on the organisation."""
    params = run.params
    visible = Organization.objects.visible_to(run.owner, action=Action.REPORT)
    organization = visible.filter(public_id=params["organization"]).first()
    if organization is None:
        raise JobError("Bạn không còn được phân công lập báo cáo của tổ chức này. Hãy hỏi người quản trị phần mềm.")
    try:
        make_report(
            organization,
            ReportKind(params["kind"]),
            date.fromisoformat(params["first_day"]),
            date.fromisoformat(params["last_day"]),
            dated=date.fromisoformat(params["dated"]) if params["dated"] else None,
            by=run.owner,
            run=run,
            signer=params["signer"],
        )
    except RuleError as error:
        raise JobError(str(error)) from error
