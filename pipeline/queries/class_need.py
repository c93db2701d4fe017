"""Who needs which class, and since when: asked of files by their stage and their certificates, however many there are.

The certificate holds as long as the rules of the day say; it is tested when the cell votes. A file that stands behind
that vote needs no certificate any more.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from cells.kinds import BASE_KINDS
from cells.models import Organization
from cells.roles import Action
from core.dates import add_months
from pipeline.engine.stages import Stage
from pipeline.kinds import CaseStatus, ClassKind
from pipeline.models import Case, CaseEvent, Enrolment
from pipeline.queries.cases import case_url
from pipeline.queries.classes import standing_enrolments
from pipeline.rulebook.book import Rulebook

CERTIFICATE = "awareness_certificate"
BEFORE_VOTE = (Stage.SYMPATHISER.name, Stage.FILE.name)
LAPSES_WITHIN = 6
"""Months: who has no more of the certificate left, may not reach the cell's vote with it."""
LAPSING = "lapsing"
"""What is asked for besides the two kinds of class: certificates that lapse soon."""


def months_valid(book: Rulebook, today: date) -> int | None:
    """How many months a certificate of the awareness class holds; None where no rule says."""
    rule = book.on(today).validities.get(CERTIFICATE)
    return rule.months if rule else None


def certificates(kind: str) -> QuerySet[CaseEvent]:
    """The events by which the class of *kind* stands in the file of the outer row."""
    return CaseEvent.objects.in_force().filter(case=OuterRef("pk"), kind=kind)


def needing(rows: QuerySet[Case], what: str, book: Rulebook, today: date) -> QuerySet[Case]:
    """Those of *rows* whose person needs the class *what*; with LAPSING those whose certificate ends soon."""
    rows = rows.filter(status=CaseStatus.OPEN)
    if what == ClassKind.NEW_MEMBER:
        return rows.filter(~Exists(certificates(what)), stage=Stage.PROBATION.name)
    months = months_valid(book, today)
    held = certificates(ClassKind.AWARENESS)
    holds = held.filter(occurred_on__gte=add_months(today, -months)) if months else held
    rows = rows.filter(stage__in=BEFORE_VOTE)
    if what == ClassKind.AWARENESS:
        return rows.filter(~Exists(holds))
    if not months:
        return rows.none()
    longer = held.filter(occurred_on__gte=add_months(today, LAPSES_WITHIN - months))
    return rows.filter(Exists(holds), ~Exists(longer))


@dataclass(frozen=True)
class Person:
    """Somebody who needs a class. `by` is the day by which, None where no rule says; `enrolled_in` the class that
    somebody is proposed for."""

    case: Case
    since: date | None
    by: date | None
    had_until: date | None
    enrolled_in: str

    @property
    def url(self) -> str:
        """The page of the file."""
        return case_url(self.case)

    @property
    def birth_year(self) -> int | None:
        return self.case.candidate.birth_year


def with_details(rows: QuerySet[Case], what: str) -> QuerySet[Case]:
    """*rows* of `needing` with what the list says of each, those that wait longest first."""
    kind = ClassKind.NEW_MEMBER if what == ClassKind.NEW_MEMBER else ClassKind.AWARENESS
    last = certificates(ClassKind.AWARENESS).order_by("-occurred_on")
    ceremony = CaseEvent.objects.in_force().filter(case=OuterRef("pk"), kind="ceremony").order_by("-occurred_on")
    standing = standing_enrolments(kind).filter(case=OuterRef("pk")).order_by("pk")
    rows = rows.annotate(
        certified_on=Subquery(last.values("occurred_on")[:1]),
        ceremony_on=Subquery(ceremony.values("occurred_on")[:1]),
        enrolled_in=Subquery(standing.values("training_class__title")[:1]),
    )
    rows = rows.select_related("candidate", "organization__parent")
    return rows.order_by("stage_since", "candidate__name_key", "pk")


def people_of(cases: Iterable[Case], what: str, book: Rulebook, today: date) -> list[Person]:
    """Rows of `with_details` as a list shows them. No question."""
    months = months_valid(book, today)
    probation = book.on(today).milestones.get("official")
    found = []
    for case in cases:
        until = add_months(case.certified_on, months) if case.certified_on and months else None
        by = until if what == LAPSING else None
        if what == ClassKind.NEW_MEMBER and case.ceremony_on:
            by = add_months(case.ceremony_on, probation.months if probation else 12)
        found.append(Person(case, case.stage_since, by, until, case.enrolled_in or ""))
    return found


@dataclass(frozen=True)
class NeedOfBase:
    """How many people of one base organisation need what."""

    base: Organization
    awareness: int
    new_member: int
    lapsing: int


def counted_rows(user: Any, today: date) -> QuerySet[Case]:
    """The files whose number *user* may know; who may see them, knows it too."""
    seen = Case.objects.visible_to(user, on=today)
    counted = Case.objects.visible_to(user, Action.COUNT_NEED, on=today)
    return Case.objects.filter(Q(pk__in=seen.values("pk")) | Q(pk__in=counted.values("pk")))


def need_by_base(user: Any, book: Rulebook, today: date) -> list[NeedOfBase]:
    """The need of the organisations of *user*, base by base: numbers alone. Five questions."""
    rows = counted_rows(user, today)
    kinds = (ClassKind.AWARENESS.value, ClassKind.NEW_MEMBER.value, LAPSING)
    counts = [Counter(needing(rows, what, book, today).values_list("organization__path", flat=True)) for what in kinds]
    paths = {path for count in counts for path in count}
    tops = {path: _prefixes(path) for path in paths}
    bases = {
        base.path: base
        for base in Organization.objects.filter(
            kind__in=BASE_KINDS, path__in={each for line in tops.values() for each in line}
        )
    }
    found: dict[str, list[int]] = {}
    for number, count in enumerate(counts):
        for path, people in count.items():
            base = next((each for each in tops[path] if each in bases), "")
            if base:
                found.setdefault(base, [0, 0, 0])[number] += people
    return [NeedOfBase(bases[path], *numbers) for path, numbers in sorted(found.items(), key=lambda row: -sum(row[1]))]


def _prefixes(path: str) -> Sequence[str]:
    """*path* and those above it, the highest first."""
    return [path[:end] for end, sign in enumerate(path, 1) if sign == "/"]


def needs_now(cases: QuerySet[Case], kind: str, book: Rulebook, today: date) -> QuerySet[Case]:
    """Who may be proposed for a class of *kind*: who needs it, or soon will, and attends none."""
    wanted = needing(cases, kind, book, today).values("pk")
    if kind == ClassKind.AWARENESS:
        soon = needing(cases, LAPSING, book, today).values("pk")
        rows = cases.filter(Q(pk__in=wanted) | Q(pk__in=soon))
    else:
        rows = cases.filter(pk__in=wanted)
    return rows.filter(~Exists(standing_enrolments(kind).filter(case=OuterRef("pk"))))


def attends_already(case: Case, kind: str) -> Enrolment | None:
    """The enrolment by which the person of *case* already goes to such a class."""
    return standing_enrolments(kind).filter(case=case).select_related("training_class").first()
