"""What pages show of sessions: which there are, whose they are, who stands on the agenda and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from cells.kinds import CapabilityKind
from cells.models import Installation, Organization
from cells.profiles import PROFILES, ProfileName
from cells.roles import Action
from pipeline.deriving import Judge
from pipeline.kinds import ItemOutcome
from pipeline.models import Case, CaseEvent, Session, SessionItem
from pipeline.queries.sessions import DECISIONS, Awaiting, awaiting_decision, decision_of, is_waiting
from pipeline.queries.tree import tree_above
from pipeline.showing import Chip, due_chip, open_title

SESSION = "pipeline.session"
OFFERED = 200
"""So many files are offered for one agenda; the rest come with the next session."""


def deciders(user: Any, today: date, power: str = CapabilityKind.DECIDES, of: str = SESSION) -> list[Organization]:
    """Units within the reach of *user* that decide on admissions today (or hold another *power*), the highest first."""
    profile = PROFILES[ProfileName(Installation.load().profile)]
    kinds = {each.kind for each in profile.powers if each.what == power and each.holds_on(today)}
    rows = Organization.objects.visible_to(user, Action.RECORD_CASE, on=today, of=of).filter(closed_on=None)
    rows = list(rows.filter(Q(kind__in=kinds) | Q(capabilities__what=power)).distinct().order_by("path"))
    tree = tree_above([row.pk for row in rows])
    return [row for row in rows if (unit := tree.unit(row.pk, today)) and power in unit.powers]


def with_sizes(rows: QuerySet[Session]) -> QuerySet[Session]:
    """*rows* with `size`, the people on the agenda, and `waiting`, those of whom nothing has become yet."""
    return rows.select_related("organization").annotate(
        size=Count("items"), waiting=Count("items", filter=Q(items__outcome="", items__event=None))
    )


def waiting_files(user: Any, today: date) -> int:
    """How many files that *user* may put before a session only wait for a decision."""
    rows = Case.objects.visible_to(user, Action.RECORD_CASE, on=today)
    return rows.ongoing().filter(next_step__in=DECISIONS).count()


def to_submit(user: Any, session: Session, judge: Judge) -> list[Awaiting]:
    """Files that may be put before *session*: they wait for a decision of its committee, and before no session yet."""
    rows = Case.objects.visible_to(user, Action.RECORD_CASE, on=judge.today)
    found = awaiting_decision(rows, session.organization, judge, most=OFFERED)
    open_items = SessionItem.objects.filter(case__in=[each.case.pk for each in found], outcome="")
    taken = {(item.case_id, item.step) for item in open_items.select_related("event") if is_waiting(item)}
    return [each for each in found if (each.case.pk, each.step.id) not in taken]


def waiting_item(case: Case, step: str) -> SessionItem | None:
    """Where the file waits to be decided upon in *step*; None where it was put before no session."""
    rows = SessionItem.objects.filter(case=case, step=step, outcome="").select_related(
        "session__organization", "event"
    )  # fmt: skip
    return next((item for item in rows.order_by("-pk") if is_waiting(item)), None)


@dataclass(frozen=True)
class Line:
    """One person of an agenda."""

    item: SessionItem
    matter: str
    due: Chip | None
    decision: CaseEvent | None
    chip: Chip

    @property
    def case(self) -> Case:
        return self.item.case

    @property
    def is_waiting(self) -> bool:
        return self.decision is None and not self.item.outcome

    @property
    def is_untold(self) -> bool:
        """Decided, and the cell does not know yet."""
        return self.decision is not None and self.item.notified_on is None


def lines_of(items: Sequence[SessionItem], judge: Judge) -> list[Line]:
    """*items*, read with their file and their event, as an agenda shows them."""
    return [_line(item, judge) for item in items]


def _line(item: SessionItem, judge: Judge) -> Line:
    decision = decision_of(item)
    edition = judge.book.on(item.session.held_on)
    is_next = item.case.next_step == item.step
    due = due_chip(item.case.next_due, judge.today) if is_next and decision is None and not item.outcome else None
    return Line(item, open_title(item.step, edition), due, decision, _chip(item, decision))


def _chip(item: SessionItem, decision: CaseEvent | None) -> Chip:
    if item.outcome:
        return Chip("soon", ItemOutcome(item.outcome).label)
    if decision is None:
        return Chip("info", ItemOutcome.WAITING.label)
    return Chip("mute", "không đồng ý") if decision.agreed is False else Chip("ok", "đã quyết định")
