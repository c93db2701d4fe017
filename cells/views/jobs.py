"""One's own background work: what runs, how far it is, what came out of it."""

from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET
from django.views.generic import DetailView, ListView
from django_htmx.http import HttpResponseClientRedirect

from core import audit
from core.models import AuditEvent, Job
from core.names import file_name


class JobListView(ListView):
    paginate_by = 20
    template_name = "cells/job_list.html"
    context_object_name = "jobs"
    extra_context = {"keep_days": settings.JOB_KEEP_DAYS}

    def get_queryset(self) -> QuerySet[Job]:
        return Job.objects.visible_to(self.request.user).defer("params", "result").order_by("-created_at", "-id")


class JobDetailView(DetailView):
    slug_field = slug_url_kwarg = "public_id"
    context_object_name = "job"

    def get_queryset(self) -> QuerySet[Job]:
        return Job.objects.visible_to(self.request.user)

    def get(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        """The page; of a job whose result is a page to go on with (`forward`), that page as soon as it is done."""
        self.object = self.get_object()
        result = self.object.result
        if self.object.state == Job.State.DONE and result.get("forward"):
            return HttpResponseClientRedirect(result["url"]) if request.htmx else redirect(result["url"])
        return self.render_to_response(self.get_context_data(object=self.object))

    def get_template_names(self) -> list[str]:
        """The whole page, or only its changing part for htmx, which asks again while the job runs."""
        return ["cells/_job_update.html" if self.request.htmx else "cells/job_detail.html"]


@require_GET
def job_file(request: HttpRequest, public_id: UUID) -> FileResponse:
    job = get_object_or_404(Job.objects.visible_to(request.user), public_id=public_id, state=Job.State.DONE)
    path = (settings.FILES_DIR / job.result_file).resolve()
    if not job.result_file or not path.is_relative_to(settings.FILES_DIR.resolve()) or not path.is_file():
        raise Http404
    name = download_name(job, path)
    audit.record(AuditEvent.Action.DOWNLOAD, job, changes={"file": name})
    return FileResponse(path.open("rb"), as_attachment=True, filename=name)


def download_name(job: Job, path: Path) -> str:
    """The job's title with the file's ending."""
    return f"{file_name(job.title)}{path.suffix}"
