"""Sheet DANG_VIEN: members. They are checked and written with their movements, by the sheet after this one."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from cells.kinds import Sex
from cells.models import Member, Organization
from cells.personal import LABELS, TOO_YOUNG, impossible_days, joined_too_young
from cells.services.roll_plan import personal_data
from cells.workbook.example import ExampleUnits
from cells.workbook.importing import Sheet, register_sheet
from cells.workbook.plan import Change, changed
from cells.workbook.reading import Column, Row
from cells.workbook.sheets import example_rows
from cells.workbook.values import read_choice, read_code, read_date, read_partial_date, read_text
from core.bulk import rows_by_key
from core.dates import DatePrecision, PartialDate, format_date, format_partial
from core.field_classes import is_masked

MEMBER_FIELDS = ("full_name", "sex", "ethnicity", "religion", "joined_on", "official_on", "education")


@register_sheet
class MemberSheet(Sheet):
    name = "DANG_VIEN"
    models = (Member,)
    about = "Đảng viên và tổ chức đang sinh hoạt"
    subject = Member
    page = "cells:member-detail"
    columns = (
        Column(
            "Mã đảng viên", "code", read_code, required=True, is_key=True, longest=40,
            about="Mã riêng của từng người, không trùng và không đổi.",
        ),
        Column(
            "Họ và tên", "full_name", read_text, longest=200, about="Bắt buộc đối với người mới.",
            absent="Người đã có giữ nguyên tên; không thêm được người mới.",
        ),
        Column("Ngày sinh", "born_on", read_partial_date, about="Ngày, tháng, năm sinh."),
        Column("Giới tính", "sex", read_choice({sex.label: sex for sex in Sex}), about="Giới tính."),
        Column("Dân tộc", "ethnicity", read_text, longest=60, about="Dân tộc."),
        Column("Tôn giáo", "religion", read_text, longest=60, about="Tôn giáo; không theo đạo thì ghi Không."),
        Column(
            "Mã tổ chức", "organization", read_code, longest=40,
            about="Mã tổ chức đang sinh hoạt (hoặc cuối cùng). Bắt buộc đối với người mới.",
            absent="Người đã có giữ nguyên tổ chức; không thêm được người mới.",
        ),
        Column(
            "Ngày vào Đảng", "joined_on", read_date,
            about="Ngày của quyết định kết nạp lần đầu. Chưa có ngày này và chưa có biến động thì chưa tính vào danh "
            "sách.", absent="Giữ nguyên ngày đã có; người mới chưa có biến động thì chưa tính vào danh sách.",
        ),
        Column("Ngày chính thức", "official_on", read_date, about="Đảng viên dự bị thì để trống."),
        Column("Trình độ", "education", read_text, longest=200, about="Trình độ, ghi tự do."),
    )  # fmt: skip

    def check(self, rows: list[Row]) -> None:
        self.members: dict[str, Member] = {}
        """Members of this file by code, stored or new, with what the file says of them already set."""
        self.before: dict[str, dict[str, Any] | None] = {}
        self.homes: dict[str, Organization] = {}
        """Where the file says each belongs (Mã tổ chức)."""
        self.rows: dict[str, Row] = {}
        self.unplaced: dict[str, Member] = {}
        """Members of whom the file does not say soundly where they belong; their movements are checked all the same."""
        self.unplaced_rows: dict[str, Row] = {}
        self.named = {row["code"] for row in rows if row.states("code")}
        listed = self.once(rows, "code")
        stored = {
            member.code: member
            for member in rows_by_key(Member.objects.select_related("organization"), "code", self.named)
        }
        for row in listed:
            code = row["code"]
            member = stored.get(code) or Member(code=code)
            home = self._home(row, member)
            self.before[code] = personal_data(member) if member.pk else None
            self._fill(member, row)
            self._check_dates(row, member)
            if home is not None:
                self.rows[code], self.members[code], self.homes[code] = row, member, home
            elif "code" not in row.faulty:
                self.unplaced_rows[code], self.unplaced[code] = row, member

    def _home(self, row: Row, member: Member) -> Organization | None:
        """The organisation the row enters the member under; for a stored member who has none, the stored one."""
        if member.pk and not self.work.may_touch(member.organization):
            self.error(row, "code", f"Đảng viên {member.code} nằm ngoài phạm vi của bạn. Hãy bỏ dòng này khỏi tệp.")
            return None
        if row.states("organization"):
            return self.organization(row)
        if member.pk:
            return member.organization
        if "organization" not in row.faulty:
            self.error(
                row, "organization", "Đảng viên mới phải có Mã tổ chức. Hãy ghi mã tổ chức đang (hoặc cuối cùng) "
                "sinh hoạt.",
            )  # fmt: skip
        return None

    def _fill(self, member: Member, row: Row) -> None:
        for key in MEMBER_FIELDS:
            if row.states(key):
                setattr(member, key, row[key])
        if row.states("born_on"):
            born: PartialDate = row["born_on"]
            member.born_on, member.born_precision = born.value, born.precision
        if not member.full_name and "full_name" not in row.faulty:
            key = "full_name" if "full_name" in row.present else "code"
            self.error(row, key, "Đảng viên mới phải có Họ và tên. Hãy điền ô này.")

    def _check_dates(self, row: Row, member: Member) -> None:
        """Days that cannot be, taking what is stored together with what the row says."""
        days = {key: getattr(member, key) for key in LABELS}
        for key, message in impossible_days(days, self.work.today):
            if row.states(key):
                self.error(row, key, message)
        if (
            row.states("joined_on")
            and "joined_on" not in row.faulty
            and joined_too_young(member.born_on, member.joined_on)
        ):
            self.warn(row, "joined_on", TOO_YOUNG)

    def differences(self, member: Member, before: dict[str, Any]) -> list[Change]:
        """What of the personal data of *member* is no longer as *before*, by header."""
        now = personal_data(member)
        told = {self.header(key): (_in_words(key, before), _in_words(key, now)) for key in MEMBER_FIELDS}
        born = {self.header("born_on"): (_in_words("born_on", before), _in_words("born_on", now))}
        return changed(born | told, hidden=[self.header(key) for key in MEMBER_FIELDS if is_masked(Member, key)])

    def write(self) -> date | None:
        return None  # members are written with their movements, by the sheet after this one

    @classmethod
    def example(cls, units: ExampleUnits) -> example_rows.Rows:
        return example_rows.members(units)

    @classmethod
    def export(cls, scope: Any) -> Iterator[list[Any]]:
        for member in scope.members.select_related("organization").order_by("code").iterator():
            born = member.born_on
            if born and member.born_precision != DatePrecision.DAY:
                born = format_partial(born, member.born_precision)
            yield [
                member.code,
                member.full_name,
                born,
                Sex(member.sex).label if member.sex else "",
                member.ethnicity,
                member.religion,
                member.organization.code,
                member.joined_on,
                member.official_on,
                member.education,
            ]


def _in_words(key: str, data: Mapping[str, Any]) -> str:
    """The value of *key* as an export writes it."""
    value = data[key]
    if key == "born_on":
        return format_partial(value, data["born_precision"])
    if key == "sex":
        return Sex(value).label if value else ""
    return format_date(value) if isinstance(value, date) else value or ""
