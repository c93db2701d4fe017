"""Rows of CAM_TINH in the example workbook: one person on the way, one just admitted; both invented."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from cells.kinds import Sex
from cells.workbook.example import ExampleUnits


def files(units: ExampleUnits) -> Iterator[dict[str, Any]]:
    """The helpers, and the member who was admitted, stand in DANG_VIEN of the same example."""
    yield {
        "code": "VD-HS-01", "full_name": "Lục Thị Bưởi", "born_on": date(2002, 10, 5), "sex": Sex.FEMALE.label,
        "ethnicity": "Tày", "religion": "Không", "organization": units.first,
        "sources": "Đoàn thanh niên; Hội Nông dân", "occupation": "Nông dân", "sympathiser_list": date(2025, 9, 15),
        "helpers": "VD-0002; VD-0004", "awareness_class": date(2025, 11, 20),
    }  # fmt: skip
    yield {
        "code": "VD-HS-02", "member": "VD-0005", "full_name": "Nghiêm Thu Diệp", "born_on": date(2001, 4, 7),
        "sex": Sex.FEMALE.label, "ethnicity": "Kinh", "religion": "Không", "organization": units.first,
        "sources": "Đoàn thanh niên", "occupation": "Cán bộ xã", "sympathiser_list": date(2024, 1, 10),
        "helpers": "VD-0002", "awareness_class": date(2024, 6, 14), "application": date(2024, 8, 1),
        "cell_vote": date(2025, 4, 5), "decision": date(2025, 6, 12), "ceremony": date(2025, 6, 28),
    }  # fmt: skip
