"""What figures and reports add to an organisation's page."""

from datetime import date
from typing import Any

from cells.models import Organization
from cells.panels import Panel
from cells.roles import Action
from cells.scoping import reaches
from reports.models import Report
from reports.queries.own import own_figures

LATEST = 3


def figures_panel(organization: Organization, user: Any, today: date) -> Panel | None:
    """The rate of this year, and the way to all other figures."""
    if not reaches(user, Action.VIEW, "reports.yearfigures", organization):
        return None
    unit = own_figures(organization, today)
    return None if unit is None else Panel("reports/_organization_figures.html", {"unit": unit})


def papers_panel(organization: Organization, user: Any, today: date) -> Panel | None:
    """The latest reports, and the pages where targets and declared years of the organisation stand."""
    if not reaches(user, Action.VIEW, "reports.report", organization):
        return None
    made = Report.objects.visible_to(user).for_list().filter(organization=organization)[:LATEST]
    return Panel(
        "reports/_organization_papers.html",
        {
            "organization": organization,
            "made": list(made),
            "may_report": reaches(user, Action.REPORT, "cells.organization", organization),
        },
    )
