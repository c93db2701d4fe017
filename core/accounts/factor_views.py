"""Xác thực hai bước: the second step of a log-in, setting it up, new recovery codes, turning it off."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.accounts import half_login, second_factor, totp
from core.accounts.forms import FirstCodeForm, LoginCodeForm, SureForm
from core.accounts.recent import recent_login_required
from core.keyring import BrokenSealError
from core.sealed import Sealed, seal

NEW_KEY = "new_key"
"""Name in the session: the sealed key that a phone is to take over; good for nothing before the first code."""
FEW_CODES = 3
form_view = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@login_not_required
@form_view
def login_code(request: HttpRequest) -> HttpResponse:
    """After the right password: a code of the phone, or a recovery code."""
    if request.user.is_authenticated:
        return redirect("home")
    user = half_login.user_of(request)
    if user is None or second_factor.factor_of(user) is None:
        messages.info(request, "Hãy gõ tên đăng nhập và mật khẩu, rồi mã xác thực trong vòng 5 phút.")
        return redirect("login")
    form = LoginCodeForm(request, user, request.POST or None)
    if form.is_valid():
        target = half_login.finish(request, user)
        _warn_of_few_codes(request, user)
        return redirect(target)
    return render(request, "accounts/login_code.html", {"form": form})


def _warn_of_few_codes(request: HttpRequest, user: Any) -> None:
    factor = second_factor.factor_of(user)
    if factor and (left := second_factor.codes_left(factor)) <= FEW_CODES:
        messages.warning(request, f"Chỉ còn {left} mã khôi phục. Hãy vào Tài khoản của tôi để lấy mã mới.")


@require_safe
def second_factor_state(request: HttpRequest) -> HttpResponse:
    """What is on, how many recovery codes are left, and what can be changed."""
    factor = second_factor.factor_of(request.user)
    if factor is None:
        return redirect("second-factor-set")
    context = {
        "factor": factor,
        "left": second_factor.codes_left(factor),
        "codes": second_factor.CODES,
        "is_needed": second_factor.must_have(request.user),
    }
    return render(request, "accounts/second_factor.html", context)


@form_view
@recent_login_required
def second_factor_set(request: HttpRequest) -> HttpResponse:
    """The key as a picture and in letters; the first code turns it on, and the recovery codes are shown this once."""
    key = _key_in(request)
    if request.method == "POST" and not key:
        # The page with the codes was sent once more: there is nothing left to turn on.
        messages.info(request, "Hãy xem lại tình trạng xác thực hai bước ở đây.")
        return redirect("second-factor")
    if not key:
        key = totp.new_key()
        request.session[NEW_KEY] = seal(key).token
    form = FirstCodeForm(key, request.POST or None)
    if form.is_valid():
        codes = second_factor.turn_on(request.user, key, form.counter, keep=request.login_session.public_id)
        del request.session[NEW_KEY]
        messages.success(request, "Đã bật xác thực hai bước. Việc cuối cùng: in hoặc chép lại các mã khôi phục.")
        return _sheet(request, codes)
    context = {
        "form": form,
        "picture": mark_safe(totp.picture_of(totp.address_of(key, request.user.username))),
        "groups": totp.in_groups(key),
        "has_one": second_factor.factor_of(request.user) is not None,
        "is_needed": second_factor.must_have(request.user),
    }
    return render(request, "accounts/second_factor_set.html", context)


def _key_in(request: HttpRequest) -> str:
    try:
        return Sealed(request.session.get(NEW_KEY, "")).open()
    except BrokenSealError:  # sealed before the keys were changed
        return ""


@form_view
@recent_login_required
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes, shown this once."""
    factor = second_factor.factor_of(request.user)
    if factor is None:
        return redirect("second-factor-set")
    if request.method == "POST":
        return _sheet(request, second_factor.renew_codes(factor))
    return _sure(request, "Lấy mã khôi phục mới", "Tạo mã mới", "Các mã cũ trên giấy hết hiệu lực ngay.")


@form_view
@recent_login_required
def second_factor_off(request: HttpRequest) -> HttpResponse:
    """Back to the password alone, for those whose role lets them."""
    if second_factor.factor_of(request.user) is None:
        return redirect("second-factor-set")
    if second_factor.must_have(request.user):
        messages.warning(
            request, "Vai trò của bạn bắt buộc xác thực hai bước. Đổi máy thì chọn “Chuyển sang máy khác”."
        )
        return redirect("second-factor")
    if request.method == "POST":
        second_factor.turn_off(request.user)
        messages.success(request, "Đã tắt. Từ lần sau chỉ cần mật khẩu để đăng nhập.")
        return redirect("home")
    note = "Sau khi tắt, ai biết mật khẩu của bạn là vào được."
    return _sure(request, "Tắt xác thực hai bước", "Tắt", note)


def _sure(request: HttpRequest, heading: str, submit: str, note: str) -> HttpResponse:
    return render(request, "accounts/sure.html", {"form": SureForm(submit), "heading": heading, "note": note})


def _sheet(request: HttpRequest, codes: list[str]) -> HttpResponse:
    return render(request, "accounts/recovery_codes.html", {"codes": codes, "now": timezone.now()})
