"""Files derived anew for a day, without anybody having done anything: what is due depends on the day."""

from dataclasses import dataclass, field
from datetime import date

from core import audit
from core.bulk import chunks
from pipeline.deriving import DERIVED, derived
from pipeline.models import Case
from pipeline.queries.cases import PART, judge_of, ongoing_at, stuck_cases, with_facts


@dataclass
class Refreshed:
    """What a night did: `stuck` are the codes of open files without a next step."""

    cases: int = 0
    changed: int = 0
    stuck: list[str] = field(default_factory=list)


def refresh_cases(today: date) -> Refreshed:
    """Renew the copies of every open file. A file that somebody changes meanwhile is left to that change."""
    judge, found = judge_of(today), Refreshed()
    for keys in chunks(list(ongoing_at().values_list("pk", flat=True)), PART):
        for case, facts in with_facts(ongoing_at().filter(pk__in=keys), today):
            found.cases += 1
            values = derived(facts, judge)
            news = audit.differences({name: getattr(case, name) for name in DERIVED}, values)
            if news and Case.objects.filter(pk=case.pk, version=case.version).update(**values):
                found.changed += bool(news.keys() - {"checked_on"})
    found.stuck = list(stuck_cases().order_by("code").values_list("code", flat=True))
    return found
