"""What is known of a member: his personal data, and his recognition as official member.

Neither is a fact of the roll, yet a changed Ngày vào Đảng can move an admission taken from it: both go through the
writer of the roll (:mod:`cells.services.roll`), which keeps every change as one event with before and after.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from cells.keeping import refuse_kept
from cells.models import Member, Movement
from cells.personal import impossible_days
from cells.services import roll
from cells.services.errors import RuleError
from cells.services.roll import alone_with, plan_and_write, refuse_known_code
from cells.signals import personal_data_changed
from core import audit
from core.bulk import update_rows
from core.models import AuditEvent
from core.sealed import seal

NUMBER = Member._meta.get_field("identity_number")


class ChangedMeanwhile(RuleError):  # noqa: N818 - says what happened
    """Somebody else was faster. The member, read anew, is that of the error."""

    def __init__(self) -> None:
        super().__init__(
            "Trong lúc bạn nhập, người khác vừa sửa thông tin của đảng viên này nên chưa lưu gì. Hãy so các ô khác "
            "nhau, rồi bấm lưu lại nếu nội dung bạn nhập là đúng."
        )


def change_personal_data(
    member: Member,
    *,
    version: int,
    today: date,
    values: Mapping[str, Any],
    code: str | None = None,
    identity_number: str | None = None,
) -> None:
    """Store *values* (fields of PERSONAL), seen by the one who enters them at *version*. Raises RuleError.

    None for *code* and *identity_number* leaves them as they are; "" takes the number away.

    ChangedMeanwhile when the member is no longer at that version; *member* then holds what is stored now.
    """
    with alone_with(member):
        if member.version != version:
            raise ChangedMeanwhile
        _refuse_impossible(values, today)
        if member.joined_on and "joined_on" in values and values["joined_on"] is None:
            raise RuleError("Không bỏ trống được Ngày vào Đảng: đảng viên đang được tính từ ngày ấy.")
        changed = {name: value for name, value in values.items() if getattr(member, name) != value}
        if changed:
            refuse_kept(member, fields=changed)
            plan_and_write(member, today=today, values=changed)
        if code and code != member.code:
            _change_code(member, code)
        if identity_number is not None:
            _change_identity_number(member, identity_number)


def enter_member(member: Member, *, identity_number: str = "", **facts: Any) -> Movement:
    """Somebody new (:func:`cells.services.roll.enter_member`), with the number of his identity paper."""
    with transaction.atomic():
        movement = roll.enter_member(member, **facts)
        if identity_number:
            _change_identity_number(member, identity_number)
    return movement


def holders_of(identity_number: str) -> QuerySet[Member]:
    """The members with that number; not yet narrowed to what anybody may see."""
    return Member.objects.filter(NUMBER.rows_with(identity_number))


def _change_identity_number(member: Member, number: str) -> None:
    if number and holders_of(number).exclude(pk=member.pk).exists():
        raise RuleError(
            "Số định danh này đã ghi cho người khác. Hãy xem lại số trên thẻ; nếu đúng, báo cấp ủy cấp trên."
        )
    former = member.identity_number or seal("")
    if former.open() == number:
        return
    NUMBER.put(member, number)
    member.version += 1
    update_rows([member], ["identity_number", "identity_digest", "version"])
    audit.record(
        AuditEvent.Action.UPDATE,
        member,
        label=f"{member.code} {member.full_name}",
        changes={"identity_number": [audit.digest(former), audit.digest(number)]},
        scope_path=member.organization.path,
    )
    personal_data_changed.send(sender=Member, members=[member])


def _refuse_impossible(values: Mapping[str, Any], today: date) -> None:
    problems = [message for _, message in impossible_days(values, today)]
    if problems:
        raise RuleError(problems)


def _change_code(member: Member, code: str) -> None:
    refuse_known_code(code)
    former, member.code = member.code, code
    update_rows([member], ["code"])
    audit.record(
        AuditEvent.Action.UPDATE,
        member,
        label=f"{code} {member.full_name}",
        changes={"code": [former, code]},
        scope_path=member.organization.path,
    )


def recognise(member: Member, *, official_on: date, document: str, version: int, today: date) -> None:
    """State that *member* is an official member from *official_on*, by the decision *document*. Raises RuleError.

    The day is that on which the twelve months end (:mod:`cells.probation`); whoever enters another has been told.
    """
    with alone_with(member):
        if member.version != version:
            raise ChangedMeanwhile
        if not member.on_roll:
            raise RuleError(f"{member.full_name} không còn trong danh sách, không thể công nhận chính thức.")
        if member.official_on:
            raise RuleError(f"{member.full_name} đã là đảng viên chính thức.")
        refuse_kept(member, fields=["official_on"])
        _refuse_impossible({"official_on": official_on}, today)
        plan_and_write(member, today=today, values={"official_on": official_on}, document=document)
