"""Lists that offices have already: read as members, every oddity shown, nothing guessed silently."""

import unicodedata
from datetime import date, datetime

import pytest
from django.urls import reverse

from cells.models import Member
from cells.roles import Role
from cells.workbook.list_units import unit_key
from cells.workbook.list_values import ListDate, Standing, read_card, read_list_birth, read_person, read_standing
from cells.workbook.lists import NATIONAL, SHORT, recognised
from cells.workbook.values import CellError, Proposed
from core.dates import DatePrecision, PartialDate
from tests.cells.roll_pages import log_in
from tests.factories import appointment, district, member, organization, user
from tests.imports import checked, run
from tests.pages import check_page, visible_text
from tests.workbooks import imported

NATIONAL_HEAD = [
    "STT", "ID", "Họ và tên *", "Tên gọi khác", "Giới tính *", "Sinh ngày * (dd/mm/yyyy)", "Dân tộc *", "Tôn giáo *",
    "Số định danh cá nhân *", "Số thẻ Đảng* (12 số theo HD38-HD/BTCTW)", "Nơi cấp thẻ Đảng",
    "Ngày cấp thẻ Đảng (dd/mm/yyyy)", "Số thẻ theo Đảng quyết định 85",
    "Tổ chức Đảng đang sinh hoạt * (không sửa)", "Nơi đăng ký khai sinh - Quốc gia *", "Nơi đăng ký khai sinh - Tỉnh *",
    "Nơi đăng ký khai sinh - Địa chỉ chi tiết *", "Quê quán (theo mô hình 2 cấp) - Quốc gia *",
    "Quê quán (theo mô hình 2 cấp) - Tỉnh *", "Quê quán (theo mô hình 2 cấp) - Địa chỉ chi tiết *",
    "Thường trú (theo mô hình 2 cấp) - Quốc gia *", "Thường trú (theo mô hình 2 cấp) - Tỉnh *",
    "Thường trú (theo mô hình 2 cấp) - Địa chỉ chi tiết *", "Ngày vào Đảng* (dd/mm/yyyy)",
    "Ngày vào Đảng chính thức* (dd/mm/yyyy)", "Số CMND cũ (nếu có)", "Trạng thái hoạt động",
    "Ngày rời khỏi/ Ngày mất/ Ngày miễn sinh hoạt Đảng (dd/mm/yyyy)", "Đề nghị xóa (x)", "Ghi chú",
]  # fmt: skip
SHORT_HEAD = [
    "STT", "Họ và tên", "Số thẻ Đảng viên", "Số CCCD", "Ngày sinh", "Ngày kết nạp", "Chi bộ đang sinh hoạt",
    "Chi bộ nơi cư trú", "Trạng thái",
]  # fmt: skip


def national(number, name, place, **cells):
    """One row of the national list."""
    row = dict.fromkeys(NATIONAL_HEAD, "")
    row |= {
        "STT": number, "ID": f"DV{number:06d}", "Họ và tên *": name, "Giới tính *": "Nữ",
        "Sinh ngày * (dd/mm/yyyy)": "12/05/1988", "Dân tộc *": "Kinh", "Tôn giáo *": "Không",
        "Số định danh cá nhân *": "001088000001", "Tổ chức Đảng đang sinh hoạt * (không sửa)": place,
        "Ngày vào Đảng* (dd/mm/yyyy)": "19/05/2010", "Ngày vào Đảng chính thức* (dd/mm/yyyy)": "19/05/2011",
        "Trạng thái hoạt động": "Đang sinh hoạt",
    }  # fmt: skip
    for head, value in cells.items():
        row[next(key for key in row if key.lower().startswith(head.replace("_", " ")))] = value
    return list(row.values())


def short(number, name, card, place, **cells):
    row = dict(
        zip(SHORT_HEAD, [number, name, card, "001088000001", "12/05/1988", "19/05/2010", place, "", ""], strict=True)
    )
    for head, value in cells.items():
        row[next(key for key in row if key.lower().startswith(head.replace("_", " ")))] = value
    return list(row.values())


@pytest.fixture
def units(db):
    return district()


@pytest.fixture
def officer(client, units):
    return log_in(client, units["H"], Role.BOARD_OFFICER)


def told(row, level="warning"):
    return [(g["column"], g["count"], g["message"]) for g in row.found["groups"] if g["level"] == level]


def codes():
    return list(Member.objects.order_by("code").values_list("code", "organization__code"))


# --- Which list it is -------------------------------------------------------------------------------------------------


