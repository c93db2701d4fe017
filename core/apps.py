"""The ground floor: users, audit, jobs, documents, names, dates. Knows nothing of the Party."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "Nền tảng"

    def ready(self) -> None:
        from core import audit_jobs, checks, signals  # noqa: F401 - job kinds, system checks, the trail of log-ins
        from core.accounts import lockout, sessions  # noqa: F401 - rows of log-ins, and what wrong passwords do
