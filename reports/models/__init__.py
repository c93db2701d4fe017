from reports.models.figures import FiguresRun, YearFigures
from reports.models.reports import Report, ReportRevision
from reports.models.targets import Plan, Target, TargetPolicy

__all__ = ["FiguresRun", "Plan", "Report", "ReportRevision", "Target", "TargetPolicy", "YearFigures"]