def test_both_lists_are_known_by_their_headers_below_merged_titles():
    titles = [["ĐẢNG BỘ HUYỆN MINH SƠN"], [""], ["DANH SÁCH ĐẢNG VIÊN"]]
    assert recognised([*titles, NATIONAL_HEAD]) == (NATIONAL, 4)
    assert recognised([SHORT_HEAD]) == (SHORT, 1)
    assert recognised([["STT", "Họ và tên", "Ngày sinh"]]) is None
    decomposed = [unicodedata.normalize("NFD", f" {head.replace(' ', '  ')}") for head in NATIONAL_HEAD]
    assert recognised([decomposed]) == (NATIONAL, 1)


def test_the_national_list_is_read_as_members_with_what_is_left_out_named(client, officer):
    cells = [["DANH SÁCH"], NATIONAL_HEAD, national(1, "Nguyễn Thị Ánh", "Chi bộ thôn Đồng Tâm"),
             national(2, "Trần Văn Đức", "Chi bộ thôn Khê Thượng", giới="Nam", dân="Tày")]  # fmt: skip
    row = checked(officer, **{"Đảng viên": cells})
    assert (row.state, row.counts["DANG_VIEN"]["created"], row.errors) == ("checked", 2, 0)
    ((_, _, message),) = told(row)
    assert message.startswith("Sheet này là danh sách của cơ sở dữ liệu đảng viên, được đọc như DANG_VIEN.")
    assert "Mã đảng viên lấy từ cột ID" in message
    assert "Không lưu các cột: STT; Tên gọi khác; Số định danh cá nhân;" in message
    assert message.endswith("Số giấy tờ tùy thân không được lưu.")
    run(row, "cells.apply_import", digest=row.digest)
    assert codes() == [("DV000001", "K1"), ("DV000002", "K3")]
    person = Member.objects.get(code="DV000002")
    assert (person.full_name, person.sex, person.ethnicity, person.joined_on, person.official_on) == (
        "Trần Văn Đức", "male", "Tày", date(2010, 5, 19), date(2011, 5, 19),
    )  # fmt: skip


def test_the_short_list_is_read_with_its_card_number_as_code(client, officer):
    cells = [SHORT_HEAD, short(1, "NGUYỄN THỊ ÁNH", "030098123456", "Chi bộ thôn Đồng Tâm")]
    row = checked(officer, Sheet1=cells)
    assert (row.state, row.counts["DANG_VIEN"]["created"]) == ("checked", 1)
    assert [message for column, _, message in told(row) if column == "Họ và tên"] == [
        "“NGUYỄN THỊ ÁNH” đọc là “Nguyễn Thị Ánh”."
    ]
    assert any("Ngày kết nạp được ghi làm Ngày vào Đảng" in message for _, _, message in told(row))
    run(row, "cells.apply_import", digest=row.digest)
    person = Member.objects.get()
    assert (person.code, person.full_name, person.joined_on) == ("030098123456", "Nguyễn Thị Ánh", date(2010, 5, 19))


def test_the_command_reads_them_too(tmp_path, units):
    result = imported(tmp_path, Sheet1=[SHORT_HEAD, short(1, "Nguyễn Thị Ánh", "030098123456", "K1")])
    assert (result.errors, codes()) == ([], [("030098123456", "K1")])
    assert len(result.warnings) == 1


def test_a_list_in_a_sheet_called_as_ours_is_known_all_the_same(officer):
    row = checked(officer, DANG_VIEN=[["DANH SÁCH"], SHORT_HEAD, short(1, "Lò Thị Hoà", "030098123456", "K1")])
    assert (row.state, row.found["sheets"][0]["head"]) == ("checked", 2)


def test_the_card_becomes_the_code_where_one_says_so(client, officer):
    cells = [NATIONAL_HEAD, national(1, "Nguyễn Thị Ánh", "K1", số_thẻ_đảng="030098123456")]
    row = checked(officer, Sheet1=cells)
    page = client.get(reverse("cells:import-reading", args=[row.public_id]))
    check_page(page)
    data = {name: field.initial or "" for name, field in page.context["form"].fields.items()}
    client.post(reverse("cells:import-reading", args=[row.public_id]), data | {"cot-0-1": ""})
    row.refresh_from_db()
    row = run(row, "cells.check_import")
    run(row, "cells.apply_import", digest=row.digest)
    assert codes() == [("030098123456", "K1")]


def test_two_such_sheets_are_not_mixed(officer):
    rows = [SHORT_HEAD, short(1, "Lò Thị Hoà", "030098123456", "K1")]
    row = checked(officer, A=rows, B=rows)
    assert told(row, "error") == [
        ("", 1, "Sheet A và sheet này cùng được đọc như DANG_VIEN. Hãy bỏ bớt một sheet, hoặc nhập từng sheet một.")
    ]


