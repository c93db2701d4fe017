"""What each night proves of files: every open one has a next step, and its copies say what holds today."""

from typing import Any

from core import dates
from core.jobs import JobRun, job_kind, nightly
from core.numbers import format_integer
from pipeline.services.nightly import refresh_cases

NIGHTLY = "pipeline.nightly"


@job_kind(NIGHTLY, title="Việc hằng đêm: việc tiếp theo của các hồ sơ")
def do_nightly_work(run: JobRun) -> dict[str, Any]:
    """Derive every open file anew for today; name those of which no rule says what comes next."""
    found = refresh_cases(dates.today(), run.progress)
    told = f"Đã tính lại {format_integer(found.cases)} hồ sơ, {format_integer(found.changed)} hồ sơ có thay đổi."
    if found.stuck:
        told += f" {len(found.stuck)} hồ sơ không có việc tiếp theo: {', '.join(found.stuck[:20])}. Hãy xem lại."
    return {"message": told}


nightly(NIGHTLY)
