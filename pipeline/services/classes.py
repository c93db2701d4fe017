"""Classes: opened, changed, closed. Each change raises the version by one and leaves one event in the trail."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F

from cells.services.errors import RuleError
from core import audit
from core.dates import format_date
from core.models import AuditEvent
from pipeline.kinds import ClassState, EnrolmentState
from pipeline.models import TrainingClass
from pipeline.services.settling import told

TOLD = ("centre_id", "organization_id", "kind", "title", "year", "opens_on", "closes_on", "place", "seats", "sessions",
        "state")  # fmt: skip
CHANGEABLE = ("title", "year", "opens_on", "closes_on", "place", "seats", "sessions")
LONGEST_DAYS = 120


class ClassChangedError(RuleError):
    """Somebody else was faster."""

    def __init__(self) -> None:
        super().__init__("Lớp này vừa có người khác sửa. Hãy tải lại trang, xem lại rồi ghi lần nữa.")


@contextmanager
def changing(training_class: TrainingClass, version: int) -> Iterator[None]:
    """A transaction in which the class, seen at *version*, is changed by nobody else."""
    with transaction.atomic(), audit.one_change():
        rows = TrainingClass.objects.filter(pk=training_class.pk, version=version)
        if not rows.update(version=F("version") + 1):
            raise ClassChangedError
        training_class.refresh_from_db(from_queryset=TrainingClass.objects.select_related("centre", "organization"))
        yield


def open_class(training_class: TrainingClass) -> TrainingClass:
    """Put a new class into the plan. Raises RuleError."""
    _refuse(training_class)
    training_class.created_by = audit.current().user
    with transaction.atomic(), audit.one_change():
        training_class.save(force_insert=True)
        _record(AuditEvent.Action.CREATE, training_class, told(training_class, *TOLD))
    return training_class


def change_class(training_class: TrainingClass, values: Mapping[str, Any], *, version: int) -> TrainingClass:
    """Set *values*, of CHANGEABLE, on a class that is not closed. Raises ClassChangedError, RuleError."""
    with changing(training_class, version):
        _refuse_closed(training_class)
        before = {name: getattr(training_class, name) for name in values}
        for name, value in values.items():
            assert name in CHANGEABLE
            setattr(training_class, name, value)
        _refuse(training_class)
        taken = training_class.enrolments.filter(state=EnrolmentState.ACCEPTED).count()
        if training_class.seats < taken:
            raise RuleError(f"Lớp đã nhận {taken} người. Số chỗ không được ít hơn.")
        training_class.save(update_fields=list(values))
        changes = audit.differences(before, {name: getattr(training_class, name) for name in values})
        _record(AuditEvent.Action.UPDATE, training_class, changes)
    return training_class


def set_state(training_class: TrainingClass, state: str, *, version: int, today: date) -> TrainingClass:
    """Open a planned class to proposals, close it, or open it again. Raises ClassChangedError, RuleError.

    A class closes when everybody accepted has a result; who was proposed and neither accepted nor declined stays so.
    """
    with changing(training_class, version):
        before = training_class.state
        if state == before:
            raise RuleError(f"Lớp {ClassState(state).label} rồi. Hãy tải lại trang.")
        if state == ClassState.CLOSED:
            _refuse_unfinished(training_class, today)
        if state == ClassState.PLANNED and training_class.enrolments.exists():
            raise RuleError("Lớp đã có người được đề nghị, không đưa về dự kiến được.")
        training_class.state = state
        training_class.save(update_fields=["state"])
        _record(AuditEvent.Action.UPDATE, training_class, {"state": [before, state]})
    return training_class


def _refuse(training_class: TrainingClass) -> None:
    begins, ends = training_class.opens_on, training_class.closes_on
    if not training_class.title.strip():
        raise RuleError("Hãy ghi tên lớp.")
    if ends < begins:
        raise RuleError("Ngày bế giảng trước ngày khai giảng. Hãy sửa một trong hai ngày.")
    if (ends - begins).days > LONGEST_DAYS:
        raise RuleError(f"Lớp kéo dài hơn {LONGEST_DAYS} ngày. Hãy xem lại hai ngày.")
    if training_class.seats < 1:
        raise RuleError("Lớp phải có ít nhất một chỗ.")


def _refuse_closed(training_class: TrainingClass) -> None:
    if training_class.is_closed:
        raise RuleError("Lớp đã kết thúc. Hãy mở lại lớp rồi sửa.")


def _refuse_unfinished(training_class: TrainingClass, today: date) -> None:
    if training_class.opens_on > today:
        raise RuleError(f"Lớp khai giảng ngày {format_date(training_class.opens_on)}, chưa kết thúc được.")
    unfinished = training_class.enrolments.filter(state=EnrolmentState.ACCEPTED, result="").count()
    if unfinished:
        raise RuleError(f"Còn {unfinished} học viên chưa có kết quả. Hãy ghi kết quả rồi kết thúc lớp.")


def _record(action: str, training_class: TrainingClass, changes: Mapping[str, Any]) -> None:
    audit.record(action, training_class, changes=changes, scope_path=training_class.organization.path)
