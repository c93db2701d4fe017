"""`manage.py access_table`: docs/access.md, made of the table of rights."""

from typing import Any

from django.core.management.base import BaseCommand

from cells.access_table import as_markdown


class Command(BaseCommand):
    help = "In bảng quyền hạn (docs/access.md) từ cells/roles.py."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(as_markdown(), ending="")