# --- Cells ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "read", "remark"),
    [
        ("030098123456", "030098123456", ""),
        ("030 098 123 456", "030098123456", ""),
        (30098123456.0, "030098123456", "đọc là “030098123456”"),
        ("30098123456.0", "030098123456", "đọc là “030098123456”"),
        (830098123456.0, "830098123456", "đang là số của Excel"),
        ("12345678", "12345678", "có 8 số, thẻ mới có 12 số"),
    ],
)
def test_card_numbers_that_excel_has_spoiled_are_proposed_whole(given, read, remark):
    found = read_card(given)
    assert (found.value if remark else found) == read
    assert remark in getattr(found, "remark", "")


@pytest.mark.parametrize("given", [1.5, 1e16])
def test_card_numbers_that_are_lost_are_refused(given):
    with pytest.raises(CellError, match="đã làm tròn"):
        read_card(given)


READ = ListDate()


@pytest.mark.parametrize(
    ("given", "read", "remark"),
    [
        (date(2010, 5, 19), date(2010, 5, 19), ""),
        (datetime(2010, 5, 19, 0, 0), date(2010, 5, 19), ""),
        ("19/05/2010", date(2010, 5, 19), ""),
        ("19-5-2010 00:00:00", date(2010, 5, 19), ""),
        ("2010-05-19", date(2010, 5, 19), ""),
        (40317.0, date(2010, 5, 19), "Ô này là số 40317 (ngày dạng số của Excel), đọc là 19/05/2010."),
        ("40317.0", date(2010, 5, 19), "Ô này là số 40317.0 (ngày dạng số của Excel), đọc là 19/05/2010."),
        ("5/19/2010", date(2010, 5, 19), "“5/19/2010” viết tháng trước ngày sau, đọc là 19/05/2010."),
    ],
)
def test_dates_are_read_in_every_shape_lists_have(given, read, remark):
    found = READ(given)
    assert (found.value if remark else found) == read
    assert getattr(found, "remark", "") == remark


@pytest.mark.parametrize("given", ["32/01/2010", "31/02/2010", "19/05/10", "hôm qua", 12.0, 40317.5])
def test_what_is_no_date_is_refused(given):
    with pytest.raises(CellError, match="Hãy viết ngày/tháng/năm"):
        READ(given)


def test_where_the_month_stands_first_in_a_column_it_does_so_in_every_cell():
    read = READ.suited(["5/19/2010", "03/04/2001", "", 12.0])
    assert read("03/04/2001") == Proposed(
        date(2001, 3, 4), "“03/04/2001” đọc theo tháng trước ngày sau như các ô khác của cột: 04/03/2001."
    )
    assert read("05/05/2001") == date(2001, 5, 5)


def test_a_column_that_mixes_both_orders_refuses_what_may_be_either():
    read = READ.suited(["5/19/2010", "19/05/2010"])
    with pytest.raises(CellError, match="không rõ ngày nào, tháng nào"):
        read("03/04/2001")
    assert read("19/05/2010") == date(2010, 5, 19)


def test_real_dates_that_excel_may_have_turned_around_are_pointed_out():
    read = READ.suited([date(2010, 4, 3), date(2001, 12, 5), "19/05/2010"])
    assert "có thể đã đảo ngày và tháng" in read(date(2010, 4, 3)).remark
    assert read(date(2010, 4, 4)) == date(2010, 4, 4)
    assert READ.suited([date(2010, 4, 30), "19/05/2010"])(date(2010, 4, 3)) == date(2010, 4, 3)


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (1975.0, PartialDate(date(1975, 1, 1), DatePrecision.YEAR)),
        ("1975", PartialDate(date(1975, 1, 1), DatePrecision.YEAR)),
        ("05/1975", PartialDate(date(1975, 5, 1), DatePrecision.MONTH)),
        ("12/05/1975", PartialDate(date(1975, 5, 12))),
    ],
)
def test_days_of_birth_may_be_known_in_part(given, read):
    assert read_list_birth(given) == read


def test_a_proposed_day_of_birth_is_told_as_any_other():
    found = read_list_birth(27526.0)
    assert (found.value, found.remark[:15]) == (PartialDate(date(1975, 5, 12)), "Ô này là số 275")


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("Đang sinh hoạt", Standing.ACTIVE),
        ("Chính thức", Standing.ACTIVE),
        ("Dự bị", Standing.ACTIVE),
        ("ĐÃ CHUYỂN", Standing.GONE),
        ("Chuyển sinh hoạt đi", Standing.GONE),
        ("Từ trần", Standing.GONE),
        ("Xoá tên", Standing.GONE),
        ("Miễn sinh hoạt", Standing.EXEMPT),
        ("Bị đình chỉ sinh hoạt", Standing.SUSPENDED),
    ],
)
def test_standings_are_read_however_they_are_spelled(given, read):
    assert read_standing(given)[0] is read


