"""Addresses of log-in, log-out and password."""

from django.urls import path

from core.accounts.views import LoginView, LogoutView, PasswordChangeView, confirm, session_end, session_list

urlpatterns = [
    path("dang-nhap/", LoginView.as_view(), name="login"),
    path("dang-xuat/", LogoutView.as_view(), name="logout"),
    path("xac-nhan/", confirm, name="confirm"),
    path("phien-dang-nhap/", session_list, name="session-list"),
    path("phien-dang-nhap/ket-thuc/", session_end, name="session-end"),
    path("doi-mat-khau/", PasswordChangeView.as_view(), name="password-change"),
]
