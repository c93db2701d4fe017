"""Questions about files that services, pages, commands and jobs ask alike."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localtime

from core.bulk import chunks
from core.models import AuditEvent, User
from core.workdays import WorkingCalendar
from pipeline.deriving import Judge
from pipeline.engine.facts import Facts
from pipeline.engine.situation import Situation
from pipeline.engine.steps import Step, steps_in
from pipeline.kinds import ONGOING
from pipeline.models import Case, CaseEvent
from pipeline.open_cases import OpenCase
from pipeline.queries.facts import facts_of
from pipeline.queries.rules import rulebook

PART = 500
"""Files whose facts are gathered at once."""


def judge_of(today: date) -> Judge:
    """Rules and working days as they hold here. Two questions."""
    return Judge(rulebook(), WorkingCalendar.load(), today)


def situation_of(case: Case, judge: Judge) -> Situation:
    """One file as it stands today."""
    return judge.situation(facts_of([case.pk], judge.today)[case.pk])


def with_facts(cases: Iterable[Case], today: date) -> Iterator[tuple[Case, Facts]]:
    """Files, each with its facts, gathered PART by PART."""
    for part in chunks(cases, PART):
        facts = facts_of([case.pk for case in part], today)
        yield from ((case, facts[case.pk]) for case in part)


def steps_of(cases: Iterable[Case], judge: Judge) -> list[tuple[Case, list[Step]]]:
    """The next steps of each file."""
    return [(case, steps_in(judge.situation(facts))) for case, facts in with_facts(cases, judge.today)]


def events_of(case: Case) -> list[CaseEvent]:
    """The timeline of a file that the reader may see, at whichever cell: what holds, by day."""
    rows = CaseEvent.objects.in_force().filter(case=case).select_related("ballot", "organization", "recorded_by")
    return list(rows.order_by("occurred_on", "id"))


def history_of_events(case: Case) -> list[CaseEvent]:
    """Everything ever entered, corrected rows and corrections included, the newest first."""
    rows = CaseEvent.objects.filter(case=case).select_related("ballot", "organization", "recorded_by", "corrects")
    return list(rows.order_by("-recorded_at", "-id"))


def stuck_cases(rows: QuerySet[Case] | None = None) -> QuerySet[Case]:
    """Files that are open and of which no rule says what comes next. There must be none; where there is one, somebody
    has to look at it."""
    rows = Case.objects.all() if rows is None else rows
    return rows.filter(status__in=ONGOING, next_step="").select_related("candidate", "organization")


@dataclass(frozen=True)
class Changed:
    """What somebody else did to a file meanwhile."""

    who: str
    what: str
    at: datetime

    def __str__(self) -> str:
        return f"{self.who}, {localtime(self.at):%H:%M %d/%m/%Y}: {self.what}"


def changes_since(case: Case, version: int) -> list[Changed]:
    """What was done to the file after it was at *version*: one event of the trail for each version since."""
    now = Case.objects.values_list("version", flat=True).get(pk=case.pk)
    events = AuditEvent.objects.filter(model=case._meta.label_lower, object_id=str(case.public_id))
    found = list(events.order_by("-at", "-pk")[: max(now - version, 1)])
    people = User.objects.filter(username__in={event.actor for event in found})
    names = dict(people.values_list("username", "full_name"))
    return [
        Changed(
            names.get(event.actor) or event.actor or "Hệ thống",
            str(event.changes.get("event") or event.label),
            event.at,
        )
        for event in reversed(found)
    ]


def case_url(case: Case) -> str:
    """The address of a file's page."""
    return reverse("pipeline:case-detail", args=[case.public_id])


def open_cases_of(user: Any, today: date) -> list[OpenCase]:
    """The open files within the reach of *user*, for whoever asks the rules about all of them."""
    rows = Case.objects.visible_to(user, on=today).ongoing().select_related("candidate", "organization")
    return [
        OpenCase(case.code, case.candidate.full_name, case.organization.name, case_url(case), facts)
        for case, facts in with_facts(rows.order_by("code"), today)
    ]


def ongoing_at(organizations: Collection[int] | None = None) -> QuerySet[Case]:
    """Open and paused files, of all cells or of some, by code."""
    rows = Case.objects.ongoing().select_related("candidate", "organization").order_by("code")
    return rows if organizations is None else rows.filter(organization__in=organizations)


def version_of(case: Case) -> int:
    """The version at which the file is now."""
    return Case.objects.values_list("version", flat=True).get(pk=case.pk)
