"""Counting votes: who is in the number, how many must agree. Integers only; a rounded percentage is never compared."""

from dataclasses import dataclass, replace

from pipeline.engine.facts import Ballot
from pipeline.rulebook.entries import Vote


@dataclass(frozen=True, slots=True)
class Count:
    """What a ballot comes to. `passed` is None where no rule says how to judge it."""

    base: int
    needed: int
    passed: bool
    rejected: bool
    """As many against as a majority needs: refused, not merely undecided."""
    is_valid: bool
    faults: tuple[str, ...]
    depends_on_suspended: bool = False
    """Counting suspended members, or not, would change the answer."""


def base_of(ballot: Ballot, leaves_out: tuple[str, ...]) -> int:
    """The number of which the majority is taken: everybody, less those *leaves_out* names.

    Who is exempt but attends is counted; who is absent with leave is counted too.
    """
    out = 0
    if "away" in leaves_out:
        out += ballot.away
    if "exempt_absent" in leaves_out:
        out += ballot.exempt - ballot.exempt_present
    if "suspended" in leaves_out:
        out += ballot.suspended
    return ballot.members - out


def needed(base: int, vote: Vote) -> int:
    """The fewest votes that make the majority *vote* asks of *base*."""
    if vote.at_least is not None:
        part = vote.at_least
        return -(-part.numerator * base // part.denominator)
    part = vote.more_than
    return part.numerator * base // part.denominator + 1 if part is not None else 0


def count(ballot: Ballot, vote: Vote, *, with_suspended: bool = False) -> Count:
    """Judge *ballot* by *vote*; with *with_suspended*, suspended members are in the number."""
    leaves_out = tuple(each for each in vote.leaves_out if each != "suspended" or not with_suspended)
    found = _count(ballot, vote, leaves_out)
    if not ballot.suspended or "suspended" not in vote.leaves_out:
        return found
    other = tuple(each for each in vote.leaves_out if each != "suspended" or with_suspended)
    return replace(found, depends_on_suspended=_count(ballot, vote, other).passed != found.passed)


def _count(ballot: Ballot, vote: Vote, leaves_out: tuple[str, ...]) -> Count:
    base = base_of(ballot, leaves_out)
    least = needed(base, vote)
    is_valid = base >= vote.least_voters
    return Count(
        base=base,
        needed=least,
        passed=is_valid and ballot.yes >= least,
        rejected=is_valid and ballot.no >= least,
        is_valid=is_valid,
        faults=tuple(_faults(ballot, base)),
    )


def _faults(ballot: Ballot, base: int) -> list[str]:
    cast = ballot.yes + ballot.no + ballot.blank
    found = []
    if min(ballot.yes, ballot.no, ballot.blank, ballot.members, ballot.away, ballot.exempt) < 0:
        found.append("Số phiếu không thể âm. Hãy xem lại biên bản.")
    if cast > base:
        found.append(f"Có {cast} phiếu mà chỉ có {base} người được biểu quyết. Hãy xem lại biên bản.")
    if ballot.present is not None and cast > ballot.present:
        found.append(f"Có {cast} phiếu mà chỉ có {ballot.present} người dự họp. Hãy xem lại biên bản.")
    if ballot.exempt_present > ballot.exempt:
        found.append("Số đảng viên được miễn sinh hoạt có dự họp nhiều hơn số được miễn. Hãy xem lại biên bản.")
    return found
