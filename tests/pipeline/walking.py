"""Walking a file along: takes the next lawful step again and again, as people would."""

from dataclasses import replace
from datetime import date, timedelta

from core.dates import PartialDate, add_months
from core.workdays import WorkingCalendar
from pipeline.engine.facts import (
    Ballot,
    Education,
    Event,
    Facts,
    Helper,
    Inquiry,
    Person,
    Place,
    Standing,
    Unit,
)  # fmt: skip
from pipeline.engine.steps import Step
from pipeline.rulebook.book import Rulebook

CALENDAR = WorkingCalendar()
LINE = (
    Unit("Chi bộ thôn Đông", powers=frozenset({"resolves"})),
    Unit("Đảng bộ xã Minh Hòa", powers=frozenset({"resolves"})),
    Unit("Đảng bộ huyện Minh Sơn", powers=frozenset({"decides", "has_board"}), body="standing_committee"),
)
AGREES = Ballot(members=9, yes=9, present=9)


def eligible(opened_on: date, line: tuple[Unit, ...] = LINE) -> Facts:
    """An eligible person of 25 who has just come into view."""
    long_ago = add_months(opened_on, -60)
    return Facts(
        opened_on=opened_on,
        person=Person(PartialDate(add_months(opened_on, -300)), True, Education.LOWER_SECONDARY_DIPLOMA, True, True),
        place=Place(True, True),
        standings=(Standing(date.min, line),),
        helpers=(Helper(long_ago, long_ago, opened_on),),
        inquiries=(Inquiry("father", opened_on, opened_on),),
        voters=9,
    )


def taken(facts: Facts, step: Step, on: date) -> Facts:
    """*facts* after *step* was taken on a day, with what belongs to it."""
    event = Event(step.id, on, ballot=AGREES if step.id in ("cell_vote", "recognition_vote") else None)
    if step.id == "union_introduction":
        event = replace(event, by="youth_union")
    helpers = facts.helpers
    if step.id == "introductions":
        helpers = tuple(replace(each, introduced_on=on) for each in helpers)
    return replace(facts, events=(*facts.events, event), helpers=helpers)


def step_day(step: Step, today: date) -> date:
    return max(today, step.earliest) + timedelta(days=1)


def only(book: Rulebook, number: int) -> Rulebook:
    """The book as if one edition had always been in force."""
    return book.as_if_always(book.editions[number])


__all__ = ["CALENDAR", "LINE", "eligible", "only", "step_day", "taken"]
