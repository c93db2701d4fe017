"""What management commands share: `--json` puts one object on standard output and nothing else."""

import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class JsonCommand(BaseCommand):
    """A command with `--json`. Everything that is not the result goes to standard error."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="in một đối tượng JSON ra stdout")

    def write_json(self, value: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(value, ensure_ascii=False))


def date_argument(text: str) -> date:
    """An argument of the form YYYY-MM-DD."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"Ngày “{text}” không đọc được. Hãy viết dạng NĂM-THÁNG-NGÀY, ví dụ 2026-06-30.") from None
