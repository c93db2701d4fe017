"""Addresses of the ground floor that no user visits."""

from django.urls import path

from core.views import healthz, readyz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]
