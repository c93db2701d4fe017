"""Opens an .xlsx so that nothing in it can harm: what reads a workbook gets its XML through here, and only here.

A few kilobytes can stand for gigabytes in a zip, and a few megabytes of XML for gigabytes in a parser. So
every cost has a limit that is looked at before or while it arises, and what a part may cost grows with what was
really uploaded for it: a small file is cheap whatever it holds. Parts that nobody asks for are never unpacked.
"""

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.parsers import expat

MIB = 1024 * 1024
MAX_FILE_BYTES = 25 * MIB
MAX_CONTENT_BYTES = 256 * MIB
"""Of all parts read, unpacked."""
MAX_DIRECTORY_BYTES = 512 * 1024
MAX_ENTRIES = 2_000
MAX_RATIO = 100
"""Unpacked to packed; the most even sheets of real workbooks reach about 30."""
RATIO_APPLIES_FROM = 512 * 1024
MAX_TAGS = 24_000_000
"""Opening and closing tags; five million cells with a value have about 20 million."""
FREE_TAGS = 200_000
TAGS_PER_BYTE = 3
"""Tags a part may have for each byte it takes in the file, beyond the free ones; real parts have at most 2.2."""
MAX_NAMES = 2_000
"""Different names of tags and attributes in one part."""
MAX_DEPTH = 100
MAX_TOKEN_BYTES = MIB
"""One tag with all its attributes, one comment: the parser must keep it whole."""
CHUNK = 64 * 1024

_OLE_SIGNATURE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = 0x1
_PLAIN_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DAMAGED = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, expat.ExpatError, EOFError, OSError,
    LookupError, ValueError, OverflowError, NotImplementedError, RuntimeError,
)  # fmt: skip
"""What zipfile and expat raise at files cut short, garbled or made up."""


Starts = dict[str, Callable[[dict[str, str]], Any]]
Ends = dict[str, Callable[[], Any]]
"""Handlers of tags by their local names."""


class UnreadableWorkbookError(Exception):
    """The whole file is refused. The text is Vietnamese and names the remedy."""


def swollen() -> UnreadableWorkbookError:
    """The refusal of a file that takes far more to read than it shows."""
    return UnreadableWorkbookError(
        "Nội dung tệp khi giải nén lớn bất thường, không thể đọc an toàn. Hãy chép riêng các sheet cần nhập "
        "sang một tệp mới rồi thử lại."
    )


def not_from_excel() -> UnreadableWorkbookError:
    """The refusal of what Excel never writes."""
    return UnreadableWorkbookError(
        "Tệp có nội dung không phải do Excel tạo ra. Hãy mở bằng Excel rồi lưu lại dạng .xlsx."
    )


@contextmanager
def refusing_damage() -> Iterator[None]:
    """Turns the errors of damaged files into a refusal that names the remedy."""
    try:
        yield
    except UnreadableWorkbookError:
        raise
    except _DAMAGED as error:
        raise UnreadableWorkbookError(
            "Tệp không phải là sổ tính Excel (.xlsx) hoặc đã hỏng. Hãy mở bằng Excel rồi lưu lại dạng .xlsx."
        ) from error


class _BoundedFile(io.BufferedReader):
    """The uploaded file for zipfile, which reads the whole directory at once, as long as that says it is."""

    def read(self, size: int | None = -1) -> bytes:
        if size is not None and size > MAX_DIRECTORY_BYTES:
            raise swollen()
        return super().read(size)


