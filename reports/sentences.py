"""Sentences on what was ordered and what came of it: each says its figure, and is not there without one.

No database. Every percentage comes with its parts, its base and its day.
"""

from collections.abc import Iterator

from core.dates import day_before, format_paper_date
from core.numbers import format_percent, percentage
from reports.facts import ReportFacts
from reports.kinds import CountsOn
from reports.rates import is_small
from reports.structure import Structure
from reports.wording import (
    amount,
    band,
    base_words,
    capital,
    change,
    listed,
    number,
    period_words,
    plain_percent,
    rows_word,
    sentence,
    whole,
)


def introduction(facts: ReportFacts, author: str, addressee: str, title: str) -> str:
    directive = facts.labels.get("directive", "")
    first, last = map(format_paper_date, (facts.period.first_day, facts.period.last_day))
    start = f"Thực hiện {directive}, {author}" if directive else author
    to = f"{addressee} " if addressee else ""
    return f"{start} báo cáo {to}{title} (số liệu từ ngày {first} đến ngày {last}) như sau:"


SHARES_FROM = 5
"""Shares are given from so many admitted people; of fewer they say no more than the numbers."""


# --- I. Leadership --------------------------------------------------------------------------------------------
def targets_assigned(facts: ReportFacts) -> list[str]:
    line, year = facts.line, facts.period.year
    if line.target is None:
        return [f"Năm {year} chưa ghi nhận chỉ tiêu kết nạp đảng viên được giao."]
    told = []
    source = ", ".join(filter(None, [facts.target_document, _stated(facts)]))
    if facts.has_own_target:
        told.append(
            f"Năm {year}, {whole(line.kind)} được giao chỉ tiêu kết nạp {number(line.target)} đảng viên"
            f"{f' ({source})' if source else ''}."
        )
    with_target = [row for row in facts.open_rows if row.target]
    if with_target:
        total = sum(row.target for row in with_target)
        told.append(
            f"Chỉ tiêu kết nạp năm {year} đã giao cho {len(with_target)}/{len(facts.open_rows)} "
            f"{rows_word(facts.row_kinds)}, tổng cộng {number(total)} đảng viên."
        )
    elif not told:
        told.append(f"Tổng chỉ tiêu kết nạp năm {year} của các đơn vị trực thuộc là {number(line.target)} đảng viên.")
    return told


def _stated(facts: ReportFacts) -> str:
    return f"ngày {format_paper_date(facts.target_stated_on)}" if facts.target_stated_on else ""


def closures(facts: ReportFacts) -> list[str]:
    if not facts.closures:
        return []
    names = [
        f"{closed.name} ({f'sáp nhập vào {closed.successor}, ' if closed.successor else ''}"
        f"từ ngày {format_paper_date(closed.on)})"
        for closed in facts.closures
    ]
    return [f"Trong kỳ, {number(len(names))} tổ chức kết thúc hoạt động do sắp xếp: {listed(names, most=3)}."]


# --- II. Results ------------------------------------------------------------------------------------------------
def roll(facts: ReportFacts) -> list[str]:
    figures, own = facts.line.figures, whole(facts.line.kind)
    last = format_paper_date(facts.period.last_day)
    if figures.is_empty:
        return [f"Danh sách đảng viên của {own} không có ai trong kỳ.", *_opening_differs(facts)]
    growth = change(figures.closing, figures.opening)
    return [
        f"{own} có {number(figures.opening)} đảng viên đầu kỳ; trong kỳ tăng {number(figures.increases)}, giảm "
        f"{number(figures.decreases)}; đến ngày {last} có {number(figures.closing)} đảng viên, {growth} đầu kỳ.",
        *_opening_differs(facts),
    ]


def _opening_differs(facts: ReportFacts) -> list[str]:
    """Why the opening is not the closing published before."""
    line, eve = facts.line, format_paper_date(day_before(facts.period.first_day))
    told = []
    if line.reorganised:
        then = line.figures.opening - line.reorganised - facts.unexplained
        told.append(
            f"Số đảng viên đầu kỳ {change(then + line.reorganised, then)} số đã báo cáo đến ngày {eve} "
            f"({number(then)}) do sắp xếp tổ chức."
        )
    if facts.unexplained:
        more = "nhiều hơn" if facts.unexplained > 0 else "ít hơn"
        told.append(
            f"Số đảng viên đầu kỳ {more} số cuối kỳ trước {number(abs(facts.unexplained))} đảng viên vì số khai báo và "
            "danh sách không khớp nhau, cần đối chiếu lại."
        )
    return told


