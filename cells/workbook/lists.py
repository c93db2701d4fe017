"""Lists that offices already have, read as our sheet of members: the national database's, and the short one.

Nothing is guessed silently: a cell that does not plainly say what it is read as carries a remark, an organisation
is only taken where one alone is meant, and a row that is left out is named.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from cells.kinds import Sex
from cells.models import Member
from cells.workbook.list_units import UnitNames
from cells.workbook.list_values import (
    Standing,
    read_card,
    read_list_birth,
    read_list_date,
    read_person,
    read_standing,
    read_wish,
)
from cells.workbook.reading import Column, Row, loose_header, read_header
from cells.workbook.values import read_choice, read_code, read_text
from core.bulk import rows_by_key
from core.dates import add_months
from core.names import fold

if TYPE_CHECKING:
    from cells.workbook.importing import Sheet

MEMBERS = "DANG_VIEN"
PROBATION_MONTHS = 12


@dataclass(frozen=True)
class KnownList:
    """A list of another office: which of our sheets it is read as, and under which headers."""

    name: str
    target: str
    signature: frozenset[str]
    """Headers that no other list has together."""
    columns: tuple[Column, ...]
    remark: str = ""
    """What its reader has to know."""

    def settle(self, rows: Sequence[Row], sheet: "Sheet") -> list[Row]:
        """*rows* of the list as rows of *sheet*; what is left out or proposed is told."""
        return _Settling(rows, sheet).rows()


_CODE = Column("Mã đảng viên", "code", read_code, longest=40)
_CARD = {"key": "card", "read": read_card, "longest": 40}
_SHARED = (
    _CODE,
    Column("Họ và tên", "full_name", read_person, longest=200),
    Column("Ngày sinh", "born_on", read_list_birth, aliases=("Sinh ngày",)),
    Column("Trạng thái", "standing", read_standing, aliases=("Trạng thái hoạt động",)),
    Column("Giới tính", "sex", read_choice({sex.label: sex for sex in Sex})),
    Column("Dân tộc", "ethnicity", read_text, longest=60),
    Column("Tôn giáo", "religion", read_text, longest=60),
)
_PLACE = {"key": "place", "read": read_text, "absent": "Không thêm được người mới."}

NATIONAL = KnownList(
    "danh sách của cơ sở dữ liệu đảng viên",
    MEMBERS,
    frozenset({"tổ chức đảng đang sinh hoạt", "ngày vào đảng chính thức", "số định danh cá nhân"}),
    (
        *_SHARED,
        Column("ID của cơ sở dữ liệu", "database_id", read_code, longest=40, aliases=("ID",)),
        Column("Số thẻ đảng viên", aliases=("Số thẻ Đảng",), **_CARD),
        Column("Tổ chức, tìm theo tên", aliases=("Tổ chức Đảng đang sinh hoạt",), **_PLACE),
        Column("Ngày vào Đảng", "joined_on", read_list_date),
        Column("Ngày chính thức", "official_on", read_list_date, aliases=("Ngày vào Đảng chính thức",)),
        Column("Đề nghị xóa", "wish", read_wish),
    ),
    "Mã đảng viên lấy từ cột ID; muốn lấy từ số thẻ, hãy cho bỏ qua cột ID ở “Cách đọc tệp”.",
)
SHORT = KnownList(
    "danh sách đảng viên do cấp trên gửi (9 cột)",
    MEMBERS,
    frozenset({"chi bộ đang sinh hoạt", "số thẻ đảng viên", "ngày kết nạp"}),
    (
        *_SHARED,
        Column("Số thẻ đảng viên", **_CARD),
        Column("Tổ chức, tìm theo tên", aliases=("Chi bộ đang sinh hoạt",), **_PLACE),
        Column("Ngày vào Đảng", "joined_on", read_list_date, aliases=("Ngày kết nạp",)),
    ),
    "Mã đảng viên lấy từ số thẻ. Danh sách không có ngày quyết định nên Ngày kết nạp được ghi làm Ngày vào Đảng.",
)
KNOWN = (NATIONAL, SHORT)


def recognised(top: Sequence[Sequence[Any]], target: str = "") -> tuple[KnownList, int] | None:
    """The list whose headers stand in one of the rows *top*, and that row counted from 1."""
    for row, cells in enumerate(top, start=1):
        headers = {loose_header(read_header(cell)) for cell in cells}
        for known in KNOWN:
            if known.signature <= headers and target in ("", known.target):
                return known, row
    return None


def columns_of(target: str, known: str = "") -> tuple[Column, ...]:
    """The columns of our sheet *target*, or those under which the list called *known* is read as it."""
    from cells.workbook.importing import registered_sheets

    if known:
        return next(each.columns for each in KNOWN if each.name == known)
    return next(sheet.columns for sheet in registered_sheets() if sheet.name == target)


class _Settling:
    """One list on its way to becoming rows of DANG_VIEN."""

    def __init__(self, rows: Sequence[Row], sheet: "Sheet") -> None:
        self.given = rows
        self.sheet = sheet
        self.work = sheet.work
        self.names = UnitNames.within(self.work.may_touch, self.work.choices.units)

    def rows(self) -> list[Row]:
        kept = [row for row in self.given if not self._is_left_out(row)]
        for row in kept:
            self._give_code(row)
            self._give_unit(row)
            self._remark_on(row)
        self._remark_on_doubles(kept)
        return kept

    def _is_left_out(self, row: Row) -> bool:
        standing, words = row["standing"] or (Standing.ACTIVE, "")
        if standing == Standing.GONE:
            self.sheet.warn(
                row, "standing", f"Dòng này ghi “{words}” nên được bỏ qua. Nếu người này còn trong danh sách, hãy ghi "
                "biến động ở sheet BIEN_DONG hoặc ở trang đảng viên.",
            )  # fmt: skip
            return True
        if row["wish"]:
            self.sheet.warn(row, "wish", f"Dòng này ghi đề nghị xóa (“{row['wish']}”) nên được bỏ qua.")
            return True
        return False

    def _give_code(self, row: Row) -> None:
        """Mã đảng viên: the list's own, else the database's, else the card's number."""
        source = next((key for key in ("code", "database_id", "card") if key in row.present), None)
        if source is None:
            self.sheet.error(row, "code", "Danh sách không có cột nào làm Mã đảng viên. Hãy chọn ở “Cách đọc tệp”.")
            return
        row.titles = {**row.titles, "code": row.titles[source]}
        if row.states(source):
            row.values["code"] = row[source]
        elif source not in row.faulty:
            self.sheet.error(row, "code", f"Thiếu {row.titles[source]} nên chưa có Mã đảng viên. Hãy điền ô này.")
        else:
            row.faulty.add("code")

    def _give_unit(self, row: Row) -> None:
        """Mã tổ chức of the organisation that the list names."""
        from cells.workbook.importing import UnknownUnit

        if "place" not in row.present:
            return
        row.titles = {**row.titles, "organization": row.titles["place"]}
        row.present |= {"organization"}
        if not row.states("place"):
            return
        text = row["place"]
        meant = self.names.meant_by(text)
        if meant.one is not None:
            row.values["organization"] = meant.one.code
            if not meant.is_literal:
                self.sheet.warn(row, "organization", f"“{text}” đọc là {self.names.called(meant.one)}.", "unit")
            return
        called = [self.names.called(unit) for unit in meant.near]
        self.work.result.unknown_units.setdefault(text, UnknownUnit(called)).rows += 1
        near = "; ".join(called)
        remedy = "Hãy chọn ở “Tên tổ chức”, hoặc sửa ô này."
        if meant.is_several:
            self.sheet.error(row, "organization", f"“{text}” có thể là: {near}. {remedy}", "unit")
        else:
            hint = f" Gần giống: {near}." if near else ""
            self.sheet.error(
                row, "organization", f"Không có tổ chức “{text}” trong phạm vi của bạn.{hint} {remedy}", "unit"
            )

    def _remark_on(self, row: Row) -> None:
        standing, words = row["standing"] or (Standing.ACTIVE, "")
        if standing in (Standing.EXEMPT, Standing.SUSPENDED):
            self.sheet.warn(
                row, "standing", f"“{words}”: vẫn trong danh sách, nhưng trạng thái này chưa được ghi. Hãy ghi ở trang "
                "đảng viên.",
            )  # fmt: skip
        joined: date | None = row["joined_on"]
        is_late = joined is not None and add_months(joined, PROBATION_MONTHS) < self.work.today
        lacks_official = "official_on" in row.present - row.faulty and not row.states("official_on")
        if is_late and lacks_official:
            self.sheet.warn(
                row, "official_on", "Vào Đảng đã quá 12 tháng mà chưa có ngày chính thức; ghi là đảng viên dự bị."
            )

    def _remark_on_doubles(self, rows: Iterable[Row]) -> None:
        """People who are stored under another code: the same name and day of birth."""
        named = {fold(row["full_name"]): row for row in rows if row["full_name"] and row["born_on"]}
        codes = {row["code"] for row in rows if row["code"]}
        stored: dict[tuple[str, date], Member] = {}
        members = Member.objects.select_related("organization")
        for member in rows_by_key(members, "name_fold", list(named)):
            if member.born_on and member.code not in codes and self.work.may_touch(member.organization):
                stored[member.name_fold, member.born_on] = member
        for row in rows:
            if row["full_name"] and row["born_on"]:
                double = stored.get((fold(row["full_name"]), row["born_on"].value))
                if double is not None:
                    self.sheet.warn(
                        row, "full_name", f"Đã có {double.full_name} cùng ngày sinh, mã {double.code}, ở "
                        f"{double.organization.name}. Nếu là một người, hãy ghi mã đó; nếu không sẽ thành hai người.",
                        "double",
                    )  # fmt: skip
