"""About the person: age, schooling, unions, citizenship."""

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.engine.checks.registry import check
from pipeline.engine.facts import Education
from pipeline.engine.findings import Said
from pipeline.engine.months import Span, at_least, at_most, months_between
from pipeline.engine.situation import Situation

NO_BIRTH = "Chưa có ngày sinh."


def _age(case: Situation, span: Span, failing: str) -> Iterator[Said]:
    if not span.possibly:
        yield Said(failing)
    elif span.is_open:
        yield Said("Ngày sinh chưa rõ nên chưa tính được tuổi theo tháng.", doubt=True)
    elif span.surely != span.by_full_date:
        yield Said("Tính theo tháng thì đạt, tính đủ ngày thì chưa đạt.", doubt=True)


@check(months="number")
def age_at_least(case: Situation, given: Mapping[str, Any]) -> Iterator[Said]:
    """Old enough on the day, by calendar months."""
    born = case.facts.person.born
    if born is None:
        yield Said(NO_BIRTH, doubt=True)
        return
    months = given["months"]
    span = at_least(born, case.on, months)
    if not span.possibly and months_between(born.value, case.on) == months - 1:
        yield Said(f"Chưa đủ {months // 12} tuổi, còn thiếu một tháng.")
    else:
        yield from _age(case, span, f"Chưa đủ {months // 12} tuổi.")


@check(months="number")
def age_at_most(case: Situation, given: Mapping[str, Any]) -> Iterator[Said]:
    """Not too old for the ordinary way on the day, by calendar months; beyond it there is a route."""
    born = case.facts.person.born
    if born is None:
        return
    yield from _age(case, at_most(born, case.on, given["months"]), f"Đã quá {given['months'] // 12} tuổi.")


@check(at_least="text")
def schooling(case: Situation, given: Mapping[str, Any]) -> Iterator[Said]:
    """General education not below a level."""
    found, wanted = case.facts.person.education, Education[given["at_least"]]
    if found is Education.UNKNOWN:
        yield Said("Chưa ghi học vấn phổ thông.", doubt=True)
    elif found.value < wanted.value:
        yield Said("Học vấn phổ thông chưa đạt.")


@check()
def difficult_area(case: Situation, given: Mapping[str, Any]) -> Iterator[Said]:
    """The exception holds in certain areas and for people at sea only."""
    if not case.facts.place.is_difficult_area:
        yield Said("Nơi ở chưa ghi là vùng được hưởng ngoại lệ về học vấn.")


@check()
def citizen(case: Situation, given: Mapping[str, Any]) -> Iterator[Said]:
    if case.facts.person.is_citizen is False:
        yield Said("Không có quốc tịch Việt Nam.")
    elif case.facts.person.is_citizen is None:
        yield Said("Chưa ghi quốc tịch.", doubt=True)


@check(to_months="number")
def in_youth_union(case: Situation, given: Mapping[str, Any]) -> Iterator[Said]:
    """Of youth age where there is a Youth Union: must be its member."""
    person, place = case.facts.person, case.facts.place
    if person.born is None or not place.has_youth_union:
        return
    if months_between(person.born.value, case.on) <= given["to_months"] and not person.in_youth_union:
        yield Said(
            "Trong tuổi đoàn, nơi có tổ chức Đoàn, nhưng chưa là đoàn viên.", doubt=person.in_youth_union is None
        )


@check()
def in_trade_union(case: Situation, given: Mapping[str, Any]) -> Iterator[Said]:
    """Where there is a trade union and no Youth Union: must be its member."""
    person, place = case.facts.person, case.facts.place
    if place.has_trade_union and place.has_youth_union is False and not person.in_trade_union:
        yield Said("Nơi không có tổ chức Đoàn thì phải là đoàn viên công đoàn.", doubt=person.in_trade_union is None)


@check(setting="text")
def population_policy(case: Situation, given: Mapping[str, Any]) -> Iterator[Said]:
    """A warning that an installation can switch off; never more."""
    if case.facts.person.children_beyond and case.edition.setting(given["setting"]) == "warn":
        yield Said(f"Hồ sơ ghi sinh con thứ {case.facts.person.children_beyond} ngoài quy định trước đây.")
