"""The content of a report of a small known committee, word by word and number by number."""

from datetime import date

import pytest

from cells.kinds import MovementKind as Kind
from cells.models import DeclaredYear, FactsVersion, Organization
from cells.services import tree
from core.documents.canonical import canonical, digest
from reports.content import report_content
from reports.kinds import Base, ReportKind, Signer
from reports.models import TargetPolicy
from reports.queries.report import NotInPeriod, report_facts
from reports.rates import Period
from reports.services.targets import assign_target
from tests.factories import TODAY, district, member, moved, organization
from tests.reports.committee import committee, enrol

pytestmark = pytest.mark.django_db

Y2025 = Period.of_year(2025)
FIRST_HALF = Period.of_kind(ReportKind.HALF_YEAR, 2025)


def content_of(unit: Organization, period: Period = Y2025, kind: str = ReportKind.ANNUAL, dated: date | None = None):
    return report_content(report_facts(unit, period, dated), kind, dated, Signer.HEAD)


def texts(content) -> dict[str, list[str]]:
    """Paragraphs by heading, `II 2. Kết nạp đảng viên`."""
    return {
        f"{section['number']} {part['title'] or section['title']}": part["paragraphs"]
        for section in content["sections"]
        for part in section["parts"]
    }


def test_everything_that_is_known_of_a_committee_is_told_once():
    content = content_of(committee()["H"])
    assert content["introduction"] == (
        "Ban Tổ chức Huyện ủy báo cáo Ban Thường vụ Huyện ủy kết quả kết nạp đảng viên năm 2025 (số liệu từ ngày "
        "01/01/2025 đến ngày 31/12/2025) như sau:"
    )
    assert texts(content) == {
        "I LÃNH ĐẠO, CHỈ ĐẠO": [
            "Năm 2025, Đảng bộ được giao chỉ tiêu kết nạp 07 đảng viên (Kế hoạch số 21-KH/HU, ngày 20/12/2024). Chỉ "
            "tiêu kết nạp năm 2025 đã giao cho 3/4 tổ chức cơ sở đảng, tổng cộng 07 đảng viên.",
            "Trong kỳ, 01 tổ chức kết thúc hoạt động do sắp xếp: Chi bộ thôn Đông Thịnh (sáp nhập vào Chi bộ thôn Đồng "
            "Tâm, từ ngày 01/7/2025).",
        ],
        "II 1. Biến động đảng viên": [
            "Đảng bộ có 92 đảng viên đầu kỳ; trong kỳ tăng 05, giảm 03; đến ngày 31/12/2025 có 94 đảng viên, tăng 02 "
            "đảng viên so với đầu kỳ. Số đảng viên đầu kỳ nhiều hơn số cuối kỳ trước 50 đảng viên vì số khai báo và "
            "danh sách không khớp nhau, cần đối chiếu lại. Số liệu năm 2025 của Đảng bộ xã Phú Khê là số khai báo."
        ],
        "II 2. Kết nạp đảng viên": [
            "Toàn Đảng bộ kết nạp 05 đảng viên, đạt 71,43% chỉ tiêu năm (07), tăng 04 đảng viên so với năm 2024 (01). "
            "Tỷ lệ kết nạp so với đảng viên đầu năm (31/12/2024) là 5/92, bằng 5,43%; năm 2024 là 1/41, bằng 2,44%. Số "
            "kết nạp tính theo ngày quyết định kết nạp; mục tiêu cả năm là 3–4%.",
            "Trong số 03 đảng viên mới kết nạp có trong danh sách: nữ 02; dân tộc thiểu số 01; từ 18 đến 30 tuổi 02; "
            "trình độ đại học trở lên 02. Còn 02 đảng viên mới kết nạp là số khai báo, không có cơ cấu. Danh sách còn "
            "thiếu: dân tộc của 01 người; trình độ của 01 người.",
        ],
        "II 3. Công nhận đảng viên chính thức": [
            "Trong kỳ công nhận 01 đảng viên dự bị là đảng viên chính thức; năm 2024 là 0."
        ],
        "II 4. Tổ chức có kết nạp, chưa kết nạp": [
            "2/4 tổ chức cơ sở đảng đã kết nạp được đảng viên; 02 tổ chức cơ sở đảng chưa kết nạp, trong đó 01 nơi "
            "không còn nguồn (chi tiết tại phụ lục). 1/3 tổ chức cơ sở đảng được giao chỉ tiêu đã hoàn thành chỉ tiêu "
            "năm. 2/2 tổ chức cơ sở đảng đủ lớn để tính theo phần trăm đạt tỷ lệ từ 3% trở lên. Có 01 chi bộ không kết "
            "nạp đảng viên nào từ 3 năm trở lên."
        ],
        "II 5. Đưa ra khỏi Đảng": [
            "Trong kỳ có 02 đảng viên ra khỏi Đảng: khai trừ 01, xóa tên 01, xin ra 0; năm 2024 không có."
        ],
        "III 1. Ưu điểm": [
            "- Tỷ lệ kết nạp 5,43% (5/92), vượt mục tiêu 4%.",
            "- Số đảng viên mới kết nạp tăng 04 (400,00%) so với năm 2024.",
        ],
        "III 2. Hạn chế, nguyên nhân": [
            "- Chưa hoàn thành chỉ tiêu năm: kết nạp 5/7, đạt 71,43%, thiếu 02 đảng viên.",
            "- Còn 2/4 tổ chức cơ sở đảng chưa kết nạp được đảng viên: Chi bộ Trung tâm Y tế và Chi bộ Bảo hiểm xã hội "
            "huyện.",
            "- 01 tổ chức cơ sở đảng đã kết nạp nhưng chưa hoàn thành chỉ tiêu năm: Đảng bộ xã Minh Hòa (3/4).",
            "- 1/4 chi bộ không kết nạp đảng viên nào từ 3 năm trở lên.",
            "- Về nguyên nhân, trong 02 tổ chức cơ sở đảng chưa kết nạp có 01 nơi được ghi là không còn nguồn: Chi bộ "
            "Trung tâm Y tế.",
        ],
        "IV NHIỆM VỤ TRỌNG TÂM NĂM 2026": [
            "- Năm 2026 kết nạp ít nhất 08 đảng viên theo chỉ tiêu được giao.",
            "- Tập trung tạo nguồn, kết nạp ở 01 tổ chức cơ sở đảng chưa kết nạp mà chưa được ghi là hết nguồn: Chi bộ "
            "Bảo hiểm xã hội huyện.",
            "- Rà soát, ghi rõ còn nguồn hay không tại 01 tổ chức cơ sở đảng trong số đó.",
        ],
        "V KIẾN NGHỊ": [
            "Đề nghị Ban Thường vụ Huyện ủy xem xét điều chỉnh chỉ tiêu của 01 tổ chức cơ sở đảng không còn nguồn: "
            "Chi bộ Trung tâm Y tế (1)."
        ],
    }


