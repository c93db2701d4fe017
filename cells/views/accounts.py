"""People who log in: the list, one person, the sheet that lets somebody in; and one's own account."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cells.forms.accounts import NewUserForm, ReasonForm, RelativeForm, SheetForm, UserFilter, UserForm
from cells.forms.recording import carry_out
from cells.models import Appointment, AppointmentRequest, Member
from cells.queries.offices import (
    conflicts_of_managed,
    conflicts_seen_by,
    in_name_order,
    managed_by,
    not_over,
    offices_to_give,
    own_conflicts,
    own_offices,
    people_of,
)
from cells.queries.trail import history_of
from cells.roles import TWO_PEOPLE, Action, Role
from cells.scoping import may
from cells.services import accounts as service
from core import audit, dates
from core.accounts import activation, second_factor
from core.accounts.recent import recent_login_required
from core.models import AuditEvent, User

PAGE_SIZE = 50
HISTORY = 20
PLACED = ("organization__parent", "association__organization", "deputy_of__user")
form_view = require_http_methods(["GET", "HEAD", "POST"])


def require_appointing(request: HttpRequest) -> None:
    """Refuse whoever gives no offices."""
    if not may(request.user, Action.APPOINT, "cells.appointment"):
        raise PermissionDenied


def role_asked(request: HttpRequest) -> Role:
    """The role the address names (`?vai-tro=`), else the first the user may give."""
    offered = offices_to_give(request.user, dates.today())
    if not offered:
        raise PermissionDenied
    asked = request.GET.get("vai-tro", offered[0])
    if asked not in offered:
        raise PermissionDenied
    return Role(asked)


def account_page(request: HttpRequest, form: Any, heading: str, **more: Any) -> HttpResponse:
    """A form about a person or an office."""
    return render(request, "cells/account_form.html", {"form": form, "heading": heading} | more)


def managed_or_404(request: HttpRequest, public_id: UUID) -> User:
    """Somebody whose account the reader answers for."""
    require_appointing(request)
    return get_object_or_404(managed_by(request.user), public_id=public_id)


def _scope_of(request: HttpRequest, person: User) -> str:
    """In whose scope what happens to the account of *person* is told: that of an office the reader may see."""
    rows = Appointment.objects.visible_to(request.user).filter(user=person).select_related(*PLACED)
    first = rows.order_by("-in_force", "-valid_from", "-pk").first()
    return first.scope_path if first else ""


@require_safe
def user_list(request: HttpRequest) -> HttpResponse:
    """Those within reach, and what waits for a second person."""
    require_appointing(request)
    today = dates.today()
    offices = Appointment.objects.visible_to(request.user).in_force().select_related(*PLACED)
    filtering = UserFilter(request.GET, people_of(request.user), user=request.user, today=today)
    page = Paginator(in_name_order(filtering.qs), PAGE_SIZE).get_page(request.GET.get("page"))
    people = filtering.qs.filter(pk__in=page.object_list).prefetch_related(
        Prefetch("appointments", offices.filter(not_over(today)).order_by("valid_from"), to_attr="offices")
    )
    known = {person.pk: person for person in people}
    page.object_list = [known[key] for key in page.object_list]
    waiting = AppointmentRequest.objects.visible_to(request.user).filter(state=AppointmentRequest.State.WAITING)
    context = {
        "filter": filtering,
        "page_obj": page,
        "waiting": waiting.select_related("user", "requested_by", *PLACED),
        "may_give": bool(offices_to_give(request.user, today)),
    }
    return render(request, "cells/user_list.html", context)


@form_view
@recent_login_required
def user_new(request: HttpRequest) -> HttpResponse:
    """Somebody new, with a first office of the role that the address names."""
    require_appointing(request)
    role = role_asked(request)
    form = NewUserForm(request.POST or None, user=request.user, today=dates.today(), role=role)
    made: list[User] = []

    def create(asked: dict[str, Any]) -> None:
        details = {name: asked[name] for name in ("full_name", "username", "phone", "email")}
        made.append(service.create_user(**details, by=request.user, office=form.office)[0])

    if carry_out(form, create):
        messages.success(
            request, f"Đã tạo tài khoản {made[0].username} cho {made[0]}. Tiếp theo hãy in phiếu kích hoạt."
        )
        if role in TWO_PEOPLE:
            messages.info(request, "Phân công đang chờ người thứ hai duyệt.")
        return redirect("cells:user-detail", made[0].public_id)
    return account_page(request, form, "Thêm người dùng", roles=_choices(request, role), role=role)


def _choices(request: HttpRequest, role: Role) -> list[tuple[Role, bool]]:
    return [(each, each == role) for each in offices_to_give(request.user, dates.today())]


@require_safe
def user_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One person: offices past and present within reach, the account, what was recorded of it."""
    require_appointing(request)
    person = get_object_or_404(people_of(request.user), public_id=public_id)
    today = dates.today()
    seen = Appointment.objects.visible_to(request.user).filter(user=person, in_force=True).select_related(*PLACED)
    given = Appointment.objects.visible_to(request.user, Action.APPOINT).filter(user=person)
    ended_here = set(given.exclude(user=request.user).values_list("pk", flat=True))
    requests = AppointmentRequest.objects.visible_to(request.user).filter(user=person)
    context = {
        "person": person,
        "factor": second_factor.factor_of(person),
        "needs_factor": second_factor.must_have(person),
        "is_managed": managed_by(request.user).filter(pk=person.pk).exists(),
        "offices": [
            {"office": office, "may_end": office.pk in ended_here, "is_over": _is_over(office, today)}
            for office in seen.order_by("-valid_from")
        ],
        "requests": requests.select_related("requested_by", "decided_by", *PLACED),
        "conflicts": conflicts_seen_by(request.user, person),
        "history": history_of(person, HISTORY),
        "two_people": TWO_PEOPLE,
        "may_give": bool(offices_to_give(request.user, today)),
    }  # fmt: skip
    return render(request, "cells/user_detail.html", context)


