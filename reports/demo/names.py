"""The words that invented people and places are named by.

Words that would make up the name of a well-known leader are left out of the lists; communes are names that
no list of real ones holds.
"""

from collections.abc import Sequence
from itertools import accumulate
from random import Random

FAMILIES: dict[str, dict[str, int]] = {
    "Kinh": {
        "Nguyễn": 34, "Trần": 11, "Lê": 9, "Phạm": 7, "Hoàng": 5, "Vũ": 5, "Đặng": 3, "Bùi": 3, "Đỗ": 3, "Ngô": 2,
        "Dương": 2, "Đào": 2, "Đoàn": 2, "Phan": 2, "Trịnh": 2, "Hồ": 1, "Mạc": 1, "Cao": 1, "Lưu": 1, "Tạ": 1,
        "Chử": 1, "Khổng": 1, "Nghiêm": 1,
    },
    "Tày": {"Hoàng": 5, "Nông": 4, "Ma": 3, "Bế": 2, "Lương": 2, "Hà": 2, "Đàm": 2, "La": 1, "Lộc": 1},
    "Nùng": {"Nông": 4, "Hoàng": 3, "Lục": 3, "Vi": 3, "Chu": 2, "Lương": 2, "Lăng": 1},
    "Dao": {"Triệu": 4, "Bàn": 4, "Đặng": 3, "Lý": 2, "Phùng": 2, "Chảo": 1},
    "Mường": {"Bùi": 5, "Quách": 3, "Đinh": 3, "Hà": 2, "Bạch": 2, "Phạm": 1},
    "Sán Dìu": {"Trần": 3, "Diệp": 3, "Lục": 2, "Tạ": 2, "Ôn": 1},
}  # fmt: skip
ETHNICITIES = tuple(FAMILIES)

# True: the older way.
_MEN_MIDDLE = {
    True: ("Văn", "Hữu", "Đình", "Bá", "Khắc", "Sỹ", "Xuân", "Công"),
    False: ("Văn", "Minh", "Quang", "Tuấn", "Hải", "Thanh", "Việt", "Đăng", "Hữu", "Duy", "Thế", "Đình"),
}
_MEN_GIVEN = {
    True: ("Bính", "Cảnh", "Chuyên", "Dần", "Điền", "Hợi", "Khoan", "Kha", "Lạc", "Luân", "Mão", "Nhã", "Nhượng",
           "Phác", "Quý", "Sửu", "Tấn", "Thân", "Thìn", "Thục", "Tỵ", "Tuất", "Vinh", "Xưởng", "Yết", "Độ", "Nhiễm"),
    False: ("Bách", "Dương", "Đạt", "Điệp", "Hiếu", "Hoàng", "Huy", "Khang", "Khánh", "Khôi", "Kiên", "Lâm", "Long",
            "Nam", "Nhật", "Phong", "Quân", "Sáng", "Sơn", "Thiện", "Tú", "Tùng", "Vũ", "Thuận", "Trường", "Cường"),
}  # fmt: skip
_WOMEN_MIDDLE = {
    True: ("Thị",),
    False: ("Thị", "Thị", "Thị", "Thị Thu", "Thị Thanh", "Thị Hồng", "Thị Bích", "Thu", "Thanh", "Hồng", "Ngọc",
            "Khánh", "Bích", "Thúy"),
}  # fmt: skip
_WOMEN_GIVEN = {
    True: ("Bưởi", "Cúc", "Đào", "Hòe", "Lài", "Lựu", "Mận", "Mùi", "Mơ", "Na", "Nhài", "Nhị", "Sen", "Thoa", "Thơm",
           "Tuyết", "Vóc", "Xuyến", "Yên", "Chắt", "Bé", "Lý"),
    False: ("Ánh", "Chi", "Diệp", "Dung", "Hà", "Hân", "Hiền", "Hoa", "Huyền", "Hương", "Lan", "Liên", "Loan", "Ly",
            "My", "Nga", "Nguyệt", "Nhung", "Oanh", "Phương", "Quyên", "Quỳnh", "Tâm", "Thảo", "Thủy", "Trang", "Trà",
            "Vân", "Yến"),
}  # fmt: skip
OLD_FASHIONED_UNTIL = 1968
"""Born up to this year: named the older way."""

