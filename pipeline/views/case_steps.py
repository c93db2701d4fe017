"""Entering a step or an outcome: what the rules say beside the form, before anything is saved."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from cells.roles import Action
from cells.services.errors import RuleError
from core import dates
from core.dates import format_date
from pipeline.deriving import Judge
from pipeline.engine.facts import Ballot, Facts
from pipeline.engine.replay import outcome_of_vote
from pipeline.forms.case_forms import CaseForm, carry_out, document_of
from pipeline.forms.corrections import CorrectForm, VoidForm
from pipeline.forms.steps import CellVoteForm, StepForm, form_class
from pipeline.models import Case, CaseEvent
from pipeline.queries.cases import judge_of
from pipeline.queries.facts import event_of, facts_of
from pipeline.queries.outlook import Outlook, is_late, outlook
from pipeline.queries.stays import place_on
from pipeline.queries.voters import voters_on
from pipeline.services import helpers, moving, papers, vetting
from pipeline.services.cases import correct, perform, void
from pipeline.showing import action_of, open_title
from pipeline.views.case_finding import case_or_404, done, form_view

READ_FIRST = "Chưa ghi: hãy đọc phần “Cần lưu ý”, rồi bấm ghi lần nữa nếu vẫn đúng."


class _Entering:
    """One request that enters *kind* of a file."""

    def __init__(self, request: HttpRequest, case: Case, kind: str) -> None:
        self.request, self.case, self.kind, self.today = request, case, kind, dates.today()
        self.judge: Judge = judge_of(self.today)
        self.facts: Facts = facts_of([case.pk], self.today)[case.pk]
        self.look: Outlook = self._look(self.today)
        self.form: CaseForm = self._form()

    def _look(self, on: date, ballot: Ballot | None = None) -> Outlook:
        found = outlook(self.kind, self.facts, self.judge, on, ballot)
        if found is None:
            raise Http404
        return found

    def _form(self) -> CaseForm:
        chosen = form_class(self.look.rule)
        options: dict[str, Any] = {
            "user": self.request.user, "case": self.case, "today": self.today, "seen": ",".join(self.look.to_be_read),
            "is_late": lambda day: is_late(self.kind, self.facts, self.judge, day),
        }  # fmt: skip
        if chosen is CellVoteForm:
            options |= {"rule": self.look.rule, "voters_of": lambda day: voters_on(place_on(self.case, day), day)}
        elif chosen is StepForm:
            options |= {"rule": self.look.rule, "again": self._again()}
        return chosen(self.request.POST or None, **options)

    def _again(self) -> list[tuple[str, str]]:
        """What has been done before the cell's committee or those above returned the file."""
        done_steps = self.look.situation.progress.done
        return [(name, rule.title) for name, rule in self.look.edition.steps.items()
                if name in done_steps and name not in ("introduction", "sympathiser_list")]  # fmt: skip

    @property
    def is_cell_vote(self) -> bool:
        return isinstance(self.form, CellVoteForm)

    def enter(self, asked: dict[str, Any]) -> Any:
        """Look once more at the day that was chosen; then the service of this step."""
        on = self.form.sent_day() or self.today
        ballot = self.form.figures if self.is_cell_vote else None
        self.look = self._look(on, ballot)
        unread = set(self.look.to_be_read) - set(asked.get("seen", "").split(","))
        if unread and not self.look.blocks and not self.look.why:
            self.form.data = self.form.data.copy()
            self.form.data["seen"] = ",".join(self.look.to_be_read)
            raise RuleError(READ_FIRST)
        given = {"today": self.today, "version": asked["version"], "late_reason": asked.get("late_reason", "")}
        self.entered = SERVICES.get(self.kind, _perform)(self, asked, given)
        return self.entered

    @property
    def told(self) -> str:
        """What is said once it is entered."""
        title, event = open_title(self.kind, self.look.edition), self.entered
        if isinstance(event, CaseEvent) and event.vote and self.is_cell_vote:
            result = outcome_of_vote(event_of(event), self.look.rule, self.look.edition)
            words = {"passed": "đủ số phiếu, chi bộ thông qua", "rejected": "không đủ số phiếu, chi bộ chưa thông qua"}
            counted = f"{event.vote.yes}/{event.vote.members} tán thành"
            return f"Đã ghi kết quả họp: {counted}, {words.get(result, 'chưa đủ số phiếu để kết luận')}."
        return f"Đã ghi: {title}."


def _perform(entering: _Entering, asked: dict[str, Any], given: dict[str, Any]) -> CaseEvent:
    form = entering.form
    on = asked["on"]
    day, precision = (on, "day") if isinstance(on, date) else (on.value, on.precision)
    names = ("agreed", "steps", "by", "reason")
    extra = {name: asked[name] for name in names if asked.get(name) not in (None, "", [])}
    return perform(
        entering.case, entering.kind, on=day, precision=precision, vote=form.vote, document=document_of(asked),
        **extra, **given,
    )  # fmt: skip


def _day(asked: dict[str, Any]) -> date:
    return asked["on"] if isinstance(asked["on"], date) else asked["on"].value


