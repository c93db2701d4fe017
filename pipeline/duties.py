"""What files leave to do: of each the next lawful step, or for who answers for many, where most are late."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from cells.duties import Call, Duty
from cells.kinds import CELL_KINDS
from cells.models import Organization
from cells.roles import Action
from cells.scoping import active_grants, may
from core.dates import format_date
from pipeline.deriving import Judge, foremost
from pipeline.engine.situation import Situation
from pipeline.engine.steps import Step, steps_in
from pipeline.models import Case
from pipeline.queries.attention import inquiries_waiting, remarks_missing, tasks_overdue, without_helper
from pipeline.queries.cases import case_url, judge_of, stuck_cases, with_facts
from pipeline.queries.contacts import Contact, contacts_of
from pipeline.queries.duplicates import open_reports

CASE = "pipeline.case"
MANY = 200
"""Who answers for more open files sees where most are late, not the files one by one."""
LISTED = 40
AHEAD = timedelta(days=30)
UNITS = 10
AT_THE_CELL = {"candidate", "probationer", "helper", "introducer", "cell", "cell_committee"}
"""Actors to whom the cell's secretary is the way."""


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
        judge = judge_of(today)
        yield from _one_by_one(rows, user, judge)
        yield from _besides(rows, judge)


def _stuck(rows: QuerySet[Case]) -> Iterator[Duty]:
    """Files of which no rule says what comes next: nobody may lose sight of them."""
    for case in stuck_cases(rows)[:LISTED]:
        yield Duty(
            f"Hồ sơ chưa rõ bước tiếp theo: {_named(case)}", case_url(case), "Mở hồ sơ",
            detail="Phần mềm không tìm được bước tiếp theo. Hãy xem lại các việc đã ghi, hoặc báo Ban Tổ chức.",
        )  # fmt: skip


def _one_by_one(rows: QuerySet[Case], user: Any, judge: Judge) -> Iterator[Duty]:
    today = judge.today
    rows = rows.exclude(next_step="").select_related("candidate", "organization__parent")
    wanted = rows.filter(Q(first_due__lte=today + AHEAD) | Q(first_due=None)).order_by("first_due", "pk")
    # NULLs stand first on one database and last on the other.
    due, without = wanted.exclude(first_due=None), wanted.filter(first_due=None)
    cases = [*due[:LISTED]]
    cases += without[: LISTED - len(cases)]
    places = {key for case in cases for key in (case.organization_id, case.organization.parent_id) if key}
    contacts = contacts_of(places, today)
    own = {grant.path for grant in active_grants(user, today)}
    for case, facts in with_facts(cases, today):
        found = judge.situation(facts)
        for step in _worth_naming(found, judge):
            yield _duty(case, step, found, contacts, own, today)
    if (others := rows.count() - len(cases)) > 0:
        yield Duty(
            f"{others} hồ sơ khác chưa đến hạn trong {AHEAD.days} ngày tới", reverse("pipeline:case-list"),
            "Xem danh sách",
        )  # fmt: skip


def _besides(rows: QuerySet[Case], judge: Judge) -> Iterator[Duty]:
    """What waits besides the next step; states, not windows: each stays until it is put right."""
    for case in without_helper(rows).select_related("candidate")[:LISTED]:
        yield Duty(
            f"Phân công đảng viên giúp đỡ: {_named(case)}", case_url(case), "Mở hồ sơ",
            detail="Hiện không có đảng viên nào được phân công giúp đỡ người này.",
        )  # fmt: skip
    for task in tasks_overdue(rows, judge.today)[:LISTED]:
        yield Duty(
            f"Ghi kết quả nhiệm vụ đã giao: {_named(task.case)}", case_url(task.case), "Mở hồ sơ", due=task.due_on
        )
    for waiting in inquiries_waiting(rows, judge)[:LISTED]:
        if waiting.overdue_days:
            yield Duty(
                f"Chưa có trả lời thẩm tra lý lịch: {_named(waiting.inquiry.case)}", case_url(waiting.inquiry.case),
                "Mở hồ sơ", detail=f"Gửi ngày {format_date(waiting.inquiry.requested_on)}.", due=waiting.due,
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
    due = [step for step in steps if step.due and step.due <= judge.today + timedelta(days=7)]
    return due or ([first] if first else [])


def _duty(case: Case, step: Step, found: Situation, contacts: dict[int, Contact], own: set[str], today: date) -> Duty:
    lacking = f"Còn thiếu: {step.missing[0]}" if step.missing else ""
    earliest = f"Sớm nhất ngày {format_date(step.earliest)}." if step.earliest > today else ""
    confidence = "" if step.confidence.is_confirmed else f" · {step.confidence.words}"
    late = step.overdue_days(today)
    return Duty(
        f"{step.what}: {_named(case)}",
        case_url(case),
        "Mở hồ sơ",
        detail=" · ".join(filter(None, (case.organization.name, f"Người làm: {step.who}", earliest, lacking))),
        due=step.due,
        basis=f"{step.article}{confidence}",
        call=_call(case, step, found, contacts, own) if late else None,
        message=_message(case, late) if late else "",
    )


def _call(case: Case, step: Step, found: Situation, contacts: dict[int, Contact], own: set[str]) -> Call | None:
    """Who can move it on, unless that is the reader himself."""
    rule = found.edition.steps.get(step.id)
    cell = case.organization
    unit = cell if rule is None or rule.actor in AT_THE_CELL else cell.parent
    if unit is None or unit.path in own or (contact := contacts.get(unit.pk)) is None:
        return None
    return Call(f"{contact.title} {contact.name}, {unit.name}", contact.phone)


def _message(case: Case, late: int) -> str:
    """What is sent by telephone: no name, nothing of what is in the file."""
    return (
        f"Hồ sơ {case.code} của {case.organization.name} có việc quá hạn {late} ngày. Xin mở phần mềm để xem và xử lý."
    )


def _named(case: Case) -> str:
    person = case.candidate
    return f"{person.full_name} ({person.born_on.year})" if person.born_on else person.full_name


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
