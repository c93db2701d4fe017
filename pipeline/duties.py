"""What files leave to do: of each the next lawful step, or for who answers for many, where most are late."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from cells.duties import SOON_DAYS, Call, Duty
from cells.kinds import CELL_KINDS
from cells.models import Organization
from cells.roles import Action
from cells.scoping import active_grants, may
from core.dates import format_date
from pipeline.deriving import Judge, foremost, repeats
from pipeline.engine.situation import Situation
from pipeline.engine.steps import Step, steps_in
from pipeline.models import Case
from pipeline.queries.attention import inquiries_waiting, remarks_missing, tasks_overdue, without_helper
from pipeline.queries.cases import case_url, judge_of, stuck_cases, with_facts
from pipeline.queries.contacts import Contact, contacts_of
from pipeline.queries.duplicates import open_reports
from pipeline.queries.vetting_bodies import phones_of

CASE = "pipeline.case"
MANY = 200
"""Who answers for more open files sees where most are late, not the files one by one."""
LISTED = 40
AHEAD = timedelta(days=30)
UNITS = 10
NAMED = 5
"""People named in one line."""
AT_THE_CELL = {"candidate", "probationer", "helper", "introducer", "cell", "cell_committee"}
"""Actors to whom the cell's secretary is the way."""


@dataclass(frozen=True)
class Reader:
    """Who reads the list: the places of the own offices, and how to reach others. Nobody is told to call himself."""

    own: frozenset[str]
    contacts: Mapping[int, Contact]
    today: date

    @classmethod
    def of(cls, user: Any, rows: QuerySet[Case], today: date) -> "Reader":
        cells = rows.order_by().values_list("organization_id", "organization__parent_id").distinct()
        places = {key for pair in cells for key in pair if key}
        own = frozenset(grant.path for grant in active_grants(user, today))
        return cls(own, contacts_of(places, today), today)

    def call(self, unit: Organization | None) -> Call | None:
        if unit is None or unit.path in self.own:
            return None
        contact = self.contacts.get(unit.pk)
        return Call(f"{contact.title} {contact.name}, {unit.name}", contact.phone) if contact else Call(unit.name)


def duties(user: Any, today: date) -> Iterator[Duty]:
    if not may(user, Action.RECORD_CASE, CASE, today):
        return
    if may(user, Action.RECORD_CASE, "pipeline.duplicatereport", today) and (
        twice := open_reports(user, today).count()
    ):
        yield Duty(
            f"{twice} trường hợp một người có vẻ có hồ sơ ở hai nơi",
            reverse("pipeline:duplicate-list"),
            "Xem và kiểm tra",
        )
    rows = Case.objects.visible_to(user, Action.RECORD_CASE, today).ongoing()
    yield from _stuck(rows)
    if rows[: MANY + 1].count() > MANY:
        yield from _by_unit(rows, today)
    else:
        judge, reader = judge_of(today), Reader.of(user, rows, today)
        yield from _one_by_one(rows, reader, judge)
        yield from _besides(user, rows, reader, judge)


def _stuck(rows: QuerySet[Case]) -> Iterator[Duty]:
    """Files of which no rule says what comes next: nobody may lose sight of them."""
    for case in stuck_cases(rows)[:LISTED]:
        yield Duty(
            f"Hồ sơ chưa rõ bước tiếp theo: {_named(case)}", case_url(case), "Mở hồ sơ",
            detail="Phần mềm không tìm được bước tiếp theo. Hãy xem lại các việc đã ghi, hoặc báo Ban Tổ chức.",
        )  # fmt: skip


def _one_by_one(rows: QuerySet[Case], reader: Reader, judge: Judge) -> Iterator[Duty]:
    rows = rows.exclude(next_step="").select_related("candidate", "organization__parent")
    wanted = rows.filter(Q(first_due__lte=judge.today + AHEAD) | Q(first_due=None)).order_by("first_due", "pk")
    # NULLs stand first on one database and last on the other.
    due, without = wanted.exclude(first_due=None), wanted.filter(first_due=None)
    cases = [*due[:LISTED]]
    cases += without[: LISTED - len(cases)]
    again: dict[tuple[int, str], list[tuple[Case, Step, Situation]]] = {}
    for case, facts in with_facts(cases, judge.today):
        found = judge.situation(facts)
        for step in _worth_naming(found, judge):
            if repeats(step, found):
                again.setdefault((case.organization_id, step.id), []).append((case, step, found))
            else:
                yield _duty([case], step, found, reader)
    for group in again.values():
        first = min(group, key=lambda each: each[1].deadline or date.max)
        yield _duty([case for case, _, _ in group], first[1], first[2], reader)
    if (others := rows.count() - len(cases)) > 0:
        yield Duty(
            f"{others} hồ sơ khác chưa đến hạn trong {AHEAD.days} ngày tới", reverse("pipeline:case-list"),
            "Xem danh sách",
        )  # fmt: skip


