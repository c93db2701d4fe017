"""Import, export, import into an empty database, export: the same content every time."""

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from cells.models import Organization
from cells.queries.tree_check import tree_faults
from cells.workbook.exporting import export_scope, write_workbook
from cells.workbook.importing import run_import
from core.models import AuditEvent
from tests.factories import TODAY
from tests.workbooks import (
    DECLARED_HEAD,
    MOVEMENT_HEAD,
    ORGANIZATION_HEAD,
    TARGET_HEAD,
    PlainText,
    counts,
    day,
    imported,
    read_book,
)

pytestmark = pytest.mark.django_db

PEOPLE = [
    ["Mã đảng viên", "Họ và tên", "Ngày sinh", "Giới tính", "Dân tộc", "Tôn giáo", "Mã tổ chức", "Ngày vào Đảng",
     "Ngày chính thức", "Trình độ"],
    ["0001", "Nguyễn Thị Ánh", day("12/05/1988"), "nữ", "Kinh", "Không", "K2", day("19/05/2010"), day("19/05/2011"),
     "Đại học"],
    ["0002", PlainText("=Hoàng Văn Đức & <Con>"), "05/1975", "nam", "Tày", "", "K1", day("01/01/2000"), None, "12/12"],
    ["0003", "Trần Đình Ẩn", "1960", "", "", "", "K3", day("03/02/1985"), None, ""],
    ["0004", "Lò Thị Hoà", None, "nữ", "Thái", "Công giáo", "K1", None, None, ""],
]  # fmt: skip
BOOK = {
    "TO_CHUC": [
        [*ORGANIZATION_HEAD, "Lĩnh vực", "Địa bàn dân cư", "Còn nguồn"],
        ["H", "Đảng bộ huyện Minh Sơn", "", "đảng bộ cấp trên trực tiếp cơ sở"],
        ["D1", "Đảng bộ xã Minh Hòa", "H", "đảng bộ cơ sở", day("01/01/2020")],
        ["D2", "Đảng bộ xã Phú Khê", "H", "đảng bộ cơ sở", "", day("31/12/2024"), "D1"],
        ["K1", "Chi bộ thôn Đồng Tâm", "D1", "chi bộ", "", "", "", "Nông thôn", "có", "không"],
        ["K2", "Chi bộ thôn Khê Thượng", "D2", "chi bộ", "", day("31/12/2024")],
        ["K2", "Chi bộ thôn Khê Thượng", "D1", "chi bộ", day("01/01/2025")],
        ["K3", "Chi bộ cũ", "D1", "chi bộ", "", day("30/06/2025")],
    ],
    "DANG_VIEN": PEOPLE,
    "BIEN_DONG": [
        MOVEMENT_HEAD,
        ["0001", "kết nạp", day("19/05/2010"), "K1", "Số 12-QĐ/HU, ngày 19/5/2010", day("02/06/2010")],
        ["0001", "chuyển đi", day("01/03/2024"), "K1"],
        ["0001", "chuyển đến", day("01/03/2024"), "K2"],
        ["0003", "từ trần", day("04/05/2025"), "K3", "Số 9-TB/ĐU"],
    ],
    "SO_LIEU_NAM": [DECLARED_HEAD, ["H", 2019, 700, 20, 3, 0, 2, 4, 0, 1, 0, 716]],
    "CHI_TIEU": [TARGET_HEAD, ["D1", 2026, 8], ["K1", 2026, 1]],
}


def exported(path, root=None):
    write_workbook(path, export_scope(root))
    return read_book(path)


def in_an_empty_database(action):
    """Run *action* and forget everything it stored."""
    with transaction.atomic():
        result = action()
        transaction.set_rollback(True)
    return result


def test_content_survives_export_and_import(tmp_path):
    def first():
        assert imported(tmp_path, **BOOK).errors == []
        return exported(tmp_path / "mot.xlsx")

    def second():
        result = run_import(tmp_path / "mot.xlsx", today=TODAY)
        assert (result.errors, result.saved) == ([], True)
        assert tree_faults(TODAY) == []
        return exported(tmp_path / "hai.xlsx")

    content = in_an_empty_database(first)
    assert in_an_empty_database(second) == content
    assert (tmp_path / "mot.xlsx").read_bytes() == (tmp_path / "hai.xlsx").read_bytes()
    given = {name: rows[1:] for name, rows in BOOK.items()}
    for name in ("BIEN_DONG", "CHI_TIEU"):
        assert [row[: len(given[name][0])] for row in content[name][1:]] == [
            [cell if not hasattr(cell, "year") else _at_midnight(cell) for cell in row] for row in given[name]
        ]
    assert [row[1] for row in content["DANG_VIEN"][1:]] == [row[1] for row in PEOPLE[1:]]


def _at_midnight(value):
    from datetime import datetime

    return datetime(value.year, value.month, value.day)


def test_an_export_read_back_changes_nothing(tmp_path):
    imported(tmp_path, **BOOK)
    exported(tmp_path / "xuat.xlsx")
    result = run_import(tmp_path / "xuat.xlsx", today=TODAY)
    assert result.errors == []
    assert {name: numbers[:2] for name, numbers in counts(result).items()} == dict.fromkeys(BOOK, (0, 0))


def test_a_part_stands_by_itself_and_changes_nothing_when_read_back(tmp_path):
    imported(tmp_path, **BOOK)
    content = exported(tmp_path / "phan.xlsx", Organization.objects.get(code="K2"))
    assert [row[0] for row in content["TO_CHUC"][1:]] == ["D1", "D2", "H", "K1", "K2", "K2"]
    assert [row[0] for row in content["DANG_VIEN"][1:]] == ["0001"]
    result = run_import(tmp_path / "phan.xlsx", today=TODAY)
    assert result.errors == []
    assert all(numbers[:2] == (0, 0) for numbers in counts(result).values())


def test_the_commands_answer_as_promised(tmp_path, capsys):
    import json

    from tests.workbooks import write_book

    book = write_book(tmp_path / "so.xlsx", **BOOK)
    call_command("import_workbook", str(book), "--json")
    answer = json.loads(capsys.readouterr().out)
    assert (answer["saved"], answer["errors"]) == (True, [])
    assert answer["counts"]["BIEN_DONG"] == {"created": 4, "updated": 0, "unchanged": 0}
    call_command("import_workbook", str(book), "--dry-run", "--json")
    assert json.loads(capsys.readouterr().out)["saved"] is False
    call_command("export_workbook", str(tmp_path / "ra.xlsx"), "--organization", "D1")
    assert read_book(tmp_path / "ra.xlsx")["CHI_TIEU"][1:] == [["D1", 2026, 8], ["K1", 2026, 1]]


def test_a_refused_import_exits_with_1_and_tells_where(tmp_path, capsys):
    import json

    nothing = tmp_path / "so.xlsx"
    nothing.write_bytes(b"khong phai excel")
    with pytest.raises(SystemExit) as leaving:
        call_command("import_workbook", str(nothing), "--json")
    assert leaving.value.code == 1
    (error,) = json.loads(capsys.readouterr().out)["errors"]
    assert (error["sheet"], error["row"], error["column"]) == ("", None, "")


def test_an_export_to_a_folder_is_refused_in_words(tmp_path):
    with pytest.raises(CommandError, match=r"là một thư mục\. Hãy ghi cả tên tệp\."):
        call_command("export_workbook", str(tmp_path))
    assert AuditEvent.objects.count() == 0
