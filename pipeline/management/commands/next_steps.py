"""`manage.py next_steps`: of every open file the next lawful steps, by whom, until when, under which article."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.core.management.base import CommandError

from cells.models import Organization
from cells.scoping import path_within
from core import dates
from core.commands import JsonCommand, date_argument
from core.dates import format_date
from pipeline.deriving import Judge
from pipeline.engine.facts import Facts
from pipeline.engine.replay import effective
from pipeline.engine.steps import Step, steps_in
from pipeline.models import Case
from pipeline.queries.cases import judge_of, ongoing_at, with_facts


class Command(JsonCommand):
    help = "Việc tiếp theo của từng hồ sơ đang làm: việc gì, ai làm, hạn nào, căn cứ nào, còn thiếu gì."

    def add_arguments(self, parser):
        parser.add_argument("--organization", metavar="CODE", help="chỉ các hồ sơ của tổ chức này và cấp dưới")
        parser.add_argument("--today", metavar="YYYY-MM-DD", type=date_argument, help="tính như vào ngày này")
        super().add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        today = options["today"] or dates.today()
        judge = judge_of(today)
        rows = ongoing_at().filter(opened_on__lte=today)
        if code := options["organization"]:
            unit = Organization.objects.filter(code=code).exclude(path="").first()
            if unit is None:
                raise CommandError(f"Không có tổ chức mã {code}. Hãy xem lại mã.")
            rows = rows.filter(path_within("organization__path", unit.path))
        found = [told(case, _until(facts, today), judge) for case, facts in with_facts(rows, today)]
        if options["json"]:
            self.write_json({"today": today.isoformat(), "cases": found})
        else:
            self._tell(found)

    def _tell(self, cases: list[dict[str, Any]]) -> None:
        for case in cases:
            self.stdout.write(f"{case['code']}\t{case['name']}\t{case['organization']}\t{case['stage']}")
            for step in case["steps"]:
                due = f", hạn {format_date(date.fromisoformat(step['due']))}" if step["due"] else ""
                late = f", quá {step['overdue_days']} ngày" if step["overdue_days"] else ""
                self.stdout.write(f"    {step['label']} ({step['who']}{due}{late}; {step['article']})")
                for text in step["missing"]:
                    self.stdout.write(f"        còn thiếu: {text}")
        self.stderr.write(f"{len(cases)} hồ sơ đang làm." if cases else "Không có hồ sơ nào đang làm.")


def _until(facts: Facts, today: date) -> Facts:
    """*facts* as they were known to have happened by *today*."""
    return replace(facts, events=tuple(event for event in effective(facts.events) if event.on <= today))


def told(case: Case, facts: Facts, judge: Judge) -> dict[str, Any]:
    """One file as the command says it."""
    found = judge.situation(facts)
    return {
        "code": case.code,
        "name": case.candidate.full_name,
        "organization": case.organization.code,
        "stage": found.progress.stage.value,
        "steps": [_step(step, judge.today) for step in steps_in(found)],
    }


def _step(step: Step, today: date) -> dict[str, Any]:
    return {
        "step": step.id,
        "label": step.what,
        "who": step.who,
        "earliest": step.earliest.isoformat() if step.earliest else None,
        "due": step.due.isoformat() if step.due else None,
        "overdue_days": step.overdue_days(today),
        "article": step.article,
        "edition": step.edition,
        "confidence": step.confidence.value,
        "missing": [str(each) for each in step.missing],
    }
