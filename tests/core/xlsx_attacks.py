"""Small workbooks made to harm whoever reads them, and a few that only look like it."""

import io
import random
import struct
import zipfile
from collections.abc import Callable
from itertools import pairwise

import xlsxwriter

MIB = 1024 * 1024
SHEET = "xl/worksheets/sheet1.xml"
BOOK = "xl/workbook.xml"
STRINGS = "xl/sharedStrings.xml"
STYLES = "xl/styles.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

Parts = dict[str, bytes]


def sound_parts() -> Parts:
    """The parts of a plain workbook with the sheet TO_CHUC, its texts shared, as Excel writes it."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.add_worksheet("TO_CHUC").write_row(0, 0, ["Mã", "Tên"])
    with zipfile.ZipFile(buffer) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(parts: Parts, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def with_part(name: str, content: bytes) -> bytes:
    """The plain workbook with the part *name* replaced or added."""
    return pack(sound_parts() | {name: content})


def sheet_of(cells: str | bytes, before: str = "", after: str = "") -> bytes:
    body = cells if isinstance(cells, bytes) else cells.encode()
    return b'<worksheet xmlns="%s">%s<sheetData>%s</sheetData>%s</worksheet>' % (
        MAIN.encode(), before.encode(), body, after.encode(),
    )  # fmt: skip


def part_of(tag: str, content: str) -> bytes:
    return f"<x><{tag}>{content}</{tag}></x>".encode()


def strings_of(items: str) -> bytes:
    return f'<sst xmlns="{MAIN}">{items}</sst>'.encode()


def noise(size: int, seed: int = 1) -> str:
    """Text that a zip packs to half at best, so that no ratio gives it away."""
    return random.Random(seed).randbytes(size // 2).hex()


def repeated(pattern: str, count: int, width: int = 6, seed: int = 1) -> str:
    """*pattern* for *count* random numbers of *width* hexadecimal digits."""
    digits = noise(count * width + width, seed)
    return "".join(pattern % digits[at : at + width] for at in range(0, count * width, width))


REFERRING = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 20_001))

WIDE = "".join(f'<row r="{n}"><c r="GR{n}"><v>1</v></c></row>' for n in range(1, 30_001))


def with_strings(items: str) -> bytes:
    return pack(sound_parts() | {STRINGS: strings_of(items), SHEET: sheet_of(REFERRING)})


def with_entities(encoding: str) -> bytes:
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaaaaaaaaaaaa">'
        + "".join(f'<!ENTITY {following} "' + f"&{name};" * 20 + '">' for name, following in pairwise("abcdefgh"))
        + f']><worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&h;</t></is></c></row>'
        "</sheetData></worksheet>"
    )
    return with_part(SHEET, text.encode(encoding))


def with_foreign_entity() -> bytes:
    text = (
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&a;</t></is></c></row>'
        "</sheetData></worksheet>"
    )
    return with_part(SHEET, text.encode())


def many_sheets(count: int, of: bytes, parts_of_their_own: bool = False) -> bytes:
    parts = sound_parts()
    listed = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="x{n}"/>' for n in range(2, count))
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    files = {n: f"s{n}.xml" if parts_of_their_own else "s.xml" for n in range(2, count)}
    related = "".join(
        f'<Relationship Id="x{n}" Type="{kind}" Target="worksheets/{file}"/>' for n, file in files.items()
    )
    relations = "xl/_rels/workbook.xml.rels"
    return pack(
        parts
        | {
            BOOK: parts[BOOK].replace(b"</sheets>", listed.encode() + b"</sheets>"),
            relations: parts[relations].replace(b"</Relationships>", related.encode() + b"</Relationships>"),
        }
        | {f"xl/worksheets/{file}": of for file in files.values()}
    )


def with_two_parts_of_one_name() -> bytes:
    data = pack(sound_parts() | {"xl/worksheets/sheetX.xml": sheet_of("")})
    return data.replace(b"xl/worksheets/sheetX.xml", SHEET.encode())


def with_overlapping_parts() -> bytes:
    """Every entry of the directory leads to the same packed megabyte."""
    data = pack({f"xl/media/{n:04}": noise(MIB, 7).encode() if n == 0 else b"" for n in range(1_000)})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        first, second = (archive.infolist()[n] for n in (0, 1))
    sizes = struct.pack("<3L", second.CRC, second.compress_size, second.file_size)
    at = data.index(b"PK\x01\x02")
    claimed = struct.pack("<3L", first.CRC, first.compress_size, first.file_size)
    return data[:at] + data[at:].replace(sizes, claimed)


def with_flag(bit: int) -> bytes:
    """The plain workbook whose parts claim *bit* in their general flags, in both places that say so."""
    data = bytearray(pack(sound_parts()))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            data[at + offset] |= bit
            at = data.find(signature, at + 4)
    return bytes(data)


def with_lying_sizes(claimed: int) -> bytes:
    """Every size the directory gives for the sheet is *claimed*; it unpacks to 3 MiB."""
    parts = sound_parts() | {SHEET: sheet_of(noise(3 * MIB))}
    true_size = len(parts[SHEET])
    return pack(parts).replace(true_size.to_bytes(4, "little"), claimed.to_bytes(4, "little"))


def with_huge_directory() -> bytes:
    """A directory of 300,000 entries without names, behind a 64-bit end that says so."""
    entry = b"PK\x01\x02" + b"\0" * 42
    directory = entry * 300_000
    end64 = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 300_000, 300_000, len(directory), 0)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, len(directory), 1)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return directory + end64 + locator + end


SWOLLEN = "lớn bất thường"
FOREIGN = "không phải do Excel tạo ra"
DAMAGED = "không phải là sổ tính Excel"
TOO_LONG = "dài hơn 32.767 ký tự"
TOO_FAR = "giới hạn là 200000 dòng, 200 cột"

REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    # one megabyte that a few kilobytes stand for
    "a sheet of blanks": (lambda: with_part(SHEET, sheet_of(" " * 100 * MIB)), SWOLLEN),
    "a long shared string": (lambda: with_strings("<si><t>" + "A" * 7 * MIB + "</t></si>"), SWOLLEN),
    "a long shared string that packs badly": (lambda: with_strings(f"<si><t>{noise(7 * MIB)}</t></si>"), TOO_LONG),
    "a long shared string in runs": (
        lambda: with_strings("<si>" + "<r><t>abcdefgh</t></r>" * 10_000 + "</si>"), TOO_LONG,
    ),
    "a long inline string": (
        lambda: with_part(SHEET, sheet_of("<row><c t='inlineStr'><is><t>" + "x" * 40_000 + "</t></is></c></row>")),
        TOO_LONG,
    ),
    "a long number": (lambda: with_part(SHEET, sheet_of("<row><c><v>" + "9" * 40_000 + "</v></c></row>")), TOO_LONG),
    "two million tags in the workbook": (lambda: with_part(BOOK, part_of("a", "<a/>" * 2_000_000)), SWOLLEN),
    "two million tags in the workbook that pack badly": (
        lambda: with_part(BOOK, part_of("a", repeated("<a/>" * 100 + "%s", 20_000, 64))), SWOLLEN,
    ),
    "a million styles": (
        lambda: with_part(STYLES, part_of("cellXfs", repeated("<xf a='%s'/>", 300_000))), FOREIGN,
    ),
    "a million number formats": (
        lambda: with_part(STYLES, part_of("numFmts", repeated("<numFmt numFmtId='%s' formatCode='d'/>", 100_000))),
        FOREIGN,
    ),
    "two million empty cells": (
        lambda: with_part(SHEET, sheet_of(("<row>" + "<c/>" * 190 + "</row>") * 10_000)), SWOLLEN,
    ),
    "two million empty cells that pack badly": (
        lambda: with_part(SHEET, sheet_of(repeated("<row>" + "<c/>" * 190 + "<!--%s--></row>", 10_000, 64))), SWOLLEN,
    ),
    "a million empty shared strings": (lambda: with_strings("<si/>" * 2_000_000), SWOLLEN),
    # what a parser must keep
    "tags nested without end": (lambda: with_part(SHEET, sheet_of("<a>" * 100_000)), FOREIGN),
    "a new name for each tag": (lambda: with_part(SHEET, sheet_of(repeated("<a%s/>", 150_000))), SWOLLEN),
    "a new name for each attribute": (
        lambda: with_part(SHEET, sheet_of(repeated('<row a%s=""/>', 100_000))), SWOLLEN,
    ),
    "half a million attributes in one tag": (
        lambda: with_part(SHEET, sheet_of("<row" + repeated(" b%s=''", 500_000) + "/>")), SWOLLEN,
    ),
    "an attribute of eight megabytes": (lambda: with_part(SHEET, sheet_of(f'<row a="{noise(8 * MIB)}"/>')), SWOLLEN),
    "a comment of eight megabytes": (lambda: with_part(SHEET, sheet_of(f"<!--{noise(8 * MIB)}-->")), SWOLLEN),
    "a name of eight megabytes": (lambda: with_part(BOOK, part_of("a" + noise(8 * MIB), "")), SWOLLEN),
    "entities that multiply": (lambda: with_entities("UTF-8"), FOREIGN),
    "entities that multiply, in UTF-16": (lambda: with_entities("UTF-16"), FOREIGN),
    "an entity from a file": (with_foreign_entity, FOREIGN),
    # cells that cannot be
    "a row far away": (lambda: with_part(SHEET, sheet_of('<row r="9999999"><c r="A9999999"/></row>')), TOO_FAR),
    "a column far away": (lambda: with_part(SHEET, sheet_of('<row r="1"><c r="XFD1"/></row>')), TOO_FAR),
    "a cell outside its row, far away": (
        lambda: with_part(SHEET, sheet_of('<row r="1"><c r="A999999"/></row>')), TOO_FAR,
    ),
    "a row before the first": (lambda: with_part(SHEET, sheet_of('<row r="-5"><c><v>1</v></c></row>')), TOO_FAR),
    "an endless row": (lambda: with_part(SHEET, sheet_of("<row>" + "<c/>" * 201 + "</row>")), TOO_FAR),
    "wide rows without end": (lambda: with_part(SHEET, sheet_of(WIDE)), "quá 5.000.000 ô"),
    "a cell without a place": (lambda: with_part(SHEET, sheet_of('<row r="8"><c r="8"/></row>')), FOREIGN),
    "a row that is no number": (lambda: with_part(SHEET, sheet_of('<row r="abc"><c/></row>')), DAMAGED),
    "a number that is none": (lambda: with_part(SHEET, sheet_of("<row><c><v>nan</v></c></row>")), FOREIGN),
    "a number without end": (lambda: with_part(SHEET, sheet_of("<row><c><v>1e999</v></c></row>")), FOREIGN),
    "a string that is not there": (lambda: with_part(SHEET, sheet_of('<row><c t="s"><v>9</v></c></row>')), DAMAGED),
    "a string before the first": (lambda: with_part(SHEET, sheet_of('<row><c t="s"><v>-1</v></c></row>')), FOREIGN),
    # the zip itself
    "a directory without end": (with_huge_directory, SWOLLEN),
    "five thousand parts": (lambda: pack({f"x/{n}": b"" for n in range(5_000)}), SWOLLEN),
    "parts that overlap": (with_overlapping_parts, SWOLLEN),
    "two parts of one name": (with_two_parts_of_one_name, FOREIGN),
    "two parts of one name but for case": (lambda: pack(sound_parts() | {SHEET.upper(): sheet_of("")}), FOREIGN),
    "a part shorter than it is": (lambda: with_lying_sizes(1_000), DAMAGED),
    "a part longer than it is": (lambda: with_lying_sizes(5_000_000), DAMAGED),
    "a part of four gigabytes, it says": (lambda: with_lying_sizes(0xFFFFFFF0), SWOLLEN),
    "parts with a password": (lambda: with_flag(0x1), "đang đặt mật khẩu"),
    "parts packed by bzip2": (lambda: pack(sound_parts(), zipfile.ZIP_BZIP2), FOREIGN),
    "parts packed by LZMA": (lambda: pack(sound_parts(), zipfile.ZIP_LZMA), FOREIGN),
    "a thousand sheets": (lambda: many_sheets(1_000, sheet_of(""), True), "quá 250 sheet"),
    "a sheet that is not there": (
        lambda: pack({name: content for name, content in sound_parts().items() if name != SHEET}), DAMAGED,
    ),
    "two hundred sheets that are one part": (lambda: many_sheets(200, sheet_of(REFERRING)), FOREIGN),
    # other kinds of file
    "nothing": (lambda: b"", "Tệp rỗng."),
    "a list of commas": (lambda: b"Ma,Ten\n1,A\n", DAMAGED),
    "a web page": (lambda: b"<html><table><tr><td>1</td></tr></table></html>", DAMAGED),
    "an old or locked workbook": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "Excel cũ (.xls) hoặc đang đặt mật khẩu",
    ),
    "a binary workbook": (lambda: pack({"xl/workbook.bin": b"x", "_rels/.rels": b"<r/>"}), ".xlsb"),
    "an OpenDocument table": (lambda: pack({"mimetype": b"x", "content.xml": b"<x/>"}), ".ods"),
    "a zip of something else": (lambda: pack({"ghi-chu.txt": b"khong phai so tinh"}), DAMAGED),
    "a workbook cut short": (lambda: pack(sound_parts())[:-40], DAMAGED),
    "a zip cut short": (lambda: b"PK\x03\x04 cut short", DAMAGED),
}  # fmt: skip
"""What is refused, and what of the reason is said."""

READ: dict[str, Callable[[], bytes]] = {
    "one text of 32,767 signs in twenty thousand cells": lambda: with_strings(f"<si><t>{noise(32_766)}</t></si>"),
    "a hundred thousand merged ranges": lambda: with_part(
        SHEET, sheet_of("<row r='1'><c r='A1'><v>1</v></c></row>", after="".join(
            f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1, 100_001)
        )),
    ),
    "thirty sheets nobody asks for": lambda: many_sheets(30, sheet_of(REFERRING * 5), True),
    "big parts nobody asks for": lambda: with_part("xl/media/image1.png", b"\0" * 50 * MIB),
    "fifty thousand formulas": lambda: with_part(
        SHEET, sheet_of("".join(f'<row r="{n}"><c r="A{n}"><f>1</f></c></row>' for n in range(1, 50_001)))
    ),
    "one cell in the last corner": lambda: with_part(SHEET, sheet_of('<row><c r="GR200000"><v>1</v></c></row>')),
}  # fmt: skip
"""What only looks dangerous: the sheet TO_CHUC can be read."""
