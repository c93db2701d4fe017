"""What cannot be of the days in a member's life: pure rules, no database."""

from collections.abc import Iterator, Mapping
from datetime import date

from core.dates import add_months, format_date

PARTY_FOUNDED = date(1930, 2, 3)
ADULT_MONTHS = 18 * 12
"""Full 18 years by month on joining (208-QĐ/TW point 1); older admissions may have been judged otherwise."""
LABELS = {"born_on": "Ngày sinh", "joined_on": "Ngày vào Đảng", "official_on": "Ngày chính thức"}
TOO_YOUNG = "Vào Đảng khi chưa đủ 18 tuổi. Hãy kiểm tra lại Ngày sinh và Ngày vào Đảng."


def impossible_days(days: Mapping[str, date | None], today: date) -> Iterator[tuple[str, str]]:
    """(field, why not) for those of *days* (`born_on`, `joined_on`, `official_on`) that cannot be."""
    for name, label in LABELS.items():
        day = days.get(name)
        if day and day > today:
            yield name, f"{label} {format_date(day)} còn ở phía trước. Hãy sửa lại ngày."
    born, joined = days.get("born_on"), days.get("joined_on")
    if born and born.year < 1900:
        yield "born_on", f"Năm sinh {born.year} quá xa. Hãy sửa lại Ngày sinh."
    if joined and joined < PARTY_FOUNDED:
        yield "joined_on", f"Ngày vào Đảng {format_date(joined)} trước ngày thành lập Đảng. Hãy sửa lại."
    elif joined and born and joined <= born:
        yield "joined_on", f"Ngày vào Đảng {format_date(joined)} không sau Ngày sinh. Hãy sửa lại."


def joined_too_young(born_on: date | None, joined_on: date | None) -> bool:
    """Whether the two days are worth a second look; no reason to refuse them."""
    return bool(born_on and joined_on) and joined_on < add_months(born_on.replace(day=1), ADULT_MONTHS)