def test_the_table_of_movements_is_the_official_form():
    table = content_of(committee()["H"])["sections"][1]["parts"][0]["table"]
    assert table["heads"] == ["Nội dung", "Kỳ này", "Năm 2024", "So sánh (%)"]
    assert [row["cells"] for row in table["rows"]] == [
        ["Đảng viên đầu kỳ", "92", "41", "224,39"],
        ["Tăng", "5", "1", "500,00"],
        ["Kết nạp", "5", "1", "500,00"],
        ["Chuyển đến", "0", "0", "—"],
        ["Phục hồi đảng tịch", "0", "0", "—"],
        ["Giảm", "3", "0", "—"],
        ["Từ trần", "1", "0", "—"],
        ["Khai trừ", "1", "0", "—"],
        ["Xóa tên", "1", "0", "—"],
        ["Xin ra khỏi Đảng", "0", "0", "—"],
        ["Chuyển đi", "0", "0", "—"],
        ["Đảng viên cuối kỳ", "94", "42", "223,81"],
    ]


def test_the_appendix_lists_base_organisations_under_their_total():
    appendix = content_of(committee()["H"], dated=date(2026, 1, 8))["appendix"]
    assert appendix["title"] == "Kết quả kết nạp đảng viên năm 2025 theo tổ chức cơ sở đảng"
    assert appendix["reference"] == ("(kèm theo Báo cáo số      -BC/BTCHU, ngày 08/01/2026 của Ban Tổ chức Huyện ủy)")
    assert appendix["heads"] == [
        "STT", "Tổ chức cơ sở đảng", "Đảng viên đầu năm", "Chỉ tiêu năm", "Kết nạp", "% chỉ tiêu", "Tỷ lệ (%)", "Nữ",
        "Dân tộc thiểu số", "Năm 2024", "Ghi chú",
    ]  # fmt: skip
    assert appendix["rows"] == [
        ["", "Toàn Đảng bộ", "92", "7", "5", "71,43", "5,43", "2", "1", "1", "có số khai báo"],
        ["1", "Chi bộ Trung tâm Y tế", "2", "1", "0", "0,00", "0,00", "0", "0", "0", "không còn nguồn"],
        ["2", "Đảng bộ xã Minh Hòa", "40", "4", "3", "75,00", "7,50", "2", "1", "1", ""],
        ["3", "Đảng bộ xã Phú Khê", "50", "2", "2", "100,00", "4,00", "—", "—", "—", "số khai báo"],
        ["4", "Chi bộ Bảo hiểm xã hội huyện", "0", "—", "0", "—", "—", "0", "0", "—", ""],
    ]
    assert appendix["notes"] == [
        "Nơi có số khai báo, cột nữ và dân tộc thiểu số chỉ tính người có trong danh sách đảng viên."
    ]


