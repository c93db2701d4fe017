"""The frozen content of a report: plain data, from which the printed page follows and nothing else does.

Texts, dictionaries, lists, whole numbers, decimals; :mod:`core.documents.canonical` gives it one text and one
digest. `figures` are for later comparison, the other parts for print.
"""

from dataclasses import asdict
from typing import Any

from core.numbers import format_integer, percentage
from reports import assessment, sentences
from reports.appendix import appendix
from reports.chart_pages import chart_page
from reports.facts import Line, ReportFacts
from reports.kinds import ReportKind
from reports.letterhead import Letterhead, letterhead
from reports.rates import attainment
from reports.wording import base_words, capital, percent_cell

FORMAT = 2
"""Raised when the shape of the content changes; stored revisions keep theirs."""

Content = dict[str, Any]


def report_content(facts: ReportFacts, kind: str, dated, signer: str) -> Content:
    head = letterhead(facts.issuer_line, has_board=facts.has_board, labels=facts.labels, dated=dated, signer=signer)
    title = sentences.title(kind, facts.period.year)
    return {
        "format": FORMAT,
        "kind": kind,
        "organization": {"code": facts.line.code, "name": facts.line.name, "kind": facts.line.kind},
        "period": {"first_day": facts.period.first_day, "last_day": facts.period.last_day},
        "dated": dated,
        "policy": _policy(facts),
        "head": asdict(head),
        "title": title,
        "introduction": sentences.introduction(facts, head.author, head.addressee, title),
        "sections": [section for section in _sections(facts, kind, head) if section["parts"]],
        "appendix": appendix(facts, head, dated, title),
        "charts": chart_page(facts, head, dated),
        "figures": _figures(facts),
    }


def _policy(facts: ReportFacts) -> Content:
    policy = facts.policy
    return {
        "base": policy.base.value,
        "base_text": base_words(policy.base, facts.period, policy.term_start),
        "counts_on": policy.counts_on,
        "term_start": policy.term_start,
        "low": policy.low.normalize(),
        "high": policy.high.normalize(),
    }


def _sections(facts: ReportFacts, kind: str, head: Letterhead) -> list[Content]:
    numbered = _Numbered()
    results = [
        numbered(
            "Biến động đảng viên", [_together(sentences.roll(facts), sentences.declared(facts))], _movements(facts)
        ),
        numbered(
            "Kết nạp đảng viên",
            [_together(sentences.admissions(facts), sentences.rate(facts)), _together(sentences.structure(facts))],
        ),
        numbered("Công nhận đảng viên chính thức", sentences.recognitions(facts)),
        numbered("Tổ chức có kết nạp, chưa kết nạp", [_together(sentences.organisations(facts))]),
        numbered("Đưa ra khỏi Đảng", sentences.departures(facts)),
    ]
    numbered = _Numbered()
    causes = assessment.causes(facts)
    judged = [
        numbered("Ưu điểm", _items(assessment.strengths(facts))),
        numbered("Hạn chế, nguyên nhân" if causes else "Hạn chế", _items([*assessment.limits(facts, kind), *causes])),
    ]
    empty = [_part(["Số liệu trong kỳ chưa đủ cơ sở để đánh giá."])]
    sections = [
        ("LÃNH ĐẠO, CHỈ ĐẠO", [_part([_together(sentences.targets_assigned(facts)), *sentences.closures(facts)])]),
        ("KẾT QUẢ THỰC HIỆN", results),
        ("ĐÁNH GIÁ CHUNG", [part for part in judged if part] or empty),
        (_tasks_title(facts, kind), [_part(_items(assessment.tasks(facts)))]),
        ("KIẾN NGHỊ", [_part(_items(assessment.proposals(facts, head.addressee)))]),
    ]
    kept = [(title, [part for part in parts if part]) for title, parts in sections]
    kept = [(title, parts) for title, parts in kept if parts]
    return [
        {"number": numeral, "title": title, "parts": parts}
        for numeral, (title, parts) in zip(("I", "II", "III", "IV", "V"), kept, strict=False)
    ]


