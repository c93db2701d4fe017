"""The only writer of what this installation has confirmed of the rules."""

from datetime import date

from django.db import IntegrityError, transaction

from cells.services.errors import RuleError
from core import audit
from core.models import AuditEvent
from pipeline.models import RuleConfirmation
from pipeline.rulebook.entries import Setting
from pipeline.rulebook.loading import load

SHORTEST = 8
"""A text is named by number and date; less than this says neither."""


@transaction.atomic
@audit.one_change()
def confirm_rule(
    edition: str, rule: str, *, text: str, checked_on: date, today: date, answer: str = ""
) -> RuleConfirmation:
    """Record that *rule* of *edition* was read in *text*; it may block from now on.

    Raises RuleError for a rule that there is not, a day to come, a text that is not named, an answer that is none of
    the choices, and where it is confirmed already.
    """
    found = load().get(edition)
    entry = found.entries.get(rule) if found else None
    if found is None or entry is None:
        raise RuleError("Không có quy định này trong văn bản. Hãy tải lại trang và chọn lại.")
    if len(text.strip()) < SHORTEST:
        raise RuleError("Hãy ghi rõ văn bản đã đọc: số, ngày và điểm.")
    if checked_on > today:
        raise RuleError("Ngày đối chiếu còn ở phía trước. Hãy ghi ngày đã đọc văn bản.")
    if checked_on < found.issued:
        raise RuleError(f"Ngày đối chiếu trước ngày ban hành {found.number}. Hãy sửa lại ngày.")
    if isinstance(entry, Setting) and answer not in entry.choices:
        raise RuleError("Hãy chọn một câu trả lời.")
    if not isinstance(entry, Setting):
        answer = ""
    row = RuleConfirmation(edition=edition, rule=rule, text=text.strip(), checked_on=checked_on, answer=answer)
    audit.sign(row)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise RuleError("Quy định này vừa được đối chiếu rồi. Hãy tải lại trang để xem.") from None
    _record(AuditEvent.Action.CREATE, row, entry.title)
    return row


@transaction.atomic
@audit.one_change()
def take_back(confirmation: RuleConfirmation, *, reason: str) -> RuleConfirmation:
    """The rule is unconfirmed again; the old row stays. Raises RuleError without a *reason*, or when others did."""
    if not reason.strip():
        raise RuleError("Hãy ghi lý do bỏ việc đối chiếu.")
    if not RuleConfirmation.objects.in_force().filter(pk=confirmation.pk).update(in_force=False):
        raise RuleError("Việc đối chiếu này vừa được người khác bỏ. Hãy tải lại trang.")
    row = RuleConfirmation(
        edition=confirmation.edition, rule=confirmation.rule, text=confirmation.text,
        checked_on=confirmation.checked_on,
        answer=confirmation.answer, corrects=confirmation, in_force=False, reason=reason.strip(),
    )  # fmt: skip
    audit.sign(row)
    row.save(force_insert=True)
    _record(AuditEvent.Action.REVERSE, row, str(row), reason=row.reason)
    return row


def _record(action: str, row: RuleConfirmation, label: str, reason: str = "") -> None:
    told = {name: getattr(row, name) for name in ("edition", "rule", "text", "checked_on", "answer")}
    audit.record(action, row, label=label, changes=told, reason=reason)