def test_a_base_committee_lists_its_cells_and_a_merger_is_called_one():
    appendix = content_of(committee()["D1"])["appendix"]
    assert appendix["rows"] == [
        ["", "Toàn Đảng bộ", "40", "4", "3", "75,00", "7,50", "2", "1", "1", ""],
        [
            "1", "Chi bộ thôn Đồng Tâm", "40", "—", "3", "—", "7,50", "2", "1", "1",
            "đầu kỳ tăng 04 do sắp xếp tổ chức",
        ],
    ]  # fmt: skip
    assert appendix["notes"] == []


def test_a_successor_says_that_its_opening_grew_by_the_merger():
    content = content_of(committee()["K1"])
    assert texts(content)["II 1. Biến động đảng viên"] == [
        "Chi bộ có 40 đảng viên đầu kỳ; trong kỳ tăng 03, giảm 01; đến ngày 31/12/2025 có 42 đảng viên, tăng 02 đảng "
        "viên so với đầu kỳ. Số đảng viên đầu kỳ tăng 04 đảng viên so với số đã báo cáo đến ngày 31/12/2024 (36) do "
        "sắp xếp tổ chức."
    ]
    assert content["appendix"] is None


def test_a_unit_that_changed_parent_is_compared_on_the_same_tree():
    units = district()
    enrol(units["K1"], 40)
    enrol(units["K3"], 40)
    for day in (date(2024, 3, 1), date(2025, 3, 1)):
        member(units["K1"], joined_on=day)
    tree.reparent(units["K1"], units["D2"], on=date(2025, 4, 1), today=TODAY)
    content = content_of(units["D2"])
    assert content["sections"][1]["parts"][1]["paragraphs"][0].startswith(
        "Toàn Đảng bộ kết nạp 01 đảng viên, tăng 01 đảng viên so với năm 2024 (0). Tính theo tổ chức đến ngày "
        "31/12/2025, năm 2024 kết nạp 01 đảng viên. "
    )
    assert "III 1. Ưu điểm" not in texts(content)
    assert texts(content_of(units["D1"]))["II 1. Biến động đảng viên"] == [
        "Danh sách đảng viên của Đảng bộ không có ai trong kỳ. Số đảng viên đầu kỳ giảm 41 đảng viên so với số đã báo "
        "cáo đến ngày 31/12/2024 (41) do sắp xếp tổ chức."
    ]


def test_a_unit_without_members_prints_dashes_and_no_judgement():
    content = content_of(committee()["E"])
    found = texts(content)
    assert list(found) == [
        "I LÃNH ĐẠO, CHỈ ĐẠO",
        "II 1. Biến động đảng viên",
        "II 2. Kết nạp đảng viên",
        "II 3. Công nhận đảng viên chính thức",
        "II 4. Đưa ra khỏi Đảng",
        "III ĐÁNH GIÁ CHUNG",
    ]
    assert found["II 2. Kết nạp đảng viên"] == [
        "Chi bộ chưa kết nạp đảng viên nào. Năm 2024 chưa có số liệu nên không so sánh. Chưa tính được tỷ lệ kết nạp "
        "vì chưa có đảng viên đầu năm (31/12/2024)."
    ]
    assert found["III ĐÁNH GIÁ CHUNG"] == ["Số liệu trong kỳ chưa đủ cơ sở để đánh giá."]
    assert content["figures"]["total"]["rate"] is None


def test_half_a_year_keeps_the_year_s_base_and_says_what_is_left_of_the_target():
    units = committee()
    DeclaredYear.objects.all().delete()
    FactsVersion.advance()
    content = content_of(units["D1"], FIRST_HALF, ReportKind.HALF_YEAR)
    found = texts(content)
    assert found["II 2. Kết nạp đảng viên"][0] == (
        "Toàn Đảng bộ kết nạp 02 đảng viên, đạt 50,00% chỉ tiêu năm (04), tăng 01 đảng viên so với cùng kỳ năm 2024 "
        "(01). Tỷ lệ kết nạp so với đảng viên đầu năm (31/12/2024) là 2/40, bằng 5,00%; cùng kỳ năm 2024 là 1/39, bằng "
        "2,56%. Số kết nạp tính theo ngày quyết định kết nạp; mục tiêu cả năm là 3–4%."
    )
    assert found["IV NHIỆM VỤ TRỌNG TÂM 6 THÁNG CUỐI NĂM 2025"] == [
        "Kết nạp thêm ít nhất 02 đảng viên để hoàn thành chỉ tiêu 04."
    ]


