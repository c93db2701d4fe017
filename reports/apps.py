"""Targets, rates, dashboards and printed reports."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "Chỉ tiêu và báo cáo"

    def ready(self) -> None:
        import reports.jobs
        import reports.workbook  # noqa: F401 - registers job kinds, and the sheet of targets
        from cells import navigation, rehearsal
        from cells.duties import register_duties
        from cells.navigation import Entry, Section
        from cells.panels import register_panel
        from reports.duties import duties
        from reports.panels import figures_panel, papers_panel

        register_duties(duties)
        register_panel(figures_panel, 10)
        register_panel(papers_panel, 20)
        from reports.rehearsal import FiguresEffect, ReportsEffect

        register_duties(duties)
        rehearsal.register(FiguresEffect())
        rehearsal.register(ReportsEffect())

        navigation.register(
            Entry("Việc cần làm", "duties", Section.WORK, 5, short="Việc"),
            Entry("Tổng quan", "reports:overview", Section.WORK, 10, right=("view", "reports.yearfigures")),
            Entry(
                "Kế hoạch, chỉ tiêu", "reports:targets", Section.DIRECTION, 10, right=("view", "reports.target"),
                short="Chỉ tiêu",
            ),
            Entry("Báo cáo", "reports:report-list", Section.DIRECTION, 30, right=("report", "cells.organization")),
        )  # fmt: skip
