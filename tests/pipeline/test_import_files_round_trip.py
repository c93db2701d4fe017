"""Files exported, brought into an empty database with the same roll, exported again: the same, as far as columns go."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from cells.models import Organization
from cells.workbook.exporting import export_scope, write_workbook
from cells.workbook.importing import run_import
from pipeline.models import Case
from pipeline.workbook.columns import DAYS
from pipeline.workbook.sheet import CaseSheet
from tests.everything import brought_in
from tests.pipeline import files
from tests.pipeline.file_sheet import ADMITTED, WAY, file_sheet, roll, someone
from tests.pipeline.files import done, opened, vote
from tests.proof import cases, tally
from tests.today import TODAY
from tests.workbooks import counts, read_book

pytestmark = pytest.mark.django_db


def state():
    """What each file that goes on has come to, by its code."""
    return {
        case.code: (case.stage, case.status, case.next_step, case.organization.code)
        for case in Case.objects.exclude(status="closed").select_related("organization")
    }


def exported():
    return [list(row) for row in CaseSheet.export(export_scope())]


def in_an_empty_database(action):
    """Run *action* and forget everything it stored."""
    with transaction.atomic():
        result = action()
        transaction.set_rollback(True)
    return result


def test_files_come_back_as_far_as_the_columns_go(tmp_path):
    path = tmp_path / "so.xlsx"

    def first():
        units = roll()
        case = opened(units["K1"], someone=files.person("Mới giới thiệu"))
        listed = opened(units["K1"], someone=files.person("Cảm tình", born_on=date(2001, 2, 1)))
        files.walk(listed, "sympathiser_list")
        helped = opened(units["K1"], someone=files.person("Có người giúp", born_on=date(1998, 1, 1)))
        files.walk(helped, "helper")
        passed = files.ready(opened(units["K1"], someone=files.person("Chi bộ thông qua")))
        done(passed, "cell_vote", vote=vote(units["K1"]))
        gone = opened(units["K1"], someone=files.person("Rút đơn"))
        done(gone, "withdrew", reason="Gia đình")
        assert brought_in({
            "CAM_TINH": file_sheet(
                someone("A1", member="M5", helpers="G1", **WAY, **ADMITTED),
                someone("A2", member="M6", **WAY, **ADMITTED, recognition_decision=date(2026, 6, 28)),
            )
        }).saved  # fmt: skip
        write_workbook(path, export_scope())
        assert case.code in state()
        assert gone.code not in state()
        return state(), exported()

    def second():
        result = run_import(path, today=TODAY)
        assert (result.errors, result.saved) == ([], True)
        return state(), exported()

    before = in_an_empty_database(first)
    assert [stage for stage, *_ in sorted(before[0].values())] == [
        "CELL_PASSED", "OFFICIAL", "PROBATION", "SOURCE", "SYMPATHISER", "SYMPATHISER",
    ]  # fmt: skip
    assert in_an_empty_database(second) == before


def test_an_export_read_back_changes_nothing(tmp_path):
    units = roll()
    files.walk(opened(units["K1"]), "application")
    files.done(files.ready(opened(units["K1"])), "cell_vote", vote=vote(units["K1"]))
    write_workbook(tmp_path / "so.xlsx", export_scope())
    result = run_import(tmp_path / "so.xlsx", today=TODAY)
    assert (result.errors, counts(result)["CAM_TINH"]) == ([], (0, 0, 2))


def test_a_part_holds_its_own_files_and_names_nobody_it_does_not_hold(tmp_path):
    units = roll()
    stranger = files.official(units["K3"], code="Z3")
    rows = [someone("A1", helpers="G1; Z3", **WAY), someone("B1", organization="K3", full_name="Hai")]
    assert brought_in({"CAM_TINH": file_sheet(*rows)}).saved
    write_workbook(tmp_path / "phan.xlsx", export_scope(Organization.objects.get(code="D1")))
    found = read_book(tmp_path / "phan.xlsx")
    assert [(row[0], row[11]) for row in found["CAM_TINH"][1:]] == [("A1", "G1")]
    assert stranger.code not in [row[0] for row in found["DANG_VIEN"]]


DAY = st.integers(0, 700).map(lambda n: date(2024, 12, 1) + timedelta(days=n))
NAME = st.sampled_from(["Lục Thị Bưởi", "Trần Đình Ẩn", "=Hoàng Văn Đức & <Con>", "Lò Thị Hoà"])
ROW = st.fixed_dictionaries(
    {"full_name": NAME, "organization": st.sampled_from(["K1", "K2", "K3"])},
    optional={
        "born_on": st.sampled_from(["1999", "05/2001", date(2000, 2, 29)]), "sex": st.sampled_from(["nam", "nữ"]),
        "ethnicity": st.sampled_from(["Kinh", "Tày"]), "sources": st.sampled_from(["Đoàn thanh niên", "a; b ;c"]),
        "helpers": st.sampled_from(["G1", "G1;G2", "M5"]), **dict.fromkeys(DAYS[:5], DAY),
    },
)  # fmt: skip


class RandomFiles(TestCase):
    @settings(max_examples=cases(quick=8, full=400), deadline=None)
    @given(st.lists(ROW, max_size=6), st.booleans())
    def test_any_rows_exported_and_read_into_an_empty_database_are_the_same(self, rows, is_admitted):
        rows = [row | {"code": f"A{number}"} for number, row in enumerate(rows)]
        rows += [someone("M", member="M5", **WAY, **ADMITTED)] if is_admitted else []

        def first():
            roll()
            assert brought_in({"CAM_TINH": file_sheet(*rows)}).saved
            assert all(files.agrees(case) for case in Case.objects.all())
            return state(), exported()

        def second():
            roll()
            result = brought_in({"CAM_TINH": [file_sheet()[0], *before[1]]})
            assert result.errors == []
            again = brought_in({"CAM_TINH": [file_sheet()[0], *before[1]]})
            assert again.counts["CAM_TINH"].unchanged == len(rows)
            return state(), exported()

        before = in_an_empty_database(first)
        assert in_an_empty_database(second) == before
        tally("files exported and read back", len(rows))
