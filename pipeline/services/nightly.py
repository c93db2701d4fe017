"""Files derived anew for a day, without anybody having done anything: what is due depends on the day."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction

from core import audit
from core.bulk import chunks
from pipeline.deriving import derived
from pipeline.models import Candidate, Case
from pipeline.queries.cases import PART, judge_of, ongoing_at, stuck_cases, with_facts
from pipeline.queries.stays import key_on, stays_of_all


@dataclass
class Refreshed:
    """What a night did: `stuck` are the codes of open files without a next step."""

    cases: int = 0
    changed: int = 0
    stuck: list[str] = field(default_factory=list)


Progress = Callable[[int, int, str], None]


def refresh_cases(today: date, progress: Progress = lambda done, total, what: None) -> Refreshed:
    """Renew the copies of every open file. A file that somebody changes meanwhile is left to that change."""
    waiting, found = list(ongoing_at().values_list("pk", flat=True)), Refreshed()
    for keys in chunks(waiting, PART):
        progress(found.cases, len(waiting), "Tính việc tiếp theo")
        one = refresh(keys, today)
        found.cases, found.changed = found.cases + one.cases, found.changed + one.changed
    found.stuck = list(stuck_cases().order_by("code").values_list("code", flat=True))
    return found


def refresh(keys: Collection[int], today: date) -> Refreshed:
    """Renew the copies of some open files."""
    judge, found = judge_of(today), Refreshed()
    rows = list(ongoing_at().filter(pk__in=keys))
    stays, same = stays_of_all(rows), []
    for case, facts in with_facts(rows, today):
        found.cases += 1
        values = derived(facts, judge) | {"organization_id": key_on(stays[case.pk], today)}
        news = audit.differences({name: getattr(case, name) for name in values}, values)
        if news.keys() <= {"checked_on"}:
            same.append(case.pk)
        else:
            found.changed += _store(case, values)
    Case.objects.filter(pk__in=same, checked_on__lt=today).update(checked_on=today)
    return found


@transaction.atomic
def _store(case: Case, values: dict[str, Any]) -> bool:
    """Whether the copies were written; the person goes along where a merger has taken the file to another cell."""
    if not Case.objects.filter(pk=case.pk, version=case.version).update(**values):
        return False
    if values["organization_id"] != case.organization_id:
        Candidate.objects.filter(pk=case.candidate_id).update(organization=values["organization_id"])
    return True
