"""When a step is taken: named conditions that a rule file may use in `when` and `unless`."""

from collections.abc import Callable

from pipeline.engine.situation import Situation


def _always(case: Situation) -> bool:
    return True


def _political_question(case: Situation) -> bool:
    return case.facts.person.has_political_question


def _union_introduces(case: Situation) -> bool:
    """Fewer than two members introduce, so the Youth Union or the trade union does."""
    return sum(1 for helper in case.facts.helpers if helper.introduced_on) < 2


def _rounds_used_up(case: Situation) -> bool:
    rule = case.edition.votes.get("recognition")
    return bool(rule and rule.rounds and case.progress.rounds.get("recognition_vote", 0) >= rule.rounds)


def _strike_off_proposed(case: Situation) -> bool:
    return case.progress.outcome == "strike_off_proposed"


def _vote_is_closed(case: Situation) -> bool:
    """Proposed for striking off, or voted on so often that the matter has gone upward."""
    return _strike_off_proposed(case) or _rounds_used_up(case)


def _own_board(case: Situation) -> bool:
    unit = case.decides.unit
    return bool(unit and "has_board" in unit.powers)


def _moved_out(case: Situation) -> bool:
    """The probationer has left and is not yet taken in elsewhere."""
    out, back = case.progress.day_of("transfer_out"), case.progress.day_of("transfer_in")
    return bool(out and (back is None or back < out))


def _recorded_only(case: Situation) -> bool:
    """It happens and is entered; nobody is ever told to do it."""
    return False


CONDITIONS: dict[str, Callable[[Situation], bool]] = {
    "always": _always,
    "political_question": _political_question,
    "union_introduces": _union_introduces,
    "vote_is_closed": _vote_is_closed,
    "rounds_used_up": _rounds_used_up,
    "strike_off_proposed": _strike_off_proposed,
    "decider_has_board": _own_board,
    "moved_out": _moved_out,
    "recorded_only": _recorded_only,
}
