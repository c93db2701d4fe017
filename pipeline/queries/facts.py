"""From rows to the engine's facts: one function, a fixed number of questions for any number of files."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef

from cells.kinds import StateKind
from cells.models import Member, MemberState
from core.dates import DatePrecision
from pipeline.engine.facts import (
    Ballot,
    Education,
    Event,
    Facts,
    Former,
    Helper,
    Inquiry,
    Override,
    Paper,
    Person,
    Place,
)  # fmt: skip
from pipeline.models import Case, CaseDocument, CaseEvent, Mentorship, VettingInquiry
from pipeline.queries.stays import arrivals_of, key_on, stays_of, successions
from pipeline.queries.tree import tree_above

NO_VOTE = (StateKind.AWAY, StateKind.EXEMPT, StateKind.SUSPENDED)
"""States in which a member is left out of the number before a meeting is held."""


@dataclass(frozen=True)
class FileRows:
    """What lies in some files, each kind in the order in which it was entered. Related rows are at hand."""

    events: Iterable[CaseEvent]
    helpers: Iterable[Mentorship]
    inquiries: Iterable[VettingInquiry]
    papers: Iterable[CaseDocument]

    def of(self, keys: Collection[int]) -> "FileRows":
        """Those of the files with *keys*."""
        every = (self.events, self.helpers, self.inquiries, self.papers)
        return FileRows(*([row for row in rows if row.case_id in keys] for rows in every))


def facts_of(cases: Collection[int], today: date) -> dict[int, Facts]:
    """Key of a file → everything the rules may ask of it. For thousands of files ask in parts (`core.bulk.chunks`)."""
    keys = list(cases)
    rows = list(Case.objects.filter(pk__in=keys).select_related("candidate__profile"))
    held = FileRows(
        CaseEvent.objects.filter(case__in=keys).select_related("ballot").order_by("id"),
        Mentorship.objects.filter(case__in=keys).select_related("helper").order_by("id"),
        VettingInquiry.objects.filter(case__in=keys).select_related("relative").order_by("id"),
        CaseDocument.objects.filter(case__in=keys).order_by("id"),
    )
    return facts_from(rows, held, today)


def facts_from(rows: Collection[Case], held: FileRows, today: date) -> dict[int, Facts]:
    """The same of files whose rows are at hand, all of them; what lies around the files is asked for."""
    events, helpers = _by_case(held.events), _by_case(held.helpers)
    inquiries, papers = _by_case(held.inquiries), _by_case(held.papers)
    arrivals = arrivals_of([case.pk for case in rows])
    taken_over = successions(
        {case.first_organization_id for case in rows}
        | {row.moved_to_id for line in events.values() for row in line if row.moved_to_id}
        | {cell for line in arrivals.values() for cell, _ in line}
    )
    stays = {case.pk: stays_of(case, events[case.pk], taken_over, arrivals.get(case.pk, ())) for case in rows}
    tree = tree_above({cell for line in stays.values() for cell, _ in line})
    voters = voters_now({key_on(line, today) for line in stays.values()}, today)
    return {
        case.pk: Facts(
            opened_on=case.opened_on,
            person=_person(case),
            place=Place(case.has_youth_union, case.has_trade_union, case.is_difficult_area),
            standings=tree.standings(stays[case.pk]),
            events=tuple(map(event_of, as_entered(events[case.pk]))),
            helpers=tuple(map(helper_of, helpers[case.pk])),
            inquiries=tuple(map(_inquiry, inquiries[case.pk])),
            papers=tuple(Paper(row.kind, row.signed_on, row.number, row.issuer) for row in papers[case.pk]),
            routes=tuple(case.routes),
            former=_former(case),
            override=Override(case.decides_unit, case.decides_body, case.decides_reason) if case.decides_unit else None,
            voters=voters.get(key_on(stays[case.pk], today), 0),
        )
        for case in rows
    }


def _by_case(rows: Iterable) -> dict[int, list]:
    found = defaultdict(list)
    for row in rows:
        found[row.case_id].append(row)
    return found


def as_entered(rows: list[CaseEvent]) -> list[CaseEvent]:
    """As they were entered; a correction that keeps the day keeps the place among what happened that day."""
    by_key = {row.pk: row for row in rows}

    def place(row: CaseEvent) -> tuple[int, int]:
        root = row
        while root.corrects_id and (before := by_key.get(root.corrects_id)):
            if before.occurred_on != row.occurred_on:
                break
            root = before
        return root.pk, row.pk

    return sorted(rows, key=place) if any(row.corrects_id for row in rows) else rows


def event_of(row: CaseEvent) -> Event:
    """An event as the engine takes it."""
    ballot = row.vote
    corrected = str(row.corrects_id) if row.corrects_id else ""
    return Event(
        kind=row.kind, on=row.occurred_on, id=str(row.pk or ""), corrects=corrected, void=row.void,
        precision=DatePrecision(row.precision), agreed=row.agreed,
        ballot=Ballot(**ballot.numbers()) if ballot else None, by=row.by, number=row.document_number,
        steps=tuple(row.steps),
    )  # fmt: skip


def helper_of(row: Mentorship) -> Helper:
    return Helper(
        official_on=row.helper.official_on, together_since=row.together_since, assigned_on=row.since, until=row.until,
        introduced_on=row.introduced_on, replaces=row.replaces_id is not None,
    )  # fmt: skip


def _inquiry(row: VettingInquiry) -> Inquiry:
    return Inquiry(
        relation=row.relation, requested_on=row.requested_on, answered_on=row.answered_on, abroad=row.abroad,
        exempt_because=row.exempt_because, declared_fully=row.relative.declared_fully if row.relative else True,
        vetted_by=row.vetted_by,
    )  # fmt: skip


def _person(case: Case) -> Person:
    person = case.candidate
    profile = getattr(person, "profile", None)
    return Person(
        born=person.born, is_citizen=person.is_citizen, education=Education[person.education],
        in_youth_union=person.in_youth_union, in_trade_union=person.in_trade_union,
        has_political_question=bool(profile and profile.has_political_question),
        children_beyond=profile.children_beyond if profile else 0,
    )  # fmt: skip


def _former(case: Case) -> Former | None:
    if case.former_left_on is None:
        return None
    return Former(case.former_left_on, case.former_because, case.times_readmitted, case.former_expunged_on)


def voters_now(cells: Collection[int], today: date) -> dict[int, int]:
    """Cell → its official members who may vote now."""
    states = MemberState.objects.in_force().on(today).filter(member=OuterRef("pk"), kind__in=NO_VOTE)
    rows = Member.objects.filter(~Exists(states), on_roll=True, official_on__lte=today, organization__in=cells)
    return dict(rows.order_by().values_list("organization").annotate(size=Count("pk")))
