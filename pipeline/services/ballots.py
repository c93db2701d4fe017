"""Ballots: figures of a vote, and the official members confirmed name by name. One person at a time, always."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cells.kinds import StateKind
from cells.models import Organization
from cells.services.errors import RuleError
from pipeline.models import Ballot, CaseEvent
from pipeline.queries.voters import voters_on
from pipeline.rulebook.entries import Step


@dataclass(frozen=True)
class Vote:
    """What was counted. Of a cell's vote, `confirmed` are the official members as somebody has confirmed them one by
    one; how many of them are away, exempt or suspended their states say. Of a committee's, `members` is typed."""

    yes: int
    no: int = 0
    blank: int = 0
    present: int | None = None
    confirmed: tuple[UUID, ...] = ()
    exempt_present: int = 0
    members: int | None = None
    body: str = ""


def is_cell_vote(step: Step) -> bool:
    return bool(step.vote) and step.actor == "cell"


def ballot_for(event: CaseEvent, step: Step, vote: Vote | None) -> Ballot | None:
    """The ballot of *event*, unsaved. Raises RuleError where the step needs one and there is none, and where names
    are not confirmed."""
    if vote is None:
        if is_cell_vote(step):
            raise RuleError("Hãy ghi kết quả biểu quyết: số đảng viên chính thức, có mặt, tán thành, không tán thành.")
        return None
    if not step.vote and step.actor != "decider":
        raise RuleError(f"Bước “{step.title}” không biểu quyết. Hãy bỏ phần phiếu.")
    figures = {"yes": vote.yes, "no": vote.no, "blank": vote.blank, "present": vote.present, "body": vote.body}
    if not is_cell_vote(step):
        if not vote.members:
            raise RuleError("Hãy ghi tổng số người của tập thể biểu quyết.")
        _refuse_impossible(vote, vote.members)
        return Ballot(event=event, members=vote.members, **figures)
    named = _of_cell(event.organization, event, vote)
    _refuse_impossible(vote, len(named["confirmed"]))
    return Ballot(event=event, **figures, **named)


def _refuse_impossible(vote: Vote, members: int) -> None:
    """Figures that cannot be, whatever rule counts them; who is in the number the rules say."""
    cast = vote.yes + vote.no + vote.blank
    if min(vote.yes, vote.no, vote.blank, vote.exempt_present, vote.present or 0, members) < 0:
        raise RuleError("Số phiếu không thể âm. Hãy xem lại biên bản.")
    if vote.present is not None and cast > vote.present:
        raise RuleError(f"Có {cast} phiếu mà chỉ có {vote.present} người dự họp. Hãy xem lại biên bản.")
    if max(cast, vote.present or 0) > members:
        raise RuleError(f"Số phiếu hoặc số dự họp nhiều hơn {members} người của tập thể. Hãy xem lại biên bản.")


def _of_cell(cell: Organization, event: CaseEvent, vote: Vote) -> dict[str, Any]:
    voters = voters_on(cell, event.occurred_on)
    confirmed = set(vote.confirmed)
    if strangers := confirmed - voters.ids:
        raise RuleError(
            f"Có {len(strangers)} người được xác nhận mà ngày đó không là đảng viên chính thức của {cell.name}. Hãy bỏ "
            "dấu, hoặc sửa danh sách đảng viên trước."
        )
    if left_out := [each.full_name for each in voters.members if each.public_id not in confirmed]:
        raise RuleError(
            f"Chưa xác nhận: {', '.join(left_out)}. Hãy đánh dấu từng đảng viên chính thức; ai không còn ở chi bộ thì "
            "sửa danh sách đảng viên trước."
        )
    return {
        "members": len(voters.members),
        "away": voters.count(StateKind.AWAY),
        "exempt": voters.count(StateKind.EXEMPT),
        "suspended": voters.count(StateKind.SUSPENDED),
        "exempt_present": vote.exempt_present,
        "confirmed": sorted(str(each) for each in confirmed),
    }
