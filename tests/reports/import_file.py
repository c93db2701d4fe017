"""A file that creates and changes something of every kind, and a district for it to change."""

from cells.models import DeclaredYear, FactsVersion, Organization
from reports.services.targets import assign_target
from tests.factories import district, member
from tests.workbooks import DECLARED_HEAD, MOVEMENT_HEAD, ORGANIZATION_HEAD, TARGET_HEAD, Cells, day

PEOPLE_HEAD = ["Mã đảng viên", "Họ và tên", "Ngày sinh", "Dân tộc", "Tôn giáo", "Mã tổ chức", "Ngày vào Đảng"]
FILE: dict[str, Cells] = {
    "TO_CHUC": [
        ORGANIZATION_HEAD,
        ["K9", "Chi bộ Chín", "D1", "chi bộ", day("01/01/2020")],
        ["K3", "Chi bộ Khê Mới", "D2", "chi bộ"],
        ["K2", "", "D1", "", "", "30/06/2026", "K1"],
    ],
    "DANG_VIEN": [
        PEOPLE_HEAD,
        ["M1", "Nguyễn Thị Ánh", "12/05/1988", "Tày", "Tin lành", "K9", day("19/05/2010")],
        ["X1", "Trần Văn Đức", "1975", "Kinh", "Không", "K3", day("03/02/2001")],
        ["X2", "Lò Thị Hoà", "1980", "", "", "K9", day("03/02/2012")],
    ],
    "BIEN_DONG": [
        MOVEMENT_HEAD,
        ["M1", "chuyển đi", "01/03/2025", "K1"],
        ["M1", "chuyển đến", "05/03/2025", "K9"],
        ["X1", "từ trần", "01/02/2026", "K3"],
    ],
    "SO_LIEU_NAM": [
        DECLARED_HEAD,
        ["H", 2019, 700, 25, 0, 0, 5, 0, 0, 0, 0, 720],
        ["D1", 2019, 9, 1, 0, 0, 0, 0, 0, 0, 0, 10],
    ],
    "CHI_TIEU": [TARGET_HEAD, ["D1", 2026, 8], ["D2", 2026, 3]],
}


def district_to_change() -> dict[str, Organization]:
    """A district with a member, a declared year and a target that FILE changes."""
    found = district()
    member(found["K1"], "M1", "Nguyễn Thị Anh", ethnicity="Nùng", religion="Không")
    DeclaredYear.objects.create(organization=found["H"], year=2019, opening=700, admitted=20, closing=720)
    FactsVersion.advance()
    assign_target(found["D1"], 2026, 5)
    return found
