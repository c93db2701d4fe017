"""Sheet CAM_TINH: whom a row is about, as the roll and other files have the person."""

from datetime import date

import pytest

from pipeline.models import Candidate, DuplicateReport
from tests.everything import brought_in
from tests.factories import member
from tests.pipeline import files
from tests.pipeline.file_sheet import ADMITTED, NAMES, WAY, file_sheet, roll, someone
from tests.workbooks import counts

pytestmark = pytest.mark.django_db


@pytest.fixture
def units():
    return roll()


def imported(*rows):
    return brought_in({"CAM_TINH": file_sheet(*rows)})


def test_who_is_on_file_or_on_the_roll_elsewhere_is_told_to_the_level_above_both(units):
    there = files.opened(units["K3"], someone=files.person("Lục Thị Bưởi A1", born_on=date(2000, 10, 5)))
    on_roll = member(units["K2"], "Z9", "Lục Thị Bưởi A2", born_on=date(2000, 10, 5))
    result = imported(someone("A1"), someone("A2"), someone("A3"), someone("A1b", full_name="Lục Thị Bưởi A3",
                      organization="K2"), someone("A5", member="M5", **WAY, **ADMITTED))  # fmt: skip
    assert (result.saved, result.errors, result.warnings) == (True, [], [])
    reports = DuplicateReport.objects.select_related("organization", "candidate__organization", "other")
    assert {(row.candidate.full_name[-2:], row.organization.code, row.other, row.member) for row in reports} == {
        ("A1", "H", there.candidate, None), ("A2", "D1", None, on_roll),
        ("A3", "D1", Candidate.objects.get(full_name="Lục Thị Bưởi A3", organization=units["K2"]), None),
    }  # fmt: skip
    assert len(reports) == 3


def test_whoever_is_on_the_roll_is_called_as_there(units):
    result = imported(someone(member="M5", full_name="Nghiêm Thị Diệp", sex="Nữ", **WAY, **ADMITTED))
    assert [(each.row, each.column) for each in result.warnings] == [(2, "Họ và tên")]
    person = Candidate.objects.get()
    assert (person.full_name, person.sex) == (NAMES["M5"], "female")  # the roll leaves open which sex
    again = imported(someone(member="M5", full_name="Nghiêm Thị Diệp"))
    assert [(each.row, each.column) for each in again.warnings] == [(2, "Họ và tên")]
    assert counts(again)["CAM_TINH"] == (0, 0, 1)
    assert Candidate.objects.get().full_name == NAMES["M5"]
