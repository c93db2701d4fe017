"""The only writer of days that differ from the public calendar."""

from datetime import date

from django.db import IntegrityError, transaction

from core import audit
from core.dates import format_date
from core.models import AuditEvent, CalendarDay


class CalendarDayError(Exception):
    """A day that cannot be set so; the text is Vietnamese and says the remedy."""


@transaction.atomic
@audit.one_change()
def set_day(day: date, *, is_working: bool, note: str) -> CalendarDay:
    """Say of *day* whether it is worked, with the paper that says so in *note*.

    Raises CalendarDayError without a *note*, and where the day is set already: that is taken out first, with a reason.
    """
    if not note.strip():
        raise CalendarDayError("Hãy ghi căn cứ: thông báo nghỉ, làm bù số mấy, ngày nào.")
    row = CalendarDay(date=day, is_working=is_working, note=note.strip())
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise CalendarDayError(
            f"Ngày {format_date(day)} đã có trong lịch của đơn vị. Hãy bỏ ngày đó khỏi lịch rồi ghi lại."
        ) from None
    audit.record(AuditEvent.Action.CREATE, row, changes={"is_working": is_working, "note": row.note})
    return row


@transaction.atomic
@audit.one_change()
def clear_day(day: date, *, reason: str) -> None:
    """*day* is as the public calendar has it again. Raises CalendarDayError without a *reason*, or when others did."""
    if not reason.strip():
        raise CalendarDayError("Hãy ghi lý do bỏ ngày này khỏi lịch của đơn vị.")
    row = CalendarDay.objects.select_for_update().filter(date=day).first()
    if row is None:
        raise CalendarDayError("Ngày này không còn trong lịch của đơn vị. Hãy tải lại trang.")
    told = {"is_working": row.is_working, "note": row.note}
    audit.record(AuditEvent.Action.DELETE, row, changes=told, reason=reason.strip())
    row.delete()
