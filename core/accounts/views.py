"""Log in, log out, change one's password. Nothing here knows what a user may see."""

from django.contrib import messages
from django.contrib.auth import views
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import audit
from core.accounts import half_login, second_factor, sessions
from core.accounts.forms import ChangePasswordForm, ConfirmForm, FirstPasswordForm, LoginForm
from core.models import AuditEvent


class LoginView(views.LoginView):
    """The trail is kept by :mod:`core.signals`: it must not depend on which page somebody logs in from."""

    authentication_form = LoginForm
    redirect_authenticated_user = True
    template_name = "accounts/login.html"

    def form_valid(self, form: LoginForm) -> HttpResponse:
        """Whoever has a second factor is not logged in by the password alone."""
        if second_factor.factor_of(form.get_user()) is None:
            return super().form_valid(form)
        half_login.begin(self.request, form.get_user(), self.get_success_url())
        return redirect("login-code")


# Whoever clicks "Đăng xuất" after the session has ended is logged out already, and need not log in for it.
@method_decorator(login_not_required, name="dispatch")
class LogoutView(views.LogoutView):
    pass


class PasswordChangeView(views.PasswordChangeView):
    template_name = "accounts/password_change.html"
    success_url = reverse_lazy("home")

    def get_form_class(self) -> type[ChangePasswordForm | FirstPasswordForm]:
        return FirstPasswordForm if self.request.user.must_change_password else ChangePasswordForm

    def form_valid(self, form: ChangePasswordForm | FirstPasswordForm) -> HttpResponse:
        with transaction.atomic():
            form.user.must_change_password, form.user.password_expires_at = False, None
            response = super().form_valid(form)
            sessions.end_all(form.user, keep=self.request.login_session.public_id)
            audit.record(AuditEvent.Action.PASSWORD, form.user)
        messages.success(self.request, "Đã đổi mật khẩu. Lần đăng nhập sau hãy dùng mật khẩu mới.")
        return response


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """The password once more, then back to where it was asked for."""
    target = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        target = reverse("home")
    form = ConfirmForm(request, request.POST or None)
    if form.is_valid():
        request.session[sessions.CONFIRMED] = timezone.now().timestamp()
        return redirect(target)
    return render(request, "accounts/confirm.html", {"form": form})


@require_safe
def session_list(request: HttpRequest) -> HttpResponse:
    """Where the reader is logged in."""
    context = {"sessions": sessions.open_sessions(request.user), "current": request.login_session}
    return render(request, "accounts/sessions.html", context)


@require_POST
def session_end(request: HttpRequest) -> HttpResponse:
    """End one of one's own sessions (`phien`), or all but this one."""
    own, wanted = sessions.open_sessions(request.user), request.POST.get("phien", "")
    if not wanted:
        sessions.end_all(request.user, keep=request.login_session.public_id)
        messages.success(request, "Đã kết thúc mọi phiên khác.")
        return redirect("session-list")
    row = next((row for row in own if str(row.public_id) == wanted), None)
    if row is None:
        raise Http404
    own.filter(pk=row.pk).update(ended_at=timezone.now())
    messages.success(request, "Đã kết thúc phiên ấy.")
    return redirect("session-list")
