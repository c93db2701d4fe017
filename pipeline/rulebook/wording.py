"""What a rule says, in words that an officer reads: used by pages and by docs/rules.md."""

from collections.abc import Iterator

from pipeline.engine.actors import ACTORS
from pipeline.rulebook.book import Edition
from pipeline.rulebook.entries import (
    Clock,
    Decider,
    Entry,
    Milestone,
    Outcome,
    Requirement,
    Route,
    Setting,
    Step,
    Validity,
    Vote,
)  # fmt: skip

MANY = 8
"""So many steps are told by their number."""
UNITS = {"working_days": "ngày làm việc", "months": "tháng"}
LEVELS = {
    "READS_AND_WRITES": "biết đọc, biết viết", "PRIMARY": "hoàn thành chương trình tiểu học",
    "LOWER_SECONDARY": "hoàn thành chương trình trung học cơ sở",
    "LOWER_SECONDARY_DIPLOMA": "có bằng tốt nghiệp trung học cơ sở",
}  # fmt: skip
EFFECTS = {
    "pause": "tạm dừng hồ sơ", "close": "khép hồ sơ", "reopen": "làm lại một số bước", "resume": "mở lại hồ sơ",
    "extend": "kéo dài thời hạn", "move": "chuyển hồ sơ",
}  # fmt: skip
POWERS = {"appraises": "có cấp thẩm định", "resolves": "có cấp ra nghị quyết đề nghị"}
LEFT_OUT = {
    "away": "người chuyển sinh hoạt tạm thời đi nơi khác", "exempt_absent": "người được miễn sinh hoạt vắng mặt",
    "suspended": "người bị đình chỉ sinh hoạt",
}  # fmt: skip
WHEN = {
    "political_question": "khi có vấn đề chính trị cần xem xét",
    "union_introduces": "khi chưa đủ hai đảng viên giới thiệu",
    "decider_has_board": "khi cấp quyết định có ban tổ chức", "moved_out": "khi đã chuyển đi mà chưa vào nơi mới",
    "recorded_only": "chỉ ghi khi xảy ra", "rounds_used_up": "khi đã đủ số lần biểu quyết",
    "strike_off_proposed": "khi chi bộ đề nghị xóa tên",
}  # fmt: skip


def parameters_in_words(entry: Entry, edition: Edition) -> list[str]:
    """What *entry* says besides its title, each thing a phrase."""
    return [words for words in _words(entry, edition) if words]


def _names(names: tuple[str, ...], table: dict[str, Entry]) -> str:
    return ", ".join(f"“{table[name].title}”" for name in names if name in table)


def _words(entry: Entry, edition: Edition) -> Iterator[str]:
    steps = edition.steps
    match entry:
        case Step():
            yield ACTORS[entry.actor]
            yield entry.form and f"mẫu {entry.form}"
            yield entry.after and f"sau {_names(entry.after, steps)}"
            yield WHEN.get(entry.when, "")
            yield entry.power and f"khi {POWERS.get(entry.power, entry.power)}"
            yield entry.repeats_until and f"lặp lại cho đến {_names((entry.repeats_until,), steps)}"
        case Requirement():
            yield from _requirement(entry)
        case Vote():
            yield f"trên {entry.of}"
            yield f"ít nhất {entry.at_least}" if entry.at_least else f"quá {entry.more_than}"
            yield (entry.least_voters > 1 and f"có từ {entry.least_voters} người được biểu quyết") or ""
            yield (entry.leaves_out and "không tính " + ", ".join(LEFT_OUT[each] for each in entry.leaves_out)) or ""
            yield (entry.rounds and f"sau {entry.rounds} lần thì báo cáo lên trên") or ""
        case Clock():
            yield f"{entry.length} {UNITS[entry.unit]} từ {_start(entry.starts, edition)}"
            yield (entry.extension and f"gia hạn một lần thêm {entry.extension}") or ""
        case Validity():
            yield f"{entry.months} tháng từ {_names(entry.of, steps)}"
            yield f"xét ngày {_names((entry.tested_at,), steps)}"
            yield f"hết thì làm lại {_names(entry.redo, steps)}"
        case Milestone():
            yield f"{_names((entry.of,), steps)}" + (f" thêm {entry.months} tháng" if entry.months else "")
            yield entry.known_after and f"biết sau {_names((entry.known_after,), steps)}"
        case Route():
            yield (entry.waives and f"bỏ {_names(entry.waives, edition.requirements)}") or ""
            for step, added in entry.adds.items():
                yield f"thêm ở {_names((step,), steps)}: {_names(added, edition.requirements)}"
        case Outcome():
            yield EFFECTS[entry.effect]
            yield (entry.reopens and f"làm lại {_names(entry.reopens, steps)}") or ""
            yield entry.back and f"đường trở lại: {_names((entry.back,), edition.outcomes)}"
            yield (entry.back_after and f"sau {entry.back_after} tháng") or ""
        case Decider():
            yield f"xét ngày {_names((entry.judged_on,), steps)}"
            yield (entry.own_rules and "quân đội, công an theo quy định riêng") or ""
        case Setting():
            yield f"đang dùng: {entry.choices[entry.value]}"


def _start(name: str, edition: Edition) -> str:
    found = edition.milestones.get(name) or edition.steps.get(name)
    return f"“{found.title}”" if found else "–"


def _requirement(entry: Requirement) -> Iterator[str]:
    given = entry.parameters
    if "months" in given:
        yield f"{given['months']} tháng"
    if "at_least" in given:
        yield LEVELS[given["at_least"]]
    if "least" in given:
        yield f"ít nhất {given['least']}"
    if "days" in given:
        yield f"{given['days']} ngày làm việc, {given['abroad_days']} nếu ở nước ngoài"
    if "third" in given:
        yield f"{given['third']} hoặc {given['fourth']} tháng"
    if entry.at_most == "warn":
        yield "không bao giờ chặn"
