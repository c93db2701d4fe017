"""Addresses of log-in, log-out and password."""

from django.urls import path

from core.accounts.views import LoginView, LogoutView, PasswordChangeView

urlpatterns = [
    path("dang-nhap/", LoginView.as_view(), name="login"),
    path("dang-xuat/", LogoutView.as_view(), name="logout"),
    path("doi-mat-khau/", PasswordChangeView.as_view(), name="password-change"),
]
