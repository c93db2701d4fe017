"""The rows of the example workbook: invented units, invented people, one history of each kind."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from cells.kinds import MovementKind, OrganizationKind, Sex

if TYPE_CHECKING:
    from cells.workbook.example import ExampleUnits

Rows = Iterable[dict[str, Any]]

PEOPLE = (
    ("VD-0001", "Đào Khắc Điền", date(1958, 3, 14), Sex.MALE, "Kinh", date(1985, 2, 3), date(1986, 2, 3), "10/10"),
    ("VD-0002", "Nông Thị Lựu", "05/1966", Sex.FEMALE, "Tày", date(1996, 9, 2), date(1997, 9, 2), "12/12"),
    ("VD-0003", "Hoàng Văn Bính", date(1979, 8, 21), Sex.MALE, "Nùng", date(2005, 5, 19), date(2006, 5, 19),
     "Cao đẳng"),
    ("VD-0004", "Chử Thị Nhài", date(1990, 11, 30), Sex.FEMALE, "Kinh", date(2024, 8, 20), date(2025, 9, 2), "Đại học"),
    ("VD-0005", "Nghiêm Thu Diệp", date(2001, 4, 7), Sex.FEMALE, "Kinh", date(2025, 6, 12), None, "Đại học"),
    ("VD-0006", "Tạ Hữu Cảnh", "1949", Sex.MALE, "Kinh", date(1975, 9, 2), date(1976, 9, 2), "7/10"),
)  # fmt: skip
IN_SECOND_CELL = ("VD-0003", "VD-0006")


def organizations(units: "ExampleUnits") -> Rows:
    if units.brings_top:
        yield {
            "code": units.top, "name": "Đảng bộ huyện Trúc Lĩnh (ví dụ)", "kind": OrganizationKind.UPPER_COMMITTEE.label
        }  # fmt: skip
    if units.brings_base:
        yield {
            "code": units.base, "name": "Đảng bộ xã Mộc Khê (ví dụ)", "parent": units.top,
            "kind": OrganizationKind.BASE_COMMITTEE.label, "sector": "Nông thôn",
        }  # fmt: skip
    for code, name in ((units.first, "Chi bộ thôn Đồi Chè (ví dụ)"), (units.second, "Chi bộ thôn Ao Sen (ví dụ)")):
        yield {
            "code": code, "name": name, "parent": units.base, "kind": OrganizationKind.CELL.label,
            "sector": "Nông thôn", "is_residential": "có", "has_sources": "có",
        }  # fmt: skip


def members(units: "ExampleUnits") -> Rows:
    for code, full_name, born_on, sex, ethnicity, joined_on, official_on, education in PEOPLE:
        yield {
            "code": code, "full_name": full_name, "born_on": born_on, "sex": sex.label, "ethnicity": ethnicity,
            "religion": "Không", "organization": units.second if code in IN_SECOND_CELL else units.first,
            "joined_on": joined_on, "official_on": official_on, "education": education,
        }  # fmt: skip


def movements(units: "ExampleUnits") -> Rows:
    moves = (
        ("VD-0003", MovementKind.TRANSFERRED_OUT, date(2024, 3, 1), units.first, "", None),
        ("VD-0003", MovementKind.TRANSFERRED_IN, date(2024, 3, 15), units.second, "", None),
        ("VD-0004", MovementKind.ADMITTED, date(2024, 8, 20), units.first, "Số 25-QĐ/ĐU, ngày 20/8/2024",
         date(2024, 9, 2)),
        ("VD-0006", MovementKind.DIED, date(2025, 1, 10), units.second, "", None),
        ("VD-0005", MovementKind.ADMITTED, date(2025, 6, 12), units.first, "Số 31-QĐ/ĐU, ngày 12/6/2025",
         date(2025, 6, 28)),
    )  # fmt: skip
    for member, kind, effective_on, organization, document, held_on in moves:
        yield {
            "member": member, "kind": kind.label, "effective_on": effective_on, "organization": organization,
            "document": document, "held_on": held_on,
        }  # fmt: skip


def declared_years(units: "ExampleUnits") -> Rows:
    yield {
        "organization": units.first, "year": 2019, "opening": 14, "admitted": 1, "transferred_in": 1, "died": 2,
        "closing": 14,
    }  # fmt: skip