def _is_over(office: Appointment, today: Any) -> bool:
    return office.valid_until is not None and office.valid_until <= today


@form_view
@recent_login_required
def user_edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Name, phone and e-mail."""
    person = managed_or_404(request, public_id)
    known = {name: getattr(person, name) for name in ("full_name", "phone", "email")}
    form = UserForm(request.POST or None, user=request.user, initial=known)
    if carry_out(form, lambda asked: service.change_user(person, scope_path=_scope_of(request, person), **asked)):
        messages.success(request, "Đã lưu.")
        return redirect("cells:user-detail", person.public_id)
    return account_page(request, form, "Sửa thông tin", person=person)


@form_view
@recent_login_required
def user_lock(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Keep somebody from logging in, or let him again."""
    person = managed_or_404(request, public_id)
    locks = person.is_active
    form = ReasonForm(request.POST or None, user=request.user, submit="Khóa tài khoản" if locks else "Mở khóa")
    scope = _scope_of(request, person)
    if carry_out(form, lambda asked: service.set_locked(person, locks, reason=asked["reason"], scope_path=scope)):
        messages.success(request, "Đã khóa; mọi phiên đã kết thúc." if locks else "Đã mở khóa.")
        return redirect("cells:user-detail", person.public_id)
    return account_page(request, form, "Khóa tài khoản" if locks else "Mở khóa tài khoản", person=person)


@form_view
@recent_login_required
def user_factor(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take the second factor of somebody who lost the phone and the codes on paper."""
    person = managed_or_404(request, public_id)
    heading = "Gỡ xác thực hai bước"
    if second_factor.factor_of(person) is None:
        messages.info(request, "Tài khoản này không bật xác thực hai bước.")
        return redirect("cells:user-detail", person.public_id)
    form = ReasonForm(request.POST or None, user=request.user, submit=heading)
    scope = _scope_of(request, person)
    if carry_out(form, lambda asked: second_factor.reset(person, reason=asked["reason"], scope_path=scope)):
        messages.success(request, "Đã gỡ; mọi phiên đã kết thúc.")
        return redirect("cells:user-detail", person.public_id)
    needs = second_factor.must_have(person)
    return account_page(request, form, heading, person=person, note="factor", needs_factor=needs)


@never_cache
@form_view
@recent_login_required
def user_sheet(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The sheet with a one-time code: shown this once, kept nowhere."""
    person = managed_or_404(request, public_id)
    if not person.is_active:
        messages.warning(request, "Tài khoản đang khóa. Hãy mở khóa trước khi in phiếu.")
        return redirect("cells:user-detail", person.public_id)
    if request.method != "POST":
        return account_page(request, SheetForm(user=request.user), "In phiếu kích hoạt", person=person, note="sheet")
    code = activation.issue(person, scope_path=_scope_of(request, person))
    person.refresh_from_db()
    context = {
        "person": person,
        "code": code,
        "needs_factor": second_factor.must_have(person) and not second_factor.factor_of(person),
        "offices": own_offices(person, dates.today()).select_related(*PLACED),
        "address": request.build_absolute_uri(reverse("login")),
        "by": request.user,
        "now": timezone.now(),
    }
    audit.record(AuditEvent.Action.PRINT, person, label=f"Phiếu kích hoạt {person.username}",
                 scope_path=_scope_of(request, person))  # fmt: skip
    return render(request, "cells/user_sheet.html", context)


# --- one's own account ------------------------------------------------------------------------------------------
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """What the reader holds, and the ways to change the account."""
    context = {
        "offices": own_offices(request.user, dates.today()).select_related(*PLACED),
        "conflicts": own_conflicts(request.user),
        "factor": second_factor.factor_of(request.user),
        "may_declare": may(request.user, Action.VIEW, "cells.member"),
    }
    return render(request, "cells/account.html", context)


@form_view
def relative_declare(request: HttpRequest) -> HttpResponse:
    """A relative among the members: from then on that file is closed to the one who declares it."""
    if not may(request.user, Action.VIEW, "cells.member"):
        raise PermissionDenied
    form = RelativeForm(request.POST or None, user=request.user)

    def declare(asked: dict[str, Any]) -> None:
        service.declare_conflict(request.user, asked["code"], relation=asked["relation"])

    if carry_out(form, declare):
        messages.success(request, "Đã khai. Từ bây giờ bạn không mở được hồ sơ của người này; cấp trên sẽ xử lý thay.")
        return redirect("cells:account")
    return account_page(request, form, "Khai người thân", note="relative", is_own=True)


@form_view
@recent_login_required
def relative_end(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a declared tie back, for somebody below."""
    require_appointing(request)
    conflict = get_object_or_404(conflicts_of_managed(request.user), public_id=public_id)
    subject = get_object_or_404(
        Member.objects.visible_to(request.user).select_related("organization"), public_id=conflict.file
    )
    form = ReasonForm(request.POST or None, user=request.user, submit="Bỏ lời khai")
    path = subject.organization.path
    if carry_out(form, lambda asked: service.end_conflict(conflict, reason=asked["reason"], scope_path=path)):
        messages.success(request, "Đã bỏ lời khai.")
        return redirect("cells:user-detail", conflict.user.public_id)
    return account_page(request, form, "Bỏ lời khai người thân", person=conflict.user)
