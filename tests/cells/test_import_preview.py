"""What the preview shows: faults at their cells, rows with what changes, the copy with marks, how a file was read."""

import pytest
from django.urls import reverse

from cells.models import Member
from cells.roles import Role
from cells.workbook import pages
from cells.workbook.fault_table import letters
from cells.workbook.preview import kind_of
from core.models import AuditEvent
from tests.cells.roll_pages import log_in
from tests.factories import district, member
from tests.imports import FAULTY, MEMBERS, checked, run, sheets_of, uploaded, written
from tests.pages import check_page, visible_text
from tests.workbooks import DECLARED_HEAD, MEMBER_HEAD, ORGANIZATION_HEAD, TARGET_HEAD, PlainText, day

pytestmark = pytest.mark.django_db
FULL_HEAD = [*MEMBER_HEAD, "Dân tộc", "Tôn giáo", "Ngày chính thức", "Trình độ"]


@pytest.fixture
def units():
    return district()


@pytest.fixture
def officer(client, units):
    return log_in(client, units["H"], Role.BOARD_OFFICER)


def address(row, name="detail"):
    return reverse(f"cells:import-{name}", args=[row.public_id])


def groups(row):
    return [(g["level"], g["sheet"], g["column"], g["count"], g["message"]) for g in row.found["groups"]]


# --- Faults -----------------------------------------------------------------------------------------------------------


def test_faults_of_one_kind_are_one_group_the_largest_first_and_errors_before_warnings(officer):
    row = checked(officer, **FAULTY)
    sex = "“gái” không có trong danh mục. Hãy chọn một trong: nam, nữ."
    assert groups(row) == [
        ("error", "DANG_VIEN", "Ngày sinh", 2, "“31/02/1988” không phải là ngày có thật. Hãy viết ngày/tháng/năm "
         "(12/05/1975), tháng/năm (05/1975) hoặc năm (1975)."),
        ("error", "DANG_VIEN", "Giới tính", 1, sex),
        ("warning", "DANG_VIEN", "Ghi chú", 1, "Cột này không thuộc mẫu nên được bỏ qua."),
        ("warning", "DANG_VIEN", "Ngày vào Đảng", 1, "Vào Đảng khi chưa đủ 18 tuổi. Hãy kiểm tra lại Ngày sinh và "
         "Ngày vào Đảng."),
    ]  # fmt: skip
    assert (row.errors, row.warnings) == (3, 2)


@pytest.mark.parametrize(
    ("first", "second", "is_one"),
    [
        ("“a” không rõ nghĩa.", "“b” không rõ nghĩa.", True),
        ("Không có tổ chức mã K9.", "Không có tổ chức mã 099.001.7.", True),
        ("Trùng với dòng 4.", "Trùng với dòng 118.", True),
        ("Thiếu Ngày. Hãy điền ô này.", "Thiếu Loại. Hãy điền ô này.", False),
    ],
)
def test_messages_that_differ_only_in_what_they_name_are_of_one_kind(first, second, is_one):
    assert (kind_of(first) == kind_of(second)) is is_one


def test_a_fault_is_shown_at_its_cell_with_the_rows_around_it(officer):
    row = checked(officer, **FAULTY)
    table = pages.fault_table_of(row, row.found["groups"][0], 0, 20)
    assert [(head.letters, head.title, head.is_faulty) for head in table.heads] == [
        ("A", "Mã đảng viên", False), ("B", "Họ và tên", False), ("C", "Ngày sinh", True), ("D", "Giới tính", False),
    ]  # fmt: skip
    assert [(line.number, line.is_faulty, [cell.text for cell in line.cells]) for line in table.lines] == [
        (2, True, ["M1", "Nguyễn Thị Ánh", "31/02/1988", "nữ"]),
        (3, False, ["M2", "Trần Văn Đức", "05/1975", "nam"]),
        (4, True, ["M3", "Lò Thị Hoà", "30/02/1990", "gái"]),
        (5, False, ["M4", "Đỗ Thị Ẩn", "1990", "nữ"]),
    ]  # fmt: skip
    assert [[cell.is_faulty for cell in line.cells] for line in table.lines[:2]] == [
        [False, False, True, False],
        [False] * 4,
    ]
    assert [line.message[:12] for line in table.lines] == ["“31/02/1988”", "", "“30/02/1990”", ""]


