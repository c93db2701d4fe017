"""The second half of a file for tests: from the cell's vote to the card, by the services."""

from datetime import date, timedelta

from core.dates import add_months
from pipeline.models import Case, CaseEvent
from pipeline.services import recognition
from pipeline.services.cases import Document
from pipeline.services.ceremony import hold_ceremony
from tests.pipeline import files
from tests.pipeline.files import done, opened, vote
from tests.today import TODAY

WAY_UP = ("cell_vote", "base_resolution", "file_check", "decision")


def voted(cell, on: date, **details: object) -> Case:
    """A file on which the cell has voted on the day *on*, opened nine months before."""
    case = opened(cell, on=add_months(on, -9), **details)
    files.walk(case)
    done(case, "cell_vote", on, vote=vote(cell), document=Document("5-NQ/CB", on))
    return case


def decided(cell, on: date, number: str = "12-QĐ/HU", **details: object) -> Case:
    """A file decided on the day *on*."""
    case = voted(cell, on - timedelta(days=20), **details)
    done(case, "base_resolution", on - timedelta(days=10), document=Document("7-NQ/ĐU", on))
    done(case, "file_check", on - timedelta(days=5))
    done(case, "decision", on, agreed=True, document=Document(number, on))
    return case


def admitted(cell, on: date, held_after: int = 10, **details: object) -> Case:
    """Decided on the day *on*, with the ceremony some days after."""
    case = decided(cell, on, **details)
    ceremony(case, on + timedelta(days=held_after))
    return case


def due_for_recognition(cell, on: date, papers_on: date) -> Case:
    """Decided on the day *on*, with all that the cell's vote on recognition needs."""
    case = admitted(cell, on)
    recognition.keep_helper(case, on=on + timedelta(days=12), today=TODAY, version=case.version, late_reason="sổ cũ")
    for days, step in enumerate(("member_file", "new_member_class"), 80):
        done(case, step, on + timedelta(days=days))
    for step in recognition.PAPERS:
        done(case, step, papers_on)
    return case


def ceremony(case: Case, on: date, **details: object) -> CaseEvent:
    return hold_ceremony(case, on=on, today=TODAY, version=case.version, **({"late_reason": "sổ cũ"} | details))


def event(case: Case, kind: str) -> CaseEvent:
    """The event of that kind that holds, with the file at hand."""
    found = CaseEvent.objects.in_force().filter(case=case, kind=kind).order_by("-occurred_on", "-pk").first()
    found.case = case
    return found
