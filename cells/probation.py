"""The twelve months of probation: pure rules, no database.

Probation counts from the ceremony (admission.md §9.3); recognition takes effect the day the twelve months end,
however late the decision is (§2, step 25). Lateness is said, never held against anybody.
"""

from datetime import date

from core.dates import add_months, day_after

MONTHS = 12
SURELY_FORGOTTEN = 36
"""So many months after the admission the day of recognition is most likely just not entered."""


def probation_ends(ceremony_on: date) -> date:
    """The day on which the twelve months end: the same day a year later, 28 February for a leap day."""
    return add_months(ceremony_on, MONTHS)


def over_since(today: date) -> date:
    """The latest ceremony whose twelve months have ended on *today*."""
    return _latest(today, MONTHS)


def forgotten_since(today: date) -> date:
    """The latest admission after which papers rather than a recognition are missing on *today*."""
    return _latest(today, SURELY_FORGOTTEN)


def _latest(today: date, months: int) -> date:
    """The last day that lies *months* back: on 28 February also 29 February of a leap year."""
    day = add_months(today, -months)
    return day_after(day) if add_months(day_after(day), months) <= today else day
