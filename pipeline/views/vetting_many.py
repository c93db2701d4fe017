"""Many inquiries at once: letters sent, addressees reminded, answers entered in a row. For offices: a cell proposes.

The address says which ones: those that were ticked in the list (`muc`), else what narrows the list.
"""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html

from cells.forms.recording import carry_out
from cells.roles import Action
from cells.scoping import may
from core import dates
from core.dates import format_date
from pipeline.forms.vetting import (
    TICKED,
    VERSION,
    AnswersForm,
    ManyForm,
    RemindManyForm,
    SendManyForm,
    WaitingFilter,
)  # fmt: skip
from pipeline.models import VettingInquiry
from pipeline.queries.cases import judge_of
from pipeline.queries.vetting_clock import AnswerClock
from pipeline.queries.vetting_list import (
    INQUIRY,
    UNSENT,
    WAITING,
    Row,
    Wanted,
    for_list,
    inquiries,
    listed,
    ordered,
    with_orders,
)  # fmt: skip
from pipeline.services import vetting_desk
from pipeline.views.classes import form_view, sent

ANSWERED_AT_ONCE = 30
"""Lines of answers in one form: as many as one can look over."""


class Desk:
    """Which inquiries one page of many is about."""

    def __init__(self, request: HttpRequest, state: Q, most: int = vetting_desk.MOST) -> None:
        if not may(request.user, Action.VET, INQUIRY):
            raise PermissionDenied
        self.request, self.state, self.most = request, state, most
        self.today = dates.today()
        self.filter = WaitingFilter(request.GET, user=request.user)
        self.ticked = _keys(request.GET.getlist(TICKED))
        self.is_cut = False
        self.rows = self.read()

    def read(self) -> list[Row]:
        """The inquiries as they are now. Of what was sent: those it is about, wherever they stand by now, so that
        whoever was slower is told by name."""
        clock = AnswerClock(judge_of(self.today))
        found = list(for_list(ordered(with_orders(self._asked(), clock), ""))[: self.most + 1])
        self.is_cut = len(found) > self.most
        return listed(found[: self.most], clock, self.request.user)

    def _asked(self) -> QuerySet[VettingInquiry]:
        user = self.request.user
        if self.request.method == "POST":
            shown = _keys(name.removeprefix(VERSION) for name in self.request.POST if name.startswith(VERSION))
            return inquiries(user, Wanted(ended_too=True), self.today, Action.VET).filter(public_id__in=shown)
        if self.ticked:
            return inquiries(user, Wanted(state=self.state), self.today, Action.VET).filter(public_id__in=self.ticked)
        return inquiries(user, self.filter.wanted(self.state), self.today, Action.VET)

    def carries_out(self, form: ManyForm, service: Callable[[dict[str, Any]], Any]) -> bool:
        """Whether *form* was filled in rightly and *service* did what it asks. Where the service refused, whoever was
        faster has been named: the form carries the versions of now."""

        def tried(asked: dict[str, Any]) -> None:
            try:
                service(asked)
            finally:
                form.is_tried = True

        done = carry_out(form, tried)
        if form.is_tried and not done:
            form.show_again(self.read())
        return done

    def page(self, template: str, form: ManyForm) -> HttpResponse:
        context = {
            "form": form,
            "filter": self.filter,
            "rows": form.lines,
            "is_cut": self.is_cut,
            "most": self.most,
            "is_ticked": bool(self.ticked),
            "left_out": len(self.ticked) - len(form.lines) if self.ticked else 0,
            "all_ticked": not form.is_bound and (bool(self.ticked) or "het" in self.request.GET.getlist("chon")),
        }
        return render(self.request, template, context)


def _keys(texts: Iterable[str]) -> list[UUID]:
    """The keys among *texts*; what is none is left out."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return list(dict.fromkeys(found))


@form_view
def vetting_send(request: HttpRequest) -> HttpResponse:
    """Letters of one day: to one addressee, or each to whom it names."""
    desk = Desk(request, UNSENT)
    form = SendManyForm(sent(request), user=request.user, rows=desk.rows, today=desk.today)

    def send(asked: dict[str, Any]) -> None:
        size = vetting_desk.send_many(form.letters, on=asked["on"], today=desk.today, versions=form.versions)
        day = format_date(asked["on"])
        address = f"{reverse('pipeline:vetting-sent')}?ngay={day}"
        messages.success(request, format_html(
            'Đã ghi gửi {} mục ngày {}. <a href="{}">In danh sách đề nghị thẩm tra</a>', size, day, address
        ))  # fmt: skip

    if desk.carries_out(form, send):
        return redirect("pipeline:vetting-list")
    return desk.page("pipeline/vetting_send.html", form)


@form_view
def vetting_remind(request: HttpRequest) -> HttpResponse:
    """Those who have not answered were reminded, on one day."""
    desk = Desk(request, WAITING)
    form = RemindManyForm(sent(request), rows=desk.rows, today=desk.today)

    def remind(asked: dict[str, Any]) -> None:
        chosen = [row.inquiry for row in form.chosen_rows]
        size = vetting_desk.remind_many(chosen, on=asked["on"], today=desk.today, versions=form.versions)
        messages.success(request, f"Đã ghi đôn đốc {size} mục ngày {format_date(asked['on'])}.")

    if desk.carries_out(form, remind):
        return redirect("pipeline:vetting-list")
    return desk.page("pipeline/vetting_remind.html", form)


@form_view
def vetting_answers(request: HttpRequest) -> HttpResponse:
    """Answers of one addressee, or those that were ticked, in a row."""
    desk = Desk(request, WAITING, ANSWERED_AT_ONCE)
    form = AnswersForm(sent(request), rows=desk.rows)

    def enter(asked: dict[str, Any]) -> None:
        size = vetting_desk.answer_many(form.answers, today=desk.today, versions=form.versions)
        messages.success(request, f"Đã ghi trả lời của {size} mục. Kết quả được lưu kín.")

    if desk.carries_out(form, enter):
        return redirect("pipeline:vetting-list")
    return desk.page("pipeline/vetting_answers.html", form)
