"""What kind of people were admitted, counted without names."""

from datetime import date

import pytest

from reports.structure import Admission, Structure, full_years, structure_of


def test_people_are_counted_by_kind_and_the_unknown_apart():
    people = [
        Admission("female", "Mông", "Công giáo", 19, "Đại học"),
        Admission("male", "Kinh", "Không", 30, "Cao đẳng sư phạm"),
        Admission("male", "kinh", "", 31, "12/12"),
        Admission(),
    ]
    assert structure_of(people) == Structure(
        people=4, women=1, minority=1, religious=1, young=2, degree=1, middle=1,
        unknown_sex=1, unknown_ethnicity=1, unknown_religion=2, unknown_age=1, unknown_education=1,
    )  # fmt: skip


def test_a_field_is_known_when_it_is_known_of_anybody():
    its = structure_of([Admission(sex="male"), Admission()])
    assert [its.knows(field) for field in ("sex", "ethnicity", "age")] == [True, False, False]
    assert not structure_of([]).knows("sex")


@pytest.mark.parametrize(
    ("education", "level"),
    [
        ("", ""), ("12/12", "other"), ("THPT", "other"), ("Đại học", "degree"), ("ĐẠI HỌC LUẬT", "degree"),
        ("Kỹ sư nông nghiệp", "degree"), ("Thạc sĩ; trước đó cao đẳng", "degree"), ("Trung cấp y", "middle"),
        ("12/12, đang học đại học", "other"), ("Sinh viên đại học năm 3", "other"),
        ("Cao đẳng (đang học đại học tại chức)", "middle"),
    ],
)  # fmt: skip
def test_only_the_highest_degree_finished_counts(education, level):
    assert Admission(education=education).level == level


@pytest.mark.parametrize(
    ("born_on", "on", "years"),
    [
        (date(2008, 3, 1), date(2026, 3, 1), 18),
        (date(2008, 3, 2), date(2026, 3, 1), 17),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (None, date(2026, 3, 1), None),
    ],
)
def test_age_is_counted_in_full_years(born_on, on, years):
    assert full_years(born_on, on) == years
