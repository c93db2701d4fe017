"""How pages show files: words, chips and links of steps, and what no page says openly. No database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from core.dates import format_date
from pipeline.engine.findings import Finding
from pipeline.engine.stages import Stage
from pipeline.kinds import PaperKind
from pipeline.rulebook.book import Edition

SOON_DAYS = 7
"""As in Việc cần làm."""
STAGE_SLUGS = {
    "nguon": Stage.SOURCE, "cam-tinh": Stage.SYMPATHISER, "ho-so": Stage.FILE, "chi-bo": Stage.CELL_PASSED,
    "cap-uy": Stage.COMMITTEE, "quyet-dinh": Stage.DECIDED, "du-bi": Stage.PROBATION, "cong-nhan": Stage.RECOGNITION,
    "chinh-thuc": Stage.OFFICIAL,
}  # fmt: skip
"""What the address says of a stage."""
LATE = "qua-han"
"""What the address says of files with something overdue."""
STAGE_TONES = {
    Stage.SOURCE.name: "mute", Stage.DECIDED.name: "ok", Stage.PROBATION.name: "ok", Stage.OFFICIAL.name: "ok",
}  # fmt: skip
"""The others are under way: `info`."""

PRIVATE_STEPS = {"political_conclusion": "Kết luận của cấp ủy có thẩm quyền"}
"""Steps whose very name says what is masked: how they are called where many people look."""
PRIVATE_CHECKS = {
    "inquiries_are_answered": "Còn mục thẩm tra chưa có kết quả",
    "only_whom_the_rule_names": "Có mục thẩm tra người không thuộc diện phải thẩm tra",
    "exemptions_are_grounded": "Có mục miễn thẩm tra chưa đủ căn cứ",
    "vetting_person_is_no_relative": "Có mục do người thân đi thẩm tra",
    "answers_in_time": "Có mục thẩm tra quá hạn trả lời",
    "political_question_is_concluded": "Có việc chờ kết luận của cấp ủy có thẩm quyền",
    "population_policy": "Có nội dung phải đối chiếu về chính sách dân số",
}
"""Checks whose words name a relative or something else that is masked: what is said in their place."""
PRIVATE_PAPERS = (
    PaperKind.VETTING_LETTER, PaperKind.POLITICAL, PaperKind.RELIGION, PaperKind.MARRIAGE, PaperKind.NATURALISED,
)  # fmt: skip
"""Papers that are not named on a sheet."""
ACTIONS = {
    "sympathiser_list": "Ghi nghị quyết", "list_review": "Ghi lần rà soát", "helper": "Phân công người giúp đỡ",
    "probation_helper": "Phân công người giúp đỡ", "trial_tasks": "Giao nhiệm vụ", "awareness_class": "Ghi chứng nhận",
    "application": "Ghi ngày nộp đơn", "curriculum_vitae": "Ghi ngày nộp lý lịch", "cv_seal": "Ghi ngày đóng dấu",
    "vetting": "Ghi kết luận thẩm tra", "introductions": "Ghi giấy giới thiệu",
    "union_introduction": "Ghi nghị quyết giới thiệu", "opinions": "Ghi bản tổng hợp",
    "cell_vote": "Ghi kết quả họp chi bộ", "recognition_vote": "Ghi kết quả họp chi bộ", "decision": "Ghi quyết định",
    "recognition_decision": "Ghi quyết định", "decision_receipt": "Ghi ngày nhận", "ceremony": "Ghi lễ kết nạp",
    "card": "Ghi phát thẻ", "base_resolution": "Ghi nghị quyết", "recognition_resolution": "Ghi nghị quyết",
    "appraisal": "Ghi thẩm định", "recognition_appraisal": "Ghi thẩm định", "file_check": "Ghi thẩm định",
}  # fmt: skip
"""What the button of a step says."""
WAY = {
    Stage.SOURCE: "Giới thiệu", Stage.SYMPATHISER: "Cảm tình Đảng", Stage.FILE: "Làm hồ sơ",
    Stage.CELL_PASSED: "Chi bộ xét", Stage.COMMITTEE: "Cấp ủy xét", Stage.DECIDED: "Quyết định kết nạp",
    Stage.PROBATION: "Lễ kết nạp, thời gian dự bị", Stage.RECOGNITION: "Xét công nhận chính thức",
    Stage.OFFICIAL: "Đảng viên chính thức",
}  # fmt: skip
"""Parts of the way, as they are headed."""


@dataclass(frozen=True)
class Chip:
    """A state: colour, and word; the sign belongs to the colour."""

    tone: str
    text: str


def due_chip(due: date | None, today: date) -> Chip | None:
    """`Quá 4 ngày`, `Hạn hôm nay`, `Còn 5 ngày`, later only the day."""
    if due is None:
        return None
    left = (due - today).days
    if left < 0:
        return Chip("late", f"Quá {-left} ngày")
    if left <= SOON_DAYS:
        return Chip("soon", f"Còn {left} ngày" if left else "Hạn hôm nay")
    return Chip("mute", f"Hạn {format_date(due)}")


def stage_chip(stage: str) -> Chip:
    return Chip(STAGE_TONES.get(stage, "info"), Stage[stage].value)


def open_title(kind: str, edition: Edition) -> str:
    """A step or outcome as it is called where many people look."""
    found = edition.steps.get(kind) or edition.outcomes.get(kind)
    return PRIVATE_STEPS.get(kind) or (found.title if found else kind)


def step_choices(edition: Edition) -> list[tuple[str, str]]:
    """What may come next in a file, in the order of the way, by the words of a list; ways back last."""
    back = dict.fromkeys(outcome.back for outcome in edition.outcomes.values() if outcome.back in edition.outcomes)
    return [(kind, open_title(kind, edition)) for kind in (*edition.steps, *back)]


def overdue_slug(span: str) -> str:
    """What the address says of files that are in a span longer than its limit."""
    return f"{LATE}-{span.replace('_', '-')}"


def action_of(kind: str, edition: Edition) -> str:
    """What the button says."""
    return ACTIONS.get(kind) or ("Ghi việc này" if kind in edition.steps else open_title(kind, edition))


def without_content(findings: Iterable[Finding], edition: Edition) -> list[Finding]:
    """*findings* for a page: those that would name a relative, or say what is masked, in general words, once each."""
    shown: dict[tuple[str, str], Finding] = {}
    for each in findings:
        rule = edition.entries.get(each.rule)
        words = PRIVATE_CHECKS.get(getattr(rule, "check", ""))
        text = f"{words}. {getattr(rule, 'remedy', '')}".strip() if words else each.text
        shown.setdefault((each.rule, text), replace(each, text=text))
    return list(shown.values())


def told_findings(findings: Sequence[Finding]) -> list[str]:
    """*findings* as messages, each with where it stands."""
    return [f"{each.text} ({each.article}; {each.edition})" for each in findings]
