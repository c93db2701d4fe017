"""Cách tính tỷ lệ: how each year's rate is reckoned; the Board of the highest committee changes it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from cells.queries.organizations import places_of
from cells.roles import Action
from cells.scoping import may
from cells.services.errors import ChangedMeanwhileError, RuleError
from core import dates
from core.trail import last_changes
from reports.forms.policy import PREVIEW, PolicyForm
from reports.forms.targets import YearForm
from reports.models import TargetPolicy
from reports.queries.policy import preview, year_policies
from reports.services.policy import set_policy, version_of

MODEL = TargetPolicy._meta.label_lower


@require_http_methods(["GET", "HEAD", "POST"])
def policy(request: HttpRequest) -> HttpResponse:
    """The policies by year, and of one year the form; POST shows the effect of a change, or saves it."""
    if not may(request.user, Action.VIEW, MODEL):
        raise PermissionDenied
    today = dates.today()
    asked = YearForm(request.GET, last=today.year + 1)
    year = asked.year or today.year
    present = TargetPolicy.of(year)
    context: dict[str, Any] = {"year": year, "year_form": asked}
    if may(request.user, Action.SET_POLICY, MODEL):
        is_saving = request.method == "POST" and PREVIEW not in request.POST
        form = PolicyForm(request.POST if request.method == "POST" else None, policy=present, is_saving=is_saving)
        if form.is_bound and form.is_valid():
            if is_saving and _save(request, form):
                return redirect(reverse("reports:policy") + (f"?nam={year}" if asked.year else ""))
            if not is_saving:
                places = places_of(request.user, today)
                context["previews"] = preview(places, present, form.policy, today)
        context["form"] = form
    elif request.method == "POST":
        raise PermissionDenied
    rows = TargetPolicy.objects.visible_to(request.user)
    return render(request, "reports/policy.html", context | {"policies": year_policies(rows, today.year + 1)})


def _save(request: HttpRequest, form: PolicyForm) -> bool:
    """Whether it was saved; else the form says why not."""
    try:
        set_policy(form.change, reason=form.cleaned_data["reason"])
    except ChangedMeanwhileError:
        _tell_stale(form)
        return False
    except RuleError as refusal:
        form.add_error(None, refusal.messages)
        return False
    messages.success(request, f"Đã lưu cách tính năm {form.year}. Số liệu đang được tính lại.")
    return True


def _tell_stale(form: PolicyForm) -> None:
    """Say who was faster, keep what was typed; what is sent next has seen the present policy."""
    now = TargetPolicy.of(form.year)
    change = last_changes(TargetPolicy, [str(now.pk)]).get(str(now.pk))
    who = f" ({change.words})" if change else ""
    form.add_error(
        None,
        f"Cách tính năm {form.year} vừa được người khác sửa{who}: tính trên {now.get_base_display()}, theo "
        f"{now.get_counts_on_display()}. Các ô dưới đây vẫn là số bạn ghi; hãy xem lại rồi lưu lần nữa.",
    )
    form.data = form.data.copy()
    form.data["shown"] = version_of(now)
