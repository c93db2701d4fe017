"""What another edition would say of the same file today."""

from collections.abc import Iterator
from datetime import date

from core.dates import format_date
from core.workdays import WorkingCalendar
from pipeline.engine.facts import Facts
from pipeline.engine.steps import Step, next_steps
from pipeline.rulebook.book import Edition, Rulebook


def changed_answers(facts: Facts, book: Rulebook, other: Edition, calendar: WorkingCalendar, today: date) -> list[str]:
    """In words, what would be different if *other* judged today instead of the edition in force; nothing where nothing
    would."""
    now = {step.id: step for step in next_steps(facts, book, calendar, today)}
    then = {step.id: step for step in next_steps(facts, book.judged_by(other, today), calendar, today)}
    return list(_words(now, then))


def _words(now: dict[str, Step], then: dict[str, Step]) -> Iterator[str]:
    for name, step in now.items():
        if name not in then:
            yield f"Không còn bước: {step.what}"
    for name, step in then.items():
        before = now.get(name)
        if before is None:
            yield f"Thêm bước: {step.what}"
            continue
        if before.due != step.due:
            yield f"{step.what}: hạn {_day(before.due)} thành {_day(step.due)}"
        blocks, blocked = ({finding.rule: finding.text for finding in each.missing} for each in (before, step))
        for rule in blocked.keys() - blocks.keys():
            yield f"{step.what}: thêm điều chặn: {blocked[rule]}"
        for rule in blocks.keys() - blocked.keys():
            yield f"{step.what}: thôi chặn: {blocks[rule]}"


def _day(day: date | None) -> str:
    return format_date(day) if day else "không có"
