"""The roll as plain data: what one member's movements say, and what cannot be. No database.

Closing = opening + increases − decreases holds because a movement either puts a member on the roll of one
organisation or takes him off it, and the two alternate.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise, permutations
from typing import Protocol

from cells.kinds import INCREASES, MovementKind
from core.dates import add_months, format_date

Key = Hashable

PAIRING_WORKING_DAYS = 60
"""A transfer of Party activity must be completed within 60 working days (admission.md §9.3)."""

# Twice as many calendar days can never hold fewer working days, whatever Tết does.
_SURELY_LATE = timedelta(days=PAIRING_WORKING_DAYS * 2)
_FEW = 5


class Calendar(Protocol):
    def add(self, start: date, working_days: int) -> date: ...


@dataclass(frozen=True)
class Step:
    """One movement as the rules see it. `source` is whatever the caller knows it by (a row, a model)."""

    kind: str
    on: date
    organization: Key
    held_on: date | None = None
    source: object = field(default=None, compare=False)

    @property
    def is_increase(self) -> bool:
        return self.kind in INCREASES


@dataclass(frozen=True)
class Contradiction:
    """Why a step cannot be; `{place}` in the message stands for the organisation *other*.

    `about` is what of the step has to be looked at: its day, or its kind.
    """

    step: Step | None
    message: str
    other: Key | None = None
    about: str = "effective_on"


@dataclass
class Replay:
    """What a member's movements come to."""

    steps: list[Step]
    contradictions: list[Contradiction]
    doubts: list[Contradiction]
    """What can be, but seldom is: told, never refused."""
    implied: Step | None
    """The admission nobody entered: taken from Ngày vào Đảng where the movements begin without one."""
    organization: Key
    """Where the member is on the roll, else where he was last."""
    on_roll: bool
    joined_on: date | None
    """Ngày vào Đảng as given, else the day of the admission entered."""

    def pairs(self, calendar: Calendar) -> list[tuple[Step, Step]]:
        """Each transfer out with the transfer in that follows it elsewhere within 60 working days."""
        return pair_transfers(self.steps, calendar)


def replay(steps: Iterable[Step], joined_on: date | None, home: Key) -> Replay:
    """Follow one member through *steps*.

    *joined_on* is Ngày vào Đảng (the first admission); *home* the organisation the member is entered
    under, which counts where there are no movements. All contradictions and doubts are returned, none raised.
    """
    ordered = order(steps)
    found: list[Contradiction] = []
    doubts: list[Contradiction] = []
    implied = _implied_admission(ordered, joined_on, home, found)
    everything = [implied, *ordered] if implied else ordered

    place: Key | None = None
    last: Key = home
    previous: Step | None = None
    seen: set[tuple] = set()
    for step in everything:
        natural_key = (step.kind, step.on, step.organization)
        problem = _repeated(step) if natural_key in seen else _problem(step, place, previous)
        seen.add(natural_key)
        if problem:
            found.append(problem)
        elif doubt := _doubt(step, previous):
            doubts.append(doubt)
        place = step.organization if step.is_increase else None
        last = step.organization
        previous = step
    if joined_on is None and ordered and ordered[0].kind == MovementKind.ADMITTED:
        joined_on = ordered[0].on
    return Replay(everything, found, doubts, implied, last, place is not None, joined_on)


def order(steps: Iterable[Step]) -> list[Step]:
    """By day; movements of one day in the order in which they are possible (out of one cell, into the next)."""
    by_day: dict[date, list[Step]] = {}
    for step in sorted(steps, key=lambda step: step.on):
        by_day.setdefault(step.on, []).append(step)
    ordered: list[Step] = []
    for same_day in by_day.values():
        ordered += _possible_order(same_day, ordered[-1] if ordered else None)
    return ordered


def _possible_order(same_day: list[Step], previous: Step | None) -> Sequence[Step]:
    if len(same_day) == 1 or len(same_day) > _FEW:
        return same_day
    return min(permutations(same_day), key=lambda steps: _clashes(steps, previous))


