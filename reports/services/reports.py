"""Making a periodic report: figures, frozen content, digest, PDF; stored once and never made again."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone

from cells.models import FactsVersion, Organization
from cells.services.errors import RuleError
from core import audit
from core.documents.canonical import canonical, digest
from core.documents.pdf import Pdf, PdfUnavailable, make_pdf
from core.jobs import JobRun, files
from core.models import AuditEvent, User
from reports.chart_pages import pictures
from reports.content import report_content
from reports.facts import ReportFacts
from reports.kinds import Signer
from reports.models import Report, ReportRevision
from reports.queries.report import NotInPeriod, report_facts
from reports.rates import Period

FOLDER = "reports"
"""Below FILES_DIR; files of stored revisions stay there for good."""
TRIES = 3


STORED_HINT = (
    "Để kiểm tra: mở trang Báo cáo của phần mềm, so mã trên với mã kiểm chứng của bản báo cáo này. Hai mã giống nhau "
    "khi mọi số liệu và câu chữ của báo cáo giống nhau."
)
UNSTORED_HINT = "Bản in này chưa được lưu trong phần mềm; in lại khi dữ liệu chưa thay đổi sẽ được đúng mã trên."


class NumberTakenError(IntegrityError):
    """Another revision got the number meanwhile, and may be deleted again already."""


@dataclass(frozen=True)
class RenderedReport:
    """A report laid out: its frozen content (plain JSON values), the digest of that, and the PDF."""

    content: dict[str, Any]
    digest: str
    facts_version: int
    pdf: Pdf


def make_report(
    organization: Organization,
    kind: str,
    first_day: date,
    last_day: date,
    *,
    dated: date | None,
    by: User | None,
    run: JobRun,
    signer: str = Signer.HEAD,
) -> None:
    """Make and store the next revision of the report of *organization* for the period, as the effect of *run*.

    Raises RuleError, with what to choose instead, where there is nothing to report.
    """
    period = Period(first_day, last_day)
    run.progress(0, 2, "Tính số liệu và viết báo cáo")
    made = [("Lập lúc", f"{timezone.localtime():%H:%M ngày %d/%m/%Y}"), ("Người lập", str(by) if by else "hệ thống")]
    rendered = render_report(organization, kind, period, dated=dated, signer=signer, made=made, hint=STORED_HINT)
    run.progress(1, 2, "Lưu báo cáo")
    name = f"{FOLDER}/{uuid4()}.pdf"
    path = settings.FILES_DIR / name
    files.save(path, rendered.pdf.data)
    try:
        _store(organization, kind, period, rendered, name, dated, by, run)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def render_report(
    organization: Organization,
    kind: str,
    period: Period,
    *,
    dated: date | None = None,
    signer: str = Signer.HEAD,
    made: Sequence[tuple[str, str]] = (),
    hint: str = UNSTORED_HINT,
) -> RenderedReport:
    """Lay the report out without storing anything; the same facts and arguments give the same bytes.

    *made* are the lines of the verification sheet on how this copy came about. Raises RuleError.
    """
    facts = _settled_facts(organization, period, dated)
    content = canonical(report_content(facts, kind, dated, signer))
    its_digest = digest(content)
    sheet = {"made": made, "facts_version": facts.facts_version, "digest": its_digest, "hint": hint}
    try:
        page = {"content": content, "sheet": sheet, "pictures": pictures(content["charts"])}
        pdf = make_pdf(render_to_string("reports/pdf/report.html", page))
    except PdfUnavailable as error:
        raise RuleError(str(error)) from error
    return RenderedReport(content, its_digest, facts.facts_version, pdf)


def _settled_facts(organization: Organization, period: Period, dated: date | None) -> ReportFacts:
    """Facts read while nothing changed: a change half-way through would mix two states."""
    for _ in range(TRIES):
        try:
            facts = report_facts(organization, period, dated)
        except NotInPeriod as error:
            raise RuleError(str(error)) from error
        if facts.facts_version == FactsVersion.current():
            return facts
    raise RuleError("Dữ liệu đang được cập nhật liên tục nên chưa lập được báo cáo. Hãy lập lại sau ít phút.")


def _store(
    organization: Organization, kind: str, period: Period, rendered: RenderedReport, name: str, dated: date | None,
    by: User | None, run: JobRun,
) -> None:  # fmt: skip
    """Write the revision, and the report with its first one, in the transaction that ends *run*."""
    for left in reversed(range(TRIES)):
        revision = _next_revision(organization, kind, period, by)
        revision.dated, revision.content, revision.digest = dated, rendered.content, rendered.digest
        revision.file, revision.file_digest = name, hashlib.sha256(rendered.pdf.data).hexdigest()
        revision.pages, revision.facts_version = rendered.pdf.pages, rendered.facts_version
        try:
            with run.commit(_result(revision)):
                report = revision.report
                if report._state.adding:
                    report.save(force_insert=True)
                if not Report.objects.filter(pk=report.pk, made=revision.number - 1).update(made=revision.number):
                    raise NumberTakenError
                revision.report = report
                revision.save(force_insert=True)
                audit.record(
                    AuditEvent.Action.RENDER,
                    report,
                    label=str(revision),
                    changes={"number": revision.number, "digest": revision.digest, "file_digest": revision.file_digest},
                    scope_path=organization.path,
                )
            return
        except IntegrityError:  # a colleague stored this number a moment earlier
            if not left:
                raise


def _next_revision(organization: Organization, kind: str, period: Period, by: User | None) -> ReportRevision:
    """An unsaved revision under the number that is free now, of a report that may be unsaved itself."""
    key = {
        "organization": organization,
        "kind": kind,
        "first_day": period.first_day,
        "last_day": period.last_day,
    }
    report = Report.objects.filter(**key).first() or Report(created_by=by, **key)
    return ReportRevision(report=report, number=report.made + 1, created_by=by)


@transaction.atomic
def delete_draft(revision: ReportRevision, *, reason: str) -> None:
    """Take an edition that was not signed out of the list, its file too; its number is not given again."""
    report = revision.report
    audit.record(
        AuditEvent.Action.DELETE,
        report,
        label=str(revision),
        changes={"number": revision.number, "digest": revision.digest, "file_digest": revision.file_digest},
        scope_path=report.organization.path,
        reason=reason,
    )
    path = settings.FILES_DIR / revision.file
    revision.delete()
    transaction.on_commit(partial(path.unlink, missing_ok=True), robust=True)


def _result(revision: ReportRevision) -> dict[str, str]:
    return {
        "message": f"{revision.report}: bản {revision.number}, {revision.pages} trang.",
        "url": revision.get_absolute_url(),
    }
