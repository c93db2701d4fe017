"""About somebody who was in the Party before."""

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.engine.checks.registry import check
from pipeline.engine.findings import Said
from pipeline.engine.months import full_months
from pipeline.engine.situation import Situation


@check()
def route_is_named(case: Situation, given: Mapping[str, Any]) -> Iterator[Said]:
    """A former member is admitted again by that route only."""
    if case.facts.former and "readmission" not in case.facts.routes:
        yield Said("Người này đã từng là đảng viên.")


@check(months="number", because="list")
def long_enough_since_leaving(case: Situation, given: Mapping[str, Any]) -> Iterator[Said]:
    """So many months since leaving; reasons listed in `because` have terms of their own."""
    former = case.facts.former
    if former and former.because not in given["because"]:
        months = full_months(former.left_on, case.on)
        if months < given["months"]:
            yield Said(f"Mới ra khỏi Đảng {months} tháng, cần ít nhất {given['months']} tháng.")


@check(months="number")
def long_enough_since_expunged(case: Situation, given: Mapping[str, Any]) -> Iterator[Said]:
    """After a conviction for a less serious crime: so many months after the record was expunged."""
    former = case.facts.former
    if former is None or former.because != "less_serious_crime":
        return
    if former.expunged_on is None:
        yield Said("Chưa ghi ngày được xóa án tích.")
    elif full_months(former.expunged_on, case.on) < given["months"]:
        yield Said(f"Chưa đủ {given['months']} tháng kể từ ngày được xóa án tích.")


@check(third="number", fourth="number")
def long_enough_after_population(case: Situation, given: Mapping[str, Any]) -> Iterator[Said]:
    """Left for reasons of population policy: terms by the number of the child, counted to the cell's meeting."""
    former = case.facts.former
    if former is None or former.because != "population":
        return
    months = given["fourth" if case.facts.person.children_beyond >= 4 else "third"]
    if full_months(former.left_on, case.on) < months:
        yield Said(f"Chưa đủ {months} tháng kể từ khi ra khỏi Đảng vì chính sách dân số.")


@check(times="number")
def not_too_often(case: Situation, given: Mapping[str, Any]) -> Iterator[Said]:
    former = case.facts.former
    if former and former.times_readmitted >= given["times"]:
        yield Said("Đã kết nạp lại một lần; không kết nạp lại nữa.")


@check(because="list")
def may_come_back(case: Situation, given: Mapping[str, Any]) -> Iterator[Said]:
    """Some reasons of leaving rule it out for ever."""
    former = case.facts.former
    if former and former.because in given["because"]:
        yield Said("Lý do ra khỏi Đảng thuộc trường hợp không xem xét kết nạp lại.")