def test_a_declared_year_cannot_be_cut_into_halves():
    unit = committee()["D2"]
    found = texts(content_of(unit, FIRST_HALF, ReportKind.HALF_YEAR))
    assert found["II 1. Biến động đảng viên"] == [
        "Danh sách đảng viên của Đảng bộ không có ai trong kỳ. Năm 2025 có số khai báo cả năm của Đảng bộ xã Phú Khê; "
        "báo cáo này chỉ tính các biến động có ngày trong danh sách đảng viên."
    ]
    later = texts(content_of(unit, Period.of_kind(ReportKind.HALF_YEAR, 2026), ReportKind.HALF_YEAR))
    assert "Cùng kỳ năm 2025 chỉ có số khai báo cả năm nên không so sánh." in later["II 2. Kết nạp đảng viên"][0]


def test_a_committee_that_declared_its_own_year_does_not_speak_of_its_parts():
    units = district()
    enrol(units["K1"], 40)
    member(units["K1"], joined_on=date(2025, 3, 1))
    DeclaredYear.objects.create(organization=units["D1"], year=2025, opening=40, admitted=2, closing=42)
    FactsVersion.advance()
    content = content_of(units["D1"])
    found = texts(content)
    assert found["II 2. Kết nạp đảng viên"][1] == "Chưa có cơ cấu của số đảng viên mới kết nạp vì đây là số khai báo."
    assert found["II 4. Tổ chức có kết nạp, chưa kết nạp"] == ["Số khai báo của Đảng bộ không chia theo chi bộ."]
    assert content["appendix"]["notes"] == [
        "Tổng số kết nạp của các chi bộ là 01; toàn Đảng bộ là 02 theo số khai báo."
    ]


def test_a_unit_dissolved_without_successor_stays_in_the_appendix_of_its_year_and_leaves_later_ones():
    units = district()
    person = member(units["C"], joined_on=date(2015, 3, 1))
    moved(person, Kind.TRANSFERRED_OUT, units["C"], date(2025, 3, 1))
    tree.dissolve(units["C"], on=date(2025, 4, 1), today=TODAY)
    rows = {year: content_of(units["H"], Period.of_year(year))["appendix"]["rows"] for year in (2025, 2026)}
    assert [row[1] for row in rows[2026]] == ["Toàn Đảng bộ", "Đảng bộ xã Minh Hòa", "Đảng bộ xã Phú Khê"]
    assert [row[1:3] + row[-1:] for row in rows[2025]][1] == ["Chi bộ Trung tâm Y tế", "1", "đã kết thúc hoạt động"]


def test_the_base_of_the_policy_is_the_base_of_the_report():
    TargetPolicy.objects.create(year=2025, base=Base.CLOSING, counts_on="ceremony", term_start=date(2021, 1, 1))
    content = content_of(committee()["D1"])
    assert content["policy"]["base_text"] == "đảng viên cuối kỳ (31/12/2025)"
    assert content["appendix"]["heads"][2] == "Đảng viên cuối kỳ"
    assert texts(content)["II 2. Kết nạp đảng viên"][0].endswith(
        "Tỷ lệ kết nạp so với đảng viên cuối kỳ (31/12/2025) là 3/42, bằng 7,14%; năm 2024 là 1/40, bằng 2,50%. Số kết "
        "nạp tính theo ngày tổ chức lễ kết nạp; mục tiêu cả năm là 3–4%."
    )


def test_names_in_the_head_are_those_of_the_day_of_the_report():
    units = committee()
    tree.rename(units["D1"], "Đảng bộ xã Minh Hòa Mới", on=date(2026, 1, 5), today=TODAY)
    agencies = [content_of(units["D1"], dated=day)["head"]["agency"] for day in (date(2026, 1, 4), date(2026, 1, 5))]
    assert agencies == ["ĐẢNG ỦY XÃ MINH HÒA", "ĐẢNG ỦY XÃ MINH HÒA MỚI"]


def test_an_organisation_that_was_not_there_has_nothing_to_report():
    units = committee()
    late = organization("L", "Chi bộ mới", parent=units["D1"], valid_from=date(2026, 2, 1))
    with pytest.raises(NotInPeriod, match="Chi bộ mới không hoạt động trong kỳ từ 01/01/2025 đến 31/12/2025"):
        report_facts(late, Y2025)


def test_the_content_is_plain_and_its_digest_follows_every_number():
    units = committee()
    content = canonical(content_of(units["H"]))
    assert content == canonical(content_of(units["H"]))
    before = digest(content)
    assign_target(units["D2"], 2025, 3)
    assert digest(content_of(units["H"])) != before


@pytest.mark.parametrize("more", [0, 6])
def test_a_report_needs_the_same_queries_for_any_number_of_rows(more, django_assert_num_queries):
    units = committee()
    for number in range(more):
        organization(f"X{number}", parent=units["D1"])
    with django_assert_num_queries(43):
        report_facts(units["D1"], Y2025)
