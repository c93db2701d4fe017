"""Somebody struck off who comes back in the same file: from then on the rules of admission once more hold for it."""

from dataclasses import replace

from pipeline.engine.facts import Facts, Former
from pipeline.engine.membership import READMISSION, STRIKE_OFF, STRUCK_OFF
from pipeline.engine.replay import effective


def with_return(facts: Facts) -> Facts:
    """*facts* as a case of being admitted again, where their events say that it was begun as one."""
    if not any(event.kind == READMISSION for event in facts.events):
        return facts
    events = effective(facts.events)
    returns = [number for number, event in enumerate(events) if event.kind == READMISSION]
    if not returns:
        return facts
    before = [each for each in events[: returns[-1]] if each.kind == STRIKE_OFF and each.agreed is not False]
    if not before:
        return facts
    times = facts.former.times_readmitted if facts.former else 0
    times += len(returns) - 1 + (READMISSION in facts.routes)
    former = Former(before[-1].on, STRUCK_OFF, times, facts.former.expunged_on if facts.former else None)
    return replace(facts, former=former, routes=tuple(dict.fromkeys((*facts.routes, READMISSION))))
