"""`manage.py export_workbook FILE.xlsx [--organization CODE]`: what `import_workbook` would read back."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cells.models import Organization
from cells.workbook.exporting import export_scope, write_workbook
from core import audit
from core.commands import check_output, save_output
from core.models import AuditEvent


class Command(BaseCommand):
    help = "Xuất sổ Excel: mọi dữ liệu, hoặc một tổ chức cùng cấp dưới."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE.xlsx", type=Path)
        parser.add_argument("--organization", metavar="CODE", help="chỉ tổ chức này và cấp dưới")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        check_output(path)
        root = None
        if options["organization"]:
            root = Organization.objects.filter(code=options["organization"]).first()
            if root is None:
                raise CommandError(f"Không có tổ chức mã {options['organization']}. Hãy kiểm tra lại mã.")
        counts: dict[str, int] = {}
        save_output(path, lambda file: counts.update(write_workbook(file, export_scope(root))))
        with audit.acting(origin="export_workbook"):
            audit.record(
                AuditEvent.Action.EXPORT, root, label=path.name, changes=counts, scope_path=root.path if root else ""
            )
        self.stderr.write(f"Đã ghi {path}: " + ", ".join(f"{name} {count} dòng" for name, count in counts.items()))
