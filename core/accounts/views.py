"""Log in, log out, change one's password. Nothing here knows what a user may see."""

from django.contrib import messages
from django.contrib.auth import views
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator

from core import audit
from core.accounts.forms import ChangePasswordForm, LoginForm
from core.models import AuditEvent


class LoginView(views.LoginView):
    """The trail is kept by :mod:`core.signals`: it must not depend on which page somebody logs in from."""

    authentication_form = LoginForm
    redirect_authenticated_user = True
    template_name = "accounts/login.html"


# Whoever clicks "Đăng xuất" after the session has ended is logged out already, and need not log in for it.
@method_decorator(login_not_required, name="dispatch")
class LogoutView(views.LogoutView):
    pass


class PasswordChangeView(views.PasswordChangeView):
    form_class = ChangePasswordForm
    template_name = "accounts/password_change.html"
    success_url = reverse_lazy("home")

    def form_valid(self, form: ChangePasswordForm) -> HttpResponse:
        with transaction.atomic():
            response = super().form_valid(form)
            audit.record(AuditEvent.Action.PASSWORD, form.user)
        messages.success(self.request, "Đã đổi mật khẩu. Lần đăng nhập sau hãy dùng mật khẩu mới.")
        return response
