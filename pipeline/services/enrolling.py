"""Who goes to a class: proposed by cells and committees, many at once; accepted, declined, withdrawn."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import F

from cells.models import Organization
from cells.services.errors import RuleError
from core import audit
from core.models import AuditEvent
from pipeline.kinds import ATTENDING, ClassState, EnrolmentState
from pipeline.models import Case, Enrolment, TrainingClass
from pipeline.queries.cases import judge_of
from pipeline.queries.class_need import attends_already, needs_now
from pipeline.queries.classes import seats_left
from pipeline.services.classes import changing

MOST = 200
"""So many people are proposed at once: several full classes."""


@dataclass
class Proposal:
    """What became of a list: who is proposed now, and who is not, each with the reason."""

    enrolled: list[Enrolment] = field(default_factory=list)
    refused: list[tuple[Case, str]] = field(default_factory=list)


def propose(
    training_class: TrainingClass, cases: Iterable[Case], *, by: Organization | None = None, today: date
) -> Proposal:
    """Propose the persons of *cases*, each on behalf of *by*, or of the own cell; one transaction.

    Who does not need the class, or goes to one already, is left out and told. Raises RuleError for the list as a whole.
    """
    cases = list(cases)
    if not cases:
        raise RuleError("Chưa chọn ai. Hãy đánh dấu người cần cử đi học.")
    if len(cases) > MOST:
        raise RuleError(f"Mỗi lần đề nghị nhiều nhất {MOST} người. Hãy chia làm nhiều lần.")
    found = Proposal()
    with transaction.atomic(), audit.one_change():
        _refuse_not_open(training_class)
        book = judge_of(today).book
        keys = [case.pk for case in cases]
        needs = set(
            needs_now(Case.objects.filter(pk__in=keys), training_class.kind, book, today).values_list("pk", flat=True)
        )
        for case in cases:
            if case.pk in needs:
                _enrol(found, training_class, case, by or case.organization, today)
            else:
                found.refused.append((case, _why_not(case, training_class)))
        audit.record_many(
            _event(AuditEvent.Action.CREATE, each, {"training_class": str(training_class)}) for each in found.enrolled
        )
    return found


def _enrol(found: Proposal, training_class: TrainingClass, case: Case, by: Organization, today: date) -> None:
    row = Enrolment(
        training_class=training_class, case=case, proposed_by=by, proposed_on=today, recorded_by=audit.current().user
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        found.refused.append((case, "vừa được người khác đề nghị"))
    else:
        found.enrolled.append(row)


def _why_not(case: Case, training_class: TrainingClass) -> str:
    if attending := attends_already(case, training_class.kind):
        return f"đã được đề nghị vào “{attending.training_class}”"
    return "theo hồ sơ, hiện không cần học lớp này"


def _refuse_not_open(training_class: TrainingClass) -> None:
    state = TrainingClass.objects.values_list("state", flat=True).get(pk=training_class.pk)
    if state == ClassState.PLANNED:
        raise RuleError("Lớp còn dự kiến, chưa nhận đề nghị. Hãy chờ Trung tâm mở lớp.")
    if state == ClassState.CLOSED:
        raise RuleError("Lớp đã kết thúc, không nhận đề nghị nữa. Hãy chọn lớp khác.")


def accept(training_class: TrainingClass, enrolments: Collection[int], *, version: int) -> int:
    """Take people who were proposed into the class; returns how many. All or none: raises RuleError where there are
    not enough seats, ClassChangedError where somebody was faster."""
    with changing(training_class, version):
        _refuse_closed(training_class)
        rows = _rows(training_class, enrolments, [EnrolmentState.PROPOSED])
        left = seats_left(training_class)
        if len(rows) > left:
            raise RuleError(
                f"Lớp chỉ còn {left} chỗ, bạn chọn {len(rows)} người. Hãy bỏ bớt, hoặc tăng số chỗ của lớp."
            )
        _set_state(rows, EnrolmentState.ACCEPTED, "")
    return len(rows)


def decline(training_class: TrainingClass, enrolments: Collection[int], *, version: int, reason: str) -> int:
    """Do not take people into the class, or no longer; returns how many. Raises RuleError, ClassChangedError."""
    _refuse_no_reason(reason)
    with changing(training_class, version):
        _refuse_closed(training_class)
        rows = _rows(training_class, enrolments, ATTENDING)
        _refuse_certified(rows)
        _set_state(rows, EnrolmentState.DECLINED, reason.strip())
    return len(rows)


def withdraw(enrolment: Enrolment, *, reason: str, version: int) -> Enrolment:
    """The cell or committee no longer sends somebody. Raises RuleError."""
    _refuse_no_reason(reason)
    with transaction.atomic(), audit.one_change():
        rows = Enrolment.objects.filter(pk=enrolment.pk, version=version, state__in=ATTENDING)
        found = list(rows.select_related("case__candidate", "case__organization", "training_class"))
        if not found:
            raise RuleError("Việc cử đi học này vừa được người khác sửa. Hãy tải lại trang.")
        _refuse_closed(found[0].training_class)
        _refuse_certified(found)
        _set_state(found, EnrolmentState.WITHDRAWN, reason.strip())
    enrolment.refresh_from_db()
    return enrolment


def _rows(training_class: TrainingClass, keys: Collection[int], states: Sequence[str]) -> list[Enrolment]:
    if not keys:
        raise RuleError("Chưa chọn ai. Hãy đánh dấu ít nhất một người.")
    rows = training_class.enrolments.filter(pk__in=keys).select_related("case__candidate", "case__organization")
    found = list(rows)
    if len(found) != len(set(keys)) or any(row.state not in states for row in found):
        raise RuleError("Danh sách vừa thay đổi. Hãy tải lại trang rồi chọn lại.")
    return found


def _set_state(rows: Collection[Enrolment], state: str, reason: str) -> None:
    events = [_event(AuditEvent.Action.UPDATE, row, {"state": [row.state, state]}, reason) for row in rows]
    Enrolment.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=state, reason=reason, version=F("version") + 1
    )
    audit.record_many(events)


def _event(action: str, row: Enrolment, changes: dict[str, object], reason: str = "") -> AuditEvent:
    place = row.case.organization.path
    return audit.event(action, row, label=label_of(row), changes=changes, scope_path=place, reason=reason)


def label_of(row: Enrolment) -> str:
    return f"{row.case.candidate.full_name}, {row.training_class}"


def _refuse_closed(training_class: TrainingClass) -> None:
    if training_class.is_closed:
        raise RuleError("Lớp đã kết thúc. Hãy mở lại lớp rồi sửa.")


def _refuse_certified(rows: Iterable[Enrolment]) -> None:
    names = [row.case.candidate.full_name for row in rows if row.is_certified]
    if names:
        raise RuleError(f"{', '.join(names)} đã được cấp giấy chứng nhận. Hãy thu hồi giấy trước.")


def _refuse_no_reason(reason: str) -> None:
    if not reason.strip():
        raise RuleError("Hãy ghi lý do.")
