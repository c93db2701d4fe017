"""Looks into an .xlsx before any library builds it in memory: is it one, and is it what it says?

The reader proper trusts sizes and builds a dense grid; a few kilobytes could make it take all memory.
Everything is read here as a stream first, with every limit checked on the way.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree
from xml.parsers import expat

MIB = 1024 * 1024
MAX_FILE_BYTES = 25 * MIB
MAX_CONTENT_BYTES = 256 * MIB
MAX_ENTRIES = 2_000
MAX_RATIO = 200
"""Uncompressed to compressed; sheets of repeated rows reach about 50."""
RATIO_APPLIES_FROM = 8 * MIB
MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_CELLS = 5_000_000
CHUNK = 256 * 1024

_OLE_SIGNATURE = b"\xd0\xcf\x11\xe0"
_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"


class UnreadableWorkbookError(Exception):
    """The whole file is refused. The text is Vietnamese and names the remedy."""


@dataclass
class SheetScan:
    """What one sheet holds beside plain values; cells are (row, column) counted from 1."""

    name: str
    formulas: list[tuple[int, int]] = field(default_factory=list)
    faults: list[tuple[int, int]] = field(default_factory=list)
    """Cells that show an error of Excel's own, such as #REF!."""


def inspect_workbook(path: Path) -> list[SheetScan]:
    """The sheets of *path*, in order. Raises UnreadableWorkbookError for anything but a sound, sizeable .xlsx."""
    try:
        with path.open("rb") as file:
            signature = file.read(len(_OLE_SIGNATURE))
        size = path.stat().st_size
    except OSError as error:
        raise UnreadableWorkbookError(f"Không mở được tệp {path.name}. Hãy kiểm tra lại đường dẫn.") from error
    if size == 0:
        raise UnreadableWorkbookError("Tệp rỗng. Hãy chọn lại tệp Excel có dữ liệu.")
    if size > MAX_FILE_BYTES:
        raise UnreadableWorkbookError(
            f"Tệp lớn {size // MIB} MB, quá giới hạn {MAX_FILE_BYTES // MIB} MB. Hãy chia thành nhiều tệp nhỏ hơn."
        )
    if signature == _OLE_SIGNATURE:
        raise UnreadableWorkbookError(
            "Tệp thuộc loại Excel cũ (.xls) hoặc đang đặt mật khẩu. Hãy mở bằng Excel, bỏ mật khẩu nếu có, "
            "rồi chọn Lưu thành (Save As) dạng Excel Workbook (.xlsx)."
        )
    try:
        with zipfile.ZipFile(path) as archive:
            _check_sizes(archive)
            return [_scan(archive, name, part) for name, part in _checked_sheets(archive)]
    except UnreadableWorkbookError:
        raise
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, OSError, LookupError, StopIteration,
            ValueError, NotImplementedError,
            RuntimeError, ElementTree.ParseError, expat.ExpatError) as error:  # fmt: skip
        raise UnreadableWorkbookError(
            "Tệp không phải là sổ tính Excel (.xlsx) hoặc đã hỏng. Hãy mở bằng Excel rồi lưu lại dạng .xlsx."
        ) from error


def _check_sizes(archive: zipfile.ZipFile) -> None:
    """Refuse by what the archive says of itself, before unpacking anything."""
    entries = archive.infolist()
    total = sum(entry.file_size for entry in entries)
    swollen = any(
        entry.file_size > RATIO_APPLIES_FROM and entry.file_size > MAX_RATIO * max(entry.compress_size, 1)
        for entry in entries
    )
    if len(entries) > MAX_ENTRIES or total > MAX_CONTENT_BYTES or swollen:
        raise UnreadableWorkbookError(
            "Nội dung tệp khi giải nén lớn bất thường, không thể đọc an toàn. Hãy chép riêng các sheet cần nhập "
            "sang một tệp mới rồi thử lại."
        )


def _checked_sheets(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """Names and parts of the sheets, after reading every entry through.

    Reading through proves that each is as long as it says (the reader proper does not check) and that
    none brings entities of its own.
    """
    for entry in archive.infolist():
        is_markup = entry.filename.lower().endswith((".xml", ".rels"))
        tail = b""
        for chunk in _chunks(archive, entry.filename):
            if is_markup and b"<!DOCTYPE" in tail + chunk:
                raise UnreadableWorkbookError(
                    "Tệp có nội dung không phải do Excel tạo ra. Hãy mở bằng Excel rồi lưu lại dạng .xlsx."
                )
            tail = chunk[-16:]
    book = ElementTree.fromstring(archive.read(_WORKBOOK))
    targets = {
        relation.get("Id"): relation.get("Target", "")
        for relation in ElementTree.fromstring(archive.read(_RELATIONS)).findall("{*}Relationship")
    }
    sheets = []
    for sheet in book.findall("{*}sheets/{*}sheet"):  # two namespaces are in use, plain and strict
        target = targets[next(value for key, value in sheet.attrib.items() if key.endswith("}id"))]
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if "worksheets/" in part:
            sheets.append((sheet.get("name", ""), part))
    return sheets


def _scan(archive: zipfile.ZipFile, name: str, part: str) -> SheetScan:
    """Walk through the cells of one sheet."""
    scan = SheetScan(name)
    at = [0, 0]
    widest = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal widest
        if tag == "c":
            reference = attributes.get("r")
            at[0], at[1] = _position(reference) if reference else (at[0], at[1] + 1)
            widest = max(widest, at[1])
            if at[0] > MAX_ROWS or at[1] > MAX_COLUMNS or at[0] * widest > MAX_CELLS:
                raise UnreadableWorkbookError(
                    f"Sheet {name} có ô ở dòng {at[0]}, cột {at[1]}; giới hạn là {MAX_ROWS} dòng, {MAX_COLUMNS} cột. "
                    "Hãy xóa các dòng, cột trống ở cuối sheet hoặc chia thành nhiều tệp."
                )
            if attributes.get("t") == "e":
                scan.faults.append((at[0], at[1]))
        elif tag == "f":
            scan.formulas.append((at[0], at[1]))
        elif tag == "row":
            at[0], at[1] = int(attributes.get("r") or at[0] + 1), 0

    parser = expat.ParserCreate(namespace_separator=None)
    parser.StartElementHandler = lambda tag, attributes: start(tag.rpartition(":")[2], attributes)
    for chunk in _chunks(archive, part):
        parser.Parse(chunk, False)
    parser.Parse(b"", True)
    return scan


def _chunks(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    with archive.open(part) as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def _position(reference: str) -> tuple[int, int]:
    """(row, column) of `C12`, counted from 1."""
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(reference[len(letters) :]), column