def _clashes(steps: Iterable[Step], previous: Step | None) -> int:
    place = previous.organization if previous and previous.is_increase else None
    clashes = 0
    for step in steps:
        # A leading decrease is possible: the admission before it was never entered.
        fits = place is None if step.is_increase else place == step.organization or (place is None and not previous)
        clashes += not fits or (step.is_increase and previous is not None and _no_return(step, previous) is not None)
        place, previous = (step.organization if step.is_increase else None), step
    return clashes


def _implied_admission(
    ordered: Sequence[Step], joined_on: date | None, home: Key, found: list[Contradiction]
) -> Step | None:
    """The admission that Ngày vào Đảng stands for; adds what disagrees with it to *found*."""
    if not ordered:
        return Step(MovementKind.ADMITTED, joined_on, home) if joined_on else None
    first = ordered[0]
    if first.kind == MovementKind.ADMITTED:
        if joined_on and joined_on != first.on:
            found.append(
                Contradiction(
                    first,
                    f"Ngày kết nạp {format_date(first.on)} khác Ngày vào Đảng {format_date(joined_on)} ở sheet "
                    "DANG_VIEN. Hãy sửa cho hai ngày khớp nhau (ngày của quyết định kết nạp).",
                )
            )
        return None
    if joined_on and joined_on > first.on:
        found.append(
            Contradiction(
                first,
                f"Biến động ngày {format_date(first.on)} trước Ngày vào Đảng {format_date(joined_on)}. "
                "Hãy kiểm tra lại hai ngày này.",
            )
        )
        return None
    if first.is_increase:
        return None
    if joined_on is None:
        found.append(
            Contradiction(
                first,
                "Đảng viên chưa từng vào danh sách: thiếu Ngày vào Đảng ở sheet DANG_VIEN, hoặc thiếu dòng "
                "kết nạp, chuyển đến trước ngày này. Hãy bổ sung một trong hai.",
            )
        )
        return None
    return Step(MovementKind.ADMITTED, joined_on, first.organization)


def _repeated(step: Step) -> Contradiction:
    return Contradiction(
        step, "Biến động cùng loại, cùng ngày tại {place} đã được ghi. Hãy xóa dòng này hoặc sửa ngày.",
        step.organization,
    )  # fmt: skip


def _problem(step: Step, place: Key | None, previous: Step | None) -> Contradiction | None:
    """What is wrong with *step* for a member who is on the roll of *place* (None: on none)."""
    if previous and previous.kind == MovementKind.DIED:
        return Contradiction(
            step, f"Đảng viên đã từ trần ngày {format_date(previous.on)} tại {{place}}, không thể có biến động sau đó. "
            "Hãy xóa dòng này hoặc sửa dòng từ trần.", previous.organization,
        )  # fmt: skip
    if previous and previous.held_on and previous.held_on > step.on:
        return Contradiction(
            step, f"Biến động này trước ngày tổ chức lễ kết nạp {format_date(previous.held_on)} tại {{place}}. "
            "Hãy kiểm tra lại Ngày tổ chức lễ.", previous.organization,
        )  # fmt: skip
    if step.is_increase and place is not None:
        return Contradiction(
            step, "Ngày này đảng viên đang trong danh sách của {place}. Hãy thêm dòng rời khỏi {place} "
            "trước đó, hoặc xóa dòng này.", place,
        )  # fmt: skip
    if not step.is_increase and place is None and previous is not None:
        return Contradiction(
            step, f"Đảng viên đã rời danh sách của {{place}} từ ngày {format_date(previous.on)}. Hãy thêm dòng "
            "chuyển đến, kết nạp hoặc phục hồi trước đó, hoặc xóa dòng này.", previous.organization,
        )  # fmt: skip
    if not step.is_increase and place is not None and place != step.organization:
        return Contradiction(
            step, "Ngày này đảng viên đang trong danh sách của {place}, không phải của tổ chức ghi ở dòng này. "
            "Hãy sửa Mã tổ chức hoặc thêm dòng chuyển sinh hoạt trước đó.", place,
        )  # fmt: skip
    return _no_return(step, previous) if step.is_increase and previous is not None else None


# --- How one comes back onto the roll ------------------------------------------------------------------------

LEFT_THE_PARTY = (MovementKind.EXPELLED, MovementKind.STRUCK_OFF, MovementKind.RESIGNED)
READMISSION_MONTHS = 36
"""Between leaving the Party and being admitted again (admission.md §3.1)."""
SOONEST_READMISSION_MONTHS = 24
"""For those who left over the population policy; sooner nobody is admitted again, whatever happened elsewhere."""


