"""Addresses of log-in, log-out, password and second factor."""

from django.urls import path

from core.accounts.factor_views import (
    login_code,
    recovery_codes,
    second_factor_off,
    second_factor_set,
    second_factor_state,
)
from core.accounts.views import LoginView, LogoutView, PasswordChangeView, confirm, session_end, session_list

urlpatterns = [
    path("dang-nhap/", LoginView.as_view(), name="login"),
    path("dang-nhap/ma-xac-thuc/", login_code, name="login-code"),
    path("dang-xuat/", LogoutView.as_view(), name="logout"),
    path("xac-nhan/", confirm, name="confirm"),
    path("phien-dang-nhap/", session_list, name="session-list"),
    path("phien-dang-nhap/ket-thuc/", session_end, name="session-end"),
    path("doi-mat-khau/", PasswordChangeView.as_view(), name="password-change"),
    path("xac-thuc-hai-buoc/", second_factor_state, name="second-factor"),
    path("xac-thuc-hai-buoc/thiet-lap/", second_factor_set, name="second-factor-set"),
    path("xac-thuc-hai-buoc/ma-khoi-phuc/", recovery_codes, name="recovery-codes"),
    path("xac-thuc-hai-buoc/tat/", second_factor_off, name="second-factor-off"),
]