class Archive:
    """The parts of a workbook, by name. Use as a context manager, under :func:`refusing_damage`.

    Raises UnreadableWorkbookError for anything but a sound, sizeable zip of the kind Excel writes.
    """

    def __init__(self, path: Path) -> None:
        self._bytes_left, self._tags_left = MAX_CONTENT_BYTES, MAX_TAGS
        try:
            self._file = _BoundedFile(io.FileIO(path))
        except OSError as error:
            raise UnreadableWorkbookError(f"Không mở được tệp {path.name}. Hãy kiểm tra lại đường dẫn.") from error
        try:
            self._refuse_by_size_and_signature()
            self._zip = zipfile.ZipFile(self._file)
            self._entries = {entry.filename.lower(): entry for entry in self._zip.infolist()}
            self._refuse_by_directory()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *error: object) -> None:
        self._zip.close()
        self._file.close()

    def __contains__(self, part: str) -> bool:
        return part.lower() in self._entries

    def _refuse_by_size_and_signature(self) -> None:
        size = self._file.seek(0, io.SEEK_END)
        self._file.seek(0)
        signature = self._file.read(len(_OLE_SIGNATURE))
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
        self._size = size

    def _refuse_by_directory(self) -> None:
        """Refuse by what the zip says of itself, before unpacking anything."""
        entries = self._zip.infolist()
        overlap = sum(entry.compress_size for entry in entries) > self._size
        if len(entries) > MAX_ENTRIES or overlap:
            raise swollen()
        if len(self._entries) < len(entries):  # two parts of one name: two readers could see different books
            raise not_from_excel()
        if any(name.endswith("workbook.bin") for name in self._entries):
            raise UnreadableWorkbookError(
                "Tệp thuộc loại Excel nhị phân (.xlsb). Hãy mở bằng Excel rồi chọn Lưu thành (Save As) dạng "
                "Excel Workbook (.xlsx)."
            )
        if "content.xml" in self._entries:
            raise UnreadableWorkbookError(
                "Tệp thuộc loại OpenDocument (.ods). Hãy mở bằng Excel hoặc LibreOffice rồi lưu lại dạng .xlsx."
            )

    def _entry(self, part: str) -> zipfile.ZipInfo:
        """The directory's entry of *part*, once what it says of itself is sound."""
        entry = self._entries[part.lower()]
        if entry.flag_bits & _ENCRYPTED:
            raise UnreadableWorkbookError(
                "Tệp đang đặt mật khẩu. Hãy mở bằng Excel, bỏ mật khẩu rồi lưu lại dạng .xlsx."
            )
        if entry.compress_type not in _PLAIN_METHODS:
            raise not_from_excel()
        is_large = entry.file_size > RATIO_APPLIES_FROM
        if entry.file_size > self._bytes_left or (is_large and entry.file_size > MAX_RATIO * entry.compress_size):
            raise swollen()
        return entry

    def _chunks(self, part: str) -> Iterator[bytes]:
        """The unpacked bytes of *part*, never more than its entry says (zipfile sees to that), nor too many tags."""
        entry = self._entry(part)
        tags_left = min(self._tags_left, FREE_TAGS + TAGS_PER_BYTE * entry.compress_size)
        bytes_left = entry.file_size
        with self._zip.open(entry) as stream:
            while chunk := stream.read(CHUNK):
                tags_left -= _tags(chunk)
                if tags_left < 0:
                    raise swollen()
                bytes_left -= len(chunk)
                yield chunk
        if bytes_left:
            raise zipfile.BadZipFile(f"{part} is shorter than it says")

    def check(self, part: str) -> None:
        """Unpack *part* once without parsing it: a fraction of the time tells whether it is sound and sizeable."""
        for _ in self._chunks(part):
            pass

    def parse(
        self, part: str, starts: Starts, ends: Ends | None = None, text: Callable[[str], Any] | None = None
    ) -> None:
        """Walk through the XML of *part*, calling the handlers of its tags by their local names (see `outline`).

        Document types are refused before anything in them counts, so that there are no entities but XML's own.
        """
        names: dict[str, str] = {}
        parser = expat.ParserCreate(intern=names)
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_document_type
        parser.StartElementHandler, parser.EndElementHandler = outline(starts, ends or {})
        if text is not None:
            parser.CharacterDataHandler = text
        fed = 0
        for chunk in self._chunks(part):
            parser.Parse(chunk, False)
            fed += len(chunk)
            self._bytes_left -= len(chunk)
            self._tags_left -= _tags(chunk)
            if len(names) > MAX_NAMES or fed - parser.CurrentByteIndex > MAX_TOKEN_BYTES:
                raise swollen()
        parser.Parse(b"", True)


def _tags(chunk: bytes) -> int:
    """About how many tags start or end in *chunk*; more at worst."""
    return chunk.count(b"<") + chunk.count(b"/>")


def _refuse_document_type(*declared: object) -> None:
    raise not_from_excel()


def outline(starts: Starts, ends: Ends) -> tuple[Callable[[str, dict[str, str]], None], Callable[[str], None]]:
    """Handlers of starting and ending tags for :meth:`Archive.parse`, made of handlers by local name.

    Tags without a handler are passed over; all are watched for how deep they are nested.
    """
    at_start, at_end, depth = _ByTag(starts), _ByTag(ends), 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise not_from_excel()
        if handler := at_start[tag]:
            handler(attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        if handler := at_end[tag]:
            handler()

    return start, end


class _ByTag(dict[str, Callable | None]):
    """Handlers by tag as it stands in the file; a prefix is looked through the first time only."""

    def __init__(self, by_local_name: Mapping[str, Callable]) -> None:
        super().__init__()
        self._by_local_name = by_local_name

    def __missing__(self, tag: str) -> Callable | None:
        self[tag] = handler = self._by_local_name.get(tag.rpartition(":")[2])
        return handler


def resolve(base: str, target: str) -> str:
    """The part a relationship of *base* names by *target*."""
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(base), target.replace("\\", "/"))).lstrip("/")