def _no_return(step: Step, previous: Step) -> Contradiction | None:
    """Why nobody can come back by *step* after *previous*.

    Who moved away is still a member and arrives; who left the Party is reinstated or admitted again. What happened
    outside the tree in between is not known here, but being admitted again takes its time everywhere.
    """
    soon = step.on < add_months(previous.on, SOONEST_READMISSION_MONTHS)
    moved_on = f"Đảng viên chuyển đi khỏi {{place}} ngày {format_date(previous.on)}"
    match previous.kind, step.kind:
        case MovementKind.TRANSFERRED_OUT, MovementKind.REINSTATED:
            message = f"{moved_on}, không ra khỏi Đảng nên không có phục hồi."
        case MovementKind.TRANSFERRED_OUT, MovementKind.ADMITTED if soon:
            message = f"{moved_on}, vẫn là đảng viên nên không kết nạp nữa."
        case left, MovementKind.TRANSFERRED_IN if left in LEFT_THE_PARTY and soon:
            message = (
                f"{_left_the_party(previous)} nên không thể chuyển đến. Hãy sửa Loại thành phục hồi hoặc kết nạp, "
            )
            return _about_kind(step, f"{message}hoặc thêm dòng phục hồi trước đó.", previous)
        case _:
            return None
    return _about_kind(step, f"{message} Nếu là người về sinh hoạt, hãy sửa Loại thành chuyển đến.", previous)


def _doubt(step: Step, previous: Step | None) -> Contradiction | None:
    """What is odd about *step*, which can be all the same."""
    early = previous is not None and step.on < add_months(previous.on, READMISSION_MONTHS)
    match previous.kind if previous else None, step.kind:
        case None, MovementKind.REINSTATED:
            message = "Chưa có dòng khai trừ, xóa tên hay xin ra trước lần phục hồi này. Hãy bổ sung nếu có."
        case MovementKind.TRANSFERRED_OUT, MovementKind.ADMITTED:
            message = (
                f"Đảng viên chuyển đi khỏi {{place}} ngày {format_date(previous.on)} và chưa có dòng ra khỏi Đảng; kết "
                "nạp lại chỉ khi đã ra khỏi Đảng ở nơi khác. Nếu là người chuyển về, hãy sửa Loại thành chuyển đến."
            )
        case left, MovementKind.TRANSFERRED_IN if left in LEFT_THE_PARTY:
            message = (
                f"{_left_the_party(previous)} và chưa có dòng phục hồi hay kết nạp lại; chuyển đến chỉ khi đã kết nạp "
                "lại ở nơi khác. Hãy kiểm tra lại Loại và Ngày."
            )
        case left, MovementKind.ADMITTED if left in LEFT_THE_PARTY and early:
            message = f"{_left_the_party(previous)}, chưa đủ {READMISSION_MONTHS} tháng. Hãy kiểm tra lại Loại và Ngày."
        case _:
            return None
    return _about_kind(step, message, previous)


def _left_the_party(step: Step) -> str:
    return f"Đảng viên đã ra khỏi Đảng ngày {format_date(step.on)} ({MovementKind(step.kind).label} tại {{place}})"


def _about_kind(step: Step, message: str, previous: Step | None) -> Contradiction:
    return Contradiction(step, message, previous.organization if previous else None, about="kind")


def pair_transfers(ordered: Sequence[Step], calendar: Calendar) -> list[tuple[Step, Step]]:
    """Each transfer out with the next transfer in, when that is elsewhere and within 60 working days."""
    pairs = []
    for step, following in pairwise(ordered):
        if (
            step.kind == MovementKind.TRANSFERRED_OUT
            and following.kind == MovementKind.TRANSFERRED_IN
            and step.organization != following.organization
            and _in_time(step.on, following.on, calendar)
        ):
            pairs.append((step, following))
    return pairs


def _in_time(left: date, arrived: date, calendar: Calendar) -> bool:
    if arrived - left <= timedelta(days=PAIRING_WORKING_DAYS):
        return True
    return arrived - left <= _SURELY_LATE and arrived <= calendar.add(left, PAIRING_WORKING_DAYS)
