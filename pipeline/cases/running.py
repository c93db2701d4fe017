"""Running cases: what each expects beside what the engine finds."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from core.workdays import WorkingCalendar
from pipeline.cases.reading import Case, CaseError
from pipeline.engine.findings import Gate
from pipeline.engine.gates import gate_in, validity_span
from pipeline.engine.replay import effective
from pipeline.engine.situation import Situation, situation
from pipeline.engine.steps import Step, steps_in
from pipeline.engine.votes import count
from pipeline.rulebook.book import Rulebook
from pipeline.rulebook.entries import Setting
from pipeline.rulebook.overlay import Confirmed, overlaid


@dataclass(frozen=True)
class Difference:
    """One thing that is not as a case expects; in words and plain values."""

    what: str
    expected: Any
    found: Any


@dataclass(frozen=True)
class Result:
    """One case that has been run."""

    case: Case
    differences: tuple[Difference, ...]

    @property
    def passed(self) -> bool:
        return not self.differences


def run_all(cases: Iterable[Case], book: Rulebook) -> list[Result]:
    return [run(case, book) for case in cases]


def run(case: Case, book: Rulebook) -> Result:
    """Compare what *case* expects with what *book* says. Raises CaseError where it names what there is not."""
    book = _prepared(case, book)
    days = dict.fromkeys(case.days_off, False) | dict.fromkeys(case.days_worked, True)
    found = situation(case.facts, book, WorkingCalendar(days), case.today)
    differences: list[Difference] = []
    for key, value in case.expected.items():
        if key not in ASPECTS:
            raise CaseError(f"“{case.name}”: expect.{key} không có. Hãy dùng: {', '.join(ASPECTS)}.")
        differences += ASPECTS[key](value, found)
    return Result(case, tuple(differences))


def _prepared(case: Case, book: Rulebook) -> Rulebook:
    """The book with what the case says was confirmed or answered; this reaches every edition."""
    answers = case.answers or {}
    confirmed = [Confirmed(edition.id, rule, "ca kiểm tra") for edition in book for rule in case.confirmed]
    book = overlaid(book, confirmed)
    for edition in book:
        for name, answer in answers.items():
            entry = edition.settings.get(name)
            if isinstance(entry, Setting) and answer in entry.choices:
                edition = edition.with_entry(replace(entry, answer=answer))
        book = book.replacing(edition)
    return book


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _compare(what: str, expected: Any, found: Any) -> list[Difference]:
    return [] if expected == found else [Difference(what, _plain(expected), _plain(found))]


def _parts(where: str, expected: Mapping[str, Any], found: Mapping[str, Any]) -> list[Difference]:
    if unknown := expected.keys() - found.keys():
        raise CaseError(f"{where}: không có khóa “{sorted(unknown)[0]}”. Hãy dùng: {', '.join(found)}.")
    return [each for key, value in expected.items() for each in _compare(f"{where}.{key}", value, found[key])]


def _stage(expected: str, case: Situation) -> list[Difference]:
    return _compare("stage", expected, case.progress.stage.value)


def _outcome(expected: str, case: Situation) -> list[Difference]:
    return _compare("outcome", expected, case.progress.outcome)


def _steps(expected: list[str], case: Situation) -> list[Difference]:
    found = [step.id for step in steps_in(case)]
    return _compare("steps", sorted(expected), sorted(found))


def _absent(expected: list[str], case: Situation) -> list[Difference]:
    found = [step.id for step in steps_in(case) if step.id in expected]
    return _compare("absent (không được có)", [], found)


def _step(expected: Mapping[str, Any], case: Situation) -> list[Difference]:
    steps = {step.id: step for step in steps_in(case)}
    differences: list[Difference] = []
    for name, wanted in expected.items():
        if name not in steps:
            differences.append(
                Difference(f"step.{name}", "có bước này", f"chỉ có {', '.join(steps) or 'không bước nào'}")
            )
        else:
            differences += _parts(f"step.{name}", wanted, _of_step(steps[name], case))
    return differences


def _of_step(step: Step, case: Situation) -> dict[str, Any]:
    return {
        "what": step.what, "who": step.who, "form": step.form, "on_behalf": step.on_behalf, "earliest": step.earliest,
        "due": step.due or "", "overdue_days": step.overdue_days(case.on), "edition": step.edition,
        "article": step.article, "confidence": step.confidence.value, "because": step.because,
        "missing": sorted(each.rule for each in step.missing),
        "warnings": sorted({each.rule for each in step.warnings}),
    }  # fmt: skip


def _gate(expected: Mapping[str, Any], case: Situation) -> list[Difference]:
    differences: list[Difference] = []
    for name, wanted in expected.items():
        if name not in case.edition.steps:
            differences.append(Difference(f"gate.{name}", "có bước này", "không có"))
            continue
        # A gate is asked of a meeting that has been held: its ballot is at hand, and the step itself is the last event.
        held = [event for event in effective(case.facts.events) if event.kind == name and event.on == case.on]
        asked = replace(case, ballot=held[-1].ballot) if held else case
        found = gate_in(name, asked)
        differences += _parts(f"gate.{name}", wanted, {
            "open": found.is_open, "blocks": _rules(found, "blocks"), "warnings": _rules(found, "warnings"),
            "notes": _rules(found, "notes"),
            "blocked_by": _among(wanted.get("blocked_by"), found, "blocks"),
            "warned_by": _among(wanted.get("warned_by"), found, "warnings"),
            "noted_by": _among(wanted.get("noted_by"), found, "notes"),
            "silent": _silent(wanted.get("silent", ()), found, case),
        })  # fmt: skip
    return differences


def _rules(gate: Gate, kind: str) -> list[str]:
    return sorted({each.rule for each in getattr(gate, kind)})


def _silent(expected: Iterable[str], gate: Gate, case: Situation) -> list[str]:
    """Those of *expected* that the edition has and that have nothing to say."""
    speaking = {each.rule for each in gate.all}
    return [rule for rule in expected if rule in case.edition.entries and rule not in speaking]


def _among(expected: list[str] | None, gate: Gate, kind: str) -> list[str]:
    """Those of *expected* that the gate says, in their order: whatever else it says does not matter."""
    found = _rules(gate, kind)
    return [rule for rule in expected or () if rule in found]


def _vote(expected: Mapping[str, Any], case: Situation) -> list[Difference]:
    differences: list[Difference] = []
    for name, wanted in expected.items():
        event = next(
            (each for each in reversed(effective(case.facts.events)) if each.kind == name and each.ballot), None
        )
        if event is None or event.ballot is None:
            raise CaseError(f"expect.vote.{name}: không có lần biểu quyết nào. Hãy ghi members và yes ở events.{name}.")
        edition = case.edition_of(event.on)
        step = edition.steps.get(name)
        by = case.decides.vote if name == "decision" else ""
        rule = edition.votes.get(by or (step.vote if step else ""))
        if rule is None:
            differences.append(Difference(f"vote.{name}", "có quy định biểu quyết", "không có"))
            continue
        found = count(event.ballot, rule, with_suspended=edition.setting("suspended_count") == "in")
        differences += _parts(f"vote.{name}", wanted, {
            "base": found.base, "needed": found.needed, "passed": found.passed, "rejected": found.rejected,
            "valid": found.is_valid, "faults": len(found.faults), "depends_on_suspended": found.depends_on_suspended,
            "rule": rule.id,
        })  # fmt: skip
    return differences


def _clock(expected: Mapping[str, Any], case: Situation) -> list[Difference]:
    differences: list[Difference] = []
    for name, wanted in expected.items():
        found = case.reading(name)
        if found is None:
            differences.append(Difference(f"clock.{name}", "đang chạy", "chưa bắt đầu hoặc không có"))
            continue
        differences += _parts(f"clock.{name}", wanted, {
            "started_on": found.started_on, "due": found.due, "extended": found.extended,
            "other_start": found.other_start or "", "other_due": found.other_due or "", "edition": found.edition.number,
        })  # fmt: skip
    return differences


def _validity(expected: Mapping[str, Any], case: Situation) -> list[Difference]:
    differences: list[Difference] = []
    for name, wanted in expected.items():
        rule = case.edition.validities.get(name)
        span = validity_span(rule, case) if rule else None
        if span is None:
            differences.append(Difference(f"validity.{name}", "đang tính", "chưa có hoặc không có quy định"))
            continue
        earliest, latest = span
        state = "expired" if case.on > latest else "uncertain" if case.on > earliest else "valid"
        differences += _parts(f"validity.{name}", wanted, {"until": earliest, "at_the_latest": latest, "state": state})
    return differences


def _milestone(expected: Mapping[str, Any], case: Situation) -> list[Difference]:
    return [
        each
        for name, day in expected.items()
        for each in _compare(f"milestone.{name}", day, case.milestone(name) or "")
    ]


def _decider(expected: Mapping[str, Any], case: Situation) -> list[Difference]:
    found = case.decides
    return _parts("decider", expected, {
        "unit": found.unit.name if found.unit else "", "body": found.body, "words": found.words, "vote": found.vote,
        "own_rules": found.is_own_rules, "override_reason": found.override_reason,
    })  # fmt: skip


def _edition(expected: str, case: Situation) -> list[Difference]:
    return _compare("edition", expected, case.edition.number)


def _done(expected: Mapping[str, Any], case: Situation) -> list[Difference]:
    """Step → the day on which it counts as done; an empty text where it does not."""
    return [
        each
        for name, day in expected.items()
        for each in _compare(f"done.{name}", day, case.progress.day_of(name) or "")
    ]


ASPECTS: dict[str, Callable[[Any, Situation], list[Difference]]] = {
    "steps": _steps, "step": _step, "absent": _absent, "gate": _gate, "vote": _vote, "clock": _clock,
    "validity": _validity, "milestone": _milestone, "decider": _decider, "stage": _stage, "outcome": _outcome,
    "edition": _edition, "done": _done,
}  # fmt: skip


def unknown_rules(case: Case, book: Rulebook) -> list[str]:
    """What *case* says it proves although no edition has such a rule."""
    known = {rule for edition in book for rule in edition.entries}
    return [rule for rule in case.proves if rule not in known]
