"""Helpers of a person: assigned by the cell's resolution, replaced with a reason, introducing in writing."""

from dataclasses import replace
from datetime import date

from cells.models import Member
from cells.services.errors import RuleError
from core.dates import format_date
from pipeline.engine.findings import Finding
from pipeline.engine.gates import gate_in
from pipeline.engine.recording import as_on, refusal
from pipeline.engine.situation import situation
from pipeline.models import Case, CaseEvent, HelperRemark, Mentorship, TrialTask
from pipeline.queries.cases import judge_of
from pipeline.queries.facts import event_of, facts_of, helper_of
from pipeline.services.cases import NO_DOCUMENT, Document, enter
from pipeline.services.errors import GateError
from pipeline.services.rows import add, change, insert, refuse_future, shown
from pipeline.services.settling import changing, settle

HELPER, INTRODUCTIONS, TASKS = "helper", "introductions", "trial_tasks"


def assign_helper(
    case: Case,
    helper: Member,
    *,
    on: date,
    today: date,
    version: int,
    together_since: date | None = None,
    replaces: Mentorship | None = None,
    document: Document = NO_DOCUMENT,
    reason: str = "",
    late_reason: str = "",
    step: str = HELPER,
) -> tuple[Mentorship, tuple[Finding, ...]]:
    """*helper* helps from the day *on*; whom he replaces stops helping that day. Returns what the rules warned of.

    The first assignment is also the step *step* of the file. Raises GateError for a probationer and whatever else the
    rules forbid, RuleError, CaseChangedError.
    """
    refuse_future(on, today, "Ngày phân công")
    if not helper.on_roll:
        raise RuleError(f"{helper} không còn trong danh sách đảng viên. Hãy chọn người khác.")
    if replaces is not None and not reason.strip():
        raise RuleError("Hãy ghi lý do thay người giúp đỡ.")
    row = Mentorship(
        case=case, helper=helper, since=on, together_since=together_since, replaces=replaces, document=document.number,
        reason=reason.strip(),
    )  # fmt: skip
    with changing(case, version):
        judge = judge_of(today)
        facts = facts_of([case.pk], today)[case.pk]
        if on < case.opened_on:
            raise RuleError(f"Ngày này trước ngày mở hồ sơ {format_date(case.opened_on)}. Hãy sửa lại ngày.")
        event = CaseEvent(
            case=case, kind=step, occurred_on=on, document_number=document.number, document_date=document.on,
            document_issuer=document.issuer, late_reason=late_reason.strip(),
        )  # fmt: skip
        then = situation(as_on(facts, event_of(event)), judge.book, judge.calendar, on)
        gate = gate_in(step, replace(then, facts=replace(then.facts, helpers=(helper_of(row),))))
        if gate.blocks:
            raise GateError(gate.blocks)
        why = refusal(step, then)
        if not case.is_ongoing or (why and step not in then.progress.passed):
            raise RuleError(why)
        if replaces is not None:
            _end(replaces, on, reason)
        insert(row)
        if not why:
            enter(event, None, judge)
        else:
            settle(case, judge, what="Phân công người giúp đỡ", changes=shown(row), reason=reason)
    return row, gate.warnings + gate.notes


def end_helper(mentorship: Mentorship, *, on: date, today: date, version: int, reason: str) -> None:
    """The helper stops helping on the day *on*. Raises RuleError without a reason."""
    if not reason.strip():
        raise RuleError("Hãy ghi lý do thôi giúp đỡ.")
    refuse_future(on, today)
    with changing(mentorship.case, version):
        _end(mentorship, on, reason)
        settle(mentorship.case, judge_of(today), what=f"Thôi giúp đỡ: {mentorship.helper}",
               changes={"until": on}, reason=reason)  # fmt: skip


def end_helpers_of_cell(case: Case, cell: int, on: date, reason: str) -> None:
    """When a file moves: who helped at the cell it leaves stops. Only within `changing`."""
    for row in Mentorship.objects.present().filter(case=case):
        if row.helper.organization_id == cell:
            _end(row, max(on, row.since), reason)


def _end(row: Mentorship, on: date, reason: str) -> None:
    row.refresh_from_db()
    if row.until is not None:
        raise RuleError(f"{row.helper} đã thôi giúp đỡ từ {format_date(row.until)}. Hãy tải lại trang.")
    if row.since is None or on < row.since:
        raise RuleError("Ngày thôi phải từ ngày phân công trở đi. Hãy sửa lại ngày.")
    row.until, row.ended_because = on, reason.strip()
    row.save(update_fields=["until", "ended_because"])


