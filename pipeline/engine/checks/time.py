"""About days: what must have ended, what was late."""

from collections.abc import Iterator, Mapping
from typing import Any

from core.dates import format_date
from pipeline.engine.checks.registry import check
from pipeline.engine.findings import Said
from pipeline.engine.situation import Situation


@check(milestone="milestone")
def is_after(case: Situation, given: Mapping[str, Any]) -> Iterator[Said]:
    """The day lies after a milestone, not on it."""
    day = case.milestone(given["milestone"])
    if day and case.on <= day:
        yield Said(f"Chỉ được họp sau ngày hết thời gian dự bị ({format_date(day)}).")


@check(clock="clock", kind="text", named="text")
def late_needs_paper(case: Situation, given: Mapping[str, Any]) -> Iterator[Said]:
    """After the due day a paper is needed; lateness itself cancels nothing."""
    found = case.reading(given["clock"])
    if found and case.on > found.due and not case.has_paper(given["kind"]):
        yield Said(f"Đã quá hạn {format_date(found.due)} mà chưa có {given['named']}.")


@check(clock="clock")
def late_is_accounted_for(case: Situation, given: Mapping[str, Any]) -> Iterator[Said]:
    """Late without a reason: who decides answers to the level above."""
    found = case.reading(given["clock"])
    if found and case.on > found.due:
        yield Said(f"Đã quá hạn {format_date(found.due)}.")


@check(clock="clock")
def both_starts_agree(case: Situation, given: Mapping[str, Any]) -> Iterator[Said]:
    """Two editions start this clock on different days; say so where the due day differs."""
    found = case.reading(given["clock"])
    if found and found.other_due and found.other_due != found.due:
        yield Said(
            f"Hạn là {format_date(found.due)}; nếu tính từ {format_date(found.other_start)} thì là "
            f"{format_date(found.other_due)}.",
            doubt=True,
        )
