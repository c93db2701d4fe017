"""A list as a file: Excel, CSV, and for paper DOCX and PDF. All of them carry the stamp by which a copy is known again.

What leaves the program goes through here alone, after the gate (:mod:`cells.exports`) has let it through.
"""

import csv
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

from django.template.loader import render_to_string

from core.dates import format_date
from core.documents.formats import MOST_ROWS, Format
from core.documents.pdf import FONT_FAMILY, html_to_pdf
from core.documents.sheets import FIXED_DAY, Marked, Sheets, Table, Wrapped
from core.numbers import format_decimal

SHEET = "DANH_SACH"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
A_DAY = 14
"""Width of a column that holds a day."""
_ZIP_DAY = (2000, 1, 1, 0, 0, 0)


def guarded(text: str) -> str:
    """*text* so that no table program takes it for a formula: with an apostrophe before a sign that begins one."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def in_words(value: Any) -> str:
    """A cell as a reader of paper sees it."""
    match value:
        case Marked() | Wrapped():
            return in_words(value.value)
        case None:
            return ""
        case bool():
            return "có" if value else "không"
        case date():
            return format_date(value)
        case Decimal():
            return format_decimal(value)
    return str(value)


def write_list(form: Format, table: Table, stamp: str) -> bytes:
    """*table* as a file of *form*, with the line *stamp* in it.

    :raises ValueError: with more rows than such a file takes (MOST_ROWS).
    :raises core.documents.pdf.PdfUnavailable: where the machine can make no PDF.
    """
    match form:
        case Format.XLSX:
            return _xlsx(table, stamp)
        case Format.CSV:
            return _csv(table, stamp)
    rows = [[in_words(value) for value in row] for row in table.rows]
    if len(rows) > MOST_ROWS[form]:
        raise ValueError(f"{len(rows)} rows are too many for paper")
    return _docx(table, rows, stamp) if form == Format.DOCX else _pdf(table, rows, stamp)


def _xlsx(table: Table, stamp: str) -> bytes:
    content = BytesIO()
    with Sheets(content, table.title, stamp=stamp) as book:
        book.add(SHEET, table)
    return content.getvalue()


def _csv(table: Table, stamp: str) -> bytes:
    """Semicolons, because a comma stands before decimals here; with the mark by which Excel knows UTF-8."""
    content = StringIO()
    lines = csv.writer(content, delimiter=";")
    for row in _lines(table, stamp):
        lines.writerow([_plain(value) for value in row])
    return content.getvalue().encode("utf-8-sig")


def _lines(table: Table, stamp: str) -> Iterator[Sequence[Any]]:
    yield table.heads
    yield from table.rows
    yield from ([note] for note in table.notes)
    yield [stamp]


def _plain(value: Any) -> str:
    inner = value.value if isinstance(value, Marked | Wrapped) else value
    is_number = isinstance(inner, int | float | Decimal) and not isinstance(inner, bool)
    text = in_words(value)
    return text if is_number else guarded(text)


def _pdf(table: Table, rows: Sequence[Sequence[str]], stamp: str) -> bytes:
    # Widths are given, not found out: laying out takes half as long. A day must fit without a break.
    shares = [max(A_DAY, width) + 3 for width in _widths(table)]
    context = {
        "table": table,
        "rows": rows,
        "stamp": stamp,
        "font": FONT_FAMILY,
        "shares": [f"{100 * share / sum(shares):.2f}" for share in shares],
    }
    return html_to_pdf(render_to_string("documents/list.html", context))


def _widths(table: Table) -> list[int]:
    return [table.widths[n] if n < len(table.widths) else len(head) + 4 for n, head in enumerate(table.heads)]


def _docx(table: Table, rows: Sequence[Sequence[str]], stamp: str) -> bytes:
    # Imported here: it costs a third of a second, and most requests write no document.
    import docx
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm, Pt

    document = docx.Document()
    document.core_properties.title, document.core_properties.author = table.title, ""
    document.core_properties.created = document.core_properties.modified = FIXED_DAY
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(15)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(11)
    for line in table.lead or [table.title]:
        document.add_paragraph().add_run(line).bold = True
    _docx_table(document, table, rows)
    for note in table.notes:
        document.add_paragraph(note)
    section.footer.paragraphs[0].text = stamp
    content = BytesIO()
    document.save(content)
    return _with_fixed_days(content.getvalue())


def _docx_table(document: Any, table: Table, rows: Sequence[Sequence[str]]) -> None:
    """A table written element by element: python-docx takes a minute for a thousand rows."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    frame = document.add_table(rows=0, cols=len(table.heads))
    frame.style = "Table Grid"
    shares = _widths(table)
    whole = 267 * 56.7  # millimetres between the margins, in twentieths of a point

    def element(parent: Any, name: str, **attributes: str) -> Any:
        child = OxmlElement(name)
        for key, value in attributes.items():
            child.set(qn(f"w:{key}"), value)
        parent.append(child)
        return child

    def line(cells: Sequence[str], is_head: bool) -> None:
        row = element(frame._tbl, "w:tr")
        kept = element(row, "w:trPr")
        element(kept, "w:cantSplit")
        if is_head:
            element(kept, "w:tblHeader")
        for share, text in zip(shares, cells, strict=True):
            cell = element(row, "w:tc")
            element(element(cell, "w:tcPr"), "w:tcW", w=str(round(whole * share / sum(shares))), type="dxa")
            run = element(element(cell, "w:p"), "w:r")
            if is_head:
                element(element(run, "w:rPr"), "w:b")
            words = element(run, "w:t")
            words.set(qn("xml:space"), "preserve")
            words.text = text

    line(list(table.heads), is_head=True)
    for cells in rows:
        line(cells, is_head=False)


def _with_fixed_days(packed: bytes) -> bytes:
    """The same archive with one day on everything in it: equal lists give equal files."""
    content = BytesIO()
    with zipfile.ZipFile(BytesIO(packed)) as source, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            target.writestr(zipfile.ZipInfo(entry.filename, _ZIP_DAY), source.read(entry), zipfile.ZIP_DEFLATED)
    return content.getvalue()
