"""Taking back what CHI_TIEU wrote, and the reports that stand against taking an import back."""

from collections.abc import Iterator
from datetime import date

from cells.models import Organization
from cells.workbook.undo.base import TakingBack, Undoing, keep_batches, register_objection, sorted_out
from core.bulk import rows_by_key
from core.dates import end_of_year
from reports.models import Report, ReportRevision, Target
from reports.services.targets import write_numbers


class TargetsBack(TakingBack):
    def check(self) -> None:
        rows = Target.objects.filter(batch=self.undo.batch).order_by("pk")
        self.written = sorted_out(rows.select_related("organization", "corrects"))
        for target in (*self.written.standing, *self.written.corrected):
            self.undo.touch(target.organization_id, date(target.year, 1, 1))
        days = {(target.organization_id, end_of_year(target.year)) for target in self.written.standing}
        self.undo.refuse_locked((organization, day, day) for organization, day in days)
        deleted = Report.objects.filter(revisions__isnull=True)  # drafts of which nothing is left
        self.undo.release(Report, deleted.values_list("pk", flat=True))
        for target in self.written.corrected:
            self.undo.refuse(
                f"Chỉ tiêu năm {target.year} của {target.organization.name} đã được giao lại sau lần nhập này."
            )

    def write(self) -> date | None:
        restored = dict(self.written.restores)
        rows = [_in_place_of(target, restored.get(target), self.undo.reason) for target in self.written.standing]
        since = write_numbers(rows)
        keep_batches(Target, [row for row in rows if row.restates])
        return since


def _in_place_of(target: Target, before: Target | None, reason: str) -> Target:
    """The row that takes *target* back: *before* said again, else its reversal."""
    said = before or target
    row = Target(
        organization=target.organization, year=said.year, value=said.value, stated_on=said.stated_on,
        document=said.document, reason=reason, corrects=target, in_force=before is not None,
    )  # fmt: skip
    row.restates = before
    return row


@register_objection
def reports_made_since(undo: Undoing) -> Iterator[str]:
    """Reports of an organisation concerned, or of one above it, that were made of figures with the import in them."""
    if undo.facts_version is None:
        return
    since: dict[int, date] = {}
    for unit in rows_by_key(Organization.objects.all(), "pk", undo.touched):
        for key in map(int, filter(None, unit.path.split("/"))):
            since[key] = min(undo.touched[unit.pk], since.get(key, date.max))
    made = ReportRevision.objects.filter(facts_version__gte=undo.facts_version).defer("content")
    revisions = rows_by_key(made.select_related("report__organization"), "report__organization", since)
    told = set()
    for revision in revisions:
        report = revision.report
        if report.last_day >= since[report.organization_id] and report.pk not in told:
            told.add(report.pk)
            yield f"{report} đã lập theo số liệu của lần nhập này."