class _Numbered:
    """Numbers the parts of a section; a part with nothing to say has no number and is left out."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self, title: str, paragraphs: list[str], table: Content | None = None) -> Content | None:
        part = _part(paragraphs, table)
        if part:
            self._count += 1
            part["title"] = f"{self._count}. {title}"
        return part


def _part(paragraphs: list[str], table: Content | None = None) -> Content | None:
    told = [text for text in paragraphs if text]
    return {"title": "", "paragraphs": told, "table": table} if told or table else None


def _together(*sentences: list[str]) -> str:
    """Sentences as one paragraph."""
    return " ".join(text for told in sentences for text in told)


def _items(told: list[str]) -> list[str]:
    """Paragraphs of a list; a single one needs no sign."""
    return [f"- {text}" for text in told] if len(told) > 1 else told


def _tasks_title(facts: ReportFacts, kind: str) -> str:
    if facts.is_year_end:
        return f"NHIỆM VỤ TRỌNG TÂM NĂM {facts.period.year + 1}"
    rest = "6 THÁNG CUỐI" if kind == ReportKind.HALF_YEAR else "THỜI GIAN CÒN LẠI CỦA"
    return f"NHIỆM VỤ TRỌNG TÂM {rest} NĂM {facts.period.year}"


MOVEMENTS = (
    ("Đảng viên đầu kỳ", "opening", "total"),
    ("Tăng", "increases", "total"),
    ("Kết nạp", "admitted", "inner"),
    ("Chuyển đến", "transferred_in", "inner"),
    ("Phục hồi đảng tịch", "reinstated", "inner"),
    ("Giảm", "decreases", "total"),
    ("Từ trần", "died", "inner"),
    ("Khai trừ", "expelled", "inner"),
    ("Xóa tên", "struck_off", "inner"),
    ("Xin ra khỏi Đảng", "resigned", "inner"),
    ("Chuyển đi", "transferred_out", "inner"),
    ("Đảng viên cuối kỳ", "closing", "total"),
)
"""Rows of the official form on increase and decrease of members, in its order."""


def _movements(facts: ReportFacts) -> Content:
    now, then = facts.line.figures, facts.line.before
    rows = []
    for label, name, level in MOVEMENTS:
        value, earlier = getattr(now, name), getattr(then, name) if then else None
        cells = [label, format_integer(value), format_integer(earlier), percent_cell(percentage(value, earlier))]
        rows.append({"level": level, "cells": cells})
    return {
        "caption": "Đơn vị tính: người",
        "heads": ["Nội dung", "Kỳ này", capital(facts.then), "So sánh (%)"],
        "rows": rows,
        "note": (
            "" if facts.is_cell else "Không tính chuyển đi, chuyển đến giữa các tổ chức trong Đảng bộ trong cùng kỳ."
        ),
    }


def _figures(facts: ReportFacts) -> Content:
    """The numbers themselves, for comparing reports."""
    return {
        "total": _numbers(facts.line),
        "rows": [_numbers(row) for row in facts.rows],
        "recognised": facts.recognised,
        "recognised_before": facts.recognised_before,
        "cells": facts.cells,
        "cells_admitting": facts.cells_admitting,
        "idle_cells": facts.idle_cells,
        "idle_years": facts.idle_years,
        "next_target": facts.next_target,
    }


def _numbers(line: Line) -> Content:
    return {
        "code": line.code,
        "figures": asdict(line.figures),
        "before": asdict(line.before) if line.before else None,
        "before_here": asdict(line.before_here) if line.before_here else None,
        "base_value": line.rate.base_value,
        "rate": line.rate.percent,
        "target": line.target,
        "attainment": attainment(line.figures.admitted, line.target),
        "reorganised": line.reorganised,
        "structure": asdict(line.structure),
    }