def test_the_same_message_is_told_once_not_below_every_row(client, officer):
    people = [[f"M{n}", "Trần Văn Đức", "", "nam", "", day("19/05/2010")] for n in range(3)]
    row = checked(officer, DANG_VIEN=[MEMBER_HEAD, *people])
    html = client.get(address(row)).content.decode()
    assert html.count("Đảng viên mới phải có Mã tổ chức.") == 1
    assert "3 ô" in visible_text(html)


def test_an_empty_faulty_cell_is_named_and_its_sign_is_read_out(client, officer):
    people = [MEMBER_HEAD, ["M1", "Trần Văn Đức", "", "nam", "", day("19/05/2010")]]
    text = visible_text(client.get(address(checked(officer, DANG_VIEN=people))).content.decode())
    assert "! ô sai: (trống)" in text


def test_rows_apart_are_shown_with_a_gap_between_them(officer):
    people = [[f"M{n}", "Trần Văn Đức", "", "nam", "K1", day("19/05/2010")] for n in range(12)]
    people[1][4] = people[9][4] = "K9"
    row = checked(officer, DANG_VIEN=[MEMBER_HEAD, *people])
    table = pages.fault_table_of(row, row.found["groups"][0], 0, 20)
    assert [line.number for line in table.lines] == [2, 3, 4, 10, 11, 12]
    assert [line.number for line in table.lines if line.follows_gap] == [10]


def test_neighbours_that_are_sensitive_are_hidden(officer):
    head = ["Mã đảng viên", "Họ và tên", "Tôn giáo", "Mã tổ chức", "Số CCCD"]
    row = checked(officer, DANG_VIEN=[head, ["M1", "Lò Thị Hoà", "Công giáo", "K9", "001088000001"]])
    table = pages.fault_table_of(row, row.found["groups"][0], 0, 20)
    assert [cell.text for cell in table.lines[0].cells] == ["M1", "Lò Thị Hoà", "•••", "K9", "•••"]
    assert "001088000001" not in str(row.found)


def test_many_faults_have_pages(client, officer):
    people = [[f"M{n:02d}", "Trần Văn Đức", "x", "nam", "K1", day("19/05/2010")] for n in range(45)]
    row = checked(officer, DANG_VIEN=[MEMBER_HEAD, *people])
    first = visible_text(client.get(address(row)).content.decode())
    assert "Xem cả 45 ô" in first
    assert "M05" not in first
    response = client.get(address(row, "faults"), {"nhom": 0, "page": 3})
    check_page(response)
    assert [line.number for line in response.context["table"].lines if line.is_faulty] == [42, 43, 44, 45, 46]
    assert "Trang 3/3" in visible_text(response.content.decode())


@pytest.mark.parametrize("asked", ["9", "-1", "x"])
def test_a_kind_of_fault_that_is_not_there_is_not_found(client, officer, asked):
    assert client.get(address(checked(officer, **FAULTY), "faults"), {"nhom": asked}).status_code == 404


def test_faults_of_a_whole_sheet_or_file_need_no_cell(client, officer):
    row = checked(officer, DANG_VIEN=[["Họ và tên"], ["Trần Văn Đức"]], GHI_CHU=[["x"]])
    assert groups(row)[0][:4] == ("error", "DANG_VIEN", "Mã đảng viên", 1)
    text = visible_text(client.get(address(row)).content.decode())
    assert "Thiếu cột “Mã đảng viên”. Hãy đặt tên cột đúng như vậy ở dòng 1." in text
    assert "Sheet này không thuộc mẫu nên được bỏ qua." in text
    check_page(client.get(address(row, "faults"), {"nhom": 0}))


def test_more_faults_than_are_listed_are_counted(client, officer, monkeypatch):
    monkeypatch.setattr("cells.workbook.preview.MAX_FAULTS", 2)
    people = [[f"M{n}", "Trần Văn Đức", "x", "nam", "K1", day("19/05/2010")] for n in range(5)]
    row = checked(officer, DANG_VIEN=[MEMBER_HEAD, *people])
    assert (row.errors, row.found["groups"][0]["count"], row.found["groups"][0]["listed"]) == (5, 5, 2)
    text = visible_text(client.get(address(row, "faults")).content.decode())
    assert "Lỗi ở 5 ô, cột Ngày sinh" in text
    assert "liệt kê 2 ô đầu" in text


