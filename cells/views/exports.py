"""Sổ xuất dữ liệu: what has left the program, found by the code in a copy; a second person's yes or no."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cells.exports import APPROVED
from cells.forms.exports import DecideForm, LedgerForm
from cells.queries.exports import ledger_of, may_decide, waiting_for
from cells.services import exports
from cells.services.errors import RuleError
from core import dates
from core.accounts.recent import recent_login_required
from core.models import ExportEntry

PAGE_SIZE = 30
DECISION, YES, NO = "quyet-dinh", "duyet", "tu-choi"
"""The button pressed, and what it says."""


@require_safe
def export_list(request: HttpRequest) -> HttpResponse:
    """The ledger, newest first; with a code (`code`) the one entry that has it."""
    today = dates.today()
    form = LedgerForm(request.GET)
    code = form.cleaned_data["code"] if form.is_valid() else ""
    rows = ledger_of(request.user, today)
    if code:
        rows = rows.filter(code=code)
    context = {
        "form": form,
        "code": code,
        "page_obj": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "waiting": waiting_for(request.user, today)[:PAGE_SIZE],
    }
    return render(request, "cells/export_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@recent_login_required
def export_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One entry; who may decide about it does so here."""
    today = dates.today()
    entry = get_object_or_404(ledger_of(request.user, today), public_id=public_id)
    is_mine_to_decide = may_decide(request.user, entry, today)
    form = DecideForm(request.POST or None)
    if request.method == "POST":
        if not is_mine_to_decide:
            raise Http404
        if form.is_valid() and request.POST.get(DECISION) in (YES, NO):
            return _decided(request, entry, form.cleaned_data["opinion"])
    context = {
        "entry": entry,
        "form": form,
        "may_decide": is_mine_to_decide,
        "is_own": entry.user_id == request.user.pk,
        "parameter": APPROVED,
        "fetch_until": exports.approval_ends(entry) if entry.state == ExportEntry.State.APPROVED else None,
    }
    return render(request, "cells/export_detail.html", context)


def _decided(request: HttpRequest, entry: ExportEntry, opinion: str) -> HttpResponse:
    approve = request.POST[DECISION] == YES
    try:
        exports.decide(entry, approve=approve, by=request.user, opinion=opinion)
    except RuleError as refusal:
        messages.error(request, str(refusal))
    else:
        words = "Đã duyệt. Người xuất tải tệp ở trang này." if approve else "Đã ghi không duyệt."
        messages.success(request, words)
    return redirect("cells:export-detail", entry.public_id)
