"""All addresses. Paths are Vietnamese, names English."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