def test_more_kinds_than_have_room_go_together(officer, monkeypatch):
    monkeypatch.setattr("cells.workbook.preview.MAX_GROUPS", 1)
    assert [count for _, _, _, count, _ in groups(checked(officer, **FAULTY))] == [2, 1, 1, 1]


@pytest.mark.parametrize(("place", "called"), [(0, "A"), (25, "Z"), (26, "AA"), (199, "GR")])
def test_columns_are_called_as_excel_calls_them(place, called):
    assert letters(place) == called


# --- The copy with marks ----------------------------------------------------------------------------------------------


def test_the_marked_copy_has_every_cell_with_the_faulty_ones_coloured_and_explained(client, officer):
    rows = [*FAULTY["DANG_VIEN"], [PlainText("=M5"), PlainText("=Đỗ Ẩn"), "1960", "nữ", "K1", day("03/02/1985"), 12.5]]
    row = checked(officer, DANG_VIEN=rows)
    response = client.get(address(row, "marked-file"))
    page = sheets_of(b"".join(response.streaming_content))["DANG_VIEN"]
    values = [[cell.value for cell in line] for line in page.iter_rows()]
    assert values[0] == [*FAULTY["DANG_VIEN"][0], "Lỗi (phần mềm ghi)"]
    assert values[1][:3] == ["M1", "Nguyễn Thị Ánh", "31/02/1988"]
    assert values[1][5].date() == day("19/05/2010")
    assert values[5][:2] == ["=M5", "=Đỗ Ẩn"]
    assert page["A6"].data_type == "s"
    assert values[5][6] == 12.5
    assert values[1][7].startswith("Ngày sinh: “31/02/1988” không phải là ngày có thật.")
    assert values[1][7].endswith("\nGhi chú: Cột này không thuộc mẫu nên được bỏ qua.")
    coloured = {cell.coordinate for line in page.iter_rows() for cell in line if cell.fill.fgColor.rgb == "FFF8C9C5"}
    assert coloured == {"C2", "C4", "D4"}
    assert page["G1"].fill.fgColor.rgb == page["F5"].fill.fgColor.rgb == "FFFBE3A8"
    event = AuditEvent.objects.get(action=AuditEvent.Action.DOWNLOAD)
    assert (event.object_id, event.label) == (str(row.public_id), "Số liệu 2026.xlsx")
    assert "filename*=utf-8''S%E1%BB%91%20li%E1%BB%87u%202026%20" in response.headers["Content-Disposition"]


def test_the_marked_copy_corrected_and_uploaded_again_is_read_without_a_word_about_its_notes(client, officer):
    row = checked(officer, DANG_VIEN=[MEMBER_HEAD, ["M1", "Trần Văn Đức", "1975", "nam", "K9", day("03/02/2001")]])
    page = sheets_of(b"".join(client.get(address(row, "marked-file")).streaming_content))["DANG_VIEN"]
    cells = [[cell.value for cell in line] for line in page.iter_rows()]
    cells[1][4] = "K1"
    again = checked(officer, DANG_VIEN=cells)
    assert (again.errors, again.warnings, again.counts["DANG_VIEN"]["created"]) == (0, 0, 1)
    twice = checked(officer, DANG_VIEN=[cells[0], [*cells[1][:4], "K9", *cells[1][5:]]])
    page = sheets_of(b"".join(client.get(address(twice, "marked-file")).streaming_content))["DANG_VIEN"]
    assert [cell.value for cell in page[1]].count("Lỗi (phần mềm ghi)") == 1


def test_a_file_without_faults_has_no_marked_copy(client, officer):
    assert client.get(address(checked(officer, DANG_VIEN=MEMBERS), "marked-file")).status_code == 404


# --- Rows that change something ---------------------------------------------------------------------------------------


def listed(client, row, sheet, kind):
    response = client.get(address(row, "rows"), {"sheet": sheet, "loai": kind})
    check_page(response)
    return [
        (each.line.code, each.line.label, [tuple(change) for change in each.line.changes])
        for each in response.context["lines"]
    ]


