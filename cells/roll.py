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
from core.dates import format_date

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
    """Why a step cannot be; `{place}` in the messages stands for the organisation *other*.

    What is wrong is the same everywhere; what to do about it is said differently to somebody who prepares a file
    (`in_file`: its rows and columns) and to somebody at a form (`at_form`).
    """

    step: Step | None
    fact: str
    in_file: str
    at_form: str
    other: Key | None = None

    @property
    def message(self) -> str:
        """For the one who imports a file."""
        return f"{self.fact} {self.in_file}"

    @property
    def message_at_form(self) -> str:
        return f"{self.fact} {self.at_form}"


@dataclass
class Replay:
    """What a member's movements come to."""

    steps: list[Step]
    contradictions: list[Contradiction]
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
    under, which counts where there are no movements. All contradictions are returned, none raised.
    """
    ordered = order(steps)
    found: list[Contradiction] = []
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
        place = step.organization if step.is_increase else None
        last = step.organization
        previous = step
    if joined_on is None and ordered and ordered[0].kind == MovementKind.ADMITTED:
        joined_on = ordered[0].on
    return Replay(everything, found, implied, last, place is not None, joined_on)


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
    clashes, first = 0, previous is None
    for step in steps:
        # A leading decrease is possible: the admission before it was never entered.
        fits = place is None if step.is_increase else place == step.organization or (place is None and first)
        clashes += not fits
        place, first = (step.organization if step.is_increase else None), False
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
            found.append(_admitted_on_another_day(first, joined_on))
        return None
    if joined_on and joined_on > first.on:
        found.append(_before_joining(first, joined_on))
        return None
    if first.is_increase:
        return None
    if joined_on is None:
        found.append(_never_joined(first))
        return None
    return Step(MovementKind.ADMITTED, joined_on, first.organization)


def _problem(step: Step, place: Key | None, previous: Step | None) -> Contradiction | None:
    """What is wrong with *step* for a member who is on the roll of *place* (None: on none)."""
    if previous and previous.kind == MovementKind.DIED:
        return _after_death(step, previous)
    if previous and previous.held_on and previous.held_on > step.on:
        return _before_ceremony(step, previous)
    if step.is_increase and place is not None:
        return _on_another_roll(step, place)
    if not step.is_increase and place is None and previous is not None:
        return _on_no_roll(step, previous)
    if not step.is_increase and place is not None and place != step.organization:
        return _leaves_elsewhere(step, place)
    return None


# --- What can be wrong, in words ----------------------------------------------------------------------------------


def _admitted_on_another_day(step: Step, joined_on: date) -> Contradiction:
    days = f"Ngày kết nạp {format_date(step.on)} khác Ngày vào Đảng {format_date(joined_on)}"
    remedy = "Hãy sửa cho hai ngày khớp nhau (ngày của quyết định kết nạp)."
    return Contradiction(step, days, f"ở sheet DANG_VIEN. {remedy}", f"đã ghi cho đảng viên. {remedy}")


def _before_joining(step: Step, joined_on: date) -> Contradiction:
    remedy = "Hãy kiểm tra lại hai ngày này."
    fact = f"Biến động ngày {format_date(step.on)} trước Ngày vào Đảng {format_date(joined_on)}."
    return Contradiction(step, fact, remedy, remedy)


def _never_joined(step: Step) -> Contradiction:
    return Contradiction(
        step,
        "Đảng viên chưa từng vào danh sách:",
        "thiếu Ngày vào Đảng ở sheet DANG_VIEN, hoặc thiếu dòng kết nạp, chuyển đến trước ngày này. Hãy bổ sung "
        "một trong hai.",
        "chưa có kết nạp hay chuyển đến trước ngày này. Hãy ghi việc đó trước.",
    )


def _repeated(step: Step) -> Contradiction:
    return Contradiction(
        step,
        "Biến động cùng loại, cùng ngày tại {place} đã được ghi.",
        "Hãy xóa dòng này hoặc sửa ngày.",
        "Hãy xem lại quá trình của đảng viên.",
        step.organization,
    )


def _after_death(step: Step, death: Step) -> Contradiction:
    return Contradiction(
        step,
        f"Đảng viên đã từ trần ngày {format_date(death.on)} tại {{place}}, không thể có biến động sau đó.",
        "Hãy xóa dòng này hoặc sửa dòng từ trần.",
        "Nếu ghi nhầm, hãy đính chính lần ghi từ trần.",
        death.organization,
    )


def _before_ceremony(step: Step, admission: Step) -> Contradiction:
    remedy = "Hãy kiểm tra lại Ngày tổ chức lễ."
    fact = f"Biến động này trước ngày tổ chức lễ kết nạp {format_date(admission.held_on)} tại {{place}}."
    return Contradiction(step, fact, remedy, remedy, admission.organization)


def _on_another_roll(step: Step, place: Key) -> Contradiction:
    return Contradiction(
        step,
        "Ngày này đảng viên đang trong danh sách của {place}.",
        "Hãy thêm dòng rời khỏi {place} trước đó, hoặc xóa dòng này.",
        "Hãy ghi chuyển đi khỏi {place} trước, hoặc sửa lại ngày.",
        place,
    )


def _on_no_roll(step: Step, departure: Step) -> Contradiction:
    return Contradiction(
        step,
        f"Đảng viên đã rời danh sách của {{place}} từ ngày {format_date(departure.on)}.",
        "Hãy thêm dòng chuyển đến, kết nạp hoặc phục hồi trước đó, hoặc xóa dòng này.",
        "Hãy sửa lại ngày, hoặc ghi chuyển đến, kết nạp hay phục hồi trước đó.",
        departure.organization,
    )


def _leaves_elsewhere(step: Step, place: Key) -> Contradiction:
    return Contradiction(
        step,
        "Ngày này đảng viên đang trong danh sách của {place},",
        "không phải của tổ chức ghi ở dòng này. Hãy sửa Mã tổ chức hoặc thêm dòng chuyển sinh hoạt trước đó.",
        "không phải của tổ chức ghi biến động. Hãy sửa lại ngày.",
        place,
    )


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
