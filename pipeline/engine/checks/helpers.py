"""About members who help and introduce."""

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.engine.checks.registry import check
from pipeline.engine.facts import Helper
from pipeline.engine.findings import Said
from pipeline.engine.months import full_months
from pipeline.engine.situation import Situation


def _introducing(case: Situation) -> list[Helper]:
    return [each for each in case.facts.helpers if each.introduced_on and each.introduced_on <= case.on]


@check(least="number")
def introducers(case: Situation, given: Mapping[str, Any]) -> Iterator[Said]:
    """Somebody has written the 3-KNĐ."""
    if len(_introducing(case)) < given["least"]:
        yield Said("Chưa có giấy giới thiệu của đảng viên chính thức (3-KNĐ).")


@check()
def introducers_are_official(case: Situation, given: Mapping[str, Any]) -> Iterator[Said]:
    """Who introduces is an official member on that day; a probationer never."""
    for each in _introducing(case):
        if each.official_on is None or each.official_on > each.introduced_on:
            yield Said("Người giới thiệu chưa là đảng viên chính thức vào ngày giới thiệu.")


@check(months="number")
def shared_time(case: Situation, given: Mapping[str, Any]) -> Iterator[Said]:
    """Who introduces has worked, studied or lived with the person long enough. How long a member is not asked."""
    for each in _introducing(case):
        if each.together_since is None:
            yield Said("Chưa ghi thời gian cùng công tác, học tập hoặc cư trú của người giới thiệu.", doubt=True)
        elif full_months(each.together_since, each.introduced_on) < given["months"]:
            yield Said(f"Người giới thiệu chưa cùng công tác, học tập hoặc cư trú đủ {given['months']} tháng.")


@check()
def helper_is_official(case: Situation, given: Mapping[str, Any]) -> Iterator[Said]:
    """Who helps is an official member on the day of assignment."""
    for each in case.facts.helpers:
        day = each.assigned_on
        if day and day <= case.on and (each.official_on is None or each.official_on > day):
            yield Said("Người được phân công giúp đỡ chưa là đảng viên chính thức.")


@check(months="number")
def helper_shared_time(case: Situation, given: Mapping[str, Any]) -> Iterator[Said]:
    """The same shared time at assignment; one who takes over from another is not asked."""
    for each in case.facts.helpers:
        if each.assigned_on is None or each.replaces or each.together_since is None:
            continue
        if full_months(each.together_since, each.assigned_on) < given["months"]:
            yield Said(f"Người giúp đỡ chưa cùng công tác, học tập hoặc cư trú đủ {given['months']} tháng.")


@check()
def has_helper(case: Situation, given: Mapping[str, Any]) -> Iterator[Said]:
    """Somebody helps now, also during probation."""
    helpers = case.facts.helpers
    if helpers and not any(each.until is None or each.until > case.on for each in helpers):
        yield Said("Hiện không có đảng viên nào được phân công giúp đỡ.")
