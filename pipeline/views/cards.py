"""Phát thẻ đảng viên: the batches of the year, who goes into one, its decision, numbers and hand-outs."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from cells.exports import export, file_only
from cells.forms.recording import carry_out
from cells.roles import Action
from cells.scoping import may, reaches
from core import dates
from core.dates import format_date
from core.documents.sheets import Table
from pipeline.forms.cards import BatchDecisionForm, BatchForm, CardsForm
from pipeline.forms.classes import ChosenForm
from pipeline.models import CardBatch, Case, MemberCard
from pipeline.queries.cards import BATCH, awaiting_card, cards_of, issuers, people_without_card, with_sizes
from pipeline.services import cards
from pipeline.views.case_finding import form_view
from pipeline.views.classes import sent

ROWS = 30


def the_batch(request: HttpRequest, public_id: UUID, action: str = Action.VIEW) -> CardBatch:
    """The batch of the address, where the user has that right on it."""
    rows = CardBatch.objects.visible_to(request.user, action, on=dates.today()).select_related("organization")
    found: CardBatch = get_object_or_404(rows, public_id=public_id)
    return found


@require_safe
def batch_list(request: HttpRequest) -> HttpResponse:
    """Every batch, the newest first, and how many official members wait for one."""
    if not may(request.user, Action.VIEW, BATCH):
        raise PermissionDenied
    today = dates.today()
    rows = with_sizes(CardBatch.objects.visible_to(request.user, on=today)).order_by("-day", "-pk")
    may_record = bool(issuers(request.user, today))
    context = {
        "page_obj": Paginator(rows, ROWS).get_page(request.GET.get("page")), "may_record": may_record, "today": today,
        "waiting": people_without_card(request.user, today) if may_record else 0,
        "next_day": cards.next_batch_day(today),
    }  # fmt: skip
    return render(request, "pipeline/card_list.html", context)


@form_view
def batch_new(request: HttpRequest) -> HttpResponse:
    """A batch is opened for one of the four days."""
    today = dates.today()
    if not may(request.user, Action.RECORD_CASE, BATCH):
        raise PermissionDenied
    offered = issuers(request.user, today)
    if not offered:
        messages.info(request, "Đơn vị của bạn không có thẩm quyền phát thẻ, nên không mở đợt phát thẻ.")
        return redirect("pipeline:card-list")
    form = BatchForm(request.POST or None, user=request.user, issuers=offered, today=today)
    made: list[CardBatch] = []

    def open_it(asked: dict[str, Any]) -> None:
        made.append(cards.open_batch(form.organization, day=form.chosen_day, today=today))

    if carry_out(form, open_it):
        messages.success(request, "Đã mở đợt phát thẻ. Hãy đưa đảng viên chính thức vào đợt.")
        return redirect("pipeline:card-batch", made[0].public_id)
    return render(request, "pipeline/card_form.html", {"form": form, "heading": "Mở đợt phát thẻ"})


@form_view
def batch_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One batch: the cards with their numbers, and the days they were handed out."""
    today = dates.today()
    batch = the_batch(request, public_id, Action.RECORD_CASE if request.method == "POST" else Action.VIEW)
    may_record = reaches(request.user, Action.RECORD_CASE, BATCH, batch.organization)
    rows = cards_of(request.user, batch, today)
    form = CardsForm(sent(request), cards=rows)

    def record(asked: dict[str, Any]) -> None:
        size = cards.record_cards(form.rows, today=today, late_reason=asked["late_reason"])
        messages.success(request, f"Đã ghi {size} thẻ." if size else "Không có gì thay đổi.")

    if carry_out(form, record):
        return redirect("pipeline:card-batch", batch.public_id)
    context = {
        "batch": batch, "cards": rows, "form": form, "may_record": may_record, "today": today,
        "numbered": sum(bool(card.number) for card in rows), "handed": sum(bool(card.handed_on) for card in rows),
    }  # fmt: skip
    return render(request, "pipeline/card_batch.html", context)


@form_view
def batch_decision(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The decision by which the cards of the batch are issued."""
    batch = the_batch(request, public_id, Action.RECORD_CASE)
    initial = {"number": batch.decision_number, "on": batch.decision_date or dates.today(), "version": batch.version}
    form = BatchDecisionForm(request.POST or None, user=request.user, initial=initial)

    def decide(asked: dict[str, Any]) -> None:
        cards.decide_batch(batch, number=asked["number"], on=asked["on"], today=dates.today(), version=asked["version"])

    if carry_out(form, decide):
        messages.success(request, "Đã ghi quyết định phát thẻ.")
        return redirect("pipeline:card-batch", batch.public_id)
    context = {"form": form, "heading": "Quyết định phát thẻ", "batch": batch}
    return render(request, "pipeline/card_form.html", context)


@form_view
def batch_put(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Official members without a card: tick and put into the batch."""
    today = dates.today()
    batch = the_batch(request, public_id, Action.RECORD_CASE)
    people = awaiting_card(request.user, batch, today)
    form = ChosenForm(sent(request), offered=[case.public_id for case in people])

    def put(asked: dict[str, Any]) -> None:
        chosen: list[Case] = [case for case in people if case.public_id in asked["chosen"]]
        cards.put_into_batch(chosen, batch, today=today)
        messages.success(request, f"Đã đưa {len(chosen)} người vào đợt phát thẻ.")

    if carry_out(form, put):
        return redirect("pipeline:card-batch", batch.public_id)
    ticked = form.ticked if form.is_bound else {str(case.public_id) for case in people}
    context = {"batch": batch, "people": people, "form": form, "ticked": ticked}
    return render(request, "pipeline/card_put.html", context)


def _member_code(card: MemberCard) -> str:
    member = card.case.candidate.member
    return member.code if member else ""


@file_only
def batch_export(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Danh sách đề nghị phát thẻ (1-TĐV) as a file."""
    batch = the_batch(request, public_id)
    rows = [
        [number, card.case.candidate.full_name, card.case.candidate.born_text, card.case.candidate.get_sex_display(),
         card.case.organization.name, _member_code(card),
         "đã có" if card.number else "", card.handed_on]
        for number, card in enumerate(cards_of(request.user, batch, dates.today()), 1)
    ]  # fmt: skip
    decision = f"Quyết định số {batch.decision_number} ngày {format_date(batch.decision_date)}" if batch.decision_date \
        else "Chưa có quyết định phát thẻ"  # fmt: skip
    table = Table(
        "Danh sách phát thẻ đảng viên",
        ["STT", "Họ và tên", "Ngày sinh", "Giới tính", "Chi bộ", "Mã đảng viên", "Số thẻ", "Ngày trao"], rows,
        lead=[f"Danh sách phát thẻ đảng viên, {batch.organization}", f"{batch}. {decision}."],
        widths=[6, 30, 12, 10, 34, 18, 10, 12],
    )  # fmt: skip
    return export(request, table, scope_path=batch.organization.path)
