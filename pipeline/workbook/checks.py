"""What is found wrong, or odd, in the days of one row of CAM_TINH, and in what it says of the roll."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from cells.services.roll_plan import STILL_TO_COME
from core.dates import add_months, format_date
from pipeline.workbook.columns import CEREMONY, COLUMNS, DAYS, DECISION, RECOGNITION
from pipeline.workbook.roll import RollToBe

PROBATION_MONTHS = 12
HEADERS = {column.key: column.header for column in COLUMNS}


class Fault(NamedTuple):
    """Something about the column *key*; what is no error is a warning."""

    key: str
    message: str
    is_error: bool = True


def faults_of_days(stated: Mapping[str, date], known: Mapping[str, date], today: date) -> Iterator[Fault]:
    """*stated* are the days of the row, *known* all that hold of the file with it; both by the keys of the columns."""
    for key, day in stated.items():
        if day > today:
            yield Fault(key, STILL_TO_COME)
    for before, after in pairwise([key for key in DAYS if key in known]):
        if known[before] <= known[after] or not {before, after} & stated.keys():
            continue
        key = after if after in stated else before
        message = (
            f"{HEADERS[after]} {format_date(known[after])} trước {HEADERS[before]} {format_date(known[before])}. "
            "Hãy kiểm tra lại hai ngày."
        )
        yield Fault(key, message, is_error=(before, after) == (DECISION, CEREMONY))
    if CEREMONY in known and RECOGNITION in stated:
        due = add_months(known[CEREMONY], PROBATION_MONTHS)
        if stated[RECOGNITION] != due and stated[RECOGNITION] >= known[CEREMONY]:
            message = (
                f"Đảng viên dự bị đủ {PROBATION_MONTHS} tháng vào ngày {format_date(due)}, khác Ngày chính thức "
                f"{format_date(stated[RECOGNITION])}. Hãy kiểm tra lại."
            )
            yield Fault(RECOGNITION, message, is_error=False)


def faults_against_roll(code: str | None, known: Mapping[str, date], roll: RollToBe) -> Iterator[Fault]:
    """Where the file of the member *code* would count somebody twice, or says other than the roll."""
    if CEREMONY not in known:
        if RECOGNITION in known:
            yield Fault(RECOGNITION, "Có Ngày chính thức thì phải có Ngày kết nạp. Hãy điền Ngày kết nạp.")
        elif code:
            yield Fault(
                "member", "Mã đảng viên chỉ ghi khi đã có Ngày kết nạp. Hãy điền Ngày kết nạp, hoặc xóa mã này."
            )
        return
    if not code:
        yield Fault(
            "member", "Đã có Ngày kết nạp thì phải có Mã đảng viên, để không tính một người hai lần. Hãy ghi mã như ở "
            "sheet DANG_VIEN.",
        )  # fmt: skip
        return
    if DECISION not in known:
        yield Fault(DECISION, "Có Ngày kết nạp thì phải có Ngày quyết định. Hãy điền ngày của quyết định kết nạp.")
        return
    if code not in roll.members:
        return
    if known[CEREMONY] >= known[DECISION]:  # else it was complained of already
        yield from _admission(code, known, roll)
    yield from _official(code, known, roll)


def _admission(code: str, known: Mapping[str, date], roll: RollToBe) -> Iterator[Fault]:
    admissions = roll.admissions[code]
    if any(each.agrees(known[DECISION], known[CEREMONY]) for each in admissions):
        return
    here = f"quyết định ngày {format_date(known[DECISION])}, lễ kết nạp {format_date(known[CEREMONY])}"
    if not admissions:
        yield Fault(
            CEREMONY, f"Danh sách đảng viên chưa có việc kết nạp của {code} ({here}). Hãy ghi Ngày vào Đảng ở sheet "
            "DANG_VIEN, hoặc dòng kết nạp ở sheet BIEN_DONG.",
        )  # fmt: skip
        return
    there = "; ".join(map(str, admissions))
    yield Fault(
        CEREMONY, f"Danh sách đảng viên ghi {code}: {there}; hồ sơ này ghi {here}. Hãy sửa cho khớp nhau."
    )  # fmt: skip


def _official(code: str, known: Mapping[str, date], roll: RollToBe) -> Iterator[Fault]:
    there, here = roll.members[code].official_on, known.get(RECOGNITION)
    if here is None and there is not None:
        yield Fault(
            RECOGNITION, f"Danh sách đảng viên ghi {code} chính thức từ ngày {format_date(there)}. Hãy điền Ngày chính "
            "thức.", is_error=False,
        )  # fmt: skip
    elif here is not None and here != there:
        told = f"chính thức từ ngày {format_date(there)}" if there else "chưa chính thức"
        yield Fault(
            RECOGNITION, f"Danh sách đảng viên ghi {code} {told}; hồ sơ này ghi {format_date(here)}. Hãy sửa cho khớp "
            "nhau.",
        )  # fmt: skip