def _assign(entering: _Entering, asked: dict[str, Any], given: dict[str, Any]) -> Any:
    return helpers.assign_helper(
        entering.case, asked["helper"], on=asked["on"], together_since=asked["together_since"],
        replaces=asked["replaces"], document=document_of(asked), reason=asked.get("reason", ""), step=entering.kind,
        **given,
    )  # fmt: skip


def _introduce(entering: _Entering, asked: dict[str, Any], given: dict[str, Any]) -> Any:
    together = asked["together_since"]
    return helpers.introduce(entering.case, asked["member"], on=asked["on"], together_since=together, **given)


def _give_task(entering: _Entering, asked: dict[str, Any], given: dict[str, Any]) -> Any:
    return helpers.give_task(entering.case, asked["task"], on=asked["on"], due_on=asked["due_on"], **given)


def _conclude(entering: _Entering, asked: dict[str, Any], given: dict[str, Any]) -> CaseEvent:
    return vetting.conclude(entering.case, on=_day(asked), document=document_of(asked), **given)


def _summarise(entering: _Entering, asked: dict[str, Any], given: dict[str, Any]) -> CaseEvent:
    return papers.summarise_opinions(entering.case, on=_day(asked), document=document_of(asked), **given)


def _return(entering: _Entering, asked: dict[str, Any], given: dict[str, Any]) -> CaseEvent:
    return moving.return_file(
        entering.case,
        on=_day(asked),
        reason=asked["reason"],
        steps=asked["steps"],
        document=document_of(asked),
        **given,
    )


def _move(entering: _Entering, asked: dict[str, Any], given: dict[str, Any]) -> CaseEvent:
    return moving.move_case(
        entering.case,
        to=asked["moved_to"],
        on=_day(asked),
        reason=asked["reason"],
        document=document_of(asked),
        **given,
    )


SERVICES: dict[str, Callable[[_Entering, dict[str, Any], dict[str, Any]], Any]] = {
    "helper": _assign, "probation_helper": _assign, "introductions": _introduce, "trial_tasks": _give_task,
    "vetting": _conclude, "opinions": _summarise, "returned": _return, "moved": _move,
}  # fmt: skip
"""Steps and outcomes that need more than `perform` itself."""
AGAIN = ("helper", "probation_helper", "introductions", "trial_tasks")
"""Of these one more may be entered although the step is done."""


@form_view
def case_step(request: HttpRequest, public_id: UUID, step: str) -> HttpResponse:
    """The step or outcome *step* of a file, with what stands in its way."""
    case = case_or_404(request, public_id, Action.RECORD_CASE)
    entering = _Entering(request, case, step)
    if carry_out(entering.form, entering.enter):
        return done(request, case, entering.told)
    look = entering.look
    needed = entering.form.needed(look.edition.votes.get(look.rule.vote)) if entering.is_cell_vote else ""
    is_closed = bool(look.why) and not look.went_by and not (step in AGAIN and case.is_ongoing)
    context = {
        "case": case, "person": case.candidate, "form": entering.form, "look": look,
        "needed": needed,
        "heading": action_of(step, look.edition), "title": look.rule.title,
        "is_closed": is_closed and not entering.form.is_bound,
    }  # fmt: skip
    return render(request, "pipeline/case_step.html", context)


@form_view
def event_correct(request: HttpRequest, public_id: UUID, row: UUID) -> HttpResponse:
    """Something entered wrongly: put it right, or take it back, with a reason."""
    case = case_or_404(request, public_id, Action.RECORD_CASE)
    events = case.events.in_force().select_related("ballot", "organization")
    event = get_object_or_404(events, public_id=row)
    event.case = case
    today = dates.today()
    edition = judge_of(today).book.on(event.occurred_on)
    takes_back = request.method == "POST" and "bo" in request.POST
    voiding = VoidForm(request.POST if takes_back else None, user=request.user, case=case)
    correcting = CorrectForm(
        request.POST if request.method == "POST" and not takes_back else None, user=request.user, case=case, event=event
    )

    def put_right(asked: dict[str, Any]) -> None:
        correct(
            event, reason=asked["reason"], today=today, version=asked["version"], vote=correcting.vote,
            document=document_of(asked), **correcting.values,
        )  # fmt: skip

    def take_back(asked: dict[str, Any]) -> None:
        void(event, reason=asked["void_reason"], today=today, version=asked["version"])

    title = open_title(event.kind, edition)
    if takes_back and carry_out(voiding, take_back):
        return done(request, case, f"Đã bỏ “{title}” ngày {format_date(event.occurred_on)}. Lần ghi sai vẫn lưu lại.")
    if not takes_back and carry_out(correcting, put_right):
        return done(request, case, f"Đã đính chính “{title}”.")
    context = {
        "case": case, "person": case.candidate, "event": event, "title": title, "correcting": correcting,
        "voiding": voiding, "changed": correcting.changed or voiding.changed,
    }  # fmt: skip
    return render(request, "pipeline/event_correct.html", context)
