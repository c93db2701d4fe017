"""How long the steps of a file take, and on which days a cell meets."""

from calendar import SATURDAY
from dataclasses import dataclass
from datetime import date, timedelta
from math import log
from random import Random

from core.dates import add_months
from reports.demo.tree import Unit

WAY = (
    "introduction", "sympathiser_list", "helper", "trial_tasks", "awareness_class", "application", "curriculum_vitae",
    "cv_seal", "vetting", "cv_certification", "introductions", "union_introduction", "opinions", "cell_vote",
)  # fmt: skip
"""Steps from the introduction to the cell's vote, in the order in which the demo takes them."""
USUAL = {
    "sympathiser_list": (45, 0.7), "helper": (16, 0.6), "trial_tasks": (20, 0.6), "awareness_class": (230, 0.6),
    "application": (55, 0.7), "curriculum_vitae": (25, 0.6), "cv_seal": (9, 0.5), "vetting": (110, 0.75),
    "political_conclusion": (60, 0.5), "cv_certification": (16, 0.5), "introductions": (12, 0.5),
    "union_introduction": (14, 0.5), "opinions": (14, 0.5), "cell_vote": (22, 0.5), "appraisal": (12, 0.4),
    "base_resolution": (14, 0.4), "file_check": (15, 0.4), "decision": (14, 0.4), "paused": (40, 0.6),
    "resumed": (150, 0.6), "moved": (35, 0.6), "withdrew": (60, 0.7), "applied_again": (130, 0.5),
    "removed": (120, 0.6), "relisted": (260, 0.3), "returned": (28, 0.5),
}  # fmt: skip
"""Days since the step before: the median, and how far they spread (log-normal). Vetting is the slow one, after the
wait for a class."""
LONGEST = 1_750
"""Days from introduction to the end of a file: within the 60 months that a certificate holds."""
_AT_MEETINGS = {"sympathiser_list", "helper", "cell_vote", "paused", "resumed", "removed", "relisted"}


@dataclass
class Leg:
    """One thing on the way, *gap* days after the one before."""

    kind: str
    gap: int
    reason: str = ""
    steps: tuple[str, ...] = ()
    fails: bool = False
    """Of a vote or decision: against it."""


def duration(rng: Random, kind: str) -> int:
    """Days that *kind* lets wait for it."""
    median, spread = USUAL[kind]
    return max(1, min(round(rng.lognormvariate(log(median), spread)), 6 * median))


def fit(legs: list[Leg], waited: int, room: int) -> int:
    """Hasten *legs*, or leave out the last of them, so that all is over within *room* days; returns the days to wait
    after the last."""
    total = sum(leg.gap for leg in legs) + waited
    if total <= room:
        return waited
    for leg in legs:
        leg.gap = max(1, leg.gap * room // total)
    while legs and sum(leg.gap for leg in legs) > room:
        legs.pop()
    return max(0, min(waited * room // total, room - sum(leg.gap for leg in legs)))


class Meetings:
    """When cells meet: each on its own day of the month."""

    def __init__(self, rng: Random, cells: list[Unit]) -> None:
        self._days = {cell.code: rng.randint(1, 28) for cell in cells}

    def last(self, cell: str, day: date) -> date:
        """The last regular meeting of *cell* up to *day*."""
        found = day.replace(day=self._days[cell])
        return found if found <= day else add_months(found, -1)

    def following(self, cell: str, day: date) -> date:
        """The first one after *day*."""
        return add_months(self.last(cell, day), 1)

    def settled(self, kind: str, cell: str, day: date, after: date) -> date:
        """The day on which *kind* takes place in *cell*, about *day* and later than *after*."""
        wanted = self.last(cell, day) if kind in _AT_MEETINGS else day
        if kind not in _AT_MEETINGS and wanted.weekday() >= SATURDAY:
            wanted -= timedelta(days=wanted.weekday() - SATURDAY + 1)
        return wanted if wanted > after else day
