"""`manage.py check_tree`: are ancestors, ends of spans and current copies what the versions say?"""

from typing import Any

from cells.queries.tree_check import tree_faults
from core import dates
from core.commands import JsonCommand, date_argument


class Command(JsonCommand):
    help = "Kiểm tra cây tổ chức: quan hệ cấp trên và bản sao hiện tại có khớp với lịch sử không."

    def add_arguments(self, parser):
        parser.add_argument("--today", type=date_argument, default=None, metavar="DATE")
        super().add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        faults = tree_faults(options["today"] or dates.today())
        if options["json"]:
            self.write_json({"ok": not faults, "faults": faults})
        else:
            for fault in faults:
                self.stdout.write(fault)
            self.stderr.write(f"Có {len(faults)} chỗ sai. Hãy báo người bảo trì." if faults else "Cây tổ chức đúng.")
        if faults:
            raise SystemExit(1)
