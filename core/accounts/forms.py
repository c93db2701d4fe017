"""Log-in and change of password: Django's forms (their words are in core/locale) with our layout."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Layout, Submit
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm

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


class ChangePasswordForm(PasswordChangeForm):
    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.fields["new_password2"].help_text = ""
        self.helper = _helper("Đổi mật khẩu")
        self.helper.layout = Layout(HTML(FOR_PASSWORD_MANAGERS), *self.fields)

    def clean_new_password1(self) -> str:
        """As it is stored: the rules for passwords count signs, and one keyboard writes more of them than another."""
        return normalize_password(self.cleaned_data["new_password1"])

    def clean_new_password2(self) -> str:
        return normalize_password(self.cleaned_data["new_password2"])
