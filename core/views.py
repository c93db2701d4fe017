"""Health of the installation, for `manage.py serve`, a proxy or a monitor. Says nothing about anybody's data."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.jobs import alive


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The web server answers; nothing else is asked."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """The database answers (else 503); and how long ago this machine's worker gave a sign of life.

    A silent worker does not make the web server unready: pages work without it, and jobs run later.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        database = True
    except DatabaseError:
        database = False
    age = alive.age()
    worker = "unknown" if age is None else "ok" if age <= alive.limit() else "silent"
    answer = {"database": database, "worker": worker, "worker_age_seconds": age if age is None else round(age, 1)}
    return JsonResponse(answer, status=200 if database else 503)
