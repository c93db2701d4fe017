"""docs/rules.md: the edition in force as people read it, with what stands elsewhere in earlier ones."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from core.dates import format_date, format_paper_date
from pipeline.rulebook.book import Edition, Rulebook
from pipeline.rulebook.confidence import Confidence, Strength
from pipeline.rulebook.entries import TABLES, TITLES, Entry
from pipeline.rulebook.wording import parameters_in_words

EFFECT = {Strength.BLOCK: "chặn", Strength.WARN: "nhắc", Strength.NOTE: "ghi chú"}


def as_markdown(book: Rulebook) -> str:
    """The whole page."""
    present = book.editions[-1]
    return "\n".join([
        "# Bộ quy định",
        "",
        "Made of `pipeline/rulesets/` by `manage.py rules_doc > docs/rules.md`; a test compares them.",
        "",
        "Mức tin cậy: **S2** hai nguồn trở lên; **S** một nguồn; **M** theo trí nhớ; **kế thừa**: chỉ thấy ở văn bản",
        "trước. Chỉ S2 và điều đơn vị đã tự đối chiếu mới chặn một bước; S thì nhắc; còn lại là ghi chú “chưa đối",
        "chiếu văn bản gốc”. Số trong ngoặc vuông là nguồn trong bảng nguồn của tài liệu nghiệp vụ.",
        "",
        "## Các văn bản",
        "",
        "| Văn bản | Ban hành | Hiệu lực | Hướng dẫn đi cùng | S2 | S | M | Kế thừa |",
        "|---|---|---|---|---|---|---|---|",
        *(_edition_row(book, edition) for edition in book),
        "",
        f"## {present.number}, đang có hiệu lực",
        "",
        *([present.note, ""] if present.note else []),
        *_tables(present),
        "## Khác nhau giữa các văn bản",
        "",
        *_differences(book),
    ]).rstrip() + "\n"  # fmt: skip


def _edition_row(book: Rulebook, edition: Edition) -> str:
    counts = Counter(entry.confidence.value for entry in edition.entries.values())
    until = book.last_day(edition)
    force = f"từ {format_date(edition.in_force_from)}" + (f" đến {format_date(until)}" if until else "")
    guidances = "; ".join(f"{each.number} ({each.issued})" for each in edition.guidances)
    numbers = " | ".join(str(counts[key]) for key in ("S2", "S", "M", "kế thừa"))
    return f"| {edition.number} | {format_paper_date(edition.issued)} | {force} | {guidances} | {numbers} |"


def _tables(edition: Edition) -> Iterator[str]:
    for table in TABLES:
        entries = [entry for entry in edition.entries.values() if entry.table == table]
        if not entries:
            continue
        yield f"### {TITLES[table]}"
        yield ""
        yield "| Mã | Nội dung | Chi tiết | Điều khoản | Nguồn | Tin cậy | Khi không đạt |"
        yield "|---|---|---|---|---|---|---|"
        for entry in entries:
            effect = EFFECT[entry.strength] if table in ("requirements", "validities") else "–"
            words = "; ".join(parameters_in_words(entry, edition)) or "–"
            title = entry.title + (f" *({entry.note})*" if entry.note else "")
            yield (
                f"| `{entry.id}` | {title} | {words} | {entry.article} | {entry.source} | {entry.confidence.value} | "
                f"{effect} |"
            )
        yield ""


def _differences(book: Rulebook) -> Iterator[str]:
    found = False
    for earlier, later in zip(book.editions, book.editions[1:], strict=False):
        for rule, words in differences(earlier, later).items():
            if not found:
                yield "| Quy định | Văn bản trước | Văn bản sau |"
                yield "|---|---|---|"
                found = True
            before, after = words
            yield f"| `{rule}` | {earlier.number}: {before} | {later.number}: {after} |"
    if not found:
        yield "Không có."


def differences(one: Edition, other: Edition) -> Mapping[str, tuple[str, str]]:
    """Rule → what it says in either edition, where that differs; articles and sources left aside."""
    found = {}
    for rule in dict.fromkeys((*one.entries, *other.entries)):
        left, right = one.entries.get(rule), other.entries.get(rule)
        if _bare(left) != _bare(right):
            found[rule] = (content(left, one) or "không có", content(right, other) or "không có")
    return found


def _bare(entry: Entry | None) -> Entry | None:
    """The rule itself, without where it stands and how sure we are."""
    if entry is None:
        return None
    return replace(entry, article="", source="", stated_in="", note="", local_text="", confidence=Confidence.MEMORY)


def content(entry: Entry | None, edition: Edition) -> str:
    """What a rule says, in words."""
    if entry is None:
        return ""
    words: list[Any] = [entry.title, *parameters_in_words(entry, edition)]
    return "; ".join(words)