def test_a_standing_nobody_knows_is_refused():
    with pytest.raises(CellError, match="không rõ nghĩa"):
        read_standing("???")


def test_names_in_capitals_are_proposed_others_kept():
    assert read_person("NGUYỄN THỊ ÁNH").value == "Nguyễn Thị Ánh"
    assert read_person(unicodedata.normalize("NFD", "Lò Thị Hoà")) == "Lò Thị Hoà"


# --- People -----------------------------------------------------------------------------------------------------------


def test_rows_of_people_who_left_are_named_and_left_out(client, officer):
    cells = [
        NATIONAL_HEAD,
        national(1, "Nguyễn Thị Ánh", "K1"),
        national(2, "Trần Văn Đức", "không có chi bộ này", trạng="Đã chuyển"),
        national(3, "Lò Thị Hoà", "K1", đề="x"),
        national(4, "Đỗ Thị Ẩn", "K1", trạng="Miễn sinh hoạt"),
    ]
    row = checked(officer, Sheet1=cells)
    assert (row.errors, row.counts["DANG_VIEN"]["created"]) == (0, 2)
    assert [(column, message[:40]) for column, _, message in told(row)[1:]] == [
        ("Trạng thái hoạt động", "Dòng này ghi “Đã chuyển” nên được bỏ qua"),
        ("Trạng thái hoạt động", "“Miễn sinh hoạt”: vẫn trong danh sách, n"),
        ("Đề nghị xóa (x)", "Dòng này ghi đề nghị xóa (“x”) nên được "),
    ]


def test_a_missing_code_is_an_error_at_its_cell(officer):
    row = checked(
        officer, Sheet1=[SHORT_HEAD, short(1, "Lò Thị Hoà", "", "K1"), short(2, "Đỗ Ẩn", "012345678901", "K1")]
    )
    assert told(row, "error") == [
        ("Số thẻ Đảng viên", 1, "Thiếu Số thẻ Đảng viên nên chưa có Mã đảng viên. Hãy điền ô này.")
    ]


def test_probation_longer_than_a_year_is_remarked(officer):
    late = national(1, "Lò Thị Hoà", "K1", ngày_vào_đảng_chính="")
    fresh = national(2, "Đỗ Thị Ẩn", "K1", **{"ngày_vào_đảng*": "19/05/2026", "ngày_vào_đảng_chính": ""})
    row = checked(officer, Sheet1=[NATIONAL_HEAD, late, fresh])
    assert [(column, count) for column, count, message in told(row) if "quá 12 tháng" in message] == [
        ("Ngày vào Đảng chính thức* (dd/mm/yyyy)", 1)
    ]


def test_a_person_stored_under_another_code_is_pointed_out(officer, units):
    member(units["K1"], "M1", "Nguyễn Thị Ánh", born_on=date(1988, 5, 12))
    row = checked(officer, Sheet1=[NATIONAL_HEAD, national(1, "NGUYỄN THỊ ÁNH", "K1"), national(2, "Lò Thị Hoà", "K1")])
    assert [(column, count, message) for column, count, message in told(row) if "Đã có" in message] == [
        ("Họ và tên", 1, "Đã có Nguyễn Thị Ánh cùng ngày sinh, mã M1, ở Chi bộ thôn Đồng Tâm. Nếu là một người, hãy "
         "ghi mã đó; nếu không sẽ thành hai người."),
    ]  # fmt: skip


# --- Organisations by name --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        ("Chi bộ thôn Đồng Tâm", False),
        ("K1", False),
        ("CHI BỘ THÔN ĐỒNG TÂM", False),
        ("CB thôn  Đồng Tâm", True),
        ("Chi bộ thôn Đồng Tâm, Đảng bộ xã Minh Hòa", True),
        ("Chi bộ thôn Đồng Tâm - xã Minh Hoà", True),
    ],
)
def test_a_cell_is_found_however_it_is_spelled_and_a_free_reading_is_told(officer, text, remark):
    row = checked(officer, Sheet1=[NATIONAL_HEAD, national(1, "Lò Thị Hoà", text)])
    assert row.errors == 0, told(row, "error")
    expected = [f"“{' '.join(text.split())}” đọc là Chi bộ thôn Đồng Tâm, Đảng bộ xã Minh Hòa (K1)."] if remark else []
    assert [message for _, _, message in told(row) if "đọc là Chi bộ" in message] == expected
    run(row, "cells.apply_import", digest=row.digest)
    assert codes() == [("DV000001", "K1")]


