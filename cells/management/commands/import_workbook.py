"""`manage.py import_workbook FILE.xlsx`: a committee's workbook, all of it or nothing."""

from pathlib import Path
from typing import Any

from cells.workbook.importing import ImportResult, run_import
from cells.workbook.reading import Issue
from core import audit, dates
from core.commands import JsonCommand
from core.console import ProgressBar


class Command(JsonCommand):
    help = "Nhập sổ Excel, mọi sheet của mẫu (TO_CHUC, DANG_VIEN, …, CAM_TINH): được tất cả hoặc không gì cả."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE.xlsx", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="chỉ kiểm tra, không ghi")
        super().add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        with audit.acting(origin="import_workbook"), ProgressBar("Nhập sổ Excel") as bar:
            result = run_import(path, today=dates.today(), dry_run=options["dry_run"], progress=bar)
        if options["json"]:
            self.write_json(result.as_json())
        else:
            self._tell(result, options["dry_run"])
        if result.errors:
            raise SystemExit(1)

    def _tell(self, result: ImportResult, dry_run: bool) -> None:
        listed = result.as_json()
        for word, issues in (("Cảnh báo", listed["warnings"]), ("Lỗi", listed["errors"])):
            for issue in issues:
                self.stderr.write(f"{word}: {_where(Issue(**issue))}{issue['message']}")
        for name, counts in result.counts.items():
            self.stdout.write(f"{name}: {counts.created} tạo mới, {counts.updated} sửa, {counts.unchanged} giữ nguyên")
        if result.errors:
            self.stderr.write(f"Có {len(result.errors)} lỗi nên chưa ghi gì. Hãy sửa tệp rồi nhập lại.")
        elif dry_run:
            self.stderr.write("Tệp hợp lệ. Chưa ghi gì vì đang chạy thử (--dry-run).")
        else:
            self.stderr.write("Đã ghi tất cả.")


def _where(issue: Issue) -> str:
    parts = [f"sheet {issue.sheet}" if issue.sheet else "", f"dòng {issue.row}" if issue.row else "",
             f"cột “{issue.column}”" if issue.column else ""]  # fmt: skip
    told = ", ".join(part for part in parts if part)
    return f"{told}: " if told else ""
