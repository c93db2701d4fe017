"""How long files took from step to step, and which take too long now: as many questions for any number of files.

The database pairs an end with its start and adds up those that have both days in common; what leaves it are pairs of
days. Working days are then counted by one table of the calendar.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    CharField,
    Count,
    Exists,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models import Case as When_

from cells.models import FactsVersion, Organization
from cells.queries.remembering import remembered_while
from cells.scoping import path_within
from core.dates import DatePrecision
from core.workdays import WorkingCalendar, WorkingDays
from pipeline.kinds import CaseStatus
from pipeline.models import Case, CaseEvent, VettingInquiry
from pipeline.queries.vetting_clock import asked_too_long_ago
from pipeline.spans import ANSWER, VETTING, Lapse, Measured, Span, in_time_since, measured


@dataclass(frozen=True)
class _Rows:
    """Rows that are known by what asks for them: who sees the same of a place gets the same."""

    query: QuerySet = field(compare=False)
    asked: str

    @classmethod
    def of(cls, query: QuerySet) -> "_Rows":
        return cls(query, str(query.query))


def _state() -> tuple | None:
    """Every change of a file raises its version; where it lies, and whose the cells are, the facts say."""
    facts = FactsVersion.state()
    if facts is None:
        return None
    files = Case.objects.order_by().aggregate(last=Max("pk"), size=Count("pk"), changes=Sum("version"))
    return facts, *files.values()


def measured_spans(
    spans: Sequence[Span], organization: Organization, user: Any, first: date, last: date, calendar: WorkingCalendar,
    today: date,
) -> list[Measured]:  # fmt: skip
    """How long each of *spans* took where it ended from *first* to *last*, at *organization* or below, as far as *user*
    sees it. A step counts where it was taken, wherever the file is now. Three questions, and two that tell
    whether it is remembered."""
    events = CaseEvent.objects.visible_to(user, on=today).filter(path_within("organization__path", organization.path))
    inquiries = VettingInquiry.objects.visible_to(user, on=today).filter(
        path_within("case__organization__path", organization.path), answered_on__range=(first, last)
    )
    ended = events.filter(occurred_on__range=(first, last))
    return _measured(tuple(spans), _Rows.of(ended), _Rows.of(inquiries), last, calendar)


@remembered_while(_state)
def _measured(
    spans: tuple[Span, ...], events: _Rows, inquiries: _Rows, last: date, calendar: WorkingCalendar
) -> list[Measured]:
    found: dict[str, list[Lapse]] = {span.name: [] for span in spans}
    _add(found, _event_lapses(events.query, spans))
    if VETTING in found:
        _add(found, _vetting_lapses(events.query))
    if ANSWER in found:
        _add(found, _answers(inquiries.query))
    begun = min((each.started for lapses in found.values() for each in lapses), default=last)
    days = WorkingDays(calendar, begun, last)
    return [measured(span, found[span.name], days) for span in spans]


def _add(found: dict[str, list[Lapse]], lapses: Iterable[tuple[str, Lapse]]) -> None:
    for name, lapse in lapses:
        found[name].append(lapse)


def _event_lapses(events: QuerySet[CaseEvent], spans: Iterable[Span]) -> Iterable[tuple[str, Lapse]]:
    """From the last start before each end to that end, where it is the first end since: a vote held anew, or put off,
    is no second duration."""
    by_end = {span.ends: span for span in spans if span.starts}
    earlier = CaseEvent.objects.in_force().filter(case=OuterRef("case"), precision=DatePrecision.DAY)
    starts = earlier.filter(kind=OuterRef("starts"), occurred_on__lte=OuterRef("occurred_on"))
    ends = earlier.filter(kind=OuterRef("kind"), occurred_on__lt=OuterRef("occurred_on"))
    extended = {end: span.extended_by for end, span in by_end.items() if span.extended_by}
    rows = (
        events.filter(in_force=True, precision=DatePrecision.DAY, kind__in=by_end)
        .annotate(
            starts=_by_kind({end: span.starts for end, span in by_end.items()}),
            extends=_by_kind(extended),
        )
        .annotate(
            started=Subquery(starts.order_by("-occurred_on").values("occurred_on")[:1]),
            ended_before=Subquery(ends.order_by("-occurred_on").values("occurred_on")[:1]),
            is_extended=When_(
                When(kind__in=extended, then=Exists(earlier.filter(kind=OuterRef("extends")))),
                default=Value(False), output_field=BooleanField(),
            ),
        )
        .filter(Q(ended_before__isnull=True) | Q(ended_before__lt=F("started")), started__isnull=False)
        .order_by()
        .values_list("kind", "started", "occurred_on", "is_extended")
        .annotate(count=Count("pk"))
    )  # fmt: skip
    for kind, started, ended, is_extended, count in rows:
        yield by_end[kind].name, Lapse(started, ended, count, bool(is_extended))


def _by_kind(words: dict[str, str]) -> When_:
    whens = (When(kind=kind, then=Value(word)) for kind, word in words.items())
    return When_(*whens, default=Value(""), output_field=CharField())


def _vetting_lapses(events: QuerySet[CaseEvent]) -> Iterable[tuple[str, Lapse]]:
    """From the first inquiry of a file to its conclusion."""
    asked = VettingInquiry.objects.filter(case=OuterRef("case"), requested_on__lte=OuterRef("occurred_on"))
    rows = events.filter(in_force=True, precision=DatePrecision.DAY, kind=VETTING).annotate(
        started=Subquery(asked.order_by("requested_on").values("requested_on")[:1])
    )
    rows = rows.filter(started__isnull=False).order_by().values_list("started", "occurred_on")
    return ((VETTING, Lapse(*row)) for row in rows.annotate(count=Count("pk")))


def _answers(inquiries: QuerySet[VettingInquiry]) -> Iterable[tuple[str, Lapse]]:
    rows = inquiries.order_by().values_list("requested_on", "answered_on", "abroad").annotate(count=Count("pk"))
    return ((ANSWER, Lapse(*days, count, is_abroad=is_abroad)) for *days, is_abroad, count in rows)


def overdue_counts(
    rows: QuerySet[Case], spans: Iterable[Span], calendar: WorkingCalendar, today: date
) -> dict[str, int]:
    """Of the files *rows*: by the name of each timed span, how many are in it longer than they may. One question."""
    counts = {
        span.name: Count("pk", filter=overdue(span, calendar, today)) for span in spans if span.is_timed
    }  # fmt: skip
    return rows.aggregate(**counts) if counts else {}


def overdue(span: Span, calendar: WorkingCalendar, today: date) -> Q:
    """Which files are in *span* today longer than its limit, as today's edition says it; open ones only."""
    long_ago = today - timedelta(days=2 * (span.limit(is_extended=True, is_abroad=True) or 0) + 60)
    days = WorkingDays(calendar, long_ago, today)

    def since(**circumstances: bool) -> date:
        limit = span.limit(**circumstances)
        assert limit is not None
        return in_time_since(span, limit, today, days)

    is_open = Q(status=CaseStatus.OPEN)
    if span.name == ANSWER:
        late = asked_too_long_ago(lambda abroad: span.limit(is_abroad=abroad), calendar, today)
        return is_open & Q(pk__in=VettingInquiry.objects.filter(late, answered_on__isnull=True).values("case"))
    if span.stages:
        is_open &= Q(stage__in=span.stages)
    own = CaseEvent.objects.in_force().filter(case=OuterRef("pk"))
    starts, in_time = own.filter(kind=span.starts), since()
    begun = starts.filter(occurred_on__lt=in_time)
    if not span.stages_end_it:
        ended = CaseEvent.objects.in_force().filter(
            case=OuterRef("case"), kind=span.ends, occurred_on__gte=OuterRef("occurred_on")
        )
        begun = begun.filter(~Exists(ended))
    found = is_open & Q(Exists(begun)) & ~Q(Exists(starts.filter(occurred_on__gte=in_time)))
    if span.extended_by:
        extended, later = own.filter(kind=span.extended_by), starts.filter(occurred_on__gte=since(is_extended=True))
        found &= ~(Q(Exists(extended)) & Q(Exists(later)))
    return found