def test_created_rows_are_named_and_changed_ones_say_what_becomes_of_which_field(client, officer, units):
    member(units["K1"], "M1", "Nguyễn Thị Anh", joined_on=day("19/05/2010"), religion="Không", ethnicity="Kinh")
    changed = [
        "M1",
        "Nguyễn Thị Ánh",
        "12/05/1988",
        "nữ",
        "K2",
        day("19/05/2010"),
        "Tày",
        "Không",
        day("19/05/2011"),
        "",
    ]
    new = ["M2", "Trần Văn Đức", "05/1975", "nam", "K1", day("03/02/2001"), "Kinh", "", "", "Đại học"]
    row = checked(officer, DANG_VIEN=[FULL_HEAD, changed, new])
    assert listed(client, row, "DANG_VIEN", "sua") == [
        ("M1", "Nguyễn Thị Ánh (1988)", [
            ("Ngày sinh", "", "12/05/1988"),
            ("Họ và tên", "Nguyễn Thị Anh", "Nguyễn Thị Ánh"),
            ("Giới tính", "", "nữ"),
            ("Dân tộc", "", "đã đổi"),
            ("Ngày chính thức", "", "19/05/2011"),
            ("Mã tổ chức", "K1", "K2"),
        ]),
    ]  # fmt: skip
    assert listed(client, row, "DANG_VIEN", "tao-moi") == [("M2", "Trần Văn Đức (1975), Chi bộ thôn Đồng Tâm", [])]


def test_sensitive_values_are_nowhere_in_what_is_kept_of_a_check(officer, units):
    person = member(units["K1"], "M1", joined_on=day("19/05/2010"), ethnicity="Tày", religion="Công giáo")
    row = checked(officer, DANG_VIEN=[FULL_HEAD, [person.code, "", "", "", "K1", "", "Mông", "Tin lành", "", ""]])
    kept = str(row.found) + str(row.counts)
    kept += "".join(path.read_text(errors="ignore") for path in row.preview_folder.iterdir() if path.suffix == ".lines")
    assert not {word for word in ("Tày", "Công giáo", "Mông", "Tin lành") if word in kept}
    row = run(row, "cells.apply_import", digest=row.digest)
    events = "".join(str(event.changes) for event in AuditEvent.objects.all())
    assert "Tin lành" not in events
    assert Member.objects.get().religion == "Tin lành"


def test_versions_movements_years_and_targets_say_what_changes(client, officer, units):
    from tests.reports.committee import assign_target

    person = member(units["K1"], "M1", "Nguyễn Thị Ánh", joined_on=day("19/05/2010"))
    assign_target(units["D1"], 2026, 5)
    movement_head = ["Mã đảng viên", "Loại", "Ngày", "Mã tổ chức", "Số quyết định"]
    written(officer, SO_LIEU_NAM=[DECLARED_HEAD, ["H", 2019, 700, 20, 0, 0, 0, 0, 0, 0, 0, 720]],
            BIEN_DONG=[movement_head, [person.code, "chuyển đi", "01/03/2025", "K1", ""]])  # fmt: skip
    row = checked(
        officer,
        TO_CHUC=[ORGANIZATION_HEAD, ["K2", "Chi bộ Hai", "D2", "chi bộ", day("01/07/2025")],
                 ["K1", "", "D1", "", "", "30/06/2026", "K2"], ["K9", "Chi bộ Chín", "D1", "chi bộ"]],
        BIEN_DONG=[movement_head, [person.code, "chuyển đi", "01/03/2025", "K1", "Số 9-QĐ/ĐU"]],
        SO_LIEU_NAM=[DECLARED_HEAD, ["H", 2019, 700, 25, 0, 0, 5, 0, 0, 0, 0, 720]],
        CHI_TIEU=[TARGET_HEAD, ["D1", 2026, 8], ["D2", 2026, 3]],
    )  # fmt: skip
    assert row.errors == 0, row.found["groups"]
    assert listed(client, row, "TO_CHUC", "tao-moi") == [
        ("K2", "Chi bộ Hai, từ ngày 01/07/2025",
         [("Tên", "Chi bộ thôn Đông Thịnh", "Chi bộ Hai"), ("Mã cấp trên", "D1", "D2")]),
        ("K9", "Chi bộ Chín", []),
    ]  # fmt: skip
    assert listed(client, row, "TO_CHUC", "sua") == [
        ("K1", "Chi bộ thôn Đồng Tâm", [("Đến ngày", "", "30/06/2026"), ("Tổ chức kế thừa", "", "K2")])
    ]
    assert listed(client, row, "BIEN_DONG", "sua") == [
        ("M1", "Nguyễn Thị Ánh: chuyển đi 01/03/2025, Chi bộ thôn Đồng Tâm", [("Số quyết định", "", "Số 9-QĐ/ĐU")])
    ]
    assert listed(client, row, "SO_LIEU_NAM", "sua") == [
        ("H", "Đảng bộ huyện Minh Sơn, năm 2019", [("Kết nạp", "20", "25"), ("Chuyển đi", "0", "5")])
    ]
    assert listed(client, row, "CHI_TIEU", "sua") == [
        ("D1", "Đảng bộ xã Minh Hòa, năm 2026: 8 người", [("Chỉ tiêu kết nạp", "5", "8")])
    ]
    assert listed(client, row, "CHI_TIEU", "tao-moi") == [("D2", "Đảng bộ xã Phú Khê, năm 2026: 3 người", [])]


