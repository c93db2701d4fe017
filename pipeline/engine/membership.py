"""What a file comes to on the roll: each time the person joined, what the day of it is, and how it ended.

Read off the events one by one, so that a later attempt in the same file (done again, admitted again) takes nothing
away from the earlier one.
"""

from dataclasses import dataclass
from datetime import date

from pipeline.engine.clocks import milestone
from pipeline.engine.facts import Event, Facts
from pipeline.engine.replay import CLOSED, judging, replaying
from pipeline.rulebook.book import Rulebook

DECISION, CEREMONY, RECOGNITION = "decision", "ceremony", "recognition_decision"
STRIKE_OFF, CANCELLED, REMEDIED = "strike_off_decision", "cancelled", "remedied"
STRUCK_OFF, READMISSION, LEFT_ROLL = "struck_off", "readmission", "left_roll"
ROLL_KINDS = frozenset({DECISION, CEREMONY, RECOGNITION, STRIKE_OFF, CANCELLED, REMEDIED, LEFT_ROLL})
"""Events that may change what a file comes to on the roll, or rest on it."""


@dataclass(slots=True)
class Membership:
    """One time on the roll, from a ceremony on. Of `left` and `annulled` at most one is there."""

    decided: Event
    held: Event
    recognised: Event | None = None
    official_on: date | None = None
    left: Event | None = None
    """The decision that struck the probationer off."""
    annulled: Event | None = None
    """The decision that cancelled the admission as wrong."""

    @property
    def is_current(self) -> bool:
        return self.left is None and self.annulled is None


def memberships(facts: Facts, book: Rulebook) -> list[Membership]:
    """Each time on the roll that the events of a file speak of, the first one first."""
    found: list[Membership] = []
    for event, progress in replaying(facts, book):
        if event.kind == CEREMONY and progress.done.get(CEREMONY) is event:
            found.append(Membership(progress.done.get(DECISION) or event, event))
            continue
        if not found:
            continue
        last = found[-1]
        if event.kind == RECOGNITION and progress.done.get(RECOGNITION) is event and last.is_current:
            last.recognised = event
            last.official_on = milestone("official", progress, judging(book, facts, event.on))
        elif progress.status == CLOSED and progress.outcome == STRUCK_OFF and last.is_current:
            last.left = event
        elif progress.status == CLOSED and progress.outcome == CANCELLED and last.is_current:
            last.annulled = event
        elif event.kind == REMEDIED:
            last.annulled = None
    return found
