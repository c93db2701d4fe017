"""The rulebook as it holds in this installation, and what was confirmed of it."""

from collections.abc import Mapping

from pipeline.models import RuleConfirmation
from pipeline.rulebook.book import Rulebook
from pipeline.rulebook.loading import load
from pipeline.rulebook.overlay import Confirmed, overlaid


def rulebook() -> Rulebook:
    """The rules with what this installation has confirmed: what services and pages judge by. One question."""
    rows = RuleConfirmation.objects.in_force().order_by("id").values_list("edition", "rule", "text", "answer")
    return overlaid(load(), (Confirmed(*row) for row in rows))


def confirmations(edition: str) -> Mapping[str, RuleConfirmation]:
    """Rule → its confirmation in force, of one edition."""
    rows = RuleConfirmation.objects.in_force().filter(edition=edition).select_related("recorded_by")
    return {row.rule: row for row in rows}


def history(edition: str, rule: str) -> list[RuleConfirmation]:
    """Everything ever recorded of one rule, the newest first."""
    rows = RuleConfirmation.objects.filter(edition=edition, rule=rule)
    return list(rows.select_related("recorded_by").order_by("-id"))
