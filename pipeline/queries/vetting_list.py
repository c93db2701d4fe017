"""The vetting desk: inquiries of all files in reach, who waits longest first. Never about whom, nor what was found."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case as When_
from django.db.models import Count, DateField, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from cells.duties import Call
from cells.models import Organization
from cells.roles import Action
from cells.scoping import path_within, reaches
from core.bulk import MANY, rows_by_key
from core.dates import format_date
from core.lists import in_order
from core.names import fold
from core.numbers import format_integer
from pipeline.kinds import ONGOING
from pipeline.models import VettingInquiry
from pipeline.queries.vetting_bodies import phones_of
from pipeline.queries.vetting_clock import AnswerClock
from pipeline.showing import Chip

LAST = date(9999, 12, 31)
"""Where nothing was sent: behind everything."""
INQUIRY = "pipeline.vettinginquiry"
SOON = 5
"""Working days before the due day from which it is said how many are left."""

EVERY = Q()
EXEMPT = ~Q(exempt_because="")
ANSWERED = Q(exempt_because="", answered_on__isnull=False)
WAITING = Q(exempt_because="", answered_on__isnull=True, requested_on__isnull=False)
UNSENT = Q(exempt_because="", answered_on__isnull=True, requested_on__isnull=True)
"""Where an inquiry stands; one of the four."""

BY_LATENESS = "han"
ORDERS = {
    BY_LATENESS: ("state_order", "asked_order", "case__candidate__name_key"),
    "ten": ("case__candidate__name_key", "case__candidate__born_on", "state_order"),
    "chi-bo": ("case__organization__path", "case__candidate__name_key", "state_order"),
    "gui": ("sent_order", "case__candidate__name_key"),
}


@dataclass(frozen=True)
class Row:
    """An inquiry as the desk shows it. `number` is its place in the file: Mục n."""

    inquiry: VettingInquiry
    number: int
    due: date | None
    late: int
    chip: Chip
    call: Call | None = None
    message: str = ""
    may_record: bool = False
    may_vet: bool = False

    @property
    def is_unsent(self) -> bool:
        row = self.inquiry
        return not (row.exempt_because or row.answered_on or row.requested_on)

    @property
    def is_waiting(self) -> bool:
        return self.inquiry.is_waiting and not self.inquiry.exempt_because


@dataclass(frozen=True)
class Wanted:
    """What of the desk is asked for."""

    organization: Organization | None = None
    name: str = ""
    addressee: str = ""
    state: Q = EVERY
    abroad: bool | None = None
    ended_too: bool = False
    """Also of files that are closed or done."""


def inquiries(user: Any, wanted: Wanted, on: date, action: str = Action.VIEW) -> QuerySet[VettingInquiry]:
    """The inquiries asked for, of those with which *user* may do *action*."""
    rows = VettingInquiry.objects.visible_to(user, action, on=on)
    if wanted.organization:
        rows = rows.filter(path_within("case__organization__path", wanted.organization.path))
    if not wanted.ended_too:
        rows = rows.filter(case__status__in=ONGOING)
    if wanted.name:
        code = wanted.name.strip().upper()
        rows = rows.filter(Q(case__candidate__name_fold__contains=fold(wanted.name)) | Q(case__code=code))
    if wanted.abroad is not None:
        rows = rows.filter(abroad=wanted.abroad)
    rows = rows.filter(wanted.state)
    return rows.filter(addressee__in=addressees_like(rows, wanted.addressee)) if wanted.addressee else rows


def addressees_like(rows: QuerySet[VettingInquiry], text: str) -> list[str]:
    """Those whom *rows* name that are called *text*, marks and case ignored; else those whose name has it in it."""
    wanted = fold(text)
    known = [(name, fold(name)) for name in rows.order_by().values_list("addressee", flat=True).distinct() if name]
    exact = [name for name, folded in known if folded == wanted]
    return exact or [name for name, folded in known if wanted in folded][:MANY]


def with_orders(rows: QuerySet[VettingInquiry], clock: AnswerClock) -> QuerySet[VettingInquiry]:
    """*rows* with what the list is sorted by besides its columns. One question: on which days somebody abroad was
    asked who has not answered."""
    abroad = rows.filter(WAITING, abroad=True).order_by().values_list("requested_on", flat=True).distinct()
    at_home = [When(requested_on=day, then=Value(clock.as_at_home(day))) for day in abroad]
    asked = When_(
        When(~WAITING, then=Value(LAST)), When(abroad=False, then=F("requested_on")), *at_home,
        default=F("requested_on"), output_field=DateField(),
    )  # fmt: skip
    state = When_(
        When(WAITING, then=Value(0)), When(UNSENT, then=Value(1)), When(ANSWERED, then=Value(2)), default=Value(3),
        output_field=IntegerField(),
    )  # fmt: skip
    return rows.annotate(state_order=state, asked_order=asked, sent_order=Coalesce("requested_on", Value(LAST)))


def ordered(rows: QuerySet[VettingInquiry], asked: str) -> QuerySet[VettingInquiry]:
    """*rows* of `with_orders` as the address asks. The other way round by lateness, too, who waits stands first."""
    if asked == f"-{BY_LATENESS}":
        return rows.order_by("state_order", "-asked_order", "-case__candidate__name_key", "-pk")
    return in_order(rows, asked, ORDERS, BY_LATENESS)


def for_list(rows: QuerySet[VettingInquiry]) -> QuerySet[VettingInquiry]:
    """*rows* with all that a list reads of each, and nothing of what is masked but whether somebody is exempt."""
    masked = ("relation", "relative", "place", "vetted_by", "conclusion")
    return rows.select_related("case__candidate", "case__organization__parent").defer(*masked)


def listed(rows: Iterable[VettingInquiry], clock: AnswerClock, user: Any = None) -> list[Row]:
    """*rows* (from :func:`for_list`) as a list of the day shows them; for *user* also whom to call about what is late
    and what may be done. Two questions, however many rows."""
    rows = list(rows)
    numbers = numbers_of({row.case_id for row in rows})
    late = [row for row in rows if user and row.is_waiting and clock.late(row.requested_on, row.abroad)]
    phones = phones_of(user, late, clock.today) if late else {}
    return [_row(row, numbers[row.pk], clock, user, phones) for row in rows]


def _row(
    row: VettingInquiry, number: int, clock: AnswerClock, user: Any, phones: Mapping[int, str]
) -> Row:  # fmt: skip
    waits = row.is_waiting and not row.exempt_because
    due = clock.due(row.requested_on, row.abroad) if waits else None
    late = clock.late(row.requested_on, row.abroad) if waits else 0
    place = row.case.organization
    return Row(
        row, number, due, late, _chip(row, late, clock),
        call=Call(row.addressee, phones.get(row.pk, "")) if late and user else None,
        message=reminder(row.request_number, row.requested_on, late) if late and user else "",
        may_record=bool(user) and reaches(user, Action.RECORD_CASE, INQUIRY, place, clock.today),
        may_vet=bool(user) and reaches(user, Action.VET, INQUIRY, place, clock.today),
    )  # fmt: skip


def _chip(row: VettingInquiry, late: int, clock: AnswerClock) -> Chip:
    if row.exempt_because:
        return Chip("ok", "Được miễn")
    if row.answered_on:
        return Chip("ok", "Đã trả lời")
    if not row.requested_on:
        return Chip("mute", "Chưa gửi")
    if late:
        return Chip("late", f"Quá {format_integer(late)} ngày làm việc")
    left = clock.left(row.requested_on, row.abroad)
    if left is None and clock.rule:  # due on Friday, looked at on Sunday
        return Chip("soon", "Vừa hết hạn")
    if left is not None and left <= SOON:
        return Chip("soon", f"Còn {left} ngày làm việc" if left else "Hạn hôm nay")
    return Chip("info", "Chờ trả lời")


def reminder(number: str, requested_on: date | None, late: int) -> str:
    """What may be sent to who was asked: which letter, never about whom."""
    letter = f"Công văn số {number}" if number else "Công văn"
    return (
        f"{letter} đề nghị thẩm tra lý lịch gửi ngày {format_date(requested_on)} đã quá hạn trả lời "
        f"{format_integer(late)} ngày làm việc. Xin đồng chí cho biết tình hình và gửi văn bản trả lời."
    )


def numbers_of(cases: Collection[int]) -> dict[int, int]:
    """By key of an inquiry its place in its file, counted as the person's page does."""
    found: dict[int, int] = {}
    counts: dict[int, int] = {}
    for case, key in rows_by_key(VettingInquiry.objects.order_by("id").values_list("case_id", "pk"), "case", cases):
        counts[case] = counts.get(case, 0) + 1
        found[key] = counts[case]
    return found


def sizes(rows: QuerySet[VettingInquiry], clock: AnswerClock) -> dict[str, int]:
    """How many of *rows* stand where: not sent, waiting, of those late. One question."""
    return rows.order_by().aggregate(
        unsent=Count("pk", filter=UNSENT), waiting=Count("pk", filter=WAITING),
        late=Count("pk", filter=WAITING & clock.overdue()),
    )  # fmt: skip
