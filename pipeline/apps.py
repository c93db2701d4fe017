"""Candidates on their way to membership: rules, engine, and the pages about both."""

from django.apps import AppConfig


class PipelineConfig(AppConfig):
    name = "pipeline"
    verbose_name = "Nguồn và hồ sơ kết nạp"

    def ready(self) -> None:
        import pipeline.checks  # noqa: F401 - registers the check of rule files
        from cells import navigation
        from cells.navigation import Entry, Section

        right = ("view", "pipeline.ruleconfirmation")
        navigation.register(
            Entry("Bộ quy định", "pipeline:rules", Section.OTHER, 40, right=right),
            Entry("Lịch làm việc", "pipeline:calendar", Section.OTHER, 45, right=right),
        )
