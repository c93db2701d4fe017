"""The ground floor: users, audit, jobs, documents, names, dates. Knows nothing of the Party."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "Nền tảng"
