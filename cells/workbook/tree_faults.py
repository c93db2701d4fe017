"""What is wrong with the tree once every row of TO_CHUC is in its place, told at the row and column that say it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from cells.tree import MAX_LEVELS, CycleError, Placement, TooDeepError, ancestry
from cells.workbook.reading import Row
from core.dates import BEGINNING, format_date

if TYPE_CHECKING:
    from cells.workbook.sheets.organizations import OrganizationSheet

LISTED = 5
"""Units named in one sentence; of more only the number is told."""


def tell_tree_faults(sheet: "OrganizationSheet") -> None:
    """Circles, lines without end, places under what is closed or not there yet, and units left below what closes."""
    _refuse_circles(sheet)
    for code in sheet.row_of:
        for place in sheet.work.placements.get(code, ()):
            _check_place(sheet, code, place)
    _warn_of_units_left_below(sheet)


# --- circles -------------------------------------------------------------------------------------------------------


def _refuse_circles(sheet: "OrganizationSheet") -> None:
    told: set[frozenset] = set()
    for code in sheet.row_of:
        if code not in sheet.work.placements:
            continue
        try:
            ancestry(sheet.work.placements, only=[code])
        except CycleError as error:
            if frozenset(error.members) not in told:
                told.add(frozenset(error.members))
                _refuse_circle(sheet, error)
        except TooDeepError as error:
            _refuse_depth(sheet, error)
            return  # every unit of a long line is too deep: one says it


def _refuse_depth(sheet: "OrganizationSheet", error: TooDeepError) -> None:
    lowest = error.members[0]
    step = _step_on(sheet.work.placements, lowest, error.since)
    row, key = sheet.said.get(step, _first_row(sheet, error.members))
    line = " → ".join(map(str, error.members[:LISTED]))
    sheet.error(
        row, key, f"Tổ chức {lowest} ở sâu quá {MAX_LEVELS} cấp: {line}… Hãy kiểm tra lại Mã cấp trên của các tổ chức "
        "này.",
    )  # fmt: skip


def _refuse_circle(sheet: "OrganizationSheet", error: CycleError) -> None:
    """Tell of a circle at the step that closed it: the last one to begin, of those that this file speaks of."""
    steps = [_step_on(sheet.work.placements, code, error.since) for code in error.members[:-1]]
    closed_on = max(begin for _, begin in steps)
    said = [step for step in steps if step in sheet.said]
    latest = max((begin for _, begin in said), default=closed_on)
    row, key = next((sheet.said[step] for step in said if step[1] == latest), _first_row(sheet, error.members))
    since = "" if closed_on == BEGINNING else f" từ ngày {format_date(closed_on)}"
    circle = error.members if len(error.members) <= 2 * LISTED else [*error.members[:LISTED], "…", error.members[-1]]
    message = f"Các tổ chức thành vòng tròn{since}: {' → '.join(map(str, circle))}."
    if key == "parent":
        remedy = "Hãy sửa Mã cấp trên của một trong số đó."
    elif all(sheet.work.closing_days.get(code) == begin for code, begin in steps):
        remedy = "Hãy sửa Tổ chức kế thừa của một trong số đó."
    else:
        remedy = f"Hãy chọn Tổ chức kế thừa khác, hoặc ghi cấp trên mới{since} cho tổ chức trực thuộc."
    sheet.error(row, key, f"{message} {remedy}")


def _step_on(placed: Mapping[str, Sequence[Placement]], code: str, day: date) -> tuple[str, date]:
    """The organisation, and since when it stands where it stands on *day*."""
    return code, next(place.valid_from for place in reversed(placed[code]) if place.valid_from <= day)


def _first_row(sheet: "OrganizationSheet", codes: Sequence[str]) -> tuple[Row, str]:
    named = next((code for code in codes if code in sheet.row_of), next(iter(sheet.row_of)))
    return sheet.row_of[named], "parent"


# --- places --------------------------------------------------------------------------------------------------------


def _check_place(sheet: "OrganizationSheet", code: str, place: Placement) -> None:
    """A unit must hang under something that exists and is open at the time; a closed one under what was open then."""
    above = sheet.work.placements.get(place.parent) if place.parent is not None else None
    if not above:
        return
    row, key = sheet.said.get((code, place.valid_from), (sheet.row_of[code], "parent"))
    if key in row.faulty:
        return
    founded, closed = above[0].valid_from, sheet.work.closing_days.get(place.parent)
    if key == "successor":
        if closed and closed < place.valid_from:
            sheet.error(
                row, key, f"Tổ chức kế thừa {place.parent} đã thôi hoạt động từ ngày {format_date(closed)}, trước tổ "
                "chức này. Hãy ghi tổ chức còn hoạt động khi đó.",
            )  # fmt: skip
        elif founded > place.valid_from:
            sheet.warn(
                row, key, f"Tổ chức kế thừa {place.parent} chỉ có từ ngày {format_date(founded)}, sau khi tổ chức này "
                "thôi hoạt động. Hãy kiểm tra lại hai ngày.",
            )  # fmt: skip
    elif sheet.work.closing_days.get(code) == place.valid_from:
        return
    elif closed and place.valid_from >= closed:
        sheet.error(
            row, key, f"Cấp trên {place.parent} đã thôi hoạt động từ ngày {format_date(closed)} nên không nhận tổ chức "
            "trực thuộc từ ngày đó. Hãy ghi cấp trên khác, ví dụ tổ chức kế thừa.",
        )  # fmt: skip
    elif founded > place.valid_from:
        sheet.warn(
            row, key, f"Cấp trên {place.parent} chỉ có từ ngày {format_date(founded)}; trước ngày đó tổ chức này chưa "
            "tính vào cấp trên nào.",
        )  # fmt: skip


def _warn_of_units_left_below(sheet: "OrganizationSheet") -> None:
    """A remark, not a refusal: what is left below a closed unit counts where that unit hangs, as before."""
    if not sheet.closing_rows:
        return
    left: dict[str, list[str]] = {}
    for code, places in sheet.work.placements.items():
        for place in places:
            closed = sheet.work.closing_days.get(place.parent) if place.parent in sheet.closing_rows else None
            if closed is None or sheet.work.closing_days.get(code) == place.valid_from:
                continue
            was_refused = code in sheet.row_of and place.valid_from >= closed
            if (place.valid_until is None or place.valid_until > closed) and not was_refused:
                left.setdefault(place.parent, []).append(code)
    for code, below in left.items():
        row, since = sheet.closing_rows[code], format_date(sheet.work.closing_days[code])
        names = ", ".join(sorted(below)[:LISTED]) + ("…" if len(below) > LISTED else "")
        above = f" (ví dụ {row['successor']})" if row.states("successor") else ""
        sheet.warn(
            row, "last_day", f"Từ ngày {since} còn {len(below)} tổ chức trực thuộc chưa có cấp trên mới: {names}. Hãy "
            f"thêm cho mỗi tổ chức một dòng có Từ ngày {since} và Mã cấp trên mới{above}, hoặc ghi Đến ngày.",
        )  # fmt: skip
