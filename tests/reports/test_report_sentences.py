"""Sentences and judgements from plain facts: tasks, goals, small units, wording of numbers."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from cells.kinds import BASE_KINDS, OrganizationKind
from reports import assessment, sentences
from reports.facts import Change, Line, Policy, ReportFacts
from reports.kinds import Base, ReportKind
from reports.rates import Figures, Period, Rate
from reports.structure import Structure
from reports.wording import amount, band, base_words, change, listed, number, plain_percent

HALF, FULL = Period.of_kind(ReportKind.HALF_YEAR, 2026), Period.of_year(2026)


def line(admitted=0, base=1000, target=None, name="Đảng bộ xã Minh Hòa", before=None, **details) -> Line:
    value = None if base is None else Decimal(base)
    figures = Figures(opening=base or 0, admitted=admitted, closing=(base or 0) + admitted, base_roll=base or 0)
    return Line(
        code=name, name=name, kind=OrganizationKind.BASE_COMMITTEE, figures=figures,
        rate=Rate(admitted, value, Base.OPENING), target=target, structure=Structure(people=admitted),
        before=None if before is None else Figures(opening=base, admitted=before, closing=base),
        **details,
    )  # fmt: skip


def facts(own: Line, period: Period = HALF, base: Base = Base.OPENING, **details) -> ReportFacts:
    return ReportFacts(
        period=period,
        period_before=Period(period.first_day.replace(year=2025), period.last_day.replace(year=2025)),
        policy=Policy(base, "decision", date(2026, 1, 1), Decimal(3), Decimal(4)),
        line=own,
        **{
            "rate_before": None, "rows": [], "row_kinds": BASE_KINDS, "issuer_line": [], "has_board": True,
            "labels": {}, "facts_version": 1,
        } | details,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("admitted", "base", "target", "told"),
    [
        (
            112, 6984, 240,
            "Kết nạp thêm ít nhất 128 đảng viên để hoàn thành chỉ tiêu 240, trong đó 98 đảng viên để đạt tỷ lệ 3%.",
        ),
        (10, 1000, 30, "Kết nạp thêm ít nhất 20 đảng viên để hoàn thành chỉ tiêu 30, cũng là số cần để đạt tỷ lệ 3%."),
        (
            10, 1000, 20,
            "Kết nạp thêm ít nhất 10 đảng viên để hoàn thành chỉ tiêu 20; để đạt tỷ lệ 3% cần kết nạp thêm 20 đảng "
            "viên.",
        ),
        (32, 1000, 40, "Kết nạp thêm ít nhất 08 đảng viên để hoàn thành chỉ tiêu 40."),
        (25, 1000, 20, "Chỉ tiêu năm đã hoàn thành (25/20); kết nạp thêm ít nhất 05 đảng viên để đạt tỷ lệ 3%."),
        (35, 1000, 20, "Chỉ tiêu năm đã hoàn thành (35/20) và tỷ lệ 3% đã đạt; giữ vững kết quả đến hết năm."),
        (10, 1000, None, "Kết nạp thêm ít nhất 20 đảng viên để đạt tỷ lệ 3%."),
        (0, 20, 1, "Kết nạp thêm ít nhất 01 đảng viên để hoàn thành chỉ tiêu 01."),
    ],
)  # fmt: skip
def test_tasks_are_what_is_left_and_never_below_the_target(admitted, base, target, told):
    assert assessment.tasks(facts(line(admitted, base, target))) == [told]


@pytest.mark.parametrize(("admitted", "base", "target"), [(35, 1000, None), (0, 20, None), (0, None, None)])
def test_where_nothing_is_left_to_do_no_task_is_made_up(admitted, base, target):
    assert assessment.tasks(facts(line(admitted, base, target))) == []


@pytest.mark.parametrize(
    ("target", "told"),
    [
        (40, "Năm 2027 kết nạp ít nhất 40 đảng viên theo chỉ tiêu được giao."),
        (
            20,
            "Năm 2027 kết nạp ít nhất 20 đảng viên theo chỉ tiêu được giao; để đạt tỷ lệ 3% của 1.010 đảng viên đầu "
            "năm 2027 cần kết nạp 31 đảng viên.",
        ),
        (
            None,
            "Năm 2027 chưa ghi nhận chỉ tiêu được giao; để đạt tỷ lệ 3% của 1.010 đảng viên đầu năm 2027 cần kết nạp "
            "31 đảng viên.",
        ),
    ],
)
def test_at_the_end_of_the_year_the_task_is_the_next_year_s(target, told):
    assert assessment.tasks(facts(line(10, 1000, 30), FULL, next_target=target)) == [told]


def test_nobody_has_missed_the_goal_before_the_year_is_over():
    own = line(10, 1000, 30)
    assert assessment.limits(facts(own, HALF), ReportKind.HALF_YEAR) == [
        "Kết quả chưa được một nửa chỉ tiêu năm: 10/30, đạt 33,33%."
    ]
    assert assessment.limits(facts(own, Period(date(2026, 1, 1), date(2026, 11, 30))), ReportKind.ANNUAL) == []
    assert assessment.limits(facts(own, FULL), ReportKind.ANNUAL) == [
        "Chưa hoàn thành chỉ tiêu năm: kết nạp 10/30, đạt 33,33%, thiếu 20 đảng viên.",
        "Tỷ lệ kết nạp 1,00% (10/1.000), chưa đạt mức 3%.",
    ]


@pytest.mark.parametrize(
    ("admitted", "told"),
    [
        (29, []),
        (30, ["Tỷ lệ kết nạp 3,00% (30/1.000), đã đạt mục tiêu 3%."]),
        (40, ["Tỷ lệ kết nạp 4,00% (40/1.000), đã đạt mục tiêu 3%."]),
        (41, ["Tỷ lệ kết nạp 4,10% (41/1.000), vượt mục tiêu 4%."]),
    ],
)
def test_a_rate_is_held_against_the_band(admitted, told):
    assert assessment.strengths(facts(line(admitted))) == told


def test_a_met_target_and_growth_are_strengths_and_a_decline_is_a_limit():
    assert assessment.strengths(facts(line(20, 1000, 20, before=16))) == [
        "Hoàn thành chỉ tiêu năm: kết nạp 20/20, đạt 100,00%.",
        "Số đảng viên mới kết nạp tăng 04 (25,00%) so với cùng kỳ năm 2025.",
    ]
    assert assessment.limits(facts(line(12, 1000, before=16)), ReportKind.HALF_YEAR) == [
        "Số đảng viên mới kết nạp giảm 04 (25,00%) so với cùng kỳ năm 2025."
    ]


def test_a_rate_on_targets_or_of_a_small_unit_is_not_judged():
    assert assessment.strengths(facts(line(50, 100), base=Base.TARGET)) == []
    small = facts(line(2, 20), FULL)
    assert assessment.strengths(small) == []
    assert assessment.limits(small, ReportKind.ANNUAL) == []
    assert sentences.rate(small)[1] == (
        "Số kết nạp tính theo ngày quyết định kết nạp; mục tiêu cả năm là 3–4%, nhưng 3% của 20 đảng viên chưa đến một "
        "người nên không đánh giá theo tỷ lệ."
    )


def test_rows_far_behind_the_whole_are_named_the_farthest_first():
    rows = [
        line(5, 100, 10, "A"), line(1, 100, 9, "B"), line(2, 100, 10, "C"), line(1, 100, 4, "D"), line(0, 100, 9, "E"),
    ]  # fmt: skip
    own = line(9, 500, 18)
    assert assessment.limits(facts(own, rows=rows), ReportKind.HALF_YEAR) == [
        "Còn 1/5 tổ chức cơ sở đảng chưa kết nạp được đảng viên: E.",
        "02 tổ chức cơ sở đảng đã kết nạp nhưng chưa được một nửa mức chung (50,00% chỉ tiêu): B (1/9) và C (2/10).",
    ]


def test_a_declining_roll_is_a_limit():
    figures = Figures(opening=100, admitted=1, died=3, closing=98, base_roll=100)
    assert assessment.limits(facts(replace(line(1, 100), figures=figures)), ReportKind.HALF_YEAR) == [
        "Số đảng viên giảm trong kỳ (03) nhiều hơn số tăng (01)."
    ]


def test_proposals_come_from_figures_only():
    assert assessment.proposals(facts(line(1, 1000, 30)), "Ban Thường vụ Huyện ủy") == []
    assert assessment.proposals(facts(line(1, 1000)), "") == [
        "Đề nghị cấp ủy cấp trên giao chỉ tiêu kết nạp đảng viên năm 2026."
    ]
    spent = [line(0, 10, 2, "A", has_sources=False), line(1, 10, 1, "B"), line(0, 10, 0, "C", has_sources=False)]
    assert assessment.proposals(facts(line(1, 30, 3), rows=spent), "Ban Thường vụ Huyện ủy") == [
        "Đề nghị Ban Thường vụ Huyện ủy xem xét điều chỉnh chỉ tiêu của 01 tổ chức cơ sở đảng không còn nguồn: A (2)."
    ]


def test_shares_are_given_on_the_admitted_and_not_of_a_handful():
    many = Structure(people=8, women=2, minority=1, young=4, unknown_religion=8, unknown_education=8, unknown_age=1)
    assert sentences.structure(facts(replace(line(8), structure=many))) == [
        "Trong số 08 đảng viên mới kết nạp: nữ 02 (25,00%); dân tộc thiểu số 01 (12,50%); từ 18 đến 30 tuổi 04 "
        "(50,00%).",
        "Tỷ lệ cơ cấu tính trên số 08 đảng viên này.",
        "Danh sách còn thiếu: ngày sinh của 01 người.",
    ]
    one = Structure(people=1, unknown_education=1)
    assert sentences.structure(facts(replace(line(1), structure=one))) == []
    unknown = Structure(people=2, unknown_sex=2, unknown_ethnicity=2, unknown_age=2)
    assert sentences.structure(facts(replace(line(2), structure=unknown))) == [
        "Danh sách chưa ghi giới tính, dân tộc, ngày sinh của số đảng viên mới kết nạp nên chưa có cơ cấu."
    ]
    assert sentences.structure(facts(line(0))) == []


def test_a_cell_without_admissions_tells_the_latest_one():
    cell = replace(line(0, 40, before=0), kind=OrganizationKind.CELL)
    assert sentences.admissions(facts(cell, last_admission=date(2022, 5, 12), row_kinds=())) == [
        "Chi bộ chưa kết nạp đảng viên nào, cũng như cùng kỳ năm 2025.",
        "Lần kết nạp gần nhất là ngày 12/5/2022.",
    ]
    idle = facts(cell, idle_cells=1, idle_years=3, row_kinds=())
    assert assessment.limits(idle, ReportKind.HALF_YEAR) == ["Chi bộ không kết nạp đảng viên nào từ 3 năm trở lên."]


def test_the_directive_is_named_where_the_installation_names_one():
    directive = "Chỉ thị số 18-CT/HU, ngày 12/3/2024 của Ban Thường vụ Huyện ủy"
    told = sentences.introduction(facts(line(), labels={"directive": directive}), "Ban Tổ chức Huyện ủy", "", "kết quả")
    assert told == (
        f"Thực hiện {directive}, Ban Tổ chức Huyện ủy báo cáo kết quả (số liệu từ ngày 01/01/2026 đến ngày 30/6/2026) "
        "như sau:"
    )


def test_many_closures_are_counted():
    closed = [Change(f"Chi bộ {number}", date(2026, 2, 1), "Chi bộ A" if number == 1 else "") for number in range(1, 6)]
    assert sentences.closures(facts(line(), closures=closed)) == [
        "Trong kỳ, 05 tổ chức kết thúc hoạt động do sắp xếp: Chi bộ 1 (sáp nhập vào Chi bộ A, từ ngày 01/02/2026), Chi "
        "bộ 2 (từ ngày 01/02/2026), Chi bộ 3 (từ ngày 01/02/2026) và 02 tổ chức khác."
    ]


@pytest.mark.parametrize(("value", "text"), [(0, "0"), (1, "01"), (9, "09"), (10, "10"), (6984, "6.984")])
def test_single_digits_have_a_zero_in_sentences(value, text):
    assert number(value) == text


def test_goals_bases_and_lists_are_worded():
    assert [band(Decimal(3), Decimal(4)), band(Decimal("3.50"), Decimal("4.25"))] == ["3–4%", "3,5–4,25%"]
    assert [plain_percent(Decimal("10")), plain_percent(Decimal("3.00"))] == ["10%", "3%"]
    assert [amount(Decimal("742.5")), amount(Decimal("1500.0")), amount(None)] == ["742,5", "1.500", "—"]
    term = date(2025, 8, 1)
    assert [base_words(base, HALF, term) for base in Base] == [
        "đảng viên đầu năm (31/12/2025)", "đảng viên cuối kỳ (30/6/2026)", "bình quân đầu kỳ và cuối kỳ",
        "đảng viên đầu nhiệm kỳ (31/7/2025)", "chỉ tiêu được giao",
    ]  # fmt: skip
    assert [change(5, 5), change(7, 5), change(1, 12)] == [
        "bằng",
        "tăng 02 đảng viên so với",
        "giảm 11 đảng viên so với",
    ]
    assert [listed(list("ABCDEFG"[:size])) for size in (0, 1, 2, 6, 7)] == [
        "", "A", "A và B", "A, B, C, D, E và F", "A, B, C, D, E và 02 tổ chức khác",
    ]  # fmt: skip
