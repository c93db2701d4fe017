"""Document types of Công văn 1361-CV/BTCTW (30/6/2026), Phụ lục 1, as far as they concern a file.

Source: the numbers as they were read in tools of cadres who use the catalogue (domain notes [C5]), one source, so
confidence S: the text itself was not seen. The titles are our words. Where only a range of numbers was seen, the type
stands for the whole range and has no number of its own; where the place inside a range follows from the order of the
forms, the confidence says so. Whoever has the text confirms or corrects this one table.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

ONE_SOURCE, INFERRED = "S", "M"
"""Confidence: seen in one source; the range seen, the place in it inferred from the order of the forms."""


@dataclass(frozen=True)
class DocumentType:
    """Loại tài liệu: what it is called, and which steps, outcomes and forms of ours give such a paper."""

    first: int
    title: str
    steps: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    last: int = 0
    """Of a range of which nobody knows which number is whose."""
    confidence: str = ONE_SOURCE

    @property
    def number(self) -> int | None:
        return None if self.last else self.first

    @property
    def number_text(self) -> str:
        return f"{self.first}–{self.last}" if self.last else str(self.first)


CATALOGUE = (
    DocumentType(1, "Lý lịch của người xin vào Đảng", ("curriculum_vitae",), ("2-KNĐ",)),
    DocumentType(5, "Quyết định kết nạp đảng viên", ("decision",), ("9-KNĐ",)),
    DocumentType(6, "Quyết định kết nạp lại đảng viên"),
    DocumentType(7, "Quyết định công nhận đảng viên chính thức", ("recognition_decision",), ("16-KNĐ",)),
    DocumentType(8, "Quyết định xóa tên đảng viên dự bị", ("strike_off_decision",)),
    DocumentType(9, "Quyết định hủy hoặc khắc phục việc kết nạp sai", ("cancelled", "remedied"), last=13),
    DocumentType(37, "Đơn xin vào Đảng", ("application",), ("1-KNĐ",)),
    DocumentType(38, "Giấy chứng nhận bồi dưỡng nhận thức về Đảng", ("awareness_class",), ("CN-NTVĐ",)),
    DocumentType(39, "Giấy giới thiệu người vào Đảng", ("introductions",), ("3-KNĐ", "3A-KNĐ")),
    DocumentType(40, "Nghị quyết của Đoàn Thanh niên giới thiệu vào Đảng", ("union_introduction",), ("4-KNĐ",)),
    DocumentType(41, "Nghị quyết của công đoàn giới thiệu vào Đảng", (), ("4A-KNĐ",)),
    DocumentType(42, "Tổng hợp ý kiến nhận xét người xin vào Đảng", ("opinions",), ("5-KNĐ",)),
    DocumentType(43, "Nghị quyết của chi bộ đề nghị kết nạp", ("cell_vote",), ("6-KNĐ",)),
    DocumentType(44, "Báo cáo thẩm định của đảng ủy bộ phận", ("appraisal",), ("7-KNĐ",)),
    DocumentType(45, "Nghị quyết của đảng ủy cơ sở đề nghị kết nạp", ("base_resolution",), ("8-KNĐ",)),
    DocumentType(46, "Giấy chứng nhận bồi dưỡng đảng viên mới", ("new_member_class",), ("CN-ĐVM",)),
    DocumentType(47, "Bản tự kiểm điểm của đảng viên dự bị", ("self_review",), ("10-KNĐ",), confidence=INFERRED),
    DocumentType(
        48, "Bản nhận xét đảng viên dự bị của người giúp đỡ", ("helper_comment",), ("11-KNĐ",), confidence=INFERRED
    ),
    DocumentType(
        49, "Tổng hợp ý kiến nhận xét đảng viên dự bị", ("probation_opinions",), ("12-KNĐ",), confidence=INFERRED
    ),
    DocumentType(
        50, "Nghị quyết của chi bộ đề nghị công nhận chính thức", ("recognition_vote",), ("13-KNĐ",),
        confidence=INFERRED,
    ),
    DocumentType(
        51, "Báo cáo thẩm định việc công nhận chính thức", ("recognition_appraisal",), ("14-KNĐ",), confidence=INFERRED
    ),
    DocumentType(
        52, "Nghị quyết của đảng ủy cơ sở đề nghị công nhận chính thức", ("recognition_resolution",), ("15-KNĐ",),
        confidence=INFERRED,
    ),
    DocumentType(53, "Giấy chứng nhận người đang được xem xét kết nạp chuyển nơi khác", ("moved",)),
    DocumentType(92, "Công văn giới thiệu người đã được chi bộ đề nghị kết nạp", confidence=INFERRED),
    DocumentType(93, "Công văn giới thiệu người đã được cấp ủy đề nghị kết nạp", confidence=INFERRED),
    DocumentType(94, "Công văn giới thiệu người đã có quyết định kết nạp", confidence=INFERRED),
    DocumentType(95, "Công văn giới thiệu người chuyển ra ngoài đảng bộ xã", confidence=INFERRED),
    DocumentType(96, "Giấy giới thiệu đảng viên đi thẩm tra lý lịch"),
    DocumentType(97, "Công văn đề nghị thẩm tra lý lịch"),
    DocumentType(98, "Công văn yêu cầu làm lại thủ tục", ("redo_ordered",), last=99),
)  # fmt: skip

BY_NUMBER: Mapping[int, DocumentType] = MappingProxyType({each.first: each for each in CATALOGUE})
BY_STEP: Mapping[str, DocumentType] = MappingProxyType({name: each for each in CATALOGUE for name in each.steps})
BY_FORM: Mapping[str, DocumentType] = MappingProxyType({form: each for each in CATALOGUE for form in each.forms})
READMISSION, VETTING_REQUEST, INTRODUCTION, TRADE_UNION = (BY_NUMBER[number] for number in (6, 97, 39, 41))
_LETTERS = (("decision", BY_NUMBER[94]), ("base_resolution", BY_NUMBER[93]), ("cell_vote", BY_NUMBER[92]))


def type_of_event(
    kind: str, *, by: str = "", before: Iterable[str] = (), readmits: bool = False
) -> DocumentType | None:
    """The paper on which an event of a file rests: *before* are the steps taken by then, *readmits* says that the file
    is one of re-admission. None where the catalogue has nothing of the kind."""
    if kind == "decision" and readmits:
        return READMISSION
    if kind == "union_introduction" and by == "trade_union":
        return TRADE_UNION
    if kind == "moved":
        taken = set(before)
        return next((letter for step, letter in _LETTERS if step in taken), BY_STEP[kind])
    return BY_STEP.get(kind)
