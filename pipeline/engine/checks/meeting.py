"""About the meeting that votes: enough members, one person at a time, numbers that fit."""

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.engine.checks.registry import check
from pipeline.engine.findings import Said
from pipeline.engine.situation import Situation
from pipeline.engine.votes import base_of, count


@check(least="number")
def enough_voters(case: Situation, given: Mapping[str, Any]) -> Iterator[Said]:
    """Fewer official members than this cannot meet to decide."""
    vote = case.edition.votes.get("cell_admission")
    leaves_out = vote.leaves_out if vote else ()
    voters = base_of(case.ballot, leaves_out) if case.ballot else case.facts.voters
    if voters is not None and voters < given["least"]:
        yield Said(f"Chi bộ chỉ có {voters} đảng viên chính thức được biểu quyết, cần ít nhất {given['least']}.")


@check()
def one_at_a_time(case: Situation, given: Mapping[str, Any]) -> Iterator[Said]:
    if case.ballot and case.ballot.persons > 1:
        yield Said(f"Đã biểu quyết chung {case.ballot.persons} người.")


@check(vote="text")
def numbers_fit(case: Situation, given: Mapping[str, Any]) -> Iterator[Said]:
    """The numbers of the ballot do not contradict each other."""
    vote = case.edition.votes.get(given["vote"])
    if case.ballot and vote:
        for each in count(case.ballot, vote).faults:
            yield Said(each)


@check(vote="text", setting="text")
def suspended_members_do_not_matter(case: Situation, given: Mapping[str, Any]) -> Iterator[Said]:
    """Whether suspended members are in the number is not known; say so where it would change the result."""
    vote = case.edition.votes.get(given["vote"])
    is_in = case.edition.setting(given["setting"]) == "in"
    if case.ballot and vote and count(case.ballot, vote, with_suspended=is_in).depends_on_suspended:
        yield Said("Kết quả phụ thuộc việc có tính đảng viên bị đình chỉ sinh hoạt hay không.", doubt=True)


@check()
def deciding_majority(case: Situation, given: Mapping[str, Any]) -> Iterator[Said]:
    """The majority of the body that decides; which one that is follows from the deciding body."""
    yield from _short_of(case, case.decides.vote)


@check(vote="text")
def majority(case: Situation, given: Mapping[str, Any]) -> Iterator[Said]:
    """The majority that a vote rule asks."""
    yield from _short_of(case, given["vote"])


def _short_of(case: Situation, vote: str) -> Iterator[Said]:
    rule = case.edition.votes.get(vote)
    if case.ballot and rule:
        found = count(case.ballot, rule)
        if not found.passed:
            text = f"Có {case.ballot.yes} phiếu tán thành, cần ít nhất {found.needed} trên {found.base}."
            yield Said(text, at_most=rule.strength)