def test_lists_of_rows_have_pages_and_lead_to_each_other(client, officer):
    people = [[f"M{n:02d}", "Trần Văn Đức", "1975", "nam", "K1", day("19/05/2010")] for n in range(21)]
    row = checked(
        officer, DANG_VIEN=[MEMBER_HEAD, *people], TO_CHUC=[ORGANIZATION_HEAD, ["K9", "Chín", "D1", "chi bộ"]]
    )
    response = client.get(address(row, "rows"), {"sheet": "DANG_VIEN", "loai": "tao-moi", "page": 2})
    assert [each.line.code for each in response.context["lines"]] == ["M20"]
    assert "TO_CHUC: tạo mới 1 DANG_VIEN: tạo mới 21" in visible_text(response.content.decode())


@pytest.mark.parametrize("asked", [{"sheet": "DANG_VIEN", "loai": "sua"}, {"sheet": "X"}, {"loai": "tao-moi"}])
def test_a_list_that_is_not_there_is_not_found(client, officer, asked):
    assert client.get(address(checked(officer, DANG_VIEN=MEMBERS), "rows"), asked).status_code == 404


# --- How the file is read ---------------------------------------------------------------------------------------------


def read_again(client, row, **fields):
    """The import after its reading was corrected by *fields* and its check was done once more."""
    page = client.get(address(row, "reading"))
    data = {name: field.initial or "" for name, field in page.context["form"].fields.items()}
    response = client.post(address(row, "reading"), data | fields)
    assert response.status_code == 302, response.content.decode()
    row.refresh_from_db()
    return run(row, "cells.check_import")


def test_a_column_is_read_as_one_says_and_stays_so(client, officer):
    head = ["Mã đảng viên", "Tên đầy đủ", "Chi bộ", "Ngày vào Đảng"]
    row = checked(officer, DANG_VIEN=[head, ["M1", "Nguyễn Thị Ánh", "K1", day("19/05/2010")]])
    assert row.state == "refused"
    row = read_again(client, row, **{"cot-0-1": "full_name", "cot-0-2": "organization"})
    assert (row.state, row.warnings, row.counts["DANG_VIEN"]["created"]) == ("checked", 0, 1)
    row = run(row, "cells.apply_import", digest=row.digest)
    assert Member.objects.get().full_name == "Nguyễn Thị Ánh"


def test_faults_name_the_column_as_it_is_called_in_the_file(client, officer):
    head = ["Mã đảng viên", "Họ và tên", "Chi bộ", "Ngày vào Đảng"]
    row = checked(officer, DANG_VIEN=[head, ["M1", "Nguyễn Thị Ánh", "K9", day("19/05/2010")]])
    row = read_again(client, row, **{"cot-0-2": "organization"})
    assert [(g["column"], g["place"]) for g in row.found["groups"]] == [("Chi bộ", 2)]


