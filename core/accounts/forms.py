"""Log-in and change of password: Django's forms with our words and layout."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.password_validation import password_validators_help_text_html

from core.models import User


def _helper(submit: str) -> FormHelper:
    """A form of required fields only: no asterisks, one button."""
    helper = FormHelper()
    helper.form_class = "all-required"
    helper.add_input(Submit("submit", submit, css_class="btn-primary"))
    return helper


class LoginForm(AuthenticationForm):
    """One answer for a user name that does not exist and for a wrong password: neither can be tried out."""

    error_messages = {
        "invalid_login": (
            "Tên đăng nhập hoặc mật khẩu chưa đúng. Hãy kiểm tra phím Caps Lock và bộ gõ tiếng Việt rồi nhập lại; "
            "nếu quên mật khẩu, hãy nhờ người quản trị của đơn vị đặt lại."
        ),
        "inactive": "Tài khoản đã ngừng sử dụng. Hãy liên hệ người quản trị của đơn vị.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs |= {"spellcheck": "false"}
        self.helper = _helper("Đăng nhập")


class ChangePasswordForm(PasswordChangeForm):
    field_order = ["old_password", "new_password1", "new_password2"]

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        labels = {"old_password": "Mật khẩu đang dùng", "new_password1": "Mật khẩu mới",
                  "new_password2": "Nhập lại mật khẩu mới"}  # fmt: skip
        for name, label in labels.items():
            self.fields[name].label = label
        self.fields["new_password1"].help_text = password_validators_help_text_html()
        self.fields["new_password2"].help_text = ""
        self.helper = _helper("Đổi mật khẩu")
