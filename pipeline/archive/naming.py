"""Folders and file names of Công văn 1361-CV/BTCTW, Phụ lục 2 (confidence S, see the catalogue):

    <mã tổ chức>/<số định danh>_<HoTenKhongDau>/<NNN>.<Ten_tai_lieu>.<n>.pdf

Pure. Names are of plain letters and digits, so that every file system takes them.
"""

import unicodedata
from dataclasses import dataclass

from core.names import clean_name, display_name
from core.names import file_name as without_unsafe
from core.sealed import Sealed
from pipeline.archive.catalogue import DocumentType

NO_IDENTITY = "[so dinh danh]"
"""Stands where the number is not shown, or not known. Brackets: every file system takes them, and no number has any."""
NO_TYPE = "[so loai]"
NO_NAME = "KhongTen"
LONGEST_PERSON, LONGEST_TITLE = 60, 80


def plain_words(text: str) -> list[str]:
    """The words of *text* in plain letters and digits: `Đỗ Thị Ẩn-Hoà` → Do, Thi, An, Hoa."""
    lower = clean_name(text).replace("đ", "d").replace("Đ", "D")
    bare = (sign for sign in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(sign))
    return "".join(sign if sign.isascii() and sign.isalnum() else " " for sign in bare).split()


def person_part(full_name: str) -> str:
    """`NguyenThiAnh`: no marks, no spaces; of a very long name what fits, whole words."""
    words = [word[:1].upper() + word[1:] for word in plain_words(display_name(full_name))]
    return "".join(_fitting(words, LONGEST_PERSON, 0)) or NO_NAME


def title_part(title: str) -> str:
    """`Don_xin_vao_Dang`."""
    return "_".join(_fitting(plain_words(title), LONGEST_TITLE, 1))


def _fitting(words: list[str], longest: int, between: int) -> list[str]:
    found: list[str] = []
    length = -between
    for word in words:
        length += between + len(word)
        if length > longest:
            break
        found.append(word)
    return found or [word[:longest] for word in words[:1]]


@dataclass(frozen=True)
class SealedFolder(Sealed):
    """The folder of a person with the number of the identity paper, which `open()` alone shows."""

    organization: str = ""
    person: str = ""

    def open(self) -> str:
        return folder(self.organization, self.person, super().open())


def folder(organization: str, full_name: str, identity_number: str = "") -> str:
    """The folder of a person: of the organisation with that code, with the number where it may be shown."""
    return f"{without_unsafe(organization)}/{identity_number or NO_IDENTITY}_{person_part(full_name)}"


def sealed_folder(organization: str, full_name: str, number: Sealed | None) -> Sealed:
    """The same, sealed, where a number is known; with its place left to be filled in, where none is."""
    return SealedFolder(number.token if number else "", organization, full_name)


def file_name(kind: DocumentType | None, title: str, copy: int) -> str:
    """The name of the *copy*-th paper of its kind. Of one outside the catalogue, or of whose kind only a range of
    numbers is known, the number is left to be filled in."""
    number = f"{kind.number:03d}" if kind and kind.number is not None else NO_TYPE
    return f"{number}.{title_part(title)}.{copy}.pdf"
