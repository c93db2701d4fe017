"""`manage.py rules_doc`: docs/rules.md, made of the rule files."""

from typing import Any

from django.core.management.base import BaseCommand

from pipeline.rulebook.documentation import as_markdown
from pipeline.rulebook.loading import load


class Command(BaseCommand):
    help = "In bộ quy định (docs/rules.md) từ pipeline/rulesets/."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(as_markdown(load()), ending="")