def test_a_column_may_be_left_out_and_another_take_its_place(client, officer):
    head = ["Mã đảng viên", "Họ và tên", "Tên khai sinh", "Mã tổ chức"]
    row = checked(officer, DANG_VIEN=[head, ["M1", "Ánh", "Nguyễn Thị Ánh", "K1"]])
    row = read_again(client, row, **{"cot-0-1": "", "cot-0-2": "full_name"})
    run(row, "cells.apply_import", digest=row.digest)
    assert Member.objects.get().full_name == "Nguyễn Thị Ánh"


def test_two_columns_cannot_be_the_same_one(client, officer):
    head = ["Mã đảng viên", "Họ và tên", "Tên khai sinh", "Mã tổ chức"]
    row = checked(officer, DANG_VIEN=[head, ["M1", "Ánh", "Nguyễn Thị Ánh", "K1"]])
    page = client.get(address(row, "reading"))
    data = {name: field.initial or "" for name, field in page.context["form"].fields.items()}
    response = client.post(address(row, "reading"), data | {"cot-0-2": "full_name"})
    assert "Đã có cột khác đọc như “Họ và tên”. Hãy chọn một trong hai." in visible_text(response.content.decode())


def test_a_sheet_is_read_as_one_says_under_its_own_name_wherever_its_headers_stand(client, officer):
    cells = [["DANH SÁCH ĐẢNG VIÊN"], [""], *MEMBERS[:2], ["M9", "Trần Văn Đức", "x", "nam", "K1", ""]]
    row = checked(officer, Sheet1=cells)
    assert row.found["groups"][0]["message"].startswith("Tệp không có sheet nào của mẫu")
    row = read_again(client, row, **{"sheet-0": "DANG_VIEN"})
    (sheet,) = row.found["sheets"]
    assert (sheet["target"], sheet["head"], sheet["rows"]) == ("DANG_VIEN", 3, 2)
    assert [(g["sheet"], g["column"], g["row"]) for g in row.found["groups"]] == [
        ("Sheet1", "Ngày sinh", 5),
        ("Sheet1", "Mã đảng viên", 5),
    ]
    table = pages.fault_table_of(row, row.found["groups"][0], 0, 5)
    assert [line.number for line in table.lines] == [4, 5]


def test_a_sheet_may_be_left_out(client, officer):
    row = checked(officer, DANG_VIEN=MEMBERS, CHI_TIEU=[TARGET_HEAD, ["K9", 2026, 1]])
    assert row.state == "refused"
    row = read_again(client, row, **{"sheet-1": ""})
    assert (row.state, row.counts["DANG_VIEN"]["created"]) == ("checked", 2)


def test_what_was_chosen_can_be_given_up_again(client, officer):
    row = checked(officer, DANG_VIEN=MEMBERS)
    row = read_again(client, row, **{"cot-0-2": ""})
    assert row.choices["columns"] == {"DANG_VIEN": {"2": ""}}
    client.post(address(row, "reading"), {"as-proposed": "1"})
    row.refresh_from_db()
    assert run(row, "cells.check_import").choices == {"sheets": {}, "columns": {}, "units": {}}


def test_the_page_says_what_a_missing_column_means(client, officer):
    row = checked(officer, DANG_VIEN=[["Mã đảng viên"], ["M1"]])
    text = visible_text(client.get(address(row, "reading")).content.decode())
    assert "Ngày vào Đảng Giữ nguyên ngày đã có; người mới chưa có biến động thì chưa tính vào danh sách." in text


def test_a_check_cannot_be_asked_for_twice_at_once(client, officer):
    row = uploaded(officer, DANG_VIEN=MEMBERS)
    response = client.post(address(row, "check"), follow=True)
    assert "Máy đang làm việc với tệp này." in visible_text(response.content.decode())


def test_texts_longer_than_the_database_takes_are_told_at_their_cells(officer):
    long = "x" * 201
    row = checked(officer, DANG_VIEN=[MEMBER_HEAD, ["M1", long, "", "", "K1", ""]])
    assert groups(row)[0][2:] == ("Họ và tên", 1, "Ô này dài 201 ký tự, tối đa 200. Hãy viết gọn lại.")
