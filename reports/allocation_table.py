"""The allocation of a year as a sheet and as the appendix of a plan. No database."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.timezone import localtime

from cells.naming import committee_of
from core.dates import format_paper_date
from core.documents.sheets import Table
from core.numbers import EMPTY, format_decimal, format_integer, percentage
from reports.allocation import UNDER_ONE
from reports.queries.allocation import Allocation, Share
from reports.wording import number, plain_percent, whole

BLANK_DAY = "      tháng      năm 20    "
"""Room to write the day of the plan by hand."""


def sheet(found: Allocation) -> Table:
    """Every unit with all its numbers, the organisation itself first."""
    year, last = found.year, found.year - 1
    low, high = plain_percent(found.policy.low), plain_percent(found.policy.high)
    heads = (
        "Mã", "Tổ chức", members_called(found), f"Cần cho {low} (người)", f"Cần cho {high} (người)", f"Chỉ tiêu {last}",
        f"Kết nạp {last}", f"Kết nạp {year}", f"Chỉ tiêu {year}", f"Kế hoạch {year}", "Chỉ tiêu cấp dưới cộng lại",
        "Kế hoạch cấp dưới cộng lại", "Đối chiếu", "Văn bản", "Ngày văn bản", "Ghi lúc",
    )  # fmt: skip
    return Table(
        title=f"Phân bổ chỉ tiêu kết nạp năm {year}, {found.own.name}",
        heads=heads,
        rows=[_cells(share) for share in (found.own, *found.shares)],
        lead=(f"Phân bổ chỉ tiêu kết nạp đảng viên năm {year}: {found.own.name}", *_notes(found)),
        widths=(10, 40),
    )


def _cells(share: Share) -> list[Any]:
    row, goals = share.latest, share.goals
    return [
        share.organization.code,
        share.name,
        share.members,
        (goals.low or UNDER_ONE) if goals else None,
        (goals.high or UNDER_ONE) if goals else None,
        share.last_target,
        share.last_admitted,
        share.admitted,
        share.target_value,
        share.plan_value,
        share.target_below,
        share.plan_below,
        "" if share.is_cell else share.comparison.text,
        row.document if row else "",
        row.stated_on if row else None,
        f"{localtime(row.recorded_at):%d/%m/%Y %H:%M}" if row else "",
    ]


def members_called(found: Allocation) -> str:
    """The heading of the roll at the start of the year, or what stands in for it before the year begins."""
    return "Đảng viên hiện nay" if found.is_forecast else "Đảng viên đầu năm"


def printed(found: Allocation) -> dict[str, Any]:
    """Title, reference, heads, rows and notes of the appendix; the total stands first, as in a report's."""
    year, last, own = found.year, found.year - 1, found.own
    return {
        "title": f"Phân bổ chỉ tiêu kết nạp đảng viên năm {year}",
        "reference": _reference(found),
        "heads": [
            "STT", found.units_called, members_called(found), f"Chỉ tiêu {last}", f"Kết nạp {last}",
            f"Chỉ tiêu {year}", "Tỷ lệ (%)", f"Kế hoạch {year}", "Ghi chú",
        ],
        "rows": [
            _printed_row("", f"Toàn {whole(own.kind)}", own),
            *(_printed_row(str(place), share.name, share) for place, share in enumerate(found.shares, start=1)),
        ],
        "notes": list(_notes(found)),
    }  # fmt: skip


def _printed_row(place: str, name: str, share: Share) -> list[str]:
    target = share.counted_target
    is_small = share.goals is None or share.goals.is_small
    return [
        place,
        name,
        format_integer(share.members),
        format_integer(share.last_target),
        format_integer(share.last_admitted),
        format_integer(target),
        EMPTY if target is None or is_small else format_decimal(percentage(target, share.members)),
        format_integer(share.counted_plan),
        "; ".join(_remarks(share)),
    ]


def _remarks(share: Share) -> Iterator[str]:
    if share.is_closed:
        yield "đã kết thúc hoạt động"
    if share.target is None and share.target_below is not None:
        yield "cấp dưới cộng lại"
    if share.has_sources is False:
        yield "không còn nguồn"


def _reference(found: Allocation) -> str:
    """The plan this is an appendix to: the document that most targets cite, else room for its number and day."""
    committee = committee_of(found.own.name, found.own.kind)
    cited = Counter((s.target.document, s.target.stated_on) for s in found.shares if s.target and s.target.document)
    (document, day), _ = cited.most_common(1)[0] if cited else ((f"Kế hoạch số      -KH/{committee.symbol}", None), 0)
    return f"(kèm theo {document}, ngày {_day(day)} của {committee.name})"


def _day(day: date | None) -> str:
    return format_paper_date(day) if day else BLANK_DAY


def _notes(found: Allocation) -> Iterator[str]:
    """What a reader must know to add the rows up."""
    own, compared = found.own, found.comparison
    if own.target and own.target_below is not None and not compared.agrees:
        yield (
            f"Chỉ tiêu của toàn {whole(own.kind)} là {number(own.target.value)}, cấp dưới cộng lại là "
            f"{number(own.target_below)}: {compared.text}."
        )
    for share in found.disagreeing:
        yield (
            f"{share.name}: chỉ tiêu {number(share.target.value)}, cấp dưới cộng lại {number(share.target_below)}, "
            f"{share.comparison.text}."
        )
    if found.rest_target:
        yield f"Các tổ chức khác, không liệt kê ở đây: {number(found.rest_target)}."
    if found.is_forecast:
        yield f"Số đảng viên tính theo danh sách hiện nay; số đầu năm {found.year} có khi hết năm {found.year - 1}."
