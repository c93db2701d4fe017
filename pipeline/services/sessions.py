"""Sessions of the committee that decides: an agenda of persons, one decision each, never several at once."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from cells.kinds import CapabilityKind, DecidingBody
from cells.models import Organization
from cells.services.errors import RuleError
from core import audit
from core.dates import format_date
from core.models import AuditEvent
from pipeline.engine.membership import DECISION
from pipeline.engine.recording import refusal
from pipeline.kinds import ItemOutcome
from pipeline.models import Case, CaseEvent, Session, SessionItem
from pipeline.queries.cases import judge_of, situation_of
from pipeline.queries.sessions import decides, decision_of, decision_step, is_waiting
from pipeline.queries.tree import unit_on
from pipeline.services.ballots import Vote
from pipeline.services.cases import enter
from pipeline.services.joining import before_the_roll
from pipeline.services.moving import return_file
from pipeline.services.rows import add, refuse_future, update
from pipeline.services.settling import changing, settle, told

RECEIPT = "decision_receipt"
AHEAD_DAYS = 366
TOLD = ("held_on", "body", "title", "place", "minutes_number", "closed_on")


class SessionChangedError(RuleError):
    """Somebody else was faster with the agenda."""

    def __init__(self) -> None:
        super().__init__("Phiên họp vừa có người khác sửa. Hãy tải lại trang, xem lại rồi ghi lần nữa.")


def open_session(
    organization: Organization, *, held_on: date, today: date, body: str = "", title: str = "", place: str = ""
) -> Session:
    """A session of the committee on a day, in the past or to come. Raises RuleError for a unit that does not decide."""
    unit = unit_on(organization.pk, held_on)
    if unit is None or CapabilityKind.DECIDES not in unit.powers:
        raise RuleError(
            f"{organization.name} không có thẩm quyền quyết định kết nạp vào ngày này. Hãy chọn cấp ủy khác."
        )
    if (held_on - today).days > AHEAD_DAYS:
        raise RuleError("Ngày họp còn hơn một năm nữa. Hãy xem lại năm.")
    body = body or unit.body or DecidingBody.STANDING_COMMITTEE
    if body not in DecidingBody.values:
        raise RuleError("Hãy chọn ban thường vụ hoặc toàn thể cấp ủy.")
    session = Session(
        organization=organization, body=body, held_on=held_on, title=title.strip(), place=place.strip(),
        recorded_by=audit.current().user,
    )  # fmt: skip
    with transaction.atomic(), audit.one_change():
        _save(session, force_insert=True)
        _tell(AuditEvent.Action.CREATE, session, told(session, *TOLD))
    return session


def change_session(session: Session, *, version: int, today: date, **values: Any) -> Session:
    """Another day, title, place or number of the minutes. The day stays once somebody was decided on."""
    with transaction.atomic(), audit.one_change():
        _claim(session, version)
        if "held_on" in values and values["held_on"] != session.held_on and session.items.exclude(event=None).exists():
            raise RuleError(
                "Phiên họp đã có quyết định nên không đổi ngày. Hãy đính chính từng quyết định nếu ghi sai."
            )
        before = {name: getattr(session, name) for name in values}
        for name, value in values.items():
            setattr(session, name, value)
        _save(session, update_fields=list(values))
        _tell(AuditEvent.Action.UPDATE, session, audit.differences(before, values))
    return session


def close_session(session: Session, *, version: int, today: date, minutes_number: str = "") -> Session:
    """The session is over. Raises RuleError while somebody on its agenda was neither decided on nor put off."""
    if session.held_on > today:
        raise RuleError("Ngày họp còn ở phía trước. Hãy kết thúc phiên sau khi đã họp.")
    waiting = [item for item in session.items.select_related("case__candidate", "event") if is_waiting(item)]
    if waiting:
        names = ", ".join(item.case.candidate.full_name for item in waiting)
        raise RuleError(f"Chưa ghi kết quả của: {names}. Hãy ghi quyết định, trả lại hoặc để lại phiên sau.")
    values = {"closed_on": today} | ({"minutes_number": minutes_number.strip()} if minutes_number.strip() else {})
    return change_session(session, version=version, today=today, **values)


def submit(case: Case, session: Session, *, on: date, today: date, version: int) -> SessionItem:
    """The file is put before a session, for whichever decision comes next. Raises RuleError where none does, where
    another committee decides, or where it waits before another session already."""
    refuse_future(on, today, "Ngày trình")
    if session.closed_on:
        raise RuleError("Phiên họp đã kết thúc. Hãy chọn phiên khác.")
    situation = situation_of(case, judge_of(today))
    step = decision_step(situation)
    if step is None:
        raise RuleError(f"Hồ sơ {case.code} chưa đến bước xét, quyết định. Hãy ghi các bước trước của hồ sơ.")
    if not decides(situation, session.organization):
        raise RuleError(f"Hồ sơ {case.code} do {situation.decides.words} quyết định. Hãy trình đúng nơi.")
    for item in SessionItem.objects.filter(case=case, outcome="").select_related("session", "event"):
        if item.step == step.id and is_waiting(item):
            raise RuleError(f"Hồ sơ {case.code} đang chờ xét tại {item.session}. Hãy để lại phiên đó trước.")
    last = session.items.aggregate(last=Max("position"))["last"] or 0
    row = SessionItem(case=case, session=session, step=step.id, position=last + 1, submitted_on=on)
    return add(row, version=version, today=today, what=f"Trình {session}")


def arrange(session: Session, order: Iterable[SessionItem], *, version: int, today: date) -> None:
    """The agenda in another order; every person of it stands in *order*."""
    wanted = list(order)
    with transaction.atomic(), audit.one_change():
        _claim(session, version)
        if {item.pk for item in wanted} != set(session.items.values_list("pk", flat=True)):
            raise RuleError("Danh sách vừa thay đổi. Hãy tải lại trang rồi sắp xếp lại.")
        free = (session.items.aggregate(last=Max("position"))["last"] or 0) + 1
        for first in (free, 1):  # no two may have the same place, not even for a moment
            for number, item in enumerate(wanted, first):
                SessionItem.objects.filter(pk=item.pk).update(position=number)
        _tell(AuditEvent.Action.UPDATE, session, {"position": [item.case.code for item in wanted]})


def decide(
    item: SessionItem, *, agreed: bool, number: str, today: date, version: int, on: date | None = None,
    vote: Vote | None = None, reason: str = "", late_reason: str = "",
) -> CaseEvent:  # fmt: skip
    """The session has decided on one person, yes or no, by a decision with a number of its own.

    *on* is the day of the decision, that of the session where none is given; *version* the file's. Raises GateError,
    RuleError, CaseChangedError.
    """
    session, case, number = item.session, item.case, number.strip()
    day = on or session.held_on
    if not number:
        raise RuleError("Mỗi người có một văn bản riêng. Hãy ghi số quyết định (nếu không đồng ý: số thông báo).")
    if not agreed and not reason.strip():
        raise RuleError("Không đồng ý thì phải có lý do để thông báo cho chi bộ. Hãy ghi lý do.")
    if day < session.held_on:
        raise RuleError(f"Quyết định không thể trước ngày họp {format_date(session.held_on)}. Hãy sửa lại ngày.")
    with before_the_roll(case, item.step), changing(case, version):
        item.refresh_from_db(fields=["outcome", "event"])
        if not is_waiting(item):
            raise RuleError("Người này vừa được ghi kết quả. Hãy tải lại trang.")
        _refuse_number(session, number, day)
        event = CaseEvent(
            case=case, kind=item.step, occurred_on=day, agreed=agreed, document_number=number, document_date=day,
            document_issuer=session.organization.name, reason=reason.strip(), late_reason=late_reason.strip(),
            on_behalf=f"{session.get_body_display()} {session.organization.name}"[:120],
        )  # fmt: skip
        enter(event, vote, judge_of(today), {"session": str(session)})
        item.event = event
        item.save(update_fields=["event"])
    return event


def _refuse_number(session: Session, number: str, day: date) -> None:
    """Two persons have two decisions."""
    same = CaseEvent.objects.in_force().filter(
        session_item__session__organization=session.organization, document_number=number,
        occurred_on__year=day.year,
    ).select_related("case").first()  # fmt: skip
    if same:
        raise RuleError(f"Số {number} đã dùng cho hồ sơ {same.case.code}. Mỗi người có một quyết định riêng.")


def postpone(item: SessionItem, *, reason: str, today: date, version: int) -> SessionItem:
    """Not decided this time: it may be put before another session."""
    return _set_outcome(item, ItemOutcome.POSTPONED, reason, today, version, "Để lại phiên sau")


def return_item(
    item: SessionItem, *, steps: Iterable[str], reason: str, on: date, today: date, version: int, late_reason: str = ""
) -> SessionItem:
    """The session sends the file back, with the list of what is to be done again. Raises as `moving.return_file`."""
    with transaction.atomic(), audit.one_change():
        again = list(steps)
        return_file(item.case, on=on, today=today, version=version, reason=reason, steps=again, late_reason=late_reason)
        return _set_outcome(item, ItemOutcome.RETURNED, reason, today, item.case.version, "Phiên họp trả lại hồ sơ")


def _set_outcome(item: SessionItem, outcome: str, reason: str, today: date, version: int, what: str) -> SessionItem:
    if not reason.strip():
        raise RuleError("Hãy ghi lý do.")
    with changing(item.case, version):
        item.refresh_from_db(fields=["outcome", "event"])
        if not is_waiting(item):
            raise RuleError("Người này vừa được ghi kết quả. Hãy tải lại trang.")
        values = {"outcome": outcome, "outcome_reason": reason.strip(), "event": None}
        update(item, values, judge_of(today), what=what, reason=reason)
    return item


def notify(item: SessionItem, *, on: date, today: date, version: int, late_reason: str = "") -> SessionItem:
    """The cell was told, yes or no; with a decision to admit it has received it that day."""
    refuse_future(on, today, "Ngày thông báo")
    event = decision_of(item)
    if event is None:
        raise RuleError("Chưa có quyết định để thông báo. Hãy ghi quyết định trước.")
    if on < event.occurred_on:
        raise RuleError("Ngày thông báo phải từ ngày quyết định trở đi. Hãy sửa lại ngày.")
    with changing(item.case, version):
        item.notified_on = on
        item.save(update_fields=["notified_on"])
        judge = judge_of(today)
        receipt = CaseEvent(
            case=item.case, kind=RECEIPT, occurred_on=on, document_number=event.document_number,
            document_date=event.document_date, document_issuer=event.document_issuer, late_reason=late_reason.strip(),
        )  # fmt: skip
        if item.step == DECISION and not refusal(RECEIPT, situation_of(item.case, judge)):
            enter(receipt, None, judge, {"notified_on": on})
        else:
            settle(item.case, judge, what="Thông báo kết quả cho chi bộ", changes={"notified_on": on})
    return item


def _claim(session: Session, version: int) -> None:
    if not Session.objects.filter(pk=session.pk, version=version).update(version=F("version") + 1):
        raise SessionChangedError
    session.refresh_from_db()


def _save(session: Session, **options: Any) -> None:
    try:
        with transaction.atomic():
            session.save(**options)
    except IntegrityError:
        raise RuleError("Cấp ủy đã có phiên họp ngày này. Hãy mở phiên đó, hoặc chọn ngày khác.") from None


def _tell(action: str, session: Session, changes: dict[str, Any]) -> None:
    audit.record(action, session, label=str(session), changes=changes, scope_path=session.organization.path)