def introduce(
    case: Case,
    member: Member,
    *,
    on: date,
    today: date,
    version: int,
    together_since: date | None = None,
    late_reason: str = "",
) -> Mentorship:
    """*member*, who helps or not, has written the 3-KNĐ on the day *on*. The first one is also the step of the file.

    Raises GateError, RuleError, CaseChangedError.
    """
    refuse_future(on, today, "Ngày giấy giới thiệu")
    with changing(case, version):
        judge = judge_of(today)
        row = Mentorship.objects.filter(case=case, helper=member).order_by("-since", "-id").first()
        row = row or Mentorship(case=case, helper=member)
        row.introduced_on, row.together_since = on, together_since or row.together_since
        if row.pk:
            row.save(update_fields=["introduced_on", "together_since"])
        else:
            insert(row)
        facts = facts_of([case.pk], today)[case.pk]
        event = CaseEvent(case=case, kind=INTRODUCTIONS, occurred_on=on, late_reason=late_reason.strip())
        then = situation(as_on(facts, event_of(event)), judge.book, judge.calendar, on)
        gate = gate_in(INTRODUCTIONS, replace(then, facts=replace(then.facts, helpers=(helper_of(row),))))
        if gate.blocks:
            raise GateError(gate.blocks)
        if not refusal(INTRODUCTIONS, then):
            enter(event, None, judge)
        elif INTRODUCTIONS in then.progress.passed:
            settle(case, judge, what="Giấy giới thiệu của đảng viên (3-KNĐ)", changes=shown(row))
        else:
            raise RuleError(refusal(INTRODUCTIONS, then))
    return row


def give_task(
    case: Case, task: str, *, on: date, today: date, version: int, due_on: date | None = None, late_reason: str = ""
) -> TrialTask:
    """Give a trial task. The first one is also the step of the file."""
    if not task.strip():
        raise RuleError("Hãy ghi nhiệm vụ được giao.")
    refuse_future(on, today, "Ngày giao")
    if due_on and due_on < on:
        raise RuleError("Hạn phải từ ngày giao trở đi. Hãy sửa lại hạn.")
    row = TrialTask(case=case, task=task.strip(), given_on=on, due_on=due_on)
    with changing(case, version):
        judge = judge_of(today)
        facts = facts_of([case.pk], today)[case.pk]
        event = CaseEvent(case=case, kind=TASKS, occurred_on=on, late_reason=late_reason.strip())
        then = situation(as_on(facts, event_of(event)), judge.book, judge.calendar, on)
        why = refusal(TASKS, then)
        if why and TASKS not in then.progress.passed:
            raise RuleError(why)
        insert(row)
        if not why:
            enter(event, None, judge)
        else:
            settle(case, judge, what="Giao nhiệm vụ thử thách", changes=shown(row))
    return row


def finish_task(task: TrialTask, result: str, *, on: date, today: date, version: int) -> TrialTask:
    """What became of a trial task."""
    refuse_future(on, today)
    if on < task.given_on:
        raise RuleError("Ngày xong phải từ ngày giao trở đi. Hãy sửa lại ngày.")
    if not result.strip():
        raise RuleError("Hãy ghi kết quả của nhiệm vụ.")
    values = {"done_on": on, "result": result.strip()}
    return change(task, values, version=version, today=today, what="Kết quả nhiệm vụ thử thách")


def record_remark(
    mentorship: Mentorship, text: str, *, year: int, quarter: int, today: date, version: int
) -> HelperRemark:
    """What the helper remarks for a quarter; the secretary writes it down."""
    if not text.strip():
        raise RuleError("Hãy ghi nhận xét của đảng viên giúp đỡ.")
    first_day = date(year, 3 * quarter - 2, 1)
    if first_day > today:
        raise RuleError("Quý này chưa tới. Hãy chọn quý đã qua hoặc quý này.")
    row = HelperRemark(case=mentorship.case, mentorship=mentorship, year=year, quarter=quarter, text=text.strip())
    return add(row, version=version, today=today, what=f"Nhận xét quý {quarter}/{year} của người giúp đỡ")
