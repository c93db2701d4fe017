"""The appendix: one row for each organisation below, the total first. No database."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from core.dates import format_paper_date
from core.numbers import format_integer
from reports.facts import Line, ReportFacts
from reports.kinds import Base
from reports.letterhead import Letterhead
from reports.rates import attainment
from reports.wording import amount, capital, number, percent_cell, rows_word, whole


def appendix(facts: ReportFacts, head: Letterhead, dated: date | None, title: str) -> dict[str, Any] | None:
    """None for a cell, or where there is nothing below."""
    if not facts.rows:
        return None
    word = rows_word(facts.row_kinds)
    base = Base.OPENING if facts.policy.base is Base.TARGET else facts.policy.base
    own = facts.line
    return {
        "title": f"{capital(title)} theo {word}",
        "reference": reference(head, dated),
        "heads": [
            "STT", capital(word), capital(base.label), "Chỉ tiêu năm", "Kết nạp", "% chỉ tiêu", "Tỷ lệ (%)", "Nữ",
            "Dân tộc thiểu số", capital(facts.then), "Ghi chú",
        ],
        "rows": [
            _row("", f"Toàn {whole(own.kind)}", own, facts, _note(own, facts.then)),
            *(
                _row(str(place), row.name, row, facts, _note(row, facts.then))
                for place, row in enumerate(facts.rows, start=1)
            ),
        ],
        "notes": list(_notes(facts, word)),
    }  # fmt: skip


def reference(head: Letterhead, dated: date | None) -> str:
    """Which report an appendix belongs to."""
    on = format_paper_date(dated) if dated else "      tháng      năm 20    "
    return f"(kèm theo Báo cáo {head.number.replace('Số', 'số')}, ngày {on} của {head.author})"


def _row(place: str, name: str, line: Line, facts: ReportFacts, note: str) -> list[str]:
    admitted, structure = line.figures.admitted, line.structure
    base = Decimal(line.figures.opening) if facts.policy.base is Base.TARGET else line.rate.base_value
    return [
        place,
        name,
        amount(base),
        format_integer(line.target),
        format_integer(admitted),
        percent_cell(attainment(admitted, line.target)),
        percent_cell(line.rate.percent),
        format_integer(_known(structure.women, line, "sex")),
        format_integer(_known(structure.minority, line, "ethnicity")),
        format_integer(line.before.admitted if line.before else None),
        note,
    ]


def _known(size: int, line: Line, field: str) -> int | None:
    """A number of people, None where the admitted are typed in, or nobody's *field* is written down."""
    if not line.figures.admitted:
        return 0
    return size if line.structure.knows(field) else None


def _note(row: Line, then: str) -> str:
    figures, notes = row.figures, []
    if row.is_closed:
        notes.append("đã kết thúc hoạt động")
    if figures.has_declared:
        notes.append("có số khai báo" if row.structure.people else "số khai báo")
    if row.reorganised:
        more = "tăng" if row.reorganised > 0 else "giảm"
        notes.append(f"đầu kỳ {more} {number(abs(row.reorganised))} do sắp xếp tổ chức")
    if row.before and row.before_here and row.before_here.admitted != row.before.admitted:
        notes.append(f"{then} theo tổ chức nay là {number(row.before_here.admitted)}")
    if row.has_sources is False and not figures.admitted:
        notes.append("không còn nguồn")
    return "; ".join(notes)


def _notes(facts: ReportFacts, word: str) -> Iterator[str]:
    """Why the total may not be the sum of what stands below it."""
    own, rows = facts.line, facts.rows
    assigned = sum(row.target or 0 for row in rows)
    if assigned and own.target is not None and own.target != assigned:
        yield f"Chỉ tiêu của toàn {whole(own.kind)} là {own.target}; tổng chỉ tiêu của các {word} là {assigned}."
    if own.figures.admitted != (admitted := sum(row.figures.admitted for row in rows)):
        yield (
            f"Tổng số kết nạp của các {word} là {number(admitted)}; toàn {whole(own.kind)} là "
            f"{number(own.figures.admitted)} theo số khai báo."
        )
    if any(row.figures.admitted > row.structure.people > 0 for row in (own, *rows)):
        yield "Nơi có số khai báo, cột nữ và dân tộc thiểu số chỉ tính người có trong danh sách đảng viên."