def _besides(user: Any, rows: QuerySet[Case], reader: Reader, judge: Judge) -> Iterator[Duty]:
    """What waits besides the next step; states, not windows: each stays until it is put right."""
    for case in without_helper(rows).select_related("candidate", "organization")[:LISTED]:
        yield Duty(
            f"Phân công đảng viên giúp đỡ: {_named(case)}", case_url(case), "Mở hồ sơ",
            detail=f"{case.organization}. Hiện không có đảng viên nào được phân công giúp đỡ người này.",
        )  # fmt: skip
    for task in tasks_overdue(rows, judge.today).select_related("case__organization")[:LISTED]:
        call = reader.call(task.case.organization)
        yield Duty(
            f"Ghi kết quả nhiệm vụ đã giao: {_named(task.case)}", case_url(task.case), "Mở hồ sơ", due=task.due_on,
            detail=task.case.organization.name, call=call,
            message=_message(task.case, task.due_on, reader) if call else "",
        )  # fmt: skip
    unanswered = [waiting for waiting in inquiries_waiting(rows, judge)[:LISTED] if waiting.overdue_days]
    phones = phones_of(user, [waiting.inquiry for waiting in unanswered], judge.today) if unanswered else {}
    for waiting in unanswered:
        inquiry = waiting.inquiry
        yield Duty(
            f"Chưa có trả lời thẩm tra lý lịch: {_named(inquiry.case)}", case_url(inquiry.case), "Mở hồ sơ",
            detail=f"{inquiry.case.organization}. Gửi ngày {format_date(inquiry.requested_on)}.", due=waiting.due,
            call=Call(inquiry.addressee, phones[inquiry.pk]), message=_message(inquiry.case, waiting.due, reader),
        )  # fmt: skip
    for missing in islice(remarks_missing(rows, judge.today), LISTED):
        case = missing.mentorship.case
        yield Duty(
            f"Ghi nhận xét quý {missing.quarter}/{missing.year} của người giúp đỡ: {_named(case)}", case_url(case),
            "Mở hồ sơ", detail=f"Người giúp đỡ: đồng chí {missing.mentorship.helper}.",
        )  # fmt: skip


def _worth_naming(found: Situation, judge: Judge) -> list[Step]:
    """What is late or due soon, at least the one step that comes first."""
    steps = steps_in(found)
    first = foremost(steps, found)
    due = [step for step in steps if step.deadline and step.deadline <= judge.today + timedelta(days=SOON_DAYS)]
    return due or ([first] if first else [])


def _duty(cases: Sequence[Case], step: Step, found: Situation, reader: Reader) -> Duty:
    """*step* of one file, or of all files of a cell where it comes again and again."""
    case, cell, is_one = cases[0], cases[0].organization, len(cases) == 1
    lacking = f"Còn thiếu: {step.missing[0]}" if step.missing else ""
    earliest = f"Sớm nhất ngày {format_date(step.earliest)}." if step.earliest > reader.today else ""
    names = "" if is_one else "; ".join(map(_named, cases[:NAMED])) + ("; …" if len(cases) > NAMED else "")
    confidence = "" if step.confidence.is_confirmed else f" · {step.confidence.words}"
    call = _call(step, found, cell, reader) if step.overdue_days(reader.today) else None
    return Duty(
        f"{step.what}: {_named(case)}" if is_one else f"{step.what}: {len(cases)} người",
        case_url(case) if is_one else f"{reverse('pipeline:case-list')}?to-chuc={cell.code}",
        "Mở hồ sơ" if is_one else "Xem danh sách",
        detail=" · ".join(filter(None, (names, cell.name, f"Người làm: {step.who}", earliest, lacking))),
        due=step.deadline,
        basis=f"{step.article}{confidence}",
        call=call,
        message=_message(case, step.deadline, reader) if call else "",
    )


def _call(step: Step, found: Situation, cell: Organization, reader: Reader) -> Call | None:
    """Who can move it on, unless that is the reader himself."""
    rule = found.edition.steps.get(step.id)
    return reader.call(cell if rule is None or rule.actor in AT_THE_CELL else cell.parent)


def _message(case: Case, due: date | None, reader: Reader) -> str:
    """What is sent by telephone: no name, nothing of what is in the file."""
    late = f" {(reader.today - due).days} ngày" if due else ""
    return f"Hồ sơ {case.code} của {case.organization.name} có việc quá hạn{late}. Xin mở phần mềm để xem và xử lý."


def _named(case: Case) -> str:
    return case.candidate.name_with_year


def _by_unit(rows: QuerySet[Case], today: date) -> Iterator[Duty]:
    """Where most files are late: by the unit above their cells."""
    late = rows.filter(first_due__lt=today)
    counts = late.values_list("organization__parent").order_by().annotate(files=Count("pk")).order_by("-files")
    found = [(key, files) for key, files in counts if key][:UNITS]
    units = Organization.objects.in_bulk([key for key, _ in found])
    total = late.count()
    if total:
        yield Duty(
            f"{total} hồ sơ có việc quá hạn", f"{reverse('pipeline:case-list')}?han=qua-han", "Xem danh sách",
            detail="Nhiều nhất ở các nơi dưới đây.",
        )  # fmt: skip
    for key, files in found:
        unit = units[key]
        yield Duty(
            f"{unit}: {files} hồ sơ có việc quá hạn",
            f"{reverse('pipeline:case-list')}?han=qua-han&to-chuc={unit.code}", "Xem hồ sơ",
        )  # fmt: skip


def cell_paths(places: Iterable[Organization]) -> list[str]:
    """Of *places* the paths of those that are cells."""
    return [place.path for place in places if place.kind in CELL_KINDS]
