"""Rule files: which edition judges a day, inheritance, what may block, faults that say the remedy."""

import shutil
from datetime import date

import pytest

from pipeline.checks import rule_files_can_be_used
from pipeline.rulebook import loading
from pipeline.rulebook.confidence import Confidence, Strength
from pipeline.rulebook.documentation import as_markdown, differences
from pipeline.rulebook.loading import load
from pipeline.rulebook.schema import RulebookError
from tests.repository import ROOT

C = Confidence


@pytest.mark.parametrize(
    ("day", "number"),
    [
        (date(2021, 7, 30), "24-QĐ/TW"),
        (date(2025, 1, 19), "24-QĐ/TW"),
        (date(2025, 1, 20), "232-QĐ/TW"),
        (date(2025, 5, 26), "232-QĐ/TW"),  # 294 is issued, not yet in force
        (date(2025, 7, 1), "294-QĐ/TW"),
        (date(2026, 4, 7), "294-QĐ/TW"),
        (date(2026, 4, 8), "20-QĐ/TW"),
        (date(2026, 7, 25), "20-QĐ/TW"),
        (date(2026, 7, 26), "208-QĐ/TW"),
        (date(2030, 1, 1), "208-QĐ/TW"),
    ],
)
def test_the_edition_of_a_day_is_the_one_in_force(day, number):
    assert load().on(day).number == number


def test_before_the_first_edition_nothing_is_confirmed():
    edition = load().on(date(2018, 1, 1))
    assert {entry.confidence for entry in edition.entries.values()} == {C.INHERITED}


def test_what_is_not_restated_drops_to_unconfirmed_and_keeps_its_value():
    book = load()
    former, present = book.get("294-qd-tw-2025"), book.get("208-qd-tw-2026")
    assert former.clocks["decision"].confidence is C.TWO_SOURCES
    assert present.clocks["decision"].confidence is C.INHERITED
    assert (present.clocks["decision"].length, present.clocks["decision"].extension) == (60, 30)
    assert present.clocks["decision"].stated_in == "294-qd-tw-2025"


def test_an_edition_of_which_only_the_title_was_seen_blocks_with_the_charter_alone():
    edition = load().get("20-qd-tw-2026")
    assert {e.stated_in for e in edition.entries.values() if e.strength is Strength.BLOCK} == {"charter"}


def test_what_changed_with_208():
    book = load()
    former, present = book.get("294-qd-tw-2025"), book.get("208-qd-tw-2026")
    assert (former.clocks["ceremony"].starts, present.clocks["ceremony"].starts) == ("decision_receipt", "decision")
    levels = [edition.requirements["education"].parameters["at_least"] for edition in (former, present)]
    assert levels == ["LOWER_SECONDARY_DIPLOMA", "LOWER_SECONDARY"]
    assert present.requirements["education"].strength is Strength.WARN


def test_two_guidances_of_one_number_are_told_apart_by_their_date():
    guidances = {(each.number, each.issued) for edition in load() for each in edition.guidances}
    assert {issued for number, issued in guidances if number == "01-HD/TW"} == {"28/9/2021", "19/5/2026"}


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(loading.FOLDER, tmp_path / "rulesets")


@pytest.mark.parametrize(
    ("file", "before", "after", "said"),
    [
        ("charter", 'confidence = "S2"', 'confidence = "S3"', "charter.toml, khóa [requirements.citizen.confidence]"),
        ("charter", 'remedy = "Hãy kiểm tra', 'remedi = "Hãy kiểm tra', "[requirements.citizen.remedi]: khóa này"),
        ("charter", 'at_least = "2/3"', 'at_least = "0,67"', "không phải là phân số. Hãy ghi dạng"),
        ("charter", "with = { to_months = 360 }", "with = { to_months = true, x = 1 }", "không khớp tham số"),
        ("24-qd-tw-2021", 'ends = "member_file"', 'ends = "member_fil"', "“member_fil” không có trong"),
        ("24-qd-tw-2021", 'unit = "months"', 'unit = "days"', "Hãy chọn: months, working_days"),
        ("24-qd-tw-2021", 'check = "schooling"', 'check = "school"', "[requirements.education.check]: “school”"),
        ("24-qd-tw-2021", "length = 60", 'length = "60"', "[clocks.decision.length]: giá trị '60' sai kiểu"),
        ("24-qd-tw-2021", 'after = ["introduction"]', 'after = ["list_review", "sympathiser_list"]', "chờ lẫn nhau"),
        ("24-qd-tw-2021", "[votes.base_committee]", "[ballots.base_committee]", "Hãy dùng một trong các bảng"),
        ("208-qd-tw-2026", 'extends = "20-qd-tw-2026"', 'extends = "21"', "[edition.extends]: không kế thừa được"),
        ("208-qd-tw-2026", 'source = "[C1][C2]"\n', "", "Mỗi văn bản ghi lại một quy định"),
        ("208-qd-tw-2026", "issued = 2026-07-26", 'issued = "26/7/2026"', "[edition.issued]: giá trị"),
        ("208-qd-tw-2026", "[edition]", "[edition", "cú pháp TOML"),
    ],
)
def test_a_fault_names_file_key_and_remedy(folder, file, before, after, said):
    path = folder / f"{file}.toml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(RulebookError) as error:
        loading.read(folder)
    assert said in str(error.value)
    assert f"{file}.toml" in str(error.value)


def test_a_rule_can_be_taken_out_by_a_later_edition(folder):
    path = folder / "208-qd-tw-2026.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}\n[requirements.suspended_members]\nremoved = true\n", encoding="utf-8")
    book = loading.read(folder)
    assert "suspended_members" not in book.get("208-qd-tw-2026").requirements
    assert "suspended_members" in book.get("20-qd-tw-2026").requirements


def test_faulty_files_stop_the_start(monkeypatch, folder):
    (folder / "charter.toml").unlink()
    monkeypatch.setattr("pipeline.checks.load", lambda: loading.read(folder))
    (error,) = rule_files_can_be_used(None)
    assert "Thiếu tệp charter.toml" in error.msg
    monkeypatch.undo()
    assert rule_files_can_be_used(None) == []


def test_the_rules_stand_in_the_documentation_as_they_are():
    """Written anew by `manage.py rules_doc > docs/rules.md`."""
    assert (ROOT / "docs" / "rules.md").read_text(encoding="utf-8") == as_markdown(load())


def test_two_editions_differ_in_what_they_say_not_in_where_it_stands():
    book = load()
    assert differences(book.get("294-qd-tw-2025"), book.get("20-qd-tw-2026")) == {}
    found = differences(book.get("20-qd-tw-2026"), book.get("208-qd-tw-2026"))
    assert found.keys() == {"requirements.education", "clocks.ceremony"}
    assert "từ “Chi bộ nhận quyết định”" in found["clocks.ceremony"][0]
    assert "từ “Xét, quyết định kết nạp”" in found["clocks.ceremony"][1]
