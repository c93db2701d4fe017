"""Lists of files: the rows one asked for, what a list shows of each, the board by stage."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case as When_
from django.db.models import Count, F, IntegerField, Prefetch, Q, QuerySet, Value, When, Window
from django.db.models.functions import Coalesce, RowNumber

from cells.kinds import CELL_KINDS
from cells.models import Organization
from cells.scoping import path_within
from pipeline.engine.stages import Stage
from pipeline.kinds import CaseStatus
from pipeline.models import Case, CaseEvent, Mentorship
from pipeline.rulebook.book import Edition, Rulebook
from pipeline.showing import Chip, due_chip, open_title, stage_chip

LAST = date(9999, 12, 31)
"""Where nothing is due: behind everything."""
MOST_LEFT = 2_000
"""Events of files that have gone, on one page."""
ON_BOARD = 8
"""People shown in a column of the board; the rest stands in the list."""


@dataclass(frozen=True)
class Row:
    """A file as a list shows it."""

    case: Case
    next: str
    due: Chip | None
    also: Chip | None
    """Another step is overdue although the one that is named is not."""
    stage: Chip
    helpers: str

    @property
    def state(self) -> Chip | None:
        """What is out of the ordinary: paused, closed, done."""
        tones = {CaseStatus.PAUSED: "soon", CaseStatus.CLOSED: "mute", CaseStatus.DONE: "ok"}
        tone = tones.get(CaseStatus(self.case.status))
        return Chip(tone, self.case.get_status_display()) if tone else None


def cases_below(organization: Organization | None, user: Any, on: date) -> QuerySet[Case]:
    """The files *user* may see, of *organization* and all below it where one is given."""
    rows = Case.objects.visible_to(user, on=on)
    return rows.filter(path_within("organization__path", organization.path)) if organization else rows


def with_orders(rows: QuerySet[Case]) -> QuerySet[Case]:
    """*rows* with what a list may be sorted by besides its columns."""
    number = When_(
        *(When(stage=stage.name, then=Value(place)) for place, stage in enumerate(Stage)), output_field=IntegerField()
    )
    return rows.annotate(stage_number=number, due_order=Coalesce("first_due", Value(LAST)))


def for_list(rows: QuerySet[Case]) -> QuerySet[Case]:
    """*rows* with all that a list reads of each."""
    helping = Mentorship.objects.present().select_related("helper")
    return rows.select_related("candidate", "organization__parent").prefetch_related(
        Prefetch("mentorship_set", helping.order_by("since", "id"), "helping")
    )


def listed(cases: Iterable[Case], edition: Edition, today: date) -> list[Row]:
    """*cases* (from :func:`for_list`) as a list of *today* shows them."""
    return [_row(case, edition, today) for case in cases]


def _row(case: Case, edition: Edition, today: date) -> Row:
    other = case.first_due and case.first_due < today and (case.next_due is None or case.first_due < case.next_due)
    late = (today - case.first_due).days if other else 0
    return Row(
        case=case,
        next=open_title(case.next_step, edition) if case.next_step else "",
        due=due_chip(case.next_due, today),
        also=Chip("late", f"Việc khác quá {late} ngày") if other else None,
        stage=stage_chip(case.stage),
        helpers=", ".join(each.helper.full_name for each in case.helping),
    )


@dataclass(frozen=True)
class Column:
    """One stage of the board."""

    stage: Stage
    slug: str
    size: int
    rows: list[Row]

    @property
    def left_out(self) -> int:
        return self.size - len(self.rows)


def board_of(rows: QuerySet[Case], edition: Edition, today: date, slugs: dict[str, Stage]) -> list[Column]:
    """*rows* by stage: in each column first what is overdue, the latest day first, then what is due next. Three
    questions for any number of files."""
    sizes = dict(rows.order_by().values_list("stage").annotate(size=Count("pk")))
    late = When_(When(Q(first_due__lt=today), then=F("first_due")), default=None)
    place = Window(
        RowNumber(), partition_by=F("stage"),
        order_by=[late.desc(nulls_last=True), Coalesce("first_due", Value(LAST)).asc(), F("candidate__name_key").asc(),
                  F("pk").asc()],
    )  # fmt: skip
    first = rows.order_by().annotate(place=place).filter(place__lte=ON_BOARD)
    shown = listed(for_list(first.order_by("stage", "place")), edition, today)
    return [
        Column(stage, slug, sizes.get(stage.name, 0), [row for row in shown if row.case.stage == stage.name])
        for slug, stage in slugs.items()
    ]


@dataclass(frozen=True)
class Section:
    """The files of one cell."""

    place: Organization
    rows: list[Row]


def by_place(rows: Iterable[Row]) -> list[Section]:
    """*rows* of each cell together, in the order in which the cells come."""
    found: dict[int, Section] = {}
    for row in rows:
        found.setdefault(row.case.organization_id, Section(row.case.organization, [])).rows.append(row)
    return list(found.values())


@dataclass(frozen=True)
class Left:
    """A file that has gone out of one's sight, with the events that happened while it lay here."""

    case: Case
    events: list[tuple[CaseEvent, str]]
    moved: CaseEvent | None


def left_of(events: QuerySet[CaseEvent], files: QuerySet[Case], book: Rulebook) -> list[Left]:
    """*events* that one may see, of files that are not among *files* any more; the last to go first."""
    gone = events.in_force().exclude(case__in=files.order_by().values("pk")).order_by("occurred_on", "pk")
    by_case: dict[int, list[CaseEvent]] = {}
    for event in gone.select_related("case__candidate", "organization", "moved_to__parent")[:MOST_LEFT]:
        by_case.setdefault(event.case_id, []).append(event)
    found = [
        Left(
            rows[0].case, [(row, open_title(row.kind, book.on(row.occurred_on))) for row in rows],
            next((row for row in reversed(rows) if row.moved_to_id), None),
        )
        for rows in by_case.values()
    ]  # fmt: skip
    return sorted(found, key=lambda left: left.events[-1][0].occurred_on, reverse=True)


def is_cell(organization: Organization | None) -> bool:
    return organization is not None and organization.kind in CELL_KINDS
