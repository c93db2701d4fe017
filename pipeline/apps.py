"""Candidates on their way to membership (arrives with the rule engine)."""

from django.apps import AppConfig


class PipelineConfig(AppConfig):
    name = "pipeline"
    verbose_name = "Nguồn và hồ sơ kết nạp"
