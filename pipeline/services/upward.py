"""What happens to a file between the cell's vote and the session that decides: handed in, checked, appraised, resolved.

Which of these steps there are follows from the tree: where the base committee decides itself there is no resolution.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from cells.models import Organization
from cells.services.errors import RuleError
from pipeline.engine.recording import refusal
from pipeline.models import Case, CaseEvent, FileReceipt
from pipeline.queries.cases import judge_of, situation_of
from pipeline.services.ballots import Vote
from pipeline.services.cases import NO_DOCUMENT, Document, perform
from pipeline.services.moving import return_file
from pipeline.services.rows import add, change, refuse_future

APPRAISALS = ("appraisal", "recognition_appraisal")
RESOLUTIONS = ("base_resolution", "recognition_resolution")
FILE_CHECK = "file_check"
EXTENSIONS = ("decision_extension", "recognition_extension")


def receive_file(
    case: Case, at: Organization, *, on: date, today: date, version: int, number: str = "", handed_by: str = "",
    lacking: Iterable[str] = (), add_before: date | None = None,
) -> FileReceipt:  # fmt: skip
    """The file was handed in to the office of *at*; *lacking* is the list of what is to be added until *add_before*."""
    refuse_future(on, today, "Ngày nhận hồ sơ")
    missing = [each.strip() for each in lacking if each.strip()]
    if add_before and not missing:
        raise RuleError("Có hạn bổ sung mà chưa ghi giấy tờ cần bổ sung. Hãy ghi từng giấy tờ, hoặc bỏ hạn.")
    if add_before and add_before < on:
        raise RuleError("Hạn bổ sung phải từ ngày nhận hồ sơ trở đi. Hãy sửa lại hạn.")
    row = FileReceipt(
        case=case, organization=at, number=number.strip(), received_on=on, handed_by=handed_by.strip(), lacking=missing,
        add_before=add_before, completed_on=None if missing else on,
    )  # fmt: skip
    return add(row, version=version, today=today, what=f"Nhận hồ sơ tại {at.name}")


def complete_file(receipt: FileReceipt, *, on: date, today: date, version: int) -> FileReceipt:
    """What was lacking has been added."""
    refuse_future(on, today)
    if receipt.completed_on:
        raise RuleError("Hồ sơ này đã đủ. Hãy tải lại trang.")
    if on < receipt.received_on:
        raise RuleError("Ngày bổ sung phải từ ngày nhận hồ sơ trở đi. Hãy sửa lại ngày.")
    return change(receipt, {"completed_on": on}, version=version, today=today, what="Đã bổ sung đủ hồ sơ")


def send_back(
    case: Case, *, on: date, today: date, version: int, steps: Iterable[str], reason: str,
    document: Document = NO_DOCUMENT, late_reason: str = "",
) -> CaseEvent:  # fmt: skip
    """The file goes back to the cell with the list of steps to be done again, before there is a decision."""
    return return_file(case, on=on, today=today, version=version, steps=steps, reason=reason, document=document,
                       late_reason=late_reason)  # fmt: skip


def appraise(
    case: Case, *, on: date, today: date, version: int, document: Document = NO_DOCUMENT, late_reason: str = ""
) -> CaseEvent:
    """The sub-committee has appraised (7-KNĐ, 14-KNĐ), where there is one. Raises RuleError where there is none."""
    step = _next_of(case, APPRAISALS, today)
    return perform(case, step, on=on, today=today, version=version, document=document, late_reason=late_reason)


def resolve(
    case: Case, *, on: date, today: date, version: int, agreed: bool = True, vote: Vote | None = None,
    document: Document = NO_DOCUMENT, reason: str = "", late_reason: str = "",
) -> CaseEvent:  # fmt: skip
    """The base committee has resolved (8-KNĐ, 15-KNĐ); where it does not agree the file waits for it, with *reason*.

    Raises RuleError where the base committee decides itself and makes no resolution.
    """
    if not agreed and not reason.strip():
        raise RuleError("Đảng ủy cơ sở không đồng ý: hãy ghi lý do.")
    step = _next_of(case, RESOLUTIONS, today)
    return perform(case, step, on=on, today=today, version=version, agreed=agreed, vote=vote, document=document,
                   reason=reason, late_reason=late_reason)  # fmt: skip


def check_file(
    case: Case, *, on: date, today: date, version: int, by: str = "", document: Document = NO_DOCUMENT,
    late_reason: str = "",
) -> CaseEvent:  # fmt: skip
    """The organization board of the committee that decides has checked the file and entered it on the extract list."""
    return perform(case, FILE_CHECK, on=on, today=today, version=version, by=by, document=document,
                   late_reason=late_reason)  # fmt: skip


def extend_clock(
    case: Case, *, on: date, today: date, version: int, reason: str, document: Document = NO_DOCUMENT,
    late_reason: str = "",
) -> CaseEvent:  # fmt: skip
    """The time in which the committee decides is extended, once, for a reason. Raises RuleError the second time."""
    if not reason.strip():
        raise RuleError("Hãy ghi lý do gia hạn.")
    step = _next_of(case, EXTENSIONS, today)
    return perform(case, step, on=on, today=today, version=version, reason=reason, document=document,
                   late_reason=late_reason)  # fmt: skip


def _next_of(case: Case, kinds: Sequence[str], today: date) -> str:
    """Which of *kinds* may be entered now, else the last one: its refusal says why."""
    situation = situation_of(case, judge_of(today))
    refusals = {kind: refusal(kind, situation) for kind in kinds}
    allowed = next((kind for kind, why in refusals.items() if not why), None)
    if allowed:
        return allowed
    later = "ceremony" in situation.progress.passed
    raise RuleError(refusals[kinds[-1] if later else kinds[0]])
