"""Whatever there was and whatever an import brought: taken back, everything is as it was before."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from cells.kinds import MovementKind, OrganizationKind
from cells.queries.tree_check import tree_faults
from cells.services.errors import RuleError
from tests.everything import brought_in, everything, taken_back
from tests.factories import TODAY, district, member
from tests.proof import cases, tally
from tests.reports.test_figures_property import CHANGE, carry_out
from tests.workbooks import DECLARED_HEAD, MOVEMENT_HEAD, ORGANIZATION_HEAD, TARGET_HEAD

MEMBER_HEAD = ["Mã đảng viên", "Họ và tên", "Ngày sinh", "Dân tộc", "Tôn giáo", "Mã tổ chức", "Ngày vào Đảng"]
HEADS = {
    "TO_CHUC": ORGANIZATION_HEAD,
    "DANG_VIEN": MEMBER_HEAD,
    "BIEN_DONG": MOVEMENT_HEAD,
    "SO_LIEU_NAM": DECLARED_HEAD,
    "CHI_TIEU": TARGET_HEAD,
}
UNIT = st.sampled_from(["H", "D1", "D2", "K1", "K2", "K3", "C", "N1", "N2", "N3"])
CELL = st.sampled_from(["K1", "K2", "K3", "C", "N2", "N3"])
PERSON = st.sampled_from([*(f"K{n}-{m}" for n in (1, 2, 3) for m in (0, 1)), "X1", "X2", "X3"])
DAY = st.integers(0, 1200).map(lambda n: date(2023, 6, 1) + timedelta(days=n))
OR_NOTHING = st.sampled_from(["", "", "x"])
KIND = st.sampled_from([kind.label for kind in OrganizationKind])
ROW = {
    "TO_CHUC": st.tuples(
        UNIT, st.sampled_from(["", "Tên mới", "Tên khác"]), UNIT, KIND, st.one_of(st.just(""), DAY),
        st.one_of(st.just(""), st.just(""), DAY), st.one_of(st.just(""), UNIT),
    ),
    "DANG_VIEN": st.tuples(
        PERSON, st.sampled_from(["Trần Văn Đức", "Lò Thị Hoà"]), st.sampled_from(["", "1980", "05/1975"]),
        st.sampled_from(["", "Kinh", "Tày"]), st.sampled_from(["", "Không", "Công giáo"]), CELL,
        st.one_of(st.just(""), DAY),
    ),
    "BIEN_DONG": st.tuples(
        PERSON, st.sampled_from([kind.label for kind in MovementKind]), DAY, CELL,
        st.sampled_from(["", "Số 1-QĐ/ĐU"]), st.just(""),
    ),
    "SO_LIEU_NAM": st.tuples(UNIT, st.integers(2019, 2025), st.integers(0, 9), st.integers(0, 3)).map(
        lambda row: (*row, 0, 0, 0, 0, 0, 0, 0, row[2] + row[3])
    ),
    "CHI_TIEU": st.tuples(UNIT, st.integers(2023, 2026), st.integers(0, 9)),
}  # fmt: skip
FILE = st.fixed_dictionaries({name: st.lists(row, max_size=6) for name, row in ROW.items()})


def sound(file: dict[str, list[tuple]]) -> dict[str, list[list[Any]]]:
    """*file* without the rows that contradict something: what is left can be imported."""
    sheets = {name: [HEADS[name], *map(list, rows)] for name, rows in file.items() if rows}
    while True:
        faulty = {(issue.sheet, issue.row) for issue in brought_in(sheets, dry_run=True).errors}
        if not faulty:
            return sheets
        sheets = {
            name: [rows[0], *(row for number, row in enumerate(rows[1:], start=2) if (name, number) not in faulty)]
            for name, rows in sheets.items()
        }


class RandomImports(TestCase):
    @settings(max_examples=cases(quick=6, full=600))
    @given(st.lists(CHANGE, max_size=6), FILE, FILE)
    def test_imports_taken_back_one_after_the_other_leave_everything_as_it_was(self, changes, first, second):
        units = district()
        for cell in ("K1", "K2", "K3"):
            for number in range(2):
                member(units[cell], code=f"{cell}-{number}", joined_on=date(2023, 1 + number, 3), ethnicity="Dao")
        for change in changes:
            try:
                carry_out(*change)
            except RuleError as refusal:
                note(f"{change} refused: {refusal}")
        imports = []
        for file in (first, second):
            sheets = sound(file)
            before = everything()
            imports.append((brought_in(sheets), before))
        for result, before in reversed(imports):
            assert result.saved
            assert taken_back(result) == []
            assert everything() == before
            assert tree_faults(TODAY) == []
            tally("imports taken back")
            counts = result.counts.values()
            tally("new rows of imports taken back", sum(its.created for its in counts))
            tally("changed rows of imports taken back", sum(its.updated for its in counts))


pytestmark = pytest.mark.django_db