def declared(facts: ReportFacts) -> list[str]:
    """Which figures were typed in."""
    told = []
    for names, year in ((facts.declared, facts.period.year), (facts.declared_before, facts.period_before.year)):
        if names == [facts.line.name]:
            told.append(f"Số liệu năm {year} là số khai báo.")
        elif names:
            told.append(f"Số liệu năm {year} của {listed(names)} là số khai báo.")
    if facts.declared_unused:
        told.append(
            f"Năm {facts.period.year} có số khai báo cả năm của {listed(facts.declared_unused)}; báo cáo này chỉ tính "
            "các biến động có ngày trong danh sách đảng viên."
        )
    return told


def admissions(facts: ReportFacts) -> list[str]:
    line = facts.line
    admitted, target = line.figures.admitted, line.target
    attained = f"đạt {format_percent(percentage(admitted, target))} chỉ tiêu năm ({number(target)})" if target else ""
    compared = f"{change(admitted, line.before.admitted)} {facts.then}" if line.before else ""
    if line.before and line.before.admitted != admitted:
        compared += f" ({number(line.before.admitted)})"
    elif line.before and not admitted:
        compared = f"cũng như {facts.then}"
    done = f"kết nạp {number(admitted)} đảng viên" if admitted else "chưa kết nạp đảng viên nào"
    told = [sentence(f"{'Toàn ' if not facts.is_cell else ''}{whole(line.kind)} {done}", attained, compared)]
    if not line.before:
        why = "chỉ có số khai báo cả năm" if facts.knows_only_the_year_before else "chưa có số liệu"
        told.append(f"{capital(facts.then)} {why} nên không so sánh.")
    elif line.before_here and line.before_here.admitted != line.before.admitted:
        told.append(
            f"Tính theo tổ chức đến ngày {format_paper_date(facts.period.last_day)}, {facts.then} kết nạp "
            f"{number(line.before_here.admitted)} đảng viên."
        )
    if not admitted and facts.is_cell and facts.last_admission:
        told.append(f"Lần kết nạp gần nhất là ngày {format_paper_date(facts.last_admission)}.")
    return told


def rate(facts: ReportFacts) -> list[str]:
    policy, its, before = facts.policy, facts.line.rate, facts.rate_before
    words = base_words(policy.base, facts.period, policy.term_start)
    if its.percent is None:
        return [f"Chưa tính được tỷ lệ kết nạp vì chưa có {words}."]
    told = (
        f"Tỷ lệ kết nạp so với {words} là {its.admitted}/{amount(its.base_value)}, bằng {format_percent(its.percent)}"
    )
    if before and before.percent is not None:
        told += (
            f"; {facts.then} là {before.admitted}/{amount(before.base_value)}, bằng {format_percent(before.percent)}"
        )
    return [
        f"{told}.",
        f"Số kết nạp tính theo {CountsOn(policy.counts_on).label}; mục tiêu cả năm là "
        f"{band(policy.low, policy.high)}{'' if facts.is_judged else _not_judged(facts)}.",
    ]


def _not_judged(facts: ReportFacts) -> str:
    if not is_small(facts.line.rate, facts.policy.low):
        return ""
    return (
        f", nhưng {plain_percent(facts.policy.low)} của {amount(facts.line.rate.base_value)} đảng viên chưa đến một "
        "người nên không đánh giá theo tỷ lệ"
    )


def structure(facts: ReportFacts) -> list[str]:
    its, admitted = facts.line.structure, facts.line.figures.admitted
    if not its.people:
        return ["Chưa có cơ cấu của số đảng viên mới kết nạp vì đây là số khai báo."] if admitted else []
    if not any(its.knows(field) for field in ("sex", "ethnicity", "age")):
        return ["Danh sách chưa ghi giới tính, dân tộc, ngày sinh của số đảng viên mới kết nạp nên chưa có cơ cấu."]
    listed_only, parts = " có trong danh sách" if its.people < admitted else "", list(_parts(its))
    told = [f"Trong số {number(its.people)} đảng viên mới kết nạp{listed_only}: {'; '.join(parts)}."] if parts else []
    if its.people >= SHARES_FROM:
        told.append(f"Tỷ lệ cơ cấu tính trên số {number(its.people)} đảng viên này.")
    if its.people < admitted:
        told.append(f"Còn {number(admitted - its.people)} đảng viên mới kết nạp là số khai báo, không có cơ cấu.")
    if missing := list(_missing(its)):
        told.append(f"Danh sách còn thiếu: {'; '.join(missing)}.")
    return told


