"""Lists of Tổng quan as sheets."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from cells.models import Member, Movement, Organization
from core.dates import format_date, format_partial
from core.documents.sheets import Table
from core.numbers import format_integer
from reports.kinds import CountsOn
from reports.queries.below import Line
from reports.queries.lists import PeopleList, SilentCell
from reports.queries.overview import Overview
from reports.reckoning import BASE_UNITS, Reckoning
from reports.wording import band

NAME, NUMBER = 44, 12


def organizations_table(overview: Overview) -> Table:
    """The organisations below as they are listed, all pages, with the whole as the last row."""
    reckoning, own = overview.reckoning, overview.own
    days = f" ({overview.base_days})" if overview.base_days else ""
    lead = [
        f"Kết nạp đảng viên {reckoning.words}: {own.name}",
        f"Số liệu đến {format_date(reckoning.as_of)}. Tỷ lệ tính trên {BASE_UNITS[overview.base]}{days}, theo "
        f"{CountsOn(overview.policy.counts_on).label}.",
    ]
    if overview.has_goal:
        lead.append(f"Mục tiêu {band(overview.policy.low, overview.policy.high)}.")
    heads = [
        "Mã", "Tổ chức", "Trực thuộc", "Đảng viên đầu năm", "Tính trên", "Kết nạp", "Tỷ lệ (%)", "Chỉ tiêu",
        "% chỉ tiêu", "Cùng kỳ: kết nạp", "Cùng kỳ: tính trên", "Cùng kỳ: tỷ lệ (%)", "Tình hình", "Ghi chú",
    ]  # fmt: skip
    lines = [*overview.lines[:], *([own] if overview.wanted.is_plain else [])]
    return Table(
        title=f"Kết nạp đảng viên {reckoning.words} - {own.name}",
        heads=heads,
        rows=[_cells(line, is_total=line is own) for line in lines],
        lead=lead,
        widths=[22, NAME, NAME, *[NUMBER] * 9, 20, 30],
    )


def _cells(line: Line, *, is_total: bool) -> list[Any]:
    rate, before = line.rate.rate, line.previous
    notes = [
        "số khai báo" if line.figures.has_declared else "",
        "đã sáp nhập hoặc thôi hoạt động" if line.is_closed else "",
    ]
    return [
        "" if is_total else line.organization.code,
        "Cộng" if is_total else line.name,
        "" if is_total else line.parent,
        line.figures.base_roll,
        _whole(rate.base_value),
        line.figures.admitted,
        None if line.shows_people else rate.percent,
        line.rate.target,
        line.rate.attainment,
        before.admitted if before else None,
        _whole(before.base_value) if before else None,
        before.percent if before else None,
        line.verdict.label if line.verdict else "",
        "; ".join(filter(None, notes)),
    ]


def _whole(value: Decimal | None) -> Decimal | int | None:
    """A number of people without needless places."""
    return int(value) if value is not None and value == value.to_integral_value() else value


def people_table(found: PeopleList, organization: Organization, reckoning: Reckoning, counts_on: str) -> Table:
    """The people behind a number; those out of the reader's sight are counted in a note."""
    lead = [f"{found.heading}: {organization}", f"Số liệu đến {format_date(reckoning.as_of)}, theo {counts_on}."]
    notes = []
    if found.declared:
        notes.append(f"Ngoài ra có {format_integer(found.declared_total)} người theo số khai báo, không có danh sách.")
    if found.hidden:
        notes.append(f"{format_integer(found.hidden)} người thuộc tổ chức nay ngoài phạm vi của bạn, không liệt kê.")
    title = f"{found.heading} - {organization}"
    if found.is_roll:
        places = Organization.objects.in_bulk({member.roll_organization_id for member in found.rows})
        return Table(
            title, ["Mã đảng viên", "Họ và tên", "Ngày sinh", "Tổ chức", "Ngày vào Đảng", "Ngày chính thức"],
            [_member_cells(member, places) for member in found.rows], lead, notes, [18, 30, NUMBER, NAME, 15, 15],
        )  # fmt: skip
    heads = [
        "Mã đảng viên", "Họ và tên", "Ngày sinh", "Biến động", "Tổ chức", "Ngày", "Ngày tổ chức lễ", "Số quyết định",
        "Nơi đi, nơi đến",
    ]  # fmt: skip
    return Table(title, heads, _movement_rows(found.rows), lead, notes, [18, 30, NUMBER, 14, NAME, 12, 15, 24, NAME])


def _member_cells(member: Member, places: dict[int, Organization]) -> list[Any]:
    place = places.get(member.roll_organization_id)
    return [
        member.code, member.full_name, _born(member), str(place or ""), member.joined_on, member.official_on,
    ]  # fmt: skip


def _movement_rows(rows: Iterable[Movement]) -> Iterable[list[Any]]:
    for row in rows:
        person = row.member
        yield [
            person.code, person.full_name, _born(person), row.get_kind_display(), str(row.organization),
            row.effective_on, row.held_on, row.document, str(row.counterpart or ""),
        ]  # fmt: skip


def _born(member: Member) -> str:
    return format_partial(member.born_on, member.born_precision)


def cells_table(cells: list[SilentCell], heading: str, organization: Organization, reckoning: Reckoning) -> Table:
    """Cells that admitted nobody."""
    as_of = format_date(reckoning.as_of)
    return Table(
        title=f"{heading} - {organization}",
        heads=["Mã", "Chi bộ", "Trực thuộc", "Đảng viên đầu năm", f"Đến {as_of}", "Kết nạp gần nhất", "Còn nguồn"],
        rows=[
            [
                cell.version.organization.code, cell.version.name, str(cell.version.parent or ""),
                cell.figures.base_roll, cell.figures.closing, cell.latest,
                {True: "có", False: "không"}.get(cell.version.has_sources, ""),
            ]
            for cell in cells
        ],
        lead=[f"{heading}: {organization}", f"Số liệu đến {as_of}."],
        widths=[22, NAME, NAME, NUMBER, NUMBER, 16, NUMBER],
    )  # fmt: skip
