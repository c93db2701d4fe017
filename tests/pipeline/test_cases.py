"""The written cases hold, prove every rule of the edition in force, and prove something each."""

import json
import re
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from pipeline.cases.reading import Case, read_cases
from pipeline.cases.running import run, unknown_rules
from pipeline.engine.checks import CHECKS
from pipeline.engine.checks.registry import Check
from pipeline.engine.findings import Said
from pipeline.rulebook.book import Rulebook
from pipeline.rulebook.entries import (
    Clock,
    Entry,
    Milestone,
    Requirement,
    Setting,
    Validity,
    Vote,
)  # fmt: skip
from pipeline.rulebook.loading import load
from tests.repository import ROOT
from tests.today import TODAY

FOLDER = Path(__file__).parent / "cases"
CASES = read_cases(FOLDER)
IN_FORCE = load().on(TODAY)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file}: {case.name}")
def test_the_rules_say_what_the_case_expects(case):
    assert [f"{d.what}: {d.expected} ≠ {d.found}" for d in run(case, load()).differences] == []


def test_there_are_enough_cases_for_each_topic():
    counts = Counter(case.file for case in CASES)
    assert sum(counts.values()) >= 150
    assert min(counts.values()) >= 8, counts


def test_no_two_cases_bear_one_name():
    assert [name for name, n in Counter(case.name for case in CASES).items() if n > 1] == []


def test_no_case_names_a_rule_that_there_is_not():
    assert {case.name: wrong for case in CASES if (wrong := unknown_rules(case, load()))} == {}


def _speaks(case, given):
    yield Said("Điều này luôn có gì để nói.")


@pytest.fixture(autouse=True)
def _a_check_that_always_speaks(monkeypatch):
    monkeypatch.setitem(CHECKS, "speaks", Check(_speaks, {}))


def mutants(entry: Entry) -> list[Entry]:
    """*entry* as it might be wrong: another number, another start, another answer, an objection to everybody."""
    match entry:
        case Clock():
            swapped = [replace(entry, starts=entry.other_start)] if entry.other_start else []
            return [replace(entry, length=entry.length + 7), *swapped]
        case Validity():
            return [replace(entry, months=entry.months + 13), replace(entry, months=1)]
        case Milestone():
            return [replace(entry, months=entry.months + 1)]
        case Vote():
            return [replace(entry, at_least=Fraction(9, 10), more_than=None)]
        case Setting():
            return [replace(entry, default=next(each for each in entry.choices if each != entry.value))]
        case Requirement():
            return [replace(entry, check="speaks", parameters={})]
    return []


def without(book: Rulebook, rule: str) -> Rulebook:
    return Rulebook(tuple(edition.without(rule) for edition in book))


def mutated(book: Rulebook, rule: str) -> list[Rulebook]:
    """The book without *rule*, and with it wrong in each of the ways there are, in every edition."""
    books = [without(book, rule)]
    for number in range(max(len(mutants(edition.entries[rule])) for edition in book)):
        editions = []
        for edition in book:
            wrong = mutants(edition.entries[rule])
            editions.append(edition.with_entry(wrong[number]) if number < len(wrong) else edition)
        books.append(Rulebook(tuple(editions)))
    return books


def still_passes(case: Case, book: Rulebook) -> bool:
    return run(case, book).passed


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file}: {case.name}")
def test_a_case_fails_when_a_rule_that_it_proves_is_taken_out_or_changed(case):
    """Or, for a rule of which the case expects silence, when that rule objects to everybody."""
    assert case.proves
    unproved = [rule for rule in case.proves if all(still_passes(case, book) for book in mutated(load(), rule))]
    assert unproved == []


def test_every_rule_of_the_edition_in_force_is_proved_by_a_case_under_it():
    """Taken out of, or changed in, the edition in force alone."""
    book = load()
    unproved = []
    for rule in IN_FORCE.entries:
        proving = [case for case in CASES if rule in case.proves]
        others = [IN_FORCE.without(rule), *map(IN_FORCE.with_entry, mutants(IN_FORCE.entries[rule]))]
        if all(still_passes(case, book.replacing(other)) for case in proving for other in others):
            unproved.append(rule)
    assert unproved == []


def test_the_command_says_what_was_expected_and_what_was_found(tmp_path, monkeypatch, capsys):
    path = tmp_path / "thu.toml"
    path.write_text(
        '[[case]]\nname = "Thử"\nproves = ["clocks.no"]\nstart = "cell_passed"\ntoday = 2026-09-01\n'
        "events = { cell_vote = { on = 2026-08-03, members = 9, yes = 9 } }\n"
        "expect.clock.decision.due = 2026-10-27\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as end:
        call_command("check_cases", "thu.toml")
    assert end.value.code == 1
    told = capsys.readouterr()
    assert "✗ thu.toml: Thử" in told.out
    assert "không có quy định “clocks.no”" in told.out
    assert "mong đợi: 2026-10-27" in told.out
    assert "tìm thấy: 2026-10-28" in told.out
    assert "1 ca, 1 ca không khớp." in told.err


def test_the_command_as_json_is_one_object(capsys):
    call_command("check_cases", str(FOLDER / "clocks.toml"), "--json")
    found = json.loads(capsys.readouterr().out)
    assert found["ok"] is True
    assert found["cases"][0].keys() == {"file", "name", "proves", "ok", "unknown_rules", "differences"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "chưa có ca nào"),
        ("[[case]]\nname = 'x'\ntoday = '2026-01-01'\nexpect = {}", "today phải là một ngày"),
        ("[[case]]\nname = 'x'\nexpect = {}", "thiếu today"),
        ("[[case]]\nname = 'x'\ntoday = 2026-01-01\nexpect = {}\nstart = 'y'", "không có tình huống “y”"),
        ("[[case]]\nname = 'x'\ntoday = 2026-01-01\nexpect = { step = {}, sep = 1 }", "expect.sep không có"),
        ("[[case]]\nname = 'x'\ntoday = 2026-01-01\nexpect = {}\nperson = { age = 3 }", "person: không có khóa “age”"),
        ("[[case]]\nname = 'x'\ntoday = 2026-01-01\nexpect = {}\nevents = { decision = 'mai' }", "không đọc được"),
        ("[[case]\n", "không đọc được"),
        ("[cases]\n", "không có bảng “cases”"),
    ],
)
def test_a_file_that_cannot_be_read_says_where_and_how_to_write_it(tmp_path, text, said):
    path = tmp_path / "x.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match=said.replace("[", r"\[")):
        call_command("check_cases", str(path))


def test_a_path_that_is_not_there_is_said():
    with pytest.raises(CommandError, match="Không có tệp hay thư mục"):
        call_command("check_cases", "khong-co.toml")


def test_the_command_runs_the_folder_of_the_project_from_anywhere(monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    call_command("check_cases", str(ROOT / "tests" / "pipeline" / "cases"))
    assert "đều khớp" in capsys.readouterr().err


def test_the_examples_of_the_documentation_hold_and_prove_something(tmp_path):
    text = (ROOT / "docs" / "cases.md").read_text(encoding="utf-8")
    path = tmp_path / "cases.toml"
    path.write_text("\n".join(re.findall(r"```toml\n(.*?)```", text, re.S)), encoding="utf-8")
    examples = read_cases(path)
    assert len(examples) == 5
    for case in examples:
        assert run(case, load()).passed, case.name
        assert not any(still_passes(case, without(load(), rule)) for rule in case.proves)
