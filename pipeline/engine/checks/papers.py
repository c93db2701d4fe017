"""About papers and the order of steps."""

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.engine.checks.registry import check
from pipeline.engine.findings import Said
from pipeline.engine.situation import Situation


@check(step="step")
def step_is_done(case: Situation, given: Mapping[str, Any]) -> Iterator[Said]:
    """A step that must come first is done, by the day."""
    name = given["step"]
    event = case.progress.done.get(name)
    if event is None or event.on > case.on:
        rule = case.edition.steps.get(name)
        yield Said(f"Chưa có: {rule.title if rule else name}.")


@check(first="step", second="step")
def came_before(case: Situation, given: Mapping[str, Any]) -> Iterator[Said]:
    """Of two steps that are done, the first was not later than the second."""
    first, second = case.progress.day_of(given["first"]), case.progress.day_of(given["second"])
    if first and second and first > second:
        titles = [case.edition.steps[given[key]].title for key in ("first", "second")]
        yield Said(f"“{titles[0]}” ghi ngày sau “{titles[1]}”.")


@check(kind="text", named="text")
def has_paper(case: Situation, given: Mapping[str, Any]) -> Iterator[Said]:
    """A paper of a kind, dated not later than the day."""
    if not case.has_paper(given["kind"]):
        yield Said(f"Chưa có {given['named']}.")


@check()
def political_question_is_concluded(case: Situation, given: Mapping[str, Any]) -> Iterator[Said]:
    day = case.progress.day_of("political_conclusion")
    if case.facts.person.has_political_question and (day is None or day > case.on):
        yield Said("Có vấn đề chính trị cần xem xét mà chưa có kết luận.")


@check()
def union_introduction(case: Situation, given: Mapping[str, Any]) -> Iterator[Said]:
    """With fewer than two members introducing, a union introduces as well, the one that is there."""
    if sum(1 for helper in case.facts.helpers if helper.introduced_on and helper.introduced_on <= case.on) >= 2:
        return
    event = case.progress.done.get("union_introduction")
    if event is None or event.on > case.on:
        yield Said("Chưa có nghị quyết giới thiệu của Đoàn hoặc công đoàn, cũng chưa đủ hai đảng viên giới thiệu.")
    elif event.by == "trade_union" and case.facts.place.has_youth_union:
        yield Said("Nơi có tổ chức Đoàn thì công đoàn không giới thiệu thay.")


@check()
def local_criteria(case: Situation, given: Mapping[str, Any]) -> Iterator[Said]:
    """What the province or the school asks besides."""
    for item in case.facts.local:
        if not item.met:
            yield Said(f"Tiêu chí của địa phương chưa đạt: {item.text}.", doubt=not item.is_warning)
