"""Files that are no workbook, or one made to harm, are refused before they cost anything; real ones are read."""

import json
import random
import subprocess
import sys
import zipfile
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from core import xlsx_reading, xlsx_safety
from core.xlsx_reading import Workbook
from core.xlsx_safety import UnreadableWorkbookError
from tests.core.xlsx_attacks import (
    BOOK,
    MIB,
    READ,
    REFUSED,
    SHEET,
    STRINGS,
    STYLES,
    pack,
    sheet_of,
    sound_parts,
    strings_of,
    with_part,
)

READER = """
import json, os, sys, time
from pathlib import Path
from core.xlsx_reading import Workbook
from core.xlsx_safety import UnreadableWorkbookError

def peak():
    lines = open("/proc/self/status").read().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))

for path, everything in json.load(sys.stdin):
    reading, writing = os.pipe()
    if os.fork() == 0:
        before, started = peak(), time.process_time()
        try:
            with Workbook(Path(path)) as book:
                for position in range(len(book.sheets) if everything else 1):
                    book.read(position)
            said = ""
        except UnreadableWorkbookError as refusal:
            said = str(refusal)
        except BaseException as error:
            said = repr(error)
        seconds, grown = time.process_time() - started, (peak() - before) // 1024
        os.write(writing, json.dumps([said, seconds, grown]).encode())
        os._exit(0)
    os.close(writing)
    print(os.read(reading, 65536).decode(), flush=True)
    os.close(reading)
    os.wait()
"""
"""Opens each file in a process of its own and tells what was said, the seconds of processor and the MiB it took."""


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory) -> dict[str, tuple[str, float, int]]:
    """What came of each made-up file, by its name: read to the end, or its first sheet where it can be."""
    folder = tmp_path_factory.mktemp("books")
    built = {name: build for name, (build, _) in REFUSED.items()} | READ
    asked = []
    for number, (name, build) in enumerate(built.items()):
        path = folder / f"{number}.xlsx"
        path.write_bytes(build())
        asked.append((str(path), name in REFUSED))
    ran = subprocess.run(
        [sys.executable, "-c", READER], input=json.dumps(asked), cwd=Path(__file__).parents[2], capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    return dict(zip(built, map(json.loads, ran.stdout.splitlines()), strict=True))


@pytest.mark.xdist_group("xlsx")
@pytest.mark.parametrize("name", REFUSED)
def test_what_could_harm_is_refused_in_under_a_second_and_80_mib(outcomes, name):
    said, seconds, grown = outcomes[name]
    assert (REFUSED[name][1] in said, "Hãy " in said, seconds < 1, grown < 80) == (True,) * 4, outcomes[name]


@pytest.mark.xdist_group("xlsx")
@pytest.mark.parametrize("name", READ)
def test_what_only_looks_dangerous_is_read_as_cheaply(outcomes, name):
    said, seconds, grown = outcomes[name]
    assert (said, seconds < 1, grown < 80) == ("", True, True)


def test_whatever_is_damaged_on_the_way_is_refused_in_words(tmp_path):
    """Bytes changed at random, in the zip and in the XML: read or refused, never another error."""
    chance, parts = random.Random(7), sound_parts() | {STRINGS: strings_of("<si><t>a</t></si>" * 9)}
    parts[SHEET] = sheet_of('<row r="1"><c r="A1" t="s" s="1"><v>3</v></c><c r="B1"><f>1</f><v>2</v></c></row>' * 3)
    path = tmp_path / "so.xlsx"
    for _ in range(400):
        changed = dict(parts)
        name = chance.choice([SHEET, STRINGS, STYLES, BOOK, "_rels/.rels", "xl/_rels/workbook.xml.rels", ""])
        if name:
            changed[name] = _damaged(changed[name], chance)
        data = pack(changed)
        path.write_bytes(data if name else _damaged(data, chance))
        with suppress(UnreadableWorkbookError), Workbook(path) as book:
            for position in range(len(book.sheets)):
                book.read(position)


def _damaged(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at, size = chance.randrange(len(changed)), chance.randint(0, 3)
        changed[at : at + size] = chance.randbytes(chance.randint(0, 3))
    return bytes(changed)


@pytest.mark.parametrize("name", ["khong-co.xlsx", "."])
def test_a_file_that_cannot_be_opened_is_refused(tmp_path, name):
    with pytest.raises(UnreadableWorkbookError, match="Không mở được tệp"):
        Workbook(tmp_path / name)


def test_a_file_over_the_limit_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(xlsx_safety, "MAX_FILE_BYTES", 100)
    with pytest.raises(UnreadableWorkbookError, match="quá giới hạn"):
        read(tmp_path, pack(sound_parts()))


def test_more_content_than_the_limit_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(xlsx_safety, "MAX_CONTENT_BYTES", MIB)
    with pytest.raises(UnreadableWorkbookError, match="lớn bất thường"):
        read(tmp_path, with_part(SHEET, sheet_of(" " * MIB)))


# --- what is read ----------------------------------------------------------------------------------------------


def read(folder: Path, data: bytes, rows: int | None = None) -> tuple[xlsx_reading.SheetScan, list[list[Any]]]:
    """The first sheet of a workbook."""
    path = folder / "so.xlsx"
    path.write_bytes(data)
    with Workbook(path) as book:
        return book.read(0, rows)


def grid(folder: Path, cells: str, **parts: str) -> list[list[Any]]:
    named = {"strings": STRINGS, "styles": STYLES}
    others = {named[name]: content.encode() for name, content in parts.items()}
    return read(folder, pack(sound_parts() | others | {SHEET: sheet_of(cells)}))[1]


def test_sheets_are_listed_in_order_and_each_is_read_by_itself(tmp_path):
    made = openpyxl.Workbook()
    made.active.title = "TO_CHUC"
    made.create_sheet("DANG_VIEN").append(["Mã đảng viên", 7])
    made.create_chartsheet("Biểu đồ")
    made.save(tmp_path / "so.xlsx")
    with Workbook(tmp_path / "so.xlsx") as book:
        assert (book.sheets, book.read(1)[1]) == (["TO_CHUC", "DANG_VIEN"], [["Mã đảng viên", 7.0]])


def test_every_kind_of_value_is_what_the_sheet_shows(tmp_path):
    days = [
        date(2026, 1, 2), datetime(2026, 1, 2, 14, 30), time(7, 5), date(1900, 1, 1), date(1900, 2, 28),
        date(1900, 3, 1), date(9999, 12, 31),
    ]  # fmt: skip
    with xlsxwriter.Workbook(tmp_path / "so.xlsx") as book:
        page = book.add_worksheet()
        forms = ["dd/mm/yyyy", "yyyy-mm-dd hh:mm", "hh:mm", 14, "[$-42A]d mmmm yyyy", "mmm", "dd/mm/yyyy;@"]
        for place, (day, form) in enumerate(zip(days, forms, strict=True)):
            page.write_datetime(0, place, day, book.add_format({"num_format": form}))
        page.write_row(1, 0, ["Đỗ Thị Ánh", 12, 2.5, True])
        page.write_string(1, 5, "=1+1 là chữ")
        page.write_number(2, 1, 0.5, book.add_format({"num_format": "[h]:mm"}))
        for place, form in enumerate(['0.00" d"', "#,##0", "0.00E+00", "[Red]0", r"0\d", "General"]):
            page.write_number(3, place, 45000, book.add_format({"num_format": form}))
        page.write_rich_string(4, 0, "một ", book.add_format({"bold": True}), "hai")
    with Workbook(tmp_path / "so.xlsx") as book:
        rows = book.read(0)[1]
    assert rows == [
        days,
        ["Đỗ Thị Ánh", 12.0, 2.5, True, "", "=1+1 là chữ"],
        ["", timedelta(hours=12)],
        [45000.0] * 6,
        ["một hai"],
    ]


def test_dates_since_1904_are_read_as_such(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "so.xlsx", {"date_1904": True}) as book:
        book.add_worksheet().write_datetime(0, 0, date(2026, 1, 2), book.add_format({"num_format": 14}))
    with Workbook(tmp_path / "so.xlsx") as book:
        assert book.read(0)[1] == [[date(2026, 1, 2)]]


def test_a_number_that_no_calendar_has_stays_a_number(tmp_path):
    cells = '<row><c s="1"><v>-1</v></c><c s="1"><v>3000000</v></c><c s="1"><v>1</v></c></row>'
    styles = '<s><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></s>'
    assert grid(tmp_path, cells, styles=styles) == [[-1.0, 3000000.0, date(1900, 1, 1)]]


def test_rows_and_cells_may_stand_without_their_places_or_with_gaps(tmp_path):
    cells = (
        '<row><c><v>1</v></c><c/><c><v>2</v></c></row><row r="4"><c r="B4"><v>3</v></c></row><row><c><v>4</v></c></row>'
    )
    assert grid(tmp_path, cells) == [[1.0, "", 2.0], [], [], ["", 3.0], [4.0]]


def test_texts_are_read_without_how_they_sound_and_with_excels_own_escapes(tmp_path):
    strings = (
        "<sst><si><t>東京</t><rPh sb='0' eb='2'><t>とうきょう</t></rPh></si>"
        "<si><t>hai_x000D_\ndòng_x0000_ _xD800_ _x005F_x000D_</t></si></sst>"
    )
    cells = '<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row>'
    assert grid(tmp_path, cells, strings=strings) == [["東京", "hai\r\ndòng _xD800_ _x000D_"]]


def test_dates_in_words_are_dates_too(tmp_path):
    """As the strict kind of workbook writes them."""
    days = ["2026-01-02", "2026-01-02T00:00:00Z", "2026-01-02T14:30:00", "hôm qua"]
    cells = "".join(f'<c t="d"><v>{day}</v></c>' for day in days)
    day = date(2026, 1, 2)
    assert grid(tmp_path, f"<row>{cells}</row>") == [[day, day, datetime(2026, 1, 2, 14, 30), "hôm qua"]]


def test_a_zip_written_for_large_files_is_read(tmp_path):
    path = tmp_path / "so.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sound_parts().items():
            with archive.open(name, "w", force_zip64=True) as part:
                part.write(content)
    with Workbook(path) as book:
        assert book.read(0)[1] == [["Mã", "Tên"]]


def test_prefixes_and_other_encodings_are_read_alike(tmp_path):
    text = (
        '<?xml version="1.0" encoding="UTF-16"?><x:worksheet xmlns:x="m"><x:sheetData><x:row r="1"><x:c r="A1" '
        't="inlineStr"><x:is><x:t>Đảng bộ</x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>'
    )
    assert read(tmp_path, with_part(SHEET, text.encode("utf-16")))[1] == [["Đảng bộ"]]


def test_formulas_and_errors_are_found_with_their_cells_and_never_read(tmp_path):
    cells = (
        '<row r="2"><c r="B2"><f>1+1</f><v>2</v></c><c r="AA2" t="e"><v>#REF!</v></c>'
        '<c r="AB2" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="AC2"><v>5</v></c></row>'
        '<row r="3"><c r="A3"><f>1</f></c></row>'
    )
    scan, rows = read(tmp_path, with_part(SHEET, sheet_of(cells)))
    assert (list(scan.formulas), list(scan.faults)) == ([(2, 2), (2, 28), (3, 1)], [(2, 27)])
    assert rows == [[], [""] * 28 + [5.0], []]


def test_the_first_rows_can_be_looked_at_alone(tmp_path):
    cells = "<row><c><v>1</v></c></row>" * 5 + "<row><c r='mistake'/></row>"
    assert read(tmp_path, with_part(SHEET, sheet_of(cells)), rows=2)[1] == [[1.0], [1.0]]


def test_a_workbook_is_found_where_its_relations_say(tmp_path):
    parts = sound_parts()
    moved = {name.replace("xl/workbook.xml", "xl/workbook22.xml"): content for name, content in parts.items()}
    relations = moved.pop("xl/_rels/workbook.xml.rels")
    moved |= {
        "_rels/.rels": parts["_rels/.rels"].replace(b"xl/workbook.xml", b"/xl/workbook22.xml"),
        "xl/_rels/workbook22.xml.rels": relations.replace(b'"worksheets/', b'"..\\xl\\worksheets\\'),
    }
    assert read(tmp_path, pack(moved, zipfile.ZIP_STORED))[1] == [["Mã", "Tên"]]
