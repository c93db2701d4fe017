"""Published figures of real committees, entered as declared years, give the published rates.

Sources are newspapers and committee sites of 2001–2024; names are of places, never of people. Where the copy
read lacked a row of the table, the difference is entered as Xóa tên (struck off) and said so here.
"""

import json
from decimal import Decimal

import pytest
from django.core.management import call_command

from core.numbers import format_percent, percentage
from reports.rates import attainment
from tests.workbooks import DECLARED_HEAD, TARGET_HEAD, imported

pytestmark = pytest.mark.django_db

PLACES = [
    ["Mã", "Tên", "Mã cấp trên", "Loại"],
    ["CG", "Đảng bộ huyện Cần Giờ", "", "đảng bộ cấp trên trực tiếp cơ sở"],
    ["XL", "Đảng bộ huyện Xuân Lộc", "", "đảng bộ cấp trên trực tiếp cơ sở"],
    ["TN", "Đảng bộ huyện Thống Nhất", "", "đảng bộ cấp trên trực tiếp cơ sở"],
    ["CS", "Đảng bộ Tổng công ty cao su Đồng Nai", "", "đảng bộ cấp trên trực tiếp cơ sở"],
    ["QS", "Đảng bộ Quân sự tỉnh Đồng Nai", "", "đảng bộ cấp trên trực tiếp cơ sở"],
]
# Mã, năm, đầu năm, kết nạp, chuyển đến, phục hồi, chuyển đi, từ trần, khai trừ, xóa tên, xin ra, cuối năm
DECLARED = [
    DECLARED_HEAD,
    # Cần Giờ: the opening is the closing published for the year before (2001: 700); the row of discipline was
    # cut off in the copy read, so 1 (2002) and 2 (2003) people left unexplained: entered as struck off.
    ["CG", 2002, 700, 77, 16, 0, 6, 1, 0, 1, 0, 785],
    ["CG", 2003, 785, 71, 7, 0, 7, 4, 0, 2, 0, 850],
    # Only the count of admitted and the rate were published: the opening is what the two imply.
    ["XL", 2017, 4704, 358, 0, 0, 0, 0, 0, 0, 0, 5062],
    ["TN", 2019, 2514, 227, 0, 0, 0, 0, 0, 0, 0, 2741],
    ["CS", 2019, 1328, 91, 0, 0, 0, 0, 0, 0, 0, 1419],
    ["QS", 2019, 328, 20, 0, 0, 0, 0, 0, 0, 0, 348],
]
TARGETS = [TARGET_HEAD, ["CG", 2002, 70], ["CG", 2003, 70]]


@pytest.fixture
def entered(tmp_path):
    result = imported(tmp_path, TO_CHUC=PLACES, SO_LIEU_NAM=DECLARED, CHI_TIEU=TARGETS)
    assert (result.errors, result.saved) == ([], True)


def answered(capsys, year: int, *options: str) -> dict[str, dict]:
    """Rows of `compute_rates` by code."""
    call_command("compute_rates", str(year), "--json", *options)
    return {row["code"]: row for row in json.loads(capsys.readouterr().out)["organizations"]}


@pytest.mark.parametrize(
    ("year", "base", "base_value", "rate"),
    [
        (2002, "opening", "700", "11.00"),
        (2002, "closing", "785", "9.81"),
        (2002, "average", "742.5", "10.37"),
        (2002, "target", "70", "110.00"),
        (2003, "opening", "785", "9.04"),
        (2003, "closing", "850", "8.35"),
        (2003, "average", "817.5", "8.69"),
    ],
)
def test_can_gio_gives_its_rates_on_every_base(entered, capsys, year, base, base_value, rate):
    row = answered(capsys, year, "--base", base)["CG"]
    assert (row["base_value"], row["rate"], row["source"]) == (base_value, rate, "declared")


def test_can_gio_on_the_roll_of_the_start_of_term(entered, capsys):
    """The term 2001–2005 began with the roll before 2001, which nobody published: there is no rate on it."""
    assert answered(capsys, 2003, "--base", "term")["CG"]["rate"] is None


