"""Strengths, limits, tasks and proposals, each tied to the figure it comes from. No database.

Before 31 December nobody has missed anything. A task is never below the assigned target.
"""

from core.numbers import format_percent, percentage
from reports.facts import Line, ReportFacts
from reports.kinds import Base, ReportKind
from reports.rates import still_needed
from reports.wording import amount, listed, number, plain_percent, rows_word

TARGET_TO_COMPARE = 5
"""Percentages of smaller targets jump by more than 20 with one person; they are not compared."""


def _attained(line: Line) -> str:
    return format_percent(percentage(line.figures.admitted, line.target))


def _percent_of_base(facts: ReportFacts) -> str:
    its = facts.line.rate
    return f"{format_percent(its.percent)} ({its.admitted}/{amount(its.base_value)})"


def _comparable(line: Line) -> int | None:
    """Admissions a year earlier on the same organisations, None where nothing is known of then."""
    if line.before is None:
        return None
    return (line.before_here or line.before).admitted


def strengths(facts: ReportFacts) -> list[str]:
    line, policy, told = facts.line, facts.policy, []
    admitted, percent = line.figures.admitted, line.rate.percent
    if line.target and admitted >= line.target:
        verb = "Vượt" if admitted > line.target else "Hoàn thành"
        told.append(f"{verb} chỉ tiêu năm: kết nạp {admitted}/{line.target}, đạt {_attained(line)}.")
    if facts.is_judged and percent >= policy.low:
        goal = (
            f"vượt mục tiêu {plain_percent(policy.high)}"
            if percent > policy.high
            else f"đã đạt mục tiêu {plain_percent(policy.low)}"
        )
        told.append(f"Tỷ lệ kết nạp {_percent_of_base(facts)}, {goal}.")
    then = _comparable(line)
    if then is not None and admitted > then:
        by = f" ({format_percent(percentage(admitted - then, then))})" if then else ""
        told.append(
            f"Số đảng viên mới kết nạp tăng {number(admitted - then)}{by} so với {facts.then}{_same_tree(line)}."
        )
    if len(facts.known_rows) > 1 and not facts.idle_rows:
        told.append(f"Tất cả {len(facts.known_rows)} {rows_word(facts.row_kinds)} đều kết nạp được đảng viên.")
    return told


def _same_tree(line: Line) -> str:
    moved = line.before and line.before_here and line.before_here.admitted != line.before.admitted
    return ", tính trên cùng các tổ chức" if moved else ""


def limits(facts: ReportFacts, kind: str) -> list[str]:
    line, told = facts.line, []
    admitted, word = line.figures.admitted, rows_word(facts.row_kinds)
    if line.target and admitted < line.target:
        if facts.is_year_end:
            told.append(
                f"Chưa hoàn thành chỉ tiêu năm: kết nạp {admitted}/{line.target}, đạt "
                f"{_attained(line)}, thiếu {number(line.target - admitted)} đảng viên."
            )
        elif kind == ReportKind.HALF_YEAR and admitted * 2 < line.target:
            told.append(f"Kết quả chưa được một nửa chỉ tiêu năm: {admitted}/{line.target}, đạt "
                        f"{_attained(line)}.")  # fmt: skip
    percent = line.rate.percent
    if facts.is_judged and facts.is_year_end and percent < facts.policy.low:
        told.append(f"Tỷ lệ kết nạp {_percent_of_base(facts)}, chưa đạt mức {plain_percent(facts.policy.low)}.")
    then = _comparable(line)
    if then is not None and admitted < then:
        by = format_percent(percentage(then - admitted, then))
        told.append(
            f"Số đảng viên mới kết nạp giảm {number(then - admitted)} ({by}) so với {facts.then}{_same_tree(line)}."
        )
    if idle := facts.idle_rows:
        told.append(
            f"Còn {len(idle)}/{len(facts.known_rows)} {word} chưa kết nạp được đảng viên"
            f"{_named([row.name for row in idle])}."
        )
    if facts.is_year_end and (short := _short_of_target(facts)):
        names = [f"{row.name} ({row.figures.admitted}/{row.target})" for row in short]
        told.append(f"{number(len(short))} {word} đã kết nạp nhưng chưa hoàn thành chỉ tiêu năm: {listed(names)}.")
    elif slow := _far_behind(facts):
        names = [f"{row.name} ({row.figures.admitted}/{row.target})" for row in slow]
        told.append(
            f"{number(len(slow))} {word} đã kết nạp nhưng chưa được một nửa mức chung ({_attained(line)} chỉ tiêu): "
            f"{listed(names)}."
        )
    if facts.idle_cells and not facts.is_cell:
        told.append(
            f"{facts.idle_cells}/{facts.cells} chi bộ không kết nạp đảng viên nào từ {facts.idle_years} năm trở lên."
        )
    elif facts.idle_cells:
        told.append(f"Chi bộ không kết nạp đảng viên nào từ {facts.idle_years} năm trở lên.")
    figures = line.figures
    if figures.closing < figures.opening:
        told.append(
            f"Số đảng viên giảm trong kỳ ({number(figures.decreases)}) nhiều hơn số tăng ({number(figures.increases)})."
        )
    return told


def _short_of_target(facts: ReportFacts) -> list[Line]:
    """Rows that admitted somebody but missed their target, the farthest first."""
    short = [row for row in facts.known_rows if row.target and 0 < row.figures.admitted < row.target]
    return sorted(short, key=lambda row: percentage(row.figures.admitted, row.target))


