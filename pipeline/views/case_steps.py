"""Entering a step or an outcome: what the rules say beside the form, before anything is saved."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cells.roles import Action
from cells.scoping import reaches
from cells.services.errors import RuleError
from core import dates
from core.dates import format_date
from pipeline.deriving import Judge
from pipeline.engine.facts import Ballot, Facts
from pipeline.engine.replay import outcome_of_vote
from pipeline.forms.case_forms import CaseForm, carry_out, document_of
from pipeline.forms.corrections import CorrectForm, VoidForm
from pipeline.forms.later_steps import LATER
from pipeline.forms.steps import CellVoteForm, form_class
from pipeline.models import Case, CaseEvent
from pipeline.queries.agendas import SESSION, waiting_item
from pipeline.queries.cases import judge_of
from pipeline.queries.facts import event_of, facts_of
from pipeline.queries.outlook import Outlook, again_of, is_late, outlook
from pipeline.queries.sessions import DECISIONS
from pipeline.queries.stays import place_on
from pipeline.queries.voters import voters_on
from pipeline.services.cases import correct, void
from pipeline.services.ceremony import check_ceremony
from pipeline.showing import action_of, open_title
from pipeline.views.case_finding import case_or_404, done, form_view
from pipeline.views.step_services import AGAIN, Filled, enter

READ_FIRST = "Chưa ghi: hãy đọc phần “Cần lưu ý”, rồi bấm ghi lần nữa nếu vẫn đúng."


class _Entering:
    """One request that enters *kind* of a file."""

    def __init__(self, request: HttpRequest, case: Case, kind: str) -> None:
        self.request, self.case, self.kind, self.today = request, case, kind, dates.today()
        self.judge: Judge = judge_of(self.today)
        self.facts: Facts = facts_of([case.pk], self.today)[case.pk]
        self.look: Outlook = self._look(self.today)
        self.item = waiting_item(case, kind) if kind in DECISIONS else None
        self.form: CaseForm = self._form()

    def _look(self, on: date, ballot: Ballot | None = None) -> Outlook:
        found = outlook(self.kind, self.facts, self.judge, on, ballot)
        if found is None:
            raise Http404
        return found

    def _form(self) -> CaseForm:
        chosen = LATER.get(self.kind) or form_class(self.look.rule)
        known: dict[str, Any] = {
            "rule": self.look.rule, "again": again_of(self.look.situation), "item": self.item,
            "voters_of": lambda day: voters_on(place_on(self.case, day), day),
            "check": lambda day: check_ceremony(self.case, day, self.judge),
        }  # fmt: skip
        return chosen(
            self.request.POST or None, user=self.request.user, case=self.case, today=self.today,
            seen=",".join(self.look.to_be_read), is_late=lambda day: is_late(self.kind, self.facts, self.judge, day),
            **{name: known[name] for name in chosen.asks},
        )  # fmt: skip

    @property
    def kept_by_session(self) -> str:
        """Why the user does not enter it: the file waits before a session that others record."""
        if self.item is None or reaches(self.request.user, Action.RECORD_CASE, SESSION, self.item.session.organization):
            return ""
        return (
            f"Hồ sơ đã trình {self.item.session} của {self.item.session.organization}. Nơi đó ghi quyết định; bạn sẽ "
            "thấy kết quả ở trang hồ sơ."
        )

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
        self.entered = enter(Filled(self.kind, self.form, asked, given, self.item))
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


@form_view
def case_step(request: HttpRequest, public_id: UUID, step: str) -> HttpResponse:
    """The step or outcome *step* of a file, with what stands in its way."""
    case = case_or_404(request, public_id, Action.RECORD_CASE)
    entering = _Entering(request, case, step)
    kept = entering.kept_by_session
    if not kept and carry_out(entering.form, entering.enter):
        if entering.item:
            messages.success(request, f"{case.candidate.full_name}: {entering.told}")
            return redirect("pipeline:session-detail", entering.item.session.public_id)
        return done(request, case, entering.told)
    look = entering.look
    needed = entering.form.needed(look.edition.votes.get(look.rule.vote)) if entering.is_cell_vote else ""
    is_closed = bool(look.why) and not look.went_by and not (step in AGAIN and case.is_ongoing)
    context = {
        "case": case, "person": case.candidate, "form": entering.form, "look": look,
        "needed": needed,
        "heading": action_of(step, look.edition), "title": look.rule.title,
        "is_closed": bool(kept) or (is_closed and not entering.form.is_bound),
        "why": kept or look.why,
        "item": entering.item,
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
