from django.apps import AppConfig


class JobsAppConfig(AppConfig):
    name = "tests.jobs_app"

    def ready(self) -> None:
        from tests.jobs_app import kinds  # noqa: F401 - registers them