def _far_behind(facts: ReportFacts) -> list[Line]:
    """Rows that admitted somebody and stand below half of the whole's percentage of target, the farthest first."""
    whole_percent = percentage(facts.line.figures.admitted, facts.line.target) or 0
    return [
        row
        for row in _short_of_target(facts)
        if row.target >= TARGET_TO_COMPARE and 2 * percentage(row.figures.admitted, row.target) < whole_percent
    ]


def _named(names: list[str]) -> str:
    return f": {listed(names)}" if len(names) <= 5 else ""


def causes(facts: ReportFacts) -> list[str]:
    """Causes that the data show."""
    idle, word = facts.idle_rows, rows_word(facts.row_kinds)
    spent = [row for row in idle if row.has_sources is False]
    if not spent:
        return []
    return [
        f"Về nguyên nhân, trong {number(len(idle))} {word} chưa kết nạp có {number(len(spent))} nơi được ghi là "
        f"không còn nguồn: {listed([row.name for row in spent])}."
    ]


def tasks(facts: ReportFacts) -> list[str]:
    told = []
    if not facts.is_year_end:
        told += _rest_of_year(facts)
    if facts.is_year_end:
        told += _next_year(facts)
    return told + _where_to_work(facts)


def _rest_of_year(facts: ReportFacts) -> list[str]:
    line, low = facts.line, plain_percent(facts.policy.low)
    admitted, target = line.figures.admitted, line.target
    rest = max(0, target - admitted) if target else 0
    for_low = max(0, facts.low_need - admitted)
    if rest:
        also = ""
        if for_low > rest:
            also = f"; để đạt tỷ lệ {low} cần kết nạp thêm {number(for_low)} đảng viên"
        elif for_low == rest:
            also = f", cũng là số cần để đạt tỷ lệ {low}"
        elif for_low:
            also = f", trong đó {number(for_low)} đảng viên để đạt tỷ lệ {low}"
        return [f"Kết nạp thêm ít nhất {number(rest)} đảng viên để hoàn thành chỉ tiêu {number(target)}{also}."]
    if for_low:
        done = f"Chỉ tiêu năm đã hoàn thành ({admitted}/{target}); kết" if target else "Kết"
        return [f"{done} nạp thêm ít nhất {number(for_low)} đảng viên để đạt tỷ lệ {low}."]
    if target:
        goal = f" và tỷ lệ {low} đã đạt" if facts.is_judged else ""
        return [f"Chỉ tiêu năm đã hoàn thành ({admitted}/{target}){goal}; giữ vững kết quả đến hết năm."]
    return []


def _next_year(facts: ReportFacts) -> list[str]:
    year, target, low = facts.period.year + 1, facts.next_target, plain_percent(facts.next_low)
    closing = facts.line.figures.closing
    need = still_needed(closing, facts.next_low, 0) if facts.next_base == Base.OPENING else 0
    goal = f"để đạt tỷ lệ {low} của {number(closing)} đảng viên đầu năm {year} cần kết nạp {number(need)} đảng viên"
    # Under one person's share a percentage is no task.
    goal = goal if need and closing * facts.next_low >= 100 else ""
    if target:
        if goal and need > target:
            return [f"Năm {year} kết nạp ít nhất {number(target)} đảng viên theo chỉ tiêu được giao; {goal}."]
        return [f"Năm {year} kết nạp ít nhất {number(target)} đảng viên theo chỉ tiêu được giao."]
    return [f"Năm {year} chưa ghi nhận chỉ tiêu được giao; {goal}."] if goal else []


def _where_to_work(facts: ReportFacts) -> list[str]:
    word, told = rows_word(facts.row_kinds), []
    willing = [row for row in facts.idle_rows if row.has_sources is not False]
    if willing:
        spent = " mà chưa được ghi là hết nguồn" if len(willing) < len(facts.idle_rows) else ""
        told.append(
            f"Tập trung tạo nguồn, kết nạp ở {number(len(willing))} {word} chưa kết nạp{spent}"
            f"{_named([row.name for row in willing])}."
        )
    unknown = sum(row.has_sources is None for row in willing)
    if unknown:
        told.append(f"Rà soát, ghi rõ còn nguồn hay không tại {number(unknown)} {word} trong số đó.")
    return told


def proposals(facts: ReportFacts, addressee: str) -> list[str]:
    """Only what the data bear out; none is a section less."""
    told, to = [], addressee or "cấp ủy cấp trên"
    year = facts.period.year
    if facts.line.target is None and facts.is_judged and not facts.is_year_end:
        told.append(f"Đề nghị {to} giao chỉ tiêu kết nạp đảng viên năm {year}.")
    if facts.next_target is None and facts.is_judged and facts.is_year_end:
        told.append(f"Đề nghị {to} giao chỉ tiêu kết nạp đảng viên năm {year + 1}.")
    burdened = [row for row in facts.idle_rows if row.has_sources is False and row.target]
    if burdened:
        names = [f"{row.name} ({row.target})" for row in burdened]
        told.append(
            f"Đề nghị {to} xem xét điều chỉnh chỉ tiêu của {number(len(burdened))} {rows_word(facts.row_kinds)} "
            f"không còn nguồn: {listed(names)}."
        )
    return told