COMMUNES = (
    "Khải Lĩnh", "Trúc Khê", "Quế Lĩnh", "Lam Trạch", "Bách Khê", "Hoài Lĩnh", "Diên Khê", "Thuận Lĩnh", "Vân Trạch",
    "Mộc Khê", "Tú Lĩnh", "Gia Khê", "Ngọc Cốc", "Đan Khê", "Lạc Khê", "Tùng Lĩnh", "Thanh Cốc", "Xuân Cốc",
    "Hạnh Khê", "Linh Khê", "Kim Trạch", "Nhân Khê", "Phong Lĩnh", "Đức Cốc",
)  # fmt: skip
PROVINCE = "Lĩnh Trạch"
_HEADS = ("Khải", "Trúc", "Quế", "Nhuận", "Hoài", "Diên", "Tú", "Mộc", "Đan", "Hạnh")
_TAILS = ("Sơn", "Trạch", "Lĩnh", "Cốc", "Sa", "Ngàn", "Đôn", "Vệ", "Lư", "Phác")
DISTRICTS = ("Minh Sơn", *(f"{head} {tail}" for tail in _TAILS for head in _HEADS))
"""The first is the one of the standard demo; the others fill a province for larger scales."""

VILLAGES = (
    "Đồng Tâm", "Khê Thượng", "Khê Hạ", "Đông Thịnh", "Tân Tiến", "Đoàn Kết", "Cây Đa", "Bến Gỗ", "Gò Chùa", "Đầu Cầu",
    "Đồi Chè", "Xóm Mới", "Ao Sen", "Cửa Đình", "Ngõ Giữa", "Đồng Mạ", "Bãi Dâu", "Trại Vải", "Cầu Ván", "Giếng Làng",
    "Phố Chợ", "Lò Gạch", "Đồng Quan", "Hồ Sậy", "Bờ Lũy", "Vườn Hồng", "Gốc Sấu", "Suối Cạn", "Đá Bàn", "Rừng Cấm",
)  # fmt: skip
HAMLETS = (
    "Nà Pán", "Khuổi Lặng", "Nà Sla", "Pác Luồng", "Khau Vài", "Cốc Mạ", "Nà Chúa", "Bó Khiếu", "Lũng Slàng",
    "Khuổi Mò", "Pò Kiền", "Nà Cuổi", "Khuổi Dào", "Nậm Slim", "Cốc Sả", "Thẳm Én", "Nà Lèng", "Khau Đăm", "Kéo Lếch",
    "Pác Mò",
)  # fmt: skip
"""Villages of communes where ethnic minorities live."""


class Choice:
    """Draws one of some values, each by its weight."""

    def __init__(self, weights: dict[str, float]) -> None:
        self._values: Sequence[str] = tuple(weights)
        self._cumulative = list(accumulate(weights.values()))

    def __call__(self, rng: Random) -> str:
        return rng.choices(self._values, cum_weights=self._cumulative)[0]


_families = {ethnicity: Choice(weights) for ethnicity, weights in FAMILIES.items()}


def person_name(rng: Random, ethnicity: str, is_woman: bool, born: int) -> str:
    """A full name as people of this ethnicity, sex and year of birth carry it."""
    old = born <= OLD_FASHIONED_UNTIL
    middle, given = (_WOMEN_MIDDLE, _WOMEN_GIVEN) if is_woman else (_MEN_MIDDLE, _MEN_GIVEN)
    return f"{_families[ethnicity](rng)} {rng.choice(middle[old])} {rng.choice(given[old])}"


def name_words() -> set[str]:
    """Every word a generated person's name can be made of."""
    pools = (_MEN_MIDDLE, _MEN_GIVEN, _WOMEN_MIDDLE, _WOMEN_GIVEN)
    words = {word for pool in pools for names in pool.values() for name in names for word in name.split()}
    return words | {family for weights in FAMILIES.values() for family in weights}
