"""The home page: Việc cần làm, or the dashboard for those who watch over many units."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from cells.duties import Urgency, duties_of
from cells.kinds import OrganizationKind
from cells.queries.organizations import places_of
from cells.roles import Action
from cells.scoping import may
from core import dates
from pipeline.duties import cell_paths
from pipeline.queries.stages import people_by_stage
from reports.queries.own import own_figures

MOST_PLACES = 3


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Who works for a committee above base organisations begins with its figures, the training centre with its classes,
    everybody else with what to do."""
    places = places_of(request.user, dates.today())
    if any(place.kind == OrganizationKind.UPPER_COMMITTEE for place in places):
        return redirect("reports:overview")
    if not places and may(request.user, Action.RUN_CLASS, "pipeline.trainingclass"):
        return redirect("pipeline:class-list")
    return redirect("duties")


@require_safe
def duties(request: HttpRequest) -> HttpResponse:
    """What waits for the user, and the figures of the own units."""
    today = dates.today()
    groups = duties_of(request.user, today)
    places = places_of(request.user, today)[:MOST_PLACES]
    context = {
        "today": today,
        "groups": [(urgency, [(duty, duty.time_left(today)) for duty in found]) for urgency, found in groups.items()],
        "late": len(groups.get(Urgency.LATE, ())),
        "soon": len(groups.get(Urgency.SOON, ())),
        "stages": people_by_stage(request.user, cell_paths(places), today),
        "own": [own for place in places if (own := own_figures(place, today)) is not None],
    }
    return render(request, "reports/home.html", context)
