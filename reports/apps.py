"""Targets, rates, dashboards and printed reports."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "Chỉ tiêu và báo cáo"
