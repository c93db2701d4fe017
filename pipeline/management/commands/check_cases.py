"""`manage.py check_cases PATH`: runs written rule cases and prints what was expected and what was found."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from core.commands import JsonCommand
from pipeline.cases.reading import CaseError, read_cases
from pipeline.cases.running import Result, run, unknown_rules
from pipeline.rulebook.loading import load


class Command(JsonCommand):
    help = (
        "Chạy các ca kiểm tra quy định (tệp .toml hoặc thư mục): in điều mong đợi và điều tìm thấy. Xem docs/cases.md."
    )
    requires_migrations_checks = False

    def add_arguments(self, parser):
        parser.add_argument("path", metavar="PATH", type=Path, help="một tệp .toml hoặc một thư mục có các tệp đó")
        super().add_arguments(parser)

    def handle(self, *args: Any, path: Path, **options: Any) -> None:
        book = load()
        try:
            cases = read_cases(path)
            results = [run(case, book) for case in cases]
        except CaseError as error:
            if options["json"]:
                self.write_json({"ok": False, "error": str(error), "cases": []})
                sys.exit(1)
            raise CommandError(str(error)) from None
        unknown = {id(case): unknown_rules(case, book) for case in cases}
        is_right = all(result.passed and not unknown[id(result.case)] for result in results)
        if options["json"]:
            self.write_json({
                "ok": is_right,
                "cases": [_as_plain(result, unknown[id(result.case)]) for result in results],
            })  # fmt: skip
        else:
            for result in results:
                self._tell(result, unknown[id(result.case)])
            failed = sum(not result.passed or bool(unknown[id(result.case)]) for result in results)
            self.stderr.write(
                f"{len(results)} ca, {failed} ca không khớp." if failed else f"{len(results)} ca, đều khớp."
            )
        if not is_right:
            sys.exit(1)

    def _tell(self, result: Result, unknown: list[str]) -> None:
        if result.passed and not unknown:
            return
        self.stdout.write(f"✗ {result.case.file}: {result.case.name}")
        for rule in unknown:
            self.stdout.write(f"    proves: không có quy định “{rule}”. Hãy xem tên trong docs/rules.md.")
        for each in result.differences:
            self.stdout.write(f"    {each.what}")
            self.stdout.write(f"        mong đợi: {_words(each.expected)}")
            self.stdout.write(f"        tìm thấy: {_words(each.found)}")


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value)) or "(không có gì)"
    return str(value) if value not in ("", None) else "(trống)"


def _as_plain(result: Result, unknown: list[str]) -> dict[str, Any]:
    return {
        "file": result.case.file,
        "name": result.case.name,
        "proves": list(result.case.proves),
        "ok": result.passed and not unknown,
        "unknown_rules": unknown,
        "differences": [
            {"what": each.what, "expected": each.expected, "found": each.found} for each in result.differences
        ],
    }
