"""`manage.py verify_audit`: is the trail still what was written?"""

import json
import re
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from core.commands import JsonCommand
from core.numbers import format_integer
from core.sealing import Head, verify

_HASH = re.compile("[0-9a-f]{64}")


class Command(JsonCommand):
    help = "Kiểm tra nhật ký: có sự kiện nào bị sửa, xóa, đổi chỗ hay chèn thêm không."

    def add_arguments(self, parser):
        parser.add_argument(
            "--head", type=Path, default=None, metavar="FILE", help="kết quả --json của lần trước, giữ ở nơi khác"
        )
        super().add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = verify(_kept(options["head"]) if options["head"] else None)
        if options["json"]:
            self.write_json(verdict.as_json())
        elif verdict.ok:
            self.stdout.write(f"Nhật ký nguyên vẹn: {format_integer(verdict.events)} sự kiện, dấu cuối {verdict.head}.")
        else:
            self.stdout.write(f"Nhật ký sai từ sự kiện thứ {verdict.broken_at}. {verdict.why}")
            self.stderr.write("Hãy giữ nguyên máy và cơ sở dữ liệu, báo người phụ trách bảo mật.")
        if not verdict.ok:
            raise SystemExit(1)


def _kept(path: Path) -> Head:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        found = Head(kept["events"], kept["head"])
        if type(found.events) is int and found.events >= 0 and _HASH.fullmatch(found.head):
            return found
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise CommandError(f"{path} không phải là kết quả của verify_audit --json. Hãy chọn đúng tệp.")
