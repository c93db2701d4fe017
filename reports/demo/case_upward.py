"""What committees keep of a file: that it was handed in, on whose agenda it stood, in which batch its card is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from pipeline.kinds import ItemOutcome
from reports.demo.case_joined import Joined
from reports.demo.case_walk import Happening, Walk

DECISIONS = ("decision", "recognition_decision", "strike_off_decision")
LACKING = 0.15
SUBMITTED = 0.75
"""Of the files that wait for a decision: those on the agenda of a meeting to come already."""
PUT_OFF = 0.3
"""Of the files that were ready before the last meeting: those that it left to the next one."""
PAPERS = (
    "Bản phô tô bằng tốt nghiệp có chứng thực", "Ảnh 4x6 đóng dấu giáp lai", "Ý kiến chi ủy nơi cư trú",
    "Giấy chứng nhận lớp bồi dưỡng nhận thức về Đảng", "Biên bản kiểm phiếu của chi bộ",
)  # fmt: skip
POSTPONED = ("Chờ xác minh thêm về lý lịch", "Phiên họp không đủ thời gian", "Chờ ý kiến Ban Chỉ huy quân sự")


@dataclass
class Receipt:
    """Where the file was handed in, after the cell's vote, and what was lacking."""

    committee: str
    received_on: date
    number: str
    lacking: tuple[str, ...] = ()
    add_before: date | None = None
    completed_on: date | None = None


@dataclass
class Item:
    """The file on the agenda of the meeting of *held_on*. With its *decision*, an *outcome*, or neither yet."""

    held_on: date
    step: str
    submitted_on: date
    decision: Happening | None = None
    notified_on: date | None = None
    outcome: str = ""
    reason: str = ""


@dataclass
class Card:
    batch: date
    number: str = ""
    handed_on: date | None = None


def receipts(rng: Random, walk: Walk) -> Iterator[Receipt]:
    """Of the last vote of the cell; of the others it stands in the book."""
    votes = [event for event in walk.happenings if event.kind == "cell_vote"]
    if not votes or not walk.has_passed:
        return
    voted_on, today = votes[-1].on, walk.ground.today
    later = [event.on for event in walk.happenings if event.on > voted_on]
    on = min([voted_on + timedelta(days=rng.randint(1, 9)), *later])
    if on > today or (not later and rng.random() < 0.3):
        return
    receipt = Receipt(walk.committees.receives, on, f"{rng.randint(1, 400):02d}-PN", completed_on=on)
    if rng.random() < (LACKING if later else 2 * LACKING):
        receipt.lacking = tuple(rng.sample(PAPERS, rng.choice((1, 1, 2))))
        receipt.add_before = on + timedelta(days=10)
        added = min([on + timedelta(days=rng.randint(2, 14)), *later])
        receipt.completed_on = added if added <= today and (later or rng.random() < 0.25) else None
    yield receipt


def agenda(rng: Random, walk: Walk) -> Iterator[Item]:
    """Every meeting before which the file was put, and the one before which it waits."""
    ground = walk.ground
    if not walk.has_passed or not walk.committees.decides:
        return
    before = date.min
    for event in walk.happenings:
        if event.kind in DECISIONS:
            held_on = ground.chronicle.session_days.of(event.on)
            if held_on and held_on >= max(ground.first_session, before):
                yield _decided(rng, walk, event, held_on, before)
        elif event.kind != "member_file":
            before = event.on
    step = _awaited(walk)
    if not step:
        return
    last = ground.chronicle.session_days.of(ground.today)
    if last and last >= ground.first_session and before < last - timedelta(days=3) and rng.random() < PUT_OFF:
        yield Item(last, step, last - timedelta(days=2), outcome=ItemOutcome.POSTPONED, reason=rng.choice(POSTPONED))
    if rng.random() < SUBMITTED:
        submitted = max(before, ground.today - timedelta(days=rng.randint(0, 6)))
        yield Item(ground.chronicle.session_days.coming[0], step, submitted)


def _decided(rng: Random, walk: Walk, event: Happening, held_on: date, before: date) -> Item:
    submitted = max(before, held_on - timedelta(days=rng.randint(1, 6)))
    told = next((each.on for each in walk.happenings if each.kind == "decision_receipt" and each.on >= event.on), None)
    if event.kind != "decision" or event.agreed is False:
        told = event.on + timedelta(days=rng.randint(1, 6))
    return Item(held_on, event.kind, submitted, event, told if told and told <= walk.ground.today else None)


def _awaited(walk: Walk) -> str:
    """The decision that is all an open file waits for."""
    if walk.ended_on or walk.status != "open":
        return ""
    kinds, steps = [event.kind for event in walk.happenings], walk.committees.steps
    if "decision" not in kinds:
        last = next((step for step in ("file_check", "base_resolution", "appraisal") if step in steps), "cell_vote")
        return "decision" if last in kinds else ""
    last = "recognition_resolution" if "base_resolution" in steps else "recognition_vote"
    votes = [event for event in walk.happenings if event.kind == "recognition_vote"]
    is_undecided = isinstance(walk, Joined) and bool(votes) and votes[-1] in walk.undecided
    return "recognition_decision" if last in kinds and "recognition_decision" not in kinds and not is_undecided else ""


def card_of(rng: Random, walk: Walk) -> Card | None:
    """The card of a member who was recognised."""
    if not isinstance(walk, Joined) or walk.card is None or not walk.ground.issues_cards(walk.card):
        return None
    if walk.card > walk.ground.today:
        return Card(walk.card)
    return Card(walk.card, walk.ground.outsiders.card_number(), walk.card_given)
