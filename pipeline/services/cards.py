"""Cards of members: batches on the four days of the year; put into a batch, numbered, handed out."""

import re
from collections.abc import Iterable
from datetime import date

from django.db import IntegrityError, transaction

from cells.kinds import CapabilityKind
from cells.models import Organization
from cells.services.errors import RuleError
from core import audit
from core.dates import format_date
from core.models import AuditEvent
from pipeline.engine.membership import RECOGNITION
from pipeline.kinds import CARD_DAYS, CARD_DIGITS
from pipeline.models import CardBatch, Case, CaseEvent, MemberCard
from pipeline.queries.cards import CARD
from pipeline.queries.cases import judge_of
from pipeline.queries.tree import unit_on
from pipeline.services.cases import enter
from pipeline.services.rows import insert, update
from pipeline.services.settling import changing, settle, told

NUMBER = MemberCard._meta.get_field("number")


def batch_days(year: int) -> list[date]:
    """The four days of a year on which cards are handed out."""
    return [date(year, month, day) for month, day in CARD_DAYS]


def next_batch_day(day: date) -> date:
    """The first of those days that is not before *day*."""
    return next(each for each in (*batch_days(day.year), *batch_days(day.year + 1)) if each >= day)


def open_batch(organization: Organization, *, day: date, today: date) -> CardBatch:
    """A batch of the committee for one of the four days. Raises RuleError for another day, another kind of unit."""
    if day not in batch_days(day.year):
        days = ", ".join(f"{each.day}/{each.month}" for each in batch_days(day.year))
        raise RuleError(f"Thẻ đảng viên phát vào các ngày {days}. Hãy chọn một trong các ngày đó.")
    unit = unit_on(organization.pk, min(day, today))
    if unit is None or not unit.powers & {CapabilityKind.ISSUES_CARDS, CapabilityKind.DECIDES}:
        raise RuleError(f"{organization.name} không có thẩm quyền phát thẻ. Hãy chọn cấp ủy khác.")
    batch = CardBatch(organization=organization, day=day, recorded_by=audit.current().user)
    try:
        with transaction.atomic(), audit.one_change():
            batch.save(force_insert=True)
            audit.record(AuditEvent.Action.CREATE, batch, label=str(batch), changes=told(batch, "day"),
                         scope_path=organization.path)  # fmt: skip
    except IntegrityError:
        raise RuleError(f"Cấp ủy đã có đợt ngày {format_date(day)}. Hãy mở đợt đó.") from None
    return batch


def decide_batch(batch: CardBatch, *, number: str, on: date, today: date, version: int) -> CardBatch:
    """The decision by which the cards of the batch are issued."""
    if not number.strip():
        raise RuleError("Hãy ghi số quyết định phát thẻ.")
    if on > today:
        raise RuleError("Ngày quyết định còn ở phía trước. Hãy ghi lại ngày.")
    values = {"decision_number": number.strip(), "decision_date": on, "version": version + 1}
    with transaction.atomic(), audit.one_change():
        if not CardBatch.objects.filter(pk=batch.pk, version=version).update(**values):
            raise RuleError("Đợt phát thẻ vừa có người khác sửa. Hãy tải lại trang.")
        batch.refresh_from_db()
        audit.record(AuditEvent.Action.UPDATE, batch, label=str(batch), changes=told(batch, *list(values)[:2]),
                     scope_path=batch.organization.path)  # fmt: skip
    return batch


def put_into_batch(cases: Iterable[Case], batch: CardBatch, *, today: date) -> list[MemberCard]:
    """Official members into a batch, all or none: clerical work, nobody is voted on. Raises RuleError by name."""
    with transaction.atomic(), audit.one_change():
        return [_put(case, batch, today) for case in cases]


def _put(case: Case, batch: CardBatch, today: date) -> MemberCard:
    recognised = CaseEvent.objects.in_force().filter(case=case, kind=RECOGNITION).exclude(agreed=False)
    if case.stage != "OFFICIAL" or not (event := recognised.order_by("-occurred_on").first()):
        raise RuleError(f"{case.candidate.full_name} chưa được công nhận chính thức nên chưa được phát thẻ.")
    if event.occurred_on > batch.day:
        raise RuleError(f"{case.candidate.full_name} được công nhận sau ngày của đợt. Hãy chọn đợt sau.")
    row = MemberCard(case=case, batch=batch)
    with changing(case, case.version):
        insert(row)
        settle(case, judge_of(today), what=f"Vào {str(batch).lower()}", changes={"batch": str(batch)})
    return row


def number_card(card: MemberCard, number: str, *, today: date, version: int) -> MemberCard:
    """The card's number of twelve digits, once the board above has given it. Raises RuleError for one taken."""
    digits = re.sub(r"[\s.]", "", number)
    if not re.fullmatch(rf"\d{{{CARD_DIGITS}}}", digits):
        raise RuleError(f"Số thẻ đảng viên có {CARD_DIGITS} chữ số. Hãy xem lại số trên thẻ.")
    if MemberCard.objects.filter(NUMBER.rows_with(digits)).exclude(pk=card.pk).exists():
        raise RuleError("Số thẻ này đã ghi cho người khác. Hãy xem lại số trên thẻ.")
    with changing(card.case, version):
        NUMBER.put(card, digits)
        values = {"number": card.number, "number_digest": card.number_digest}
        update(card, values, judge_of(today), what="Ghi số thẻ đảng viên")
    return card


def hand_out(card: MemberCard, *, on: date, today: date, version: int, late_reason: str = "") -> CaseEvent:
    """The card was handed out at a meeting of the cell: the last step of the file. Raises RuleError without number."""
    if not card.number:
        raise RuleError("Thẻ chưa có số. Hãy ghi số thẻ trước khi trao.")
    if card.handed_on:
        raise RuleError("Thẻ này đã trao. Hãy tải lại trang.")
    if on < card.batch.day:
        raise RuleError(f"Thẻ trao từ ngày {format_date(card.batch.day)} trở đi. Hãy sửa lại ngày.")
    case, batch = card.case, card.batch
    with changing(case, version):
        card.handed_on = on
        card.save(update_fields=["handed_on"])
        event = CaseEvent(
            case=case, kind=CARD, occurred_on=on, document_number=batch.decision_number,
            document_date=batch.decision_date, document_issuer=batch.organization.name, late_reason=late_reason.strip(),
        )  # fmt: skip
        enter(event, None, judge_of(today), {"batch": str(batch)})
    return event


def record_cards(
    rows: Iterable[tuple[MemberCard, str, date | None, int]], *, today: date, late_reason: str = ""
) -> int:
    """Numbers and hand-outs of several cards, all or none: (card, number or "", day handed out, version of the file).

    Clerical work. Returns how many cards changed. Raises RuleError that names whose card it is.
    """
    size = 0
    with transaction.atomic(), audit.one_change():
        for card, number, on, version in rows:
            try:
                if number:
                    number_card(card, number, today=today, version=version)
                    version = card.case.version
                if on:
                    hand_out(card, on=on, today=today, version=version, late_reason=late_reason)
            except RuleError as refusal:
                raise RuleError(f"{card.case.candidate.full_name}: {refusal}") from None
            size += 1
    return size
