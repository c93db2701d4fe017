"""A gap between the last declared closing and the roll is a listed warning."""

import json
from datetime import date

import pytest
from django.core.management import call_command

from cells.models import DeclaredYear, FactsVersion
from reports.queries.declared_gaps import declared_gaps
from tests.factories import district, member

pytestmark = pytest.mark.django_db


def declare(unit, year, closing):
    DeclaredYear.objects.create(organization=unit, year=year, opening=closing, closing=closing)
    FactsVersion.advance()


def told(units, *codes, until_year=2026):
    return [str(gap) for gap in declared_gaps([units[code] for code in codes], until_year)]


def test_the_last_declared_year_is_held_against_the_roll_that_follows():
    units = district()
    member(units["K1"], joined_on=date(2010, 5, 19))
    declare(units["D1"], 2023, 1)
    declare(units["D1"], 2024, 3)
    assert told(units, "D1", "D2") == [
        "Đảng bộ xã Minh Hòa: cuối năm 2024 đã khai 3 đảng viên, danh sách đầu năm 2025 có 1. Hãy kiểm tra số liệu "
        "khai báo hoặc bổ sung danh sách."
    ]
    assert told(units, "D2") == []
    assert told(units, "D1", until_year=2024) == []


def test_a_unit_whose_parts_were_declared_later_is_told_too():
    units = district()
    member(units["C"], joined_on=date(2010, 5, 19))
    declare(units["H"], 2023, 52)
    declare(units["D2"], 2024, 40)
    assert told(units, "H", until_year=2025) == [
        "Đảng bộ huyện Minh Sơn: cuối năm 2023 đã khai 52 đảng viên, danh sách và số khai của cấp dưới đầu năm 2024 có "
        "41. Hãy kiểm tra số liệu khai báo hoặc bổ sung danh sách."
    ]


def test_a_part_of_a_declared_year_counts_the_roll_alone_and_says_so(capsys):
    """D2 was declared with 40 for the whole of 2024; one member of D1 is on the roll."""
    units = district()
    member(units["K1"], joined_on=date(2010, 5, 19))
    declare(units["D2"], 2024, 40)
    call_command("compute_rates", "2024", "--json", "--to", "2024-06-30")
    told = capsys.readouterr()
    top = json.loads(told.out)["organizations"][0]
    assert (top["code"], top["base_value"], top["opening"], top["source"]) == ("H", "1", 1, "computed")
    assert told.err == (
        "Cảnh báo: Năm 2024 có số khai báo cả năm của Đảng bộ xã Phú Khê; khoảng thời gian này chỉ tính danh sách đảng "
        "viên và các biến động có ngày. Hãy tính cả năm nếu cần số khai báo.\n"
    )
    call_command("compute_rates", "2024", "--json", "--to", "2024-06-30", "--organization", "D1")
    assert capsys.readouterr().err == ""


def test_figures_that_meet_are_not_told(capsys):
    units = district()
    member(units["K1"], joined_on=date(2010, 5, 19))
    declare(units["D1"], 2024, 1)
    assert told(units, "D1") == []


def test_the_command_tells_gaps_beside_its_answer(capsys):
    units = district()
    declare(units["D1"], 2024, 3)
    call_command("compute_rates", "2026", "--json")
    streams = capsys.readouterr()
    assert "cuối năm 2024 đã khai 3 đảng viên" in streams.err
    assert streams.out.startswith('{"year": 2026')


def test_many_units_need_no_more_queries_than_one(django_assert_num_queries):
    units = district()
    for code in ("D1", "D2", "C"):
        declare(units[code], 2024, 3)
    with django_assert_num_queries(4):
        declared_gaps([units["D1"]], 2026)
    with django_assert_num_queries(4):
        declared_gaps(list(units.values()), 2026)
