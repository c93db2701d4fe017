"""What management commands share: `--json` puts one object on standard output and nothing else."""

import errno
import json
import re
from argparse import ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.jobs import files

_ISO_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


class JsonCommand(BaseCommand):
    """A command with `--json`. Everything that is not the result goes to standard error."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="in một đối tượng JSON ra stdout")

    def write_json(self, value: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(value, ensure_ascii=False))


def date_argument(text: str) -> date:
    """An argument of the form YYYY-MM-DD."""
    try:
        if not _ISO_DATE.fullmatch(text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(
            f"Ngày “{text}” không đọc được. Hãy viết dạng NĂM-THÁNG-NGÀY, ví dụ 2026-06-30."
        ) from None


def check_output(path: Path) -> None:
    """Refuse what cannot become a file, before any work is done. Raises CommandError."""
    if path.is_dir():
        raise CommandError(f"{path} là một thư mục. Hãy ghi cả tên tệp.")
    if path.exists() and not path.is_file():
        raise CommandError(f"{path} không phải là tệp thường. Hãy chọn nơi khác.")
    if not path.parent.is_dir():
        raise CommandError(f"Không có thư mục {path.parent}. Hãy tạo thư mục hoặc chọn nơi khác.")


def save_output(path: Path, content: files.Content) -> None:
    """Write *path* whole or not at all. Raises CommandError where that cannot be."""
    try:
        files.save(path, content)
    except OSError as error:
        no_right = ": không có quyền ghi"
        why = {errno.EACCES: no_right, errno.EPERM: no_right, errno.ENOSPC: ": hết chỗ trống"}.get(error.errno, "")
        raise CommandError(f"Không ghi được tệp {path}{why}. Hãy chọn nơi khác.") from error
