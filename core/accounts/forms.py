"""Log-in and change of password: Django's forms (their words are in core/locale) with our layout."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Layout, Submit
from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.http import HttpRequest
from django.utils import timezone

from core.accounts import second_factor, totp
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


class CodeField(forms.CharField):
    """A code of the phone, or one of the recovery codes."""

    def __init__(self) -> None:
        super().__init__(
            label="Mã xác thực", max_length=30,
            help_text="Mã 6 số trên điện thoại, hoặc một mã khôi phục trên giấy.",
            widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "none",
                                          "spellcheck": "false"}),
        )  # fmt: skip


def _require_code(request: HttpRequest, user: User, typed: str) -> None:
    if not second_factor.passes(request, user, typed):
        raise forms.ValidationError("Mã chưa đúng hoặc đã dùng rồi. Hãy đợi điện thoại hiện mã mới rồi gõ lại.")


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
    """The password once more, of somebody who is logged in; and a code, where there is a second factor."""

    password = forms.CharField(
        label="Mật khẩu", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        if second_factor.factor_of(request.user):
            self.fields["code"] = CodeField()
        self.helper = _helper("Xác nhận")
        self.helper.layout = Layout(HTML(FOR_PASSWORD_MANAGERS), *self.fields)

    def clean_password(self) -> str:
        # Through the same door as a log-in: wrong ones count, and lock.
        tried = {"username": self.request.user.username, "password": self.cleaned_data["password"]}
        if authenticate(self.request, **tried) != self.request.user:
            raise forms.ValidationError("Mật khẩu chưa đúng. Hãy gõ lại; chú ý phím Caps Lock và bộ gõ tiếng Việt.")
        return self.cleaned_data["password"]

    def clean_code(self) -> str:
        # After a wrong password no code is tried: it would be used up for nothing.
        if "password" in self.cleaned_data:
            _require_code(self.request, self.request.user, self.cleaned_data["code"])
        return ""


class LoginCodeForm(forms.Form):
    """The second step of a log-in."""

    def __init__(self, request: HttpRequest, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.user = request, user
        self.fields["code"] = CodeField()
        self.fields["code"].widget.attrs["autofocus"] = True
        self.helper = _helper("Tiếp tục")

    def clean_code(self) -> str:
        _require_code(self.request, self.user, self.cleaned_data["code"])
        return ""


class FirstCodeForm(forms.Form):
    """Shows that the phone has the key; `counter` is the half minute of the code."""

    code = forms.CharField(
        label="Mã 6 số đang hiện trên điện thoại", max_length=10,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )  # fmt: skip

    def __init__(self, key: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.key, self.counter = key, 0
        self.helper = _helper("Bật xác thực hai bước")

    def clean_code(self) -> str:
        counter = totp.matching_counter(self.key, self.cleaned_data["code"], timezone.now())
        if counter is None:
            raise forms.ValidationError(
                "Mã chưa đúng. Hãy gõ mã 6 số mới hiện; nếu vẫn sai, kiểm tra điện thoại đặt giờ tự động rồi quét lại."
            )
        self.counter = counter
        return ""


class SureForm(forms.Form):
    """Nothing to fill in: one button that does it."""

    def __init__(self, submit: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _helper(submit)


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
