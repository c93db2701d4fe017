"""Grids: numbers as people type them, what was touched, what somebody else changed meanwhile."""

import json

import pytest

from core.grids import SEEN, GridForm, Record


def record(key="a", mark="1", **values):
    values = values or {"n": 5}
    return Record(key, mark, values, spoken={column: f"Số {column}, đơn vị {key}" for column in values})


def sent(shown, **typed):
    """What a browser sends: the page had shown *shown*, the person typed *typed* (field name → text)."""
    return {SEEN: json.dumps(shown)} | {name.replace("_", "-"): text for name, text in typed.items()}


def changes(form):
    assert form.is_valid(), form.errors
    return [(change.record.key, change.values, change.shown) for change in form.changes]


@pytest.mark.parametrize(
    ("typed", "read"),
    [("7", 7), (" 7 ", 7), ("1.250", 1250), ("0", 0), ("", None), ("  ", None), ("007", 7), ("999999", 999_999)],
)
def test_a_number_is_read_with_or_without_dots(typed, read):
    form = GridForm(sent({"a": ["1", [5]]}, n_a=typed), records=[record()])
    assert changes(form) == [("a", {"n": read}, "1")]


@pytest.mark.parametrize("typed", ["x", "-1", "1,5", "1.5", "1.25", "٣", "1e3", "=1", "1 2"])
def test_what_is_no_number_of_people_is_told_at_its_cell(typed):
    form = GridForm(sent({"a": ["1", [5]]}, n_a=typed), records=[record()])
    assert form.problems == [
        ("id_n-a", "Số n, đơn vị a", f"“{typed}” không phải là số người. Hãy ghi số nguyên, ví dụ 25.")
    ]


def test_a_number_too_large_is_told():
    form = GridForm(sent({"a": ["1", [5]]}, n_a="1.000.000"), records=[record()])
    assert [text for _, _, text in form.problems] == ["Số 1.000.000 quá lớn. Hãy kiểm tra lại."]


def test_only_what_was_touched_is_a_change():
    shown = {"a": ["1", [5]], "b": ["", [None]], "c": ["3", [1250]]}
    records = [record("a"), record("b", "", n=None), record("c", "3", n=1250)]
    form = GridForm(sent(shown, n_a="5", n_b="4", n_c="1250"), records=records)
    assert changes(form) == [("b", {"n": 4}, "")]


def test_what_was_not_sent_is_left_alone():
    form = GridForm(sent({"a": ["1", [5, 6]]}, n_a="7"), records=[record(n=5, m=6), record("b")])
    assert changes(form) == [("a", {"n": 7, "m": 6}, "1")]


def test_a_cell_that_nobody_touched_shows_what_somebody_else_wrote_meanwhile():
    form = GridForm(sent({"a": ["1", [5]]}, n_a="5"), records=[record(mark="2", n=1250)])
    assert changes(form) == []
    assert 'value="1.250"' in str(form.cell(form.records["a"], "n"))


def test_a_change_carries_the_mark_of_what_was_seen_and_keeps_what_was_typed():
    form = GridForm(sent({"a": ["1", [5]]}, n_a="7"), records=[record(mark="2", n=6)])
    assert changes(form) == [("a", {"n": 7}, "1")]
    assert 'value="7"' in str(form.cell(form.records["a"], "n"))
    assert json.loads(form.seen) == {"a": ["2", [6]]}, "the next attempt has seen the present number"


def test_two_people_who_write_the_same_agree():
    form = GridForm(sent({"a": ["1", [5]]}, n_a="6"), records=[record(mark="2", n=6)])
    assert changes(form) == []


@pytest.mark.parametrize("seen", ["", "x", "[]", "{}", '{"a":1}', '{"a":[1,2]}', '{"a":["1"]}', "[" * 100_000, "null"])
def test_a_page_that_does_not_say_what_it_showed_has_shown_nothing(seen):
    form = GridForm({SEEN: seen, "n-a": "7"}, records=[record()])
    assert changes(form) == [("a", {"n": 7}, "")]


def test_an_emptied_record_says_so():
    form = GridForm(sent({"a": ["1", [5, 6]]}, n_a="", m_a=""), records=[record(n=5, m=6)])
    assert form.is_valid()
    (change,) = form.changes
    assert change.is_empty


def test_suggestions_fill_empty_cells_only_and_are_marked():
    records = [record("a"), record("b", "", n=None), record("c", "", n=None)]
    form = GridForm(records=records)
    assert form.suggest({"n-a": 1, "n-b": 2, "n-x": 3}) == 1
    cells = {key: str(form.cell(its, "n")) for key, its in form.records.items()}
    assert ['value="5"' in cells["a"], 'value="2"' in cells["b"], "value=" in cells["c"]] == [True, True, False]
    assert ["suggested" in cell for cell in cells.values()] == [False, True, False]


def test_suggestions_leave_alone_what_was_typed():
    shown = {"b": ["", [None]], "c": ["", [None]]}
    form = GridForm(sent(shown, n_b="9", n_c=""), records=[record("b", "", n=None), record("c", "", n=None)])
    assert form.suggest({"n-b": 2, "n-c": 3}) == 1
    assert [form[name].value() for name in ("n-b", "n-c")] == ["9", "3"]


def test_a_cell_says_its_name_to_a_screen_reader_and_escapes_it():
    its = Record("a", "", {"n": None}, spoken={"n": 'Chỉ tiêu, "Chi bộ" <Một>'}, attrs={"data-otherwise": 4})
    html = str(GridForm(records=[its]).cell(its, "n"))
    assert 'aria-label="Chỉ tiêu, &quot;Chi bộ&quot; &lt;Một&gt;"' in html
    assert 'data-stored=""' in html
    assert 'data-otherwise="4"' in html
