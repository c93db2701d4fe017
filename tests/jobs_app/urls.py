"""How a test drives a running installation: through its web server, as a browser would."""

import json
import time

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.urls import include, path
from django.utils import timezone

from core import jobs
from core.models import Job
from tests.jobs_app.kinds import effects


@login_not_required
def enqueue(request: HttpRequest) -> JsonResponse:
    started = time.monotonic()
    job = jobs.enqueue(request.GET["kind"], json.loads(request.GET["params"]), key=request.GET.get("key", ""))
    return JsonResponse({"id": job.pk, "seconds": time.monotonic() - started})


@login_not_required
def show(request: HttpRequest, job_id: int) -> JsonResponse:
    job = Job.objects.get(pk=job_id)
    answer = {
        "state": job.state,
        "attempts": job.attempts,
        "token": job.token,
        "error": job.error,
        "file": job.result_file,
        "effects": effects(job.params.get("label", "")),
        "lapsed": job.lease_until is not None and job.lease_until < timezone.now(),
    }
    return JsonResponse(answer)


@login_not_required
def write_session(request: HttpRequest) -> JsonResponse:
    started = time.monotonic()
    request.session["seen"] = request.session.get("seen", 0) + 1
    request.session.save()
    return JsonResponse({"seconds": time.monotonic() - started})


urlpatterns = [
    path("", include("core.urls")),
    path("probe/enqueue", enqueue),
    path("probe/jobs/<int:job_id>", show),
    path("probe/session", write_session),
]
