"""Who issues a report, how its number begins and how it is signed."""

from datetime import date

import pytest

from cells.kinds import OrganizationKind as Kind
from cells.profiles import COMMUNE, DISTRICT
from reports.kinds import Signer
from reports.letterhead import Letterhead, Unit, letterhead

PROVINCE = Unit("Đảng bộ tỉnh Hòa Sơn", Kind.UPPER_COMMITTEE)
H = Unit("Đảng bộ huyện Minh Sơn", Kind.UPPER_COMMITTEE)
D = Unit("Đảng bộ xã Minh Hòa", Kind.BASE_COMMITTEE)
POLICE = Unit("Đảng bộ Công an huyện", Kind.BASE_COMMITTEE)
PART = Unit("Đảng bộ bộ phận Chợ", Kind.SUB_COMMITTEE)
BASE_CELL = Unit("Chi bộ Trung tâm Y tế", Kind.BASE_CELL)
CELL = Unit("Chi bộ thôn Đồng Tâm", Kind.CELL)
DAY = date(2026, 7, 6)


def head(*line, has_board=False, labels=DISTRICT.labels, **details) -> Letterhead:
    return letterhead(list(line), has_board=has_board, labels=labels, **({"dated": DAY} | details))


def test_a_board_signs_by_its_head_and_reports_to_the_standing_committee():
    assert head(H, has_board=True) == Letterhead(
        upper="HUYỆN ỦY MINH SƠN",
        agency="BAN TỔ CHỨC",
        number="Số      -BC/BTCHU",
        place_and_date="Minh Sơn, ngày 06 tháng 7 năm 2026",
        authority="",
        office="TRƯỞNG BAN",
        author="Ban Tổ chức Huyện ủy",
        addressee="Ban Thường vụ Huyện ủy",
        receivers=(
            "Ban Thường vụ Huyện ủy (báo cáo)", "Ban Tổ chức Tỉnh ủy (báo cáo)", "Các tổ chức đảng trực thuộc",
            "Lưu Ban Tổ chức",
        ),
    )  # fmt: skip


def test_a_base_committee_signs_for_its_standing_committee():
    assert head(D, H) == Letterhead(
        upper="HUYỆN ỦY MINH SƠN",
        agency="ĐẢNG ỦY XÃ MINH HÒA",
        number="Số      -BC/ĐU",
        place_and_date="Xã Minh Hòa, ngày 06 tháng 7 năm 2026",
        authority="T/M BAN THƯỜNG VỤ",
        office="BÍ THƯ",
        author="Ban Thường vụ Đảng ủy xã Minh Hòa",
        addressee="Ban Thường vụ Huyện ủy",
        receivers=("Ban Thường vụ Huyện ủy (báo cáo)", "Các chi bộ trực thuộc", "Lưu Đảng ủy"),
    )


def test_a_cell_signs_for_itself_and_reports_to_its_committee():
    assert head(CELL, D, H, dated=None) == Letterhead(
        upper="ĐẢNG ỦY XÃ MINH HÒA",
        agency="CHI BỘ THÔN ĐỒNG TÂM",
        number="Số      -BC/CB",
        place_and_date="Xã Minh Hòa, ngày      tháng      năm 20    ",
        authority="T/M CHI BỘ",
        office="BÍ THƯ",
        author="Chi bộ thôn Đồng Tâm",
        addressee="Đảng ủy xã Minh Hòa",
        receivers=("Đảng ủy xã Minh Hòa (báo cáo)", "Lưu chi bộ"),
    )


@pytest.mark.parametrize(
    ("line", "has_board", "authority", "office"),
    [
        ((H,), True, "K/T TRƯỞNG BAN", "PHÓ TRƯỞNG BAN"),
        ((D, H), False, "T/M BAN THƯỜNG VỤ", "PHÓ BÍ THƯ"),
        ((PART, D, H), False, "T/M ĐẢNG ỦY BỘ PHẬN", "PHÓ BÍ THƯ"),
        ((CELL, D, H), False, "T/M CHI BỘ", "PHÓ BÍ THƯ"),
    ],
)
def test_a_deputy_signs_in_the_place_of_a_head_but_for_a_collective(line, has_board, authority, office):
    signed = head(*line, has_board=has_board, signer=Signer.DEPUTY)
    assert (signed.authority, signed.office) == (authority, office)


@pytest.mark.parametrize(
    ("line", "upper", "agency", "number", "place"),
    [
        ((BASE_CELL, H), "HUYỆN ỦY MINH SƠN", "CHI BỘ TRUNG TÂM Y TẾ", "Số      -BC/CB", "Minh Sơn"),
        ((POLICE, H), "HUYỆN ỦY MINH SƠN", "ĐẢNG ỦY CÔNG AN HUYỆN", "Số      -BC/ĐU", "Minh Sơn"),
        ((PART, D, H), "ĐẢNG ỦY XÃ MINH HÒA", "ĐẢNG ỦY BỘ PHẬN CHỢ", "Số      -BC/ĐU", "Xã Minh Hòa"),
        ((H, PROVINCE), "TỈNH ỦY HÒA SƠN", "HUYỆN ỦY MINH SƠN", "Số      -BC/HU", "Minh Sơn"),
        ((D,), "", "ĐẢNG ỦY XÃ MINH HÒA", "Số      -BC/ĐU", "Xã Minh Hòa"),
        ((POLICE,), "", "ĐẢNG ỦY CÔNG AN HUYỆN", "Số      -BC/ĐU", ""),
    ],
)
def test_the_head_names_who_stands_above_and_where_they_sit(line, upper, agency, number, place):
    found = head(*line)
    assert (found.upper, found.agency, found.number) == (upper, agency, number)
    assert found.place_and_date == f"{place}{', ' if place else ''}ngày 06 tháng 7 năm 2026"


def test_a_base_cell_reports_to_the_standing_committee_above():
    assert head(BASE_CELL, H).addressee == "Ban Thường vụ Huyện ủy"


def test_a_commune_speaks_of_its_board_for_building_the_party():
    found = head(Unit(D.name, Kind.UPPER_COMMITTEE), PROVINCE, has_board=True, labels=COMMUNE.labels)
    assert (found.upper, found.agency, found.number) == ("ĐẢNG ỦY XÃ MINH HÒA", "BAN XÂY DỰNG ĐẢNG", "Số      -BC/BXDĐ")
    assert (found.author, found.addressee) == ("Ban Xây dựng Đảng Đảng ủy xã", "Ban Thường vụ Đảng ủy xã")


def test_a_province_above_communes_keeps_its_board_of_organisation():
    found = head(PROVINCE, has_board=True, labels=COMMUNE.labels)
    assert (found.agency, found.number) == ("BAN TỔ CHỨC", "Số      -BC/BTCTU")


def test_labels_of_the_installation_win():
    labels = DISTRICT.labels | {
        "board": "Ban Tổ chức - Nội vụ", "board_symbol": "BTCNVHU", "board_deputy": "PHÓ BAN", "place": "Thị trấn Sơn",
        "receivers": ["Thường trực Huyện ủy"],
    }  # fmt: skip
    found = head(H, has_board=True, labels=labels, signer=Signer.DEPUTY)
    assert (found.agency, found.number, found.office) == ("BAN TỔ CHỨC - NỘI VỤ", "Số      -BC/BTCNVHU", "PHÓ BAN")
    assert found.place_and_date == "Thị trấn Sơn, ngày 06 tháng 7 năm 2026"
    assert found.receivers == ("Thường trực Huyện ủy", "Lưu Ban Tổ chức - Nội vụ")
