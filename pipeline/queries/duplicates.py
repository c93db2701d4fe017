"""Reports of people who seem to be on file twice."""

from django.db.models import F, QuerySet

from pipeline.models import DuplicateReport


def for_list(rows: QuerySet[DuplicateReport]) -> QuerySet[DuplicateReport]:
    """*rows* with what a list shows of each, unanswered ones first, then the newest."""
    beside = ("candidate__organization__parent", "other__organization__parent", "member__organization__parent",
              "organization", "settled_by")  # fmt: skip
    return rows.select_related(*beside).order_by(F("settled_on").asc(nulls_first=True), "-reported_on", "-pk")