def test_a_name_that_several_have_is_listed_at_its_cell_unless_the_level_above_is_named(client, officer, units):
    organization("K4", "Chi bộ thôn Đồng Tâm", parent=units["D2"])
    several = checked(officer, Sheet1=[NATIONAL_HEAD, national(1, "Lò Thị Hoà", "Chi bộ thôn Đồng Tâm")])
    assert told(several, "error") == [
        ("Tổ chức Đảng đang sinh hoạt * (không sửa)", 1, "“Chi bộ thôn Đồng Tâm” có thể là: Chi bộ thôn Đồng Tâm, "
         "Đảng bộ xã Minh Hòa (K1); Chi bộ thôn Đồng Tâm, Đảng bộ xã Phú Khê (K4). Hãy chọn ở “Tên tổ chức”, hoặc sửa "
         "ô này."),
    ]  # fmt: skip
    page = client.get(reverse("cells:import-units", args=[several.public_id]))
    assert "Gần giống: Chi bộ thôn Đồng Tâm, Đảng bộ xã Minh Hòa (K1) Chi bộ" in visible_text(page.content.decode())
    plain = checked(
        officer, Sheet1=[NATIONAL_HEAD, national(1, "Lò Thị Hoà", "Chi bộ thôn Đồng Tâm / Đảng bộ xã Phú Khê")]
    )
    assert plain.errors == 0


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("Chi bộ thôn Đồng Tâm", ""),
        ("Chi bộ thôn Khê Thương A", " Gần giống: Chi bộ thôn Khê Thượng, Đảng bộ xã Phú Khê (K3)."),
    ],
)
def test_a_name_out_of_reach_is_not_found_but_what_is_near_is_named(units, text, near):
    person = user()
    appointment(person, units["D2"])
    row = checked(person, Sheet1=[NATIONAL_HEAD, national(1, "Lò Thị Hoà", text)])
    assert [message for _, _, message in told(row, "error")] == [
        f"Không có tổ chức “{text}” trong phạm vi của bạn.{near} Hãy chọn ở “Tên tổ chức”, hoặc sửa ô này."
    ]


def test_one_choice_for_a_name_settles_every_row_that_has_it(client, officer):
    people = [national(n, "Lò Thị Hoà", "Chi bộ ĐT") for n in range(1, 4)]
    row = checked(officer, Sheet1=[NATIONAL_HEAD, *people, national(9, "Đỗ Thị Ẩn", "Chi bộ KT")])
    assert row.found["units"] == [["Chi bộ ĐT", 3, []], ["Chi bộ KT", 1, []]]
    page = reverse("cells:import-units", args=[row.public_id])
    assert "Chọn tổ chức cho từng tên" in visible_text(
        client.get(reverse("cells:import-detail", args=[row.public_id])).content.decode()
    )
    check_page(client.get(page))
    refused = client.post(page, {"ten-0": "Chi bộ không có", "ten-1": ""})
    assert "Không có tổ chức “Chi bộ không có” trong phạm vi của bạn." in visible_text(refused.content.decode())
    client.post(page, {"ten-0": "K1", "ten-1": "Chi bộ thôn Khê Thượng"})
    row.refresh_from_db()
    row = run(row, "cells.check_import")
    assert (row.state, row.choices["units"]) == ("checked", {"chi bo dt": "K1", "chi bo kt": "K3"})
    run(row, "cells.apply_import", digest=row.digest)
    assert codes() == [("DV000001", "K1"), ("DV000002", "K1"), ("DV000003", "K1"), ("DV000009", "K3")]


def test_a_foreign_organisation_cannot_be_chosen_for_a_name(client, units):
    person = user()
    appointment(person, units["D2"])
    client.force_login(person)
    row = checked(person, Sheet1=[NATIONAL_HEAD, national(1, "Lò Thị Hoà", "Chi bộ ĐT")])
    response = client.post(reverse("cells:import-units", args=[row.public_id]), {"ten-0": "K1"})
    assert "Không có tổ chức “K1” trong phạm vi của bạn." in visible_text(response.content.decode())


def test_names_are_compared_without_marks_signs_and_abbreviations():
    assert unit_key("CB. thôn  Đồng-Tâm") == unit_key("Chi bộ thôn Đồng Tâm") == "chi bo thon dong tam"