def test_can_gio_closes_where_the_next_year_opens(entered, capsys):
    before, after = answered(capsys, 2002)["CG"], answered(capsys, 2003)["CG"]
    assert (before["opening"], before["increases"], before["decreases"], before["closing"]) == (700, 93, 8, 785)
    assert before["closing"] == after["opening"]
    assert (before["target"], before["attainment"]) == (70, "110.00")


@pytest.mark.parametrize(
    ("code", "year", "rate"), [("XL", 2017, "7.61"), ("TN", 2019, "9.03"), ("CS", 2019, "6.85"), ("QS", 2019, "6.10")]
)
def test_rates_stated_on_the_roll_of_the_year_before(entered, capsys, code, year, rate):
    assert answered(capsys, year)[code]["rate"] == rate


# --- Traps in published figures --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("admitted", "target", "published"), [(52, 102, "50,98%"), (13, 75, "17,33%"), (21, 20, "105,00%")]
)
def test_half_a_year_is_measured_against_the_target_of_the_year(admitted, target, published):
    """Ninh Thuận, first half of 2022: attainment of the year's target, never twice the half."""
    assert format_percent(attainment(admitted, target)) == published


def test_a_share_is_rounded_not_cut_off():
    """Đồng Nai, March 2020 printed 13,63 and 4,54 for 6 and 2 of 44: cut off instead of rounded."""
    assert [format_percent(percentage(part, 44)) for part in (6, 2, 16)] == ["13,64%", "4,55%", "36,36%"]


def test_a_share_of_those_admitted_is_not_a_share_of_the_target():
    """Quảng Nam printed 20,14 % women: 564 of the target 2,800; of the 1,351 admitted it is 41,75 %.

    Bình Thuận 2017 did the same (35 students: 1,75 of the target 2,000; 2,53 of the 1,383 admitted).
    """
    assert [format_percent(percentage(564, whole)) for whole in (2800, 1351)] == ["20,14%", "41,75%"]
    assert [format_percent(percentage(35, whole)) for whole in (2000, 1383)] == ["1,75%", "2,53%"]


def test_files_that_wait_for_a_decision_are_not_results():
    """Bát Xát 2024 called 274 a full year: 256 decided and 18 waiting; against its plan of 274 that is 93,43 %."""
    assert format_percent(attainment(256, 274)) == "93,43%"


def test_two_rates_of_one_committee_must_share_one_base():
    """Khối các cơ quan Đồng Nai 2017: 150 at 3,02 % and 350 at 6,6 % imply 4,967 and 5,303 members."""
    assert percentage(150, 4967) == Decimal("3.02")
    assert percentage(350, 5303) == Decimal("6.60")
    assert percentage(350, 4967) != Decimal("6.60")


def test_targets_below_are_summed_and_a_different_own_target_wins_visibly(tmp_path, capsys):
    """Quảng Nam 2024 announced 1,905 while its 22 units add up to 1,950: both numbers stay what they are."""
    units = [15, 95, 12, 90, 48, 110, 155, 110, 95, 30, 115, 87, 80, 29, 87, 150, 115, 77, 80, 150, 95, 125]
    places = [PLACES[0], ["QN", "Đảng bộ tỉnh Quảng Nam", "", "đảng bộ cấp trên trực tiếp cơ sở"]]
    places += [[f"QN{number}", f"Đảng bộ {number}", "QN", "đảng bộ cơ sở"] for number in range(len(units))]
    targets = [TARGET_HEAD, *([f"QN{number}", 2024, target] for number, target in enumerate(units))]
    imported(tmp_path, TO_CHUC=places, CHI_TIEU=targets)
    assert answered(capsys, 2024)["QN"]["target"] == 1950
    imported(tmp_path, CHI_TIEU=[TARGET_HEAD, ["QN", 2024, 1905]])
    assert answered(capsys, 2024)["QN"]["target"] == 1905


def test_nothing_is_annualised(entered, capsys):
    """Declared figures speak of the whole year: half of it has none."""
    row = answered(capsys, 2002, "--from", "2002-01-01", "--to", "2002-06-30")["CG"]
    assert (row["admitted"], row["rate"], row["source"]) == (0, None, "computed")
