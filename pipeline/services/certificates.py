"""Results and certificates of a class. A certificate enters the file of its owner through `perform`, like every step.

The certificate is a fact of the centre, the event one of the file: where the file does not take it, the certificate
stands all the same, is shown as missing there, and is entered once the file is put right.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import F

from cells.services.errors import RuleError
from core import audit
from core.dates import format_date
from core.models import AuditEvent
from pipeline.kinds import PASSED, EnrolmentState
from pipeline.models import Case, CaseEvent, Enrolment, TrainingClass
from pipeline.queries.classes import BY_NAME, certificates_of
from pipeline.services import cases
from pipeline.services.classes import changing
from pipeline.services.enrolling import label_of

RELATED = ("case__candidate", "case__organization", "training_class__centre", "training_class__organization")
LONGEST_NOTE = 500


@dataclass(frozen=True)
class Mark:
    """What is recorded of one student."""

    attended: int | None = None
    result: str = ""


def record_results(training_class: TrainingClass, marks: Mapping[int, Mark], *, version: int, today: date) -> int:
    """Set attendance and result of students, by key; returns how many differ from before. One transaction.

    Raises RuleError, ClassChangedError. Who has a certificate keeps his result: that is corrected one by one.
    """
    with changing(training_class, version):
        if training_class.is_closed:
            raise RuleError("Lớp đã kết thúc. Hãy mở lại lớp rồi sửa.")
        if training_class.opens_on > today:
            raise RuleError(f"Lớp khai giảng ngày {format_date(training_class.opens_on)}, chưa ghi được.")
        rows = _accepted(training_class, marks)
        changed = [row for row in rows if (row.attended, row.result) != _pair(marks[row.pk])]
        events = [_marked(row, marks[row.pk], training_class) for row in changed]
        audit.record_many(events)
    return len(changed)


def _pair(mark: Mark) -> tuple[int | None, str]:
    return mark.attended, mark.result


def _marked(row: Enrolment, mark: Mark, training_class: TrainingClass) -> AuditEvent:
    name = row.case.candidate.full_name
    if row.is_certified:
        raise RuleError(f"{name} đã được cấp giấy chứng nhận. Hãy đính chính riêng người này.")
    if mark.attended is not None and training_class.sessions and mark.attended > training_class.sessions:
        raise RuleError(f"{name}: lớp có {training_class.sessions} buổi, không ghi {mark.attended} buổi có mặt được.")
    if mark.result in PASSED and mark.attended == 0:
        raise RuleError(f"{name} không có mặt buổi nào. Hãy xem lại kết quả.")
    changes = audit.differences({"attended": row.attended, "result": row.result}, mark.__dict__)
    row.attended, row.result = mark.attended, mark.result
    _save(row, "attended", "result")
    return _event(row, changes)


def _accepted(training_class: TrainingClass, keys: Collection[int]) -> list[Enrolment]:
    if not keys:
        raise RuleError("Chưa chọn ai. Hãy đánh dấu ít nhất một người.")
    rows = training_class.enrolments.filter(pk__in=list(keys), state=EnrolmentState.ACCEPTED)
    found = list(rows.select_related(*RELATED).order_by(*BY_NAME))
    if len(found) != len(set(keys)):
        raise RuleError("Danh sách lớp vừa thay đổi. Hãy tải lại trang.")
    return found


@dataclass
class Issued:
    """What became of a batch: who has a certificate now, and whose file did not take it, with the reason."""

    certified: list[Enrolment] = field(default_factory=list)
    not_entered: list[tuple[Enrolment, str]] = field(default_factory=list)


def numbers_from(first: int, suffix: str, size: int) -> list[str]:
    """*size* numbers in a row: 45/CN-TTCT, 46/CN-TTCT, …"""
    return [f"{number:02d}{suffix.strip()}" for number in range(first, first + size)]


def issue(
    training_class: TrainingClass, students: Collection[int], *, first: int, suffix: str, on: date, today: date,
    version: int,
) -> Issued:  # fmt: skip
    """Certificates for *students*, numbered in the order of their names from *first* on; all or none.

    Each is entered in the file of its owner. Raises RuleError where a number is used already or somebody has not
    passed, ClassChangedError where somebody was faster.
    """
    found = Issued()
    with changing(training_class, version):
        rows = _accepted(training_class, students)
        _refuse_days(training_class, on, today)
        _refuse_unfit(rows)
        numbers = numbers_from(first, suffix, len(rows))
        _refuse_used(training_class, numbers, on.year)
        for row, number in zip(rows, numbers, strict=True):
            _certify(row, number, on)
            found.certified.append(row)
            if why := _enter(row, today):
                found.not_entered.append((row, why))
    return found


def _refuse_days(training_class: TrainingClass, on: date, today: date) -> None:
    if on > today:
        raise RuleError("Ngày cấp còn ở phía trước. Hãy ghi ngày ký giấy chứng nhận.")
    if on < training_class.opens_on:
        raise RuleError(f"Ngày cấp trước ngày khai giảng {format_date(training_class.opens_on)}. Hãy sửa lại ngày.")


def _refuse_unfit(rows: Sequence[Enrolment]) -> None:
    if unfit := [row.case.candidate.full_name for row in rows if row.result not in PASSED]:
        raise RuleError(f"{', '.join(unfit)} chưa có kết quả đạt. Hãy ghi kết quả trước khi cấp giấy.")
    if certified := [row.case.candidate.full_name for row in rows if row.is_certified]:
        raise RuleError(f"{', '.join(certified)} đã có giấy chứng nhận. Hãy tải lại trang.")


def _refuse_used(training_class: TrainingClass, numbers: Collection[str], year: int) -> None:
    rows = certificates_of(training_class, year).filter(certificate_number__in=numbers)
    if used := sorted(rows.values_list("certificate_number", flat=True)):
        more = ", …" if len(used) > 3 else ""
        raise RuleError(f"Số {', '.join(used[:3])}{more} đã cấp trong năm {year}. Hãy bắt đầu từ số khác.")


def _certify(row: Enrolment, number: str, on: date) -> None:
    lesson = row.training_class
    row.certificate_number, row.certified_on, row.certificate_year = number, on, on.year
    row.centre, row.committee = lesson.centre, None if lesson.centre else lesson.organization
    try:
        with transaction.atomic():
            _save(row, "certificate_number", "certified_on", "certificate_year", "centre", "committee")
    except IntegrityError:
        raise RuleError(f"Số {number} vừa được cấp cho người khác. Hãy bắt đầu từ số khác.") from None
    audit.record_many([_event(row, {"certificate_number": number, "certified_on": on})])


def _enter(row: Enrolment, today: date) -> str:
    """Enter the certificate in the file; returns why it could not be, and keeps that with the enrolment."""
    assert row.certified_on is not None
    late = f"Ghi theo sổ cấp giấy chứng nhận của lớp {row.training_class}"[:255]
    is_late = (today - row.certified_on).days > cases.LATE_DAYS
    why = _refusal(row, today, late if is_late else "")
    if why and not is_late and row.certified_on < today:
        # Something else may have been entered since: then the file asks why this comes after it.
        why = _refusal(row, today, late)
    if why != row.not_entered:
        row.not_entered = why
        _save(row, "not_entered")
    return why


def _refusal(row: Enrolment, today: date, late_reason: str) -> str:
    """Why the file does not take the certificate; empty where it stands there now."""
    try:
        with transaction.atomic():
            _perform(row, today, late_reason)
    except RuleError as refusal:
        return " ".join(refusal.messages)[:LONGEST_NOTE]
    return ""


def _perform(row: Enrolment, today: date, late_reason: str) -> None:
    lesson, on = row.training_class, row.certified_on
    assert on is not None
    # The file as it is now: between two students of a batch nobody else can have it.
    case = Case.objects.select_related("candidate", "organization", "first_organization").get(pk=row.case_id)
    cases.perform(
        case, lesson.kind, on=on, today=today, version=case.version, by=str(lesson.organizer),
        document=cases.Document(row.certificate_number, on, str(lesson.organizer)),
        late_reason=late_reason,
    )  # fmt: skip


def enter_again(training_class: TrainingClass, students: Collection[int], *, version: int, today: date) -> Issued:
    """Try once more to enter certificates that their files did not take."""
    found = Issued()
    with changing(training_class, version):
        for row in _accepted(training_class, students):
            if not row.is_certified or event_of(row):
                continue
            if why := _enter(row, today):
                found.not_entered.append((row, why))
            else:
                found.certified.append(row)
    return found


def event_of(row: Enrolment) -> CaseEvent | None:
    """The event of the file by which the certificate stands there."""
    rows = CaseEvent.objects.in_force().filter(case=row.case_id, kind=row.training_class.kind)
    return rows.filter(occurred_on=row.certified_on).first() if row.certified_on else None


def correct_certificate(
    row: Enrolment, *, number: str, on: date, result: str, reason: str, version: int, today: date
) -> Enrolment:
    """Put number, day and result of a certificate right, there and in the file; one transaction.

    Raises RuleError, also where the file would no longer be lawful with the new day.
    """
    _refuse_no_reason(reason)
    if result not in PASSED:
        raise RuleError("Người không đạt không có giấy chứng nhận. Hãy thu hồi giấy.")
    with transaction.atomic(), audit.one_change():
        _claim(row, version)
        _refuse_days(row.training_class, on, today)
        event = event_of(row)
        before = {"certificate_number": row.certificate_number, "certified_on": row.certified_on, "result": row.result}
        row.result = result
        _certify_anew(row, number.strip(), on)
        if event and (event.occurred_on, event.document_number) != (on, row.certificate_number):
            issuer = str(row.training_class.organizer)
            cases.correct(
                event, reason=reason, today=today, version=event.case.version, occurred_on=on,
                document=cases.Document(row.certificate_number, on, issuer),
            )  # fmt: skip
        after = {name: getattr(row, name) for name in before}
        audit.record_many([_event(row, audit.differences(before, after), reason)])
    return row


def _certify_anew(row: Enrolment, number: str, on: date) -> None:
    if not number:
        raise RuleError("Hãy ghi số giấy chứng nhận.")
    row.certificate_number, row.certified_on, row.certificate_year = number, on, on.year
    try:
        with transaction.atomic():
            row.save(update_fields=["result", "certificate_number", "certified_on", "certificate_year"])
    except IntegrityError:
        raise RuleError(f"Số {number} đã cấp cho người khác trong năm {on.year}. Hãy ghi số khác.") from None


def revoke_certificate(row: Enrolment, *, reason: str, version: int, today: date) -> Enrolment:
    """Take a certificate back that was issued by mistake: its event leaves the file. Raises RuleError."""
    _refuse_no_reason(reason)
    with transaction.atomic(), audit.one_change():
        _claim(row, version)
        if event := event_of(row):
            cases.void(event, reason=reason, today=today, version=event.case.version)
        before = {"certificate_number": row.certificate_number, "certified_on": row.certified_on}
        row.certificate_number, row.certified_on, row.certificate_year = "", None, None
        row.centre = row.committee = None
        row.not_entered = ""
        row.save(update_fields=["certificate_number", "certified_on", "certificate_year", "centre", "committee",
                                "not_entered"])  # fmt: skip
        after = {"certificate_number": "", "certified_on": None}
        audit.record_many([_event(row, audit.differences(before, after), reason)])
    return row


def _claim(row: Enrolment, version: int) -> None:
    """Only within a transaction."""
    rows = Enrolment.objects.filter(pk=row.pk, version=version).exclude(certificate_number="")
    if not rows.update(version=F("version") + 1):
        raise RuleError("Giấy chứng nhận này vừa được người khác sửa. Hãy tải lại trang.")
    row.refresh_from_db(from_queryset=Enrolment.objects.select_related(*RELATED))


def _save(row: Enrolment, *names: str) -> None:
    row.version += 1
    row.save(update_fields=[*names, "version"])


def _event(row: Enrolment, changes: Mapping[str, object], reason: str = "") -> AuditEvent:
    return audit.event(
        AuditEvent.Action.UPDATE, row, label=label_of(row), changes=changes, scope_path=row.case.organization.path,
        reason=reason,
    )  # fmt: skip


def _refuse_no_reason(reason: str) -> None:
    if not reason.strip():
        raise RuleError("Hãy ghi lý do.")
