"""Log-in and change of password: Django's forms (their words are in core/locale) with our layout."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Layout, Submit
from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.http import HttpRequest

from core.accounts.activation import has_expired
from core.models import User
from core.models.user import normalize_password

FOR_PASSWORD_MANAGERS = (
    '<input type="text" name="username" value="{{ user.username }}" autocomplete="username" readonly hidden>'
)


def _helper(submit: str) -> FormHelper:
    """A form of required fields only: no asterisks, one button."""
    helper = FormHelper()
    helper.form_class = "all-required"
    helper.add_input(Submit("submit", submit, css_class="btn-primary"))
    return helper


class LoginForm(AuthenticationForm):
    """One answer for a user name that does not exist and for a wrong password: neither can be tried out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs |= {"spellcheck": "false"}
        self.helper = _helper("Đăng nhập")

    def confirm_login_allowed(self, user: User) -> None:
        super().confirm_login_allowed(user)
        if has_expired(user):
            raise forms.ValidationError(
                "Mã kích hoạt đã hết hạn. Hãy xin người tạo tài khoản in phiếu kích hoạt mới.", code="expired"
            )


class ConfirmForm(forms.Form):
    """The password once more, of somebody who is logged in."""

    password = forms.CharField(
        label="Mật khẩu", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.helper = _helper("Xác nhận")
        self.helper.layout = Layout(HTML(FOR_PASSWORD_MANAGERS), "password")

    def clean_password(self) -> str:
        # Through the same door as a log-in: wrong ones count, and lock.
        tried = {"username": self.request.user.username, "password": self.cleaned_data["password"]}
        if authenticate(self.request, **tried) != self.request.user:
            raise forms.ValidationError("Mật khẩu chưa đúng. Hãy gõ lại; chú ý phím Caps Lock và bộ gõ tiếng Việt.")
        return self.cleaned_data["password"]


class _NewPassword:
    """The rules for a new password, whichever form asks for it."""

    def clean_new_password1(self) -> str:
        """As it is stored: the rules for passwords count signs, and one keyboard writes more of them than another."""
        return normalize_password(self.cleaned_data["new_password1"])

    def clean_new_password2(self) -> str:
        return normalize_password(self.cleaned_data["new_password2"])


class ChangePasswordForm(_NewPassword, PasswordChangeForm):
    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.fields["new_password2"].help_text = ""
        self.helper = _helper("Đổi mật khẩu")
        self.helper.layout = Layout(HTML(FOR_PASSWORD_MANAGERS), *self.fields)


class FirstPasswordForm(_NewPassword, SetPasswordForm):
    """For somebody who has just come in with a code on paper: the code is not asked for again."""

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.fields["new_password2"].help_text = ""
        self.helper = _helper("Đặt mật khẩu")
        self.helper.layout = Layout(HTML(FOR_PASSWORD_MANAGERS), *self.fields)
