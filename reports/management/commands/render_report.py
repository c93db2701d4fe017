"""`manage.py render_report`: the periodic report of one organisation as a file, made now and not stored."""

import re
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cells.models import Organization
from cells.services.errors import RuleError
from core import audit, dates
from core.commands import check_output, date_argument, save_output
from core.dates import format_date
from core.models import AuditEvent
from reports.kinds import ReportKind, Signer
from reports.periods import report_fault
from reports.rates import Period
from reports.services.reports import render_report

NOT_BUILT = 2
"""Exit code for a format that is planned and not there yet."""

EXAMPLES = {ReportKind.HALF_YEAR: "2026-H1", ReportKind.ANNUAL: "2026"}
OPTIONS = {"year": "PERIOD", "first_day": "--from", "last_day": "--to", "dated": "--date"}
PATTERNS = {ReportKind.HALF_YEAR: re.compile(r"(\d{4})-H1"), ReportKind.ANNUAL: re.compile(r"(\d{4})")}


class Command(BaseCommand):
    help = "In báo cáo 6 tháng đầu năm hoặc báo cáo năm của một tổ chức ra tệp PDF."

    def add_arguments(self, parser):
        parser.add_argument("kind", choices=ReportKind.values)
        parser.add_argument("period", metavar="PERIOD", help="2026-H1 hoặc 2026")
        parser.add_argument("--organization", metavar="CODE", required=True)
        parser.add_argument("--format", choices=["pdf", "docx", "xlsx"], required=True)
        parser.add_argument("--output", metavar="PATH", type=Path, required=True)
        parser.add_argument(
            "--date", metavar="DATE", type=date_argument, help="ngày ghi trên báo cáo; bỏ trống để ghi tay"
        )
        parser.add_argument("--signer", choices=Signer.values, default=Signer.HEAD)
        parser.add_argument("--from", dest="first_day", metavar="DATE", type=date_argument, help="mặc định 01/01")
        parser.add_argument("--to", dest="last_day", metavar="DATE", type=date_argument, help="ngày chốt số liệu")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["format"] != "pdf":
            raise CommandError(
                f"Chưa có báo cáo dạng {options['format']}. Hãy dùng --format pdf.", returncode=NOT_BUILT
            )
        path: Path = options["output"]
        check_output(path)
        organization = Organization.objects.filter(code=options["organization"]).first()
        if organization is None:
            raise CommandError(f"Không có tổ chức mã {options['organization']}. Hãy kiểm tra lại mã.")
        kind = ReportKind(options["kind"])
        today = dates.today()
        period = _period(kind, options["period"], options["first_day"], options["last_day"], options["date"], today)
        if options["last_day"] is None and period.last_day == today:
            self.stderr.write(f"Kỳ chưa hết: số liệu chốt đến hôm nay, {format_date(today)}. Đổi bằng --to.")
        try:
            rendered = render_report(organization, kind, period, dated=options["date"], signer=options["signer"])
        except RuleError as error:
            raise CommandError(str(error)) from error
        save_output(path, rendered.pdf.data)
        with audit.acting(origin="render_report"):
            audit.record(
                AuditEvent.Action.RENDER,
                organization,
                label=f"{kind.label} {period.year}: {organization}",
                changes={"file": path.name, "digest": rendered.digest},
                scope_path=organization.path,
            )
        self.stderr.write(f"Đã ghi {path}: {rendered.pdf.pages} trang, mã kiểm chứng {rendered.digest}.")


def _period(
    kind: ReportKind, text: str, first_day: date | None, last_day: date | None, dated: date | None, today: date
) -> Period:
    """The days asked for; a period still running is closed today, where nobody says when."""
    match = PATTERNS[kind].fullmatch(text)
    if match is None or not 1930 <= int(match[1]) <= 2200:
        raise CommandError(f"Kỳ “{text}” không đọc được. Với {kind.value} hãy viết như {EXAMPLES[kind]}.")
    default = Period.of_kind(kind, int(match[1]))
    is_running = default.first_day < today < default.last_day
    period = Period(first_day or default.first_day, last_day or (today if is_running else default.last_day))
    if fault := report_fault(kind, default.year, period, today=today, dated=dated):
        raise CommandError(f"{OPTIONS[fault.about]}: {fault.message}")
    return period