def _parts(its: Structure) -> Iterator[str]:
    """Numbers with their shares; of a few people the numbers alone, and only where there are any."""
    for label, size, field in (
        ("nữ", its.women, "sex"),
        ("dân tộc thiểu số", its.minority, "ethnicity"),
        ("có đạo", its.religious, "religion"),
        ("từ 18 đến 30 tuổi", its.young, "age"),
        ("trình độ đại học trở lên", its.degree, "education"),
        ("cao đẳng, trung cấp", its.middle, "education"),
    ):
        if not its.knows(field) or (its.people < SHARES_FROM and not size):
            continue
        share = f" ({format_percent(percentage(size, its.people))})" if its.people >= SHARES_FROM else ""
        yield f"{label} {number(size)}{share}"


def _missing(its: Structure) -> Iterator[str]:
    """What is not known of everybody. Nothing under religion usually means none, so it is not asked for."""
    for label, size, field in (
        ("giới tính", its.unknown_sex, "sex"),
        ("dân tộc", its.unknown_ethnicity, "ethnicity"),
        ("ngày sinh", its.unknown_age, "age"),
        ("trình độ", its.unknown_education, "education"),
    ):
        if size and its.knows(field):
            yield f"{label} của {number(size)} người"


def recognitions(facts: ReportFacts) -> list[str]:
    now, then = facts.recognised, facts.recognised_before
    if not now and not then:
        return [f"Danh sách không ghi đảng viên dự bị nào được công nhận chính thức trong kỳ, cũng như {facts.then}."]
    done = f"công nhận {number(now)}" if now else "không ghi nhận"
    return [f"Trong kỳ {done} đảng viên dự bị {'là đảng viên' if now else 'được công nhận'} chính thức; "
            f"{facts.then} là {number(then)}."]  # fmt: skip


def organisations(facts: ReportFacts) -> list[str]:
    rows, without, word = facts.known_rows, facts.idle_rows, rows_word(facts.row_kinds)
    if not rows:
        return [f"Số khai báo của {whole(facts.line.kind)} không chia theo {word}."] if facts.open_rows else []
    told = f"{len(rows) - len(without)}/{len(rows)} {word} đã kết nạp được đảng viên"
    if without:
        spent = sum(row.has_sources is False for row in without)
        told += f"; {number(len(without))} {word} chưa kết nạp"
        told += f", trong đó {number(spent)} nơi không còn nguồn" if spent else ""
    sentences = [f"{told} (chi tiết tại phụ lục)."]
    with_target = [row for row in rows if row.target]
    if with_target:
        met = sum(row.figures.admitted >= row.target for row in with_target)
        sentences.append(f"{met}/{len(with_target)} {word} được giao chỉ tiêu đã hoàn thành chỉ tiêu năm.")
    judged = [row for row in rows if facts.judges(row)]
    if facts.is_year_end and judged:
        low = facts.policy.low
        reached = sum(row.rate.percent >= low for row in judged)
        sentences.append(
            f"{reached}/{len(judged)} {word} đủ lớn để tính theo phần trăm đạt tỷ lệ từ {plain_percent(low)} trở lên."
        )
    # Below a typed figure nobody knows which cell admitted whom.
    if word != "chi bộ" and facts.cells and not facts.line.figures.has_declared:
        sentences.append(f"{facts.cells_admitting}/{facts.cells} chi bộ đã kết nạp được đảng viên.")
    if facts.idle_cells:
        sentences.append(
            f"Có {number(facts.idle_cells)} chi bộ không kết nạp đảng viên nào từ {facts.idle_years} năm trở lên."
        )
    return sentences


def departures(facts: ReportFacts) -> list[str]:
    now, then = facts.line.figures, facts.line.before
    lost = now.expelled + now.struck_off + now.resigned
    earlier = then.expelled + then.struck_off + then.resigned if then else 0
    compared = f"; {facts.then} {f'là {number(earlier)}' if earlier else 'không có'}" if then else ""
    if not lost:
        return [f"Trong kỳ không có đảng viên bị khai trừ, xóa tên hoặc xin ra khỏi Đảng{compared if earlier else ''}."]
    return [
        f"Trong kỳ có {number(lost)} đảng viên ra khỏi Đảng: khai trừ {number(now.expelled)}, xóa tên "
        f"{number(now.struck_off)}, xin ra {number(now.resigned)}{compared}."
    ]


def title(kind: str, year: int) -> str:
    """The subject of the report, as under its name and in its first sentence."""
    return f"kết quả kết nạp đảng viên {period_words(kind, year)}"
