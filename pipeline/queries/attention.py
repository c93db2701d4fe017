"""What in files waits for somebody besides the next step. States, not windows: each stays until it is put right.

*rows* are the files to look at, for people those that `visible_to` gives.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from pipeline.deriving import Judge
from pipeline.engine.stages import Stage
from pipeline.kinds import CaseStatus
from pipeline.models import Case, HelperRemark, Mentorship, TrialTask, VettingInquiry
from pipeline.queries.vetting_clock import AnswerClock

HELPED = [stage.name for stage in Stage if stage not in (Stage.SOURCE, Stage.OFFICIAL)]
"""Stages in which somebody helps: from the list of sympathisers to the official member."""


@dataclass(frozen=True)
class Waiting:
    """An inquiry without an answer. `due` follows from the rule of answers; None where no rule says."""

    inquiry: VettingInquiry
    due: date | None
    overdue_days: int


@dataclass(frozen=True)
class MissingRemark:
    """The helper's remark of a quarter that is over."""

    mentorship: Mentorship
    year: int
    quarter: int


def without_helper(rows: QuerySet[Case]) -> QuerySet[Case]:
    """Open files on which nobody helps although somebody has to: never assigned, or ended without a successor."""
    helping = Mentorship.objects.present().filter(case=OuterRef("pk"))
    return rows.filter(~Exists(helping), status=CaseStatus.OPEN, stage__in=HELPED)


def tasks_overdue(rows: QuerySet[Case], today: date) -> QuerySet[TrialTask]:
    """Trial tasks whose day is over and of which nobody has said what became of them."""
    found = TrialTask.objects.filter(case__in=rows.filter(status=CaseStatus.OPEN), done_on__isnull=True)
    return found.filter(due_on__lt=today).select_related("case__candidate").order_by("due_on", "id")


def inquiries_waiting(rows: QuerySet[Case], judge: Judge) -> list[Waiting]:
    """Inquiries sent and not answered, what is due first comes first. The rules say how long is waited."""
    clock = AnswerClock(judge)
    found = VettingInquiry.objects.filter(
        case__in=rows.filter(status=CaseStatus.OPEN), requested_on__isnull=False, answered_on__isnull=True
    )
    waiting = [_waiting(each, clock) for each in found.select_related("case__candidate", "case__organization")]
    return sorted(waiting, key=lambda each: (each.due or date.max, each.inquiry.pk))


def _waiting(inquiry: VettingInquiry, clock: AnswerClock) -> Waiting:
    due = clock.due(inquiry.requested_on, inquiry.abroad)
    return Waiting(inquiry, due, max((clock.today - due).days, 0) if due else 0)


def answer_due(inquiry: VettingInquiry, judge: Judge) -> date | None:
    """The day by which the rules expect the answer to an inquiry that was sent; None where no rule says."""
    return AnswerClock(judge).due(inquiry.requested_on, inquiry.abroad)


def remarks_missing(rows: QuerySet[Case], today: date) -> Iterator[MissingRemark]:
    """Of everybody who helps now: the last quarter that is over, where nothing is remarked of it.

    Who was assigned within the quarter remarks of it too.
    """
    year, quarter = last_quarter(today)
    begin = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    told = HelperRemark.objects.filter(mentorship=OuterRef("pk"), year=year, quarter=quarter)
    helping = Mentorship.objects.filter(
        ~Exists(told), case__in=rows.filter(status=CaseStatus.OPEN), since__lt=begin, until__isnull=True
    )
    for each in helping.select_related("case__candidate", "helper").order_by("case", "id"):
        yield MissingRemark(each, year, quarter)


def last_quarter(today: date) -> tuple[int, int]:
    """Year and number of the last quarter that is over."""
    quarter = (today.month - 1) // 3
    return (today.year, quarter) if quarter else (today.year - 1, 4)
