"""Which service enters a step or outcome, where that needs more than `perform` itself.

Each takes the form's case, what was filled in, and what every service is given: today, the version, why it is late.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from cells.services.errors import RuleError
from pipeline.forms.case_forms import CaseForm, document_of
from pipeline.forms.later_steps import CeremonyForm
from pipeline.models import CaseEvent, SessionItem
from pipeline.queries.cards import card_of
from pipeline.services import (
    cards,
    ceremony,
    defective,
    helpers,
    moving,
    papers,
    recognition,
    sessions,
    upward,
    vetting,
)  # fmt: skip
from pipeline.services.cases import perform


@dataclass(frozen=True)
class Filled:
    """A form as it was filled in, for the step or outcome *kind*."""

    kind: str
    form: CaseForm
    asked: dict[str, Any]
    given: dict[str, Any]
    item: SessionItem | None = None

    @property
    def day(self) -> date:
        on = self.asked["on"]
        return on if isinstance(on, date) else on.value

    @property
    def reason(self) -> str:
        return self.asked.get("reason", "")


def enter(filled: Filled) -> Any:
    """Enter it by the service of its kind. Raises as that does."""
    return SERVICES.get(filled.kind, _perform)(filled)


def _perform(filled: Filled) -> CaseEvent:
    on = filled.asked["on"]
    day, precision = (on, "day") if isinstance(on, date) else (on.value, on.precision)
    names = ("agreed", "steps", "by", "reason")
    extra = {name: filled.asked[name] for name in names if filled.asked.get(name) not in (None, "", [])}
    return perform(
        filled.form.case, filled.kind, on=day, precision=precision, vote=filled.form.vote,
        document=document_of(filled.asked), **extra, **filled.given,
    )  # fmt: skip


def _assign(filled: Filled) -> Any:
    asked, case = filled.asked, filled.form.case
    if asked["helper"] is None:
        return recognition.keep_helper(case, on=asked["on"], document=document_of(asked), **filled.given)
    return helpers.assign_helper(
        case, asked["helper"], on=asked["on"], together_since=asked["together_since"], replaces=asked["replaces"],
        document=document_of(asked), reason=filled.reason, step=filled.kind, **filled.given,
    )  # fmt: skip


def _introduce(filled: Filled) -> Any:
    asked = filled.asked
    return helpers.introduce(
        filled.form.case, asked["member"], on=asked["on"], together_since=asked["together_since"], **filled.given
    )


def _give_task(filled: Filled) -> Any:
    asked = filled.asked
    return helpers.give_task(filled.form.case, asked["task"], on=asked["on"], due_on=asked["due_on"], **filled.given)


def _on_paper(service: Callable[..., CaseEvent]) -> Callable[[Filled], CaseEvent]:
    """A service that asks for the day and the paper."""

    def entered(filled: Filled) -> CaseEvent:
        return service(filled.form.case, on=filled.day, document=document_of(filled.asked), **filled.given)

    return entered


def _with_reason(service: Callable[..., CaseEvent]) -> Callable[[Filled], CaseEvent]:
    """A service that asks for the day, the paper and a reason."""

    def entered(filled: Filled) -> CaseEvent:
        return service(
            filled.form.case, on=filled.day, reason=filled.reason, document=document_of(filled.asked), **filled.given
        )

    return entered


def _return(filled: Filled) -> CaseEvent:
    return moving.return_file(
        filled.form.case, on=filled.day, reason=filled.reason, steps=filled.asked["steps"],
        document=document_of(filled.asked), **filled.given,
    )  # fmt: skip


def _move(filled: Filled) -> CaseEvent:
    return moving.move_case(
        filled.form.case, to=filled.asked["moved_to"], on=filled.day, reason=filled.reason,
        document=document_of(filled.asked), **filled.given,
    )  # fmt: skip


def _resolve(filled: Filled) -> CaseEvent:
    return upward.resolve(
        filled.form.case, on=filled.day, agreed=filled.asked["agreed"], vote=filled.form.vote, reason=filled.reason,
        document=document_of(filled.asked), **filled.given,
    )  # fmt: skip


def _decide(filled: Filled) -> CaseEvent:
    """In the session where the file waits; else as the paper says, which may be of years ago."""
    asked = filled.asked
    if filled.item is None:
        if not asked["agreed"] and not filled.reason:
            raise RuleError("Không đồng ý thì phải có lý do để thông báo cho chi bộ. Hãy ghi lý do.")
        return _perform(filled)
    filled.item.case = filled.form.case
    return sessions.decide(
        filled.item, agreed=asked["agreed"], number=asked["document_number"], on=filled.day, vote=filled.form.vote,
        reason=filled.reason, **filled.given,
    )  # fmt: skip


def _hold_ceremony(filled: Filled) -> CaseEvent:
    form, asked = filled.form, filled.asked
    assert isinstance(form, CeremonyForm)
    return ceremony.hold_ceremony(
        form.case, on=asked["on"], document=document_of(asked), consent=form.consent, member=asked.get("member"),
        code=asked.get("member_code", ""), **filled.given,
    )  # fmt: skip


def _finish_class(filled: Filled) -> CaseEvent:
    paper = document_of(filled.asked)
    return recognition.finish_class(
        filled.form.case, on=filled.day, number=paper.number, issuer=paper.issuer, **filled.given
    )


def _hand_out(filled: Filled) -> CaseEvent:
    """The card of a batch; cards handed out before this program was in use are entered as their paper says."""
    card = card_of(filled.form.case)
    if card is None:
        return _perform(filled)
    card.case = filled.form.case
    return cards.hand_out(card, on=filled.day, **filled.given)


SERVICES: dict[str, Callable[[Filled], Any]] = {
    "helper": _assign, "probation_helper": _assign, "introductions": _introduce, "trial_tasks": _give_task,
    "vetting": _on_paper(vetting.conclude), "opinions": _on_paper(papers.summarise_opinions),
    "returned": _return, "moved": _move,
    "base_resolution": _resolve, "recognition_resolution": _resolve,
    "decision_extension": _with_reason(upward.extend_clock),
    "recognition_extension": _with_reason(upward.extend_clock),
    "decision": _decide, "recognition_decision": _decide, "strike_off_decision": _decide,
    "ceremony": _hold_ceremony, "new_member_class": _finish_class, "card": _hand_out,
    "cancelled": _with_reason(defective.cancel_admission), "remedied": _with_reason(defective.recognise_after_remedy),
    "redo_ordered": _with_reason(defective.order_redo), "readmission": _with_reason(defective.begin_again),
}  # fmt: skip
AGAIN = ("helper", "probation_helper", "introductions", "trial_tasks")
"""Of these one more may be entered although the step is done."""
