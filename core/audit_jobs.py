"""Each night the head of the trail is written to a file, to be kept away from this machine."""

import json

from django.conf import settings

from core import dates
from core.jobs import JobRun, files, job_kind, nightly
from core.sealing import verify

AUDIT_HEAD = "core.audit_head"


@job_kind(AUDIT_HEAD, title="Việc hằng đêm: kiểm tra và niêm nhật ký")
def keep_head(run: JobRun) -> dict[str, str]:
    """Check the trail and write what `verify_audit --head` takes; a broken one is said and written all the same."""
    verdict = verify()
    path = settings.AUDIT_HEADS_DIR / f"{dates.today():%Y-%m-%d}.json"
    files.save(path, json.dumps(verdict.as_json()).encode())
    if verdict.ok:
        return {"message": f"Nhật ký nguyên vẹn, {verdict.events} sự kiện. Dấu cuối ở tệp {path.name}."}
    return {"message": f"Nhật ký sai từ sự kiện thứ {verdict.broken_at}. {verdict.why} Hãy báo người phụ trách."}


nightly(AUDIT_HEAD)
