"""Sessions: what may be put before them, what they have decided, and the extract list that is read out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, QuerySet

from cells.models import Organization
from cells.scoping import path_within
from core.dates import format_date
from core.documents.sheets import Table
from pipeline.deriving import Judge
from pipeline.engine.facts import Event
from pipeline.engine.membership import DECISION, RECOGNITION, STRIKE_OFF
from pipeline.engine.situation import Situation
from pipeline.engine.steps import Step, steps_in
from pipeline.models import Case, CaseEvent, Session, SessionItem
from pipeline.queries.cases import with_facts

BESIDE = ("case__candidate", "case__organization__parent", "event", "session__organization")
"""What is read with a row of an agenda."""
DECISIONS = (DECISION, RECOGNITION, STRIKE_OFF)
"""Steps that a session decides."""
HEADS = ("STT", "Họ và tên", "Ngày sinh", "Giới tính", "Trình độ", "Nghề nghiệp, chức danh", "Chi bộ", "Đảng ủy cơ sở",
         "Xét việc", "Ngày chi bộ xét", "Phiếu chi bộ", "Nghị quyết đảng ủy", "Hạn quyết định", "Lưu ý")  # fmt: skip


@dataclass(frozen=True)
class Awaiting:
    """A file that only waits for a decision."""

    case: Case
    step: Step


def decision_step(situation: Situation) -> Step | None:
    """The decision that is the next step of a file; None where something else comes first."""
    return next((step for step in steps_in(situation) if step.id in DECISIONS), None)


def awaiting_decision(
    rows: QuerySet[Case], organization: Organization, judge: Judge, most: int | None = None
) -> list[Awaiting]:
    """Of *rows* (from `visible_to`) the files that *organization* may decide now, what is due first comes first; no
    more than *most* are looked at."""
    waiting = rows.ongoing().filter(path_within("organization__path", organization.path), next_step__in=DECISIONS)
    waiting = waiting.select_related("candidate", "organization").order_by(F("next_due").asc(nulls_last=True), "pk")
    found = []
    for case, facts in with_facts(waiting[:most], judge.today):
        situation = judge.situation(facts)
        step = decision_step(situation)
        if step and decides(situation, organization):
            found.append(Awaiting(case, step))
    return sorted(found, key=lambda each: (each.step.due or date.max, each.case.pk))


def decides(situation: Situation, organization: Organization) -> bool:
    """Whether *organization* is the unit that decides on the file; where that was entered by hand, its name says so."""
    unit = situation.decides.unit
    return unit is not None and (unit.code == organization.code if unit.code else unit.name == organization.name)


def is_waiting(item: SessionItem) -> bool:
    """On the agenda, and nothing has become of it yet."""
    return not item.outcome and decision_of(item) is None


def decision_of(item: SessionItem) -> CaseEvent | None:
    """The decision on *item* that holds, whatever was corrected since; None where it was taken back or not made."""
    event = item.event
    while event is not None and not event.in_force:
        event = CaseEvent.objects.filter(corrects=event).first()
        if event is not None and event.void:
            return None
    return event


def items_of(session: Session, rows: QuerySet[SessionItem]) -> list[SessionItem]:
    """Of *rows* the agenda of *session* in its order."""
    return list(rows.filter(session=session).select_related(*BESIDE).order_by("position", "pk"))


def decided_without_ceremony(rows: QuerySet[Case]) -> QuerySet[Case]:
    """Files decided whose ceremony is not entered: they are in no figure yet, whichever date counts."""
    return rows.ongoing().filter(stage="DECIDED").select_related("candidate", "organization")


def extract_list(session: Session, judge: Judge, items: Sequence[SessionItem]) -> Table:
    """Danh sách trích ngang: one line a person, in the order of the agenda. Nothing that is masked stands on it."""
    facts = dict(with_facts([item.case for item in items], judge.today))
    rows = [_line(number, item, judge.situation(facts[item.case])) for number, item in enumerate(items, 1)]
    return Table(
        title="Danh sách trích ngang",
        heads=HEADS,
        rows=rows,
        lead=(
            f"Danh sách trích ngang: {session}",
            f"{session.get_body_display().capitalize()}, {session.organization.name}, họp ngày "
            f"{format_date(session.held_on)}. {len(items)} người, xét từng người một.",
        ),
        notes=("Dân tộc, tôn giáo, gia đình: xem hồ sơ của từng người.",),
        widths=(6, 30, 12, 10, 28, 28, 30, 30, 34, 14, 14, 20, 14, 44),
    )


def _line(number: int, item: SessionItem, situation: Situation) -> list[Any]:
    case, person = item.case, item.case.candidate
    vote = situation.progress.done.get("cell_vote" if item.step == DECISION else "recognition_vote")
    resolution = situation.progress.done.get("base_resolution" if item.step == DECISION else "recognition_resolution")
    reading = situation.reading(item.step)
    parent = case.organization.parent
    known = bool(person.education and person.education != "UNKNOWN")
    ballot = vote.ballot if vote else None
    return [
        number, person.full_name, person.born_text, person.get_sex_display(),
        person.get_education_display() if known else "", person.occupation, case.organization.name,
        parent.name if parent and parent.kind != "upper_committee" else "", _matter(item, situation),
        vote.on if vote else None, f"{ballot.yes}/{ballot.members}" if ballot else "",
        resolution.number if resolution else "", reading.due if reading else None, _remarks(item, situation),
    ]  # fmt: skip


def _matter(item: SessionItem, situation: Situation) -> str:
    rule = situation.edition.steps.get(item.step)
    return rule.title if rule else item.step


def _remarks(item: SessionItem, situation: Situation) -> str:
    told = [situation.edition.routes[name].title for name in situation.facts.routes if name in situation.edition.routes]
    step = next((each for each in steps_in(situation) if each.id == item.step), None)
    if step:
        told += [str(each) for each in (*step.missing, *step.warnings)]
    return "; ".join(told)


def appraisal_sheet(item: SessionItem, judge: Judge) -> list[tuple[str, str]]:
    """Phiếu thẩm định of one person, label and text, for the members of the body that decides. Nothing masked."""
    case, person = item.case, item.case.candidate
    situation = judge.situation(dict(with_facts([case], judge.today))[case])
    born = " · ".join(filter(None, (person.born_text, person.get_sex_display())))
    found = [
        ("Họ và tên", person.full_name),
        ("Ngày sinh, giới tính", born),
        ("Nghề nghiệp, chức danh", person.occupation),
        ("Chi bộ", case.organization.name),
        ("Xét việc", _matter(item, situation)),
        ("Cơ quan quyết định", situation.decides.words),
    ]
    found += [(step.title, _done(situation.progress.done[name])) for name, step in situation.edition.steps.items()
              if name in situation.progress.done and not step.repeats_until]  # fmt: skip
    step = next((each for each in steps_in(situation) if each.id == item.step), None)
    if step:
        found.append(("Hạn quyết định", format_date(step.due) if step.due else ""))
        found.append(("Còn thiếu", "; ".join(map(str, step.missing)) or "không"))
        found.append(("Cần lưu ý", "; ".join(map(str, step.warnings)) or "không"))
    return [(label, text) for label, text in found if text]


def _done(event: Event) -> str:
    ballot = f"tán thành {event.ballot.yes}/{event.ballot.members}" if event.ballot else ""
    number = f"số {event.number}" if event.number else ""
    return " · ".join(filter(None, (format_date(event.on), number, ballot)))
