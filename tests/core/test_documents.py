"""Documents: one text and one digest for one content; PDFs with our own fonts and nothing else from anywhere."""

import hashlib
import re
import zlib
from datetime import date
from decimal import Decimal

import pytest

from core.dates import format_date_line, format_paper_date
from core.documents.canonical import canonical, canonical_json, digest
from core.documents.pdf import FACES, FONT_FAMILY, NotPackaged, html_to_pdf, make_pdf, packaged_file
from core.templatetags.paper import unbroken

PAGE = f"""<html lang="vi"><meta charset="utf-8"><title>Báo cáo</title>
<style>html{{font-family:"{FONT_FAMILY}"}}</style>
<p>Đảng ủy <b>xã</b> <i>Hòa</i> <b><i>ữ</i></b></p>"""


def test_equal_contents_have_one_text_whatever_their_order():
    first = {"b": 1, "a": [date(2026, 6, 30), Decimal("2.50"), None, True], "ê": {"z": "Đ", "y": ("x",)}}
    second = {"ê": {"y": ["x"], "z": "Đ"}, "a": ["2026-06-30", "2.50", None, True], "b": 1}
    assert canonical_json(first) == '{"a":["2026-06-30","2.50",null,true],"b":1,"ê":{"y":["x"],"z":"Đ"}}'
    assert canonical_json(second) == canonical_json(first)
    assert digest(second) == digest(first) == hashlib.sha256(canonical_json(first).encode()).hexdigest()
    assert canonical(canonical(first)) == canonical(first)


@pytest.mark.parametrize("value", [1.5, {"a": [float("nan")]}, {1: "x"}, {"a": {1, 2}}, b"x"])
def test_floats_and_what_json_cannot_carry_are_refused(value):
    with pytest.raises(TypeError):
        canonical_json(value)


@pytest.mark.parametrize(
    ("day", "text", "line"),
    [
        (date(2026, 7, 6), "06/7/2026", "ngày 06 tháng 7 năm 2026"),
        (date(2026, 2, 5), "05/02/2026", "ngày 05 tháng 02 năm 2026"),
        (date(2026, 12, 22), "22/12/2026", "ngày 22 tháng 12 năm 2026"),
    ],
)
def test_papers_write_a_zero_before_small_days_and_before_months_one_and_two(day, text, line):
    assert (format_paper_date(day), format_date_line(day)) == (text, line)


def test_a_paper_without_a_date_leaves_room_to_write_it():
    assert format_date_line(None) == "ngày      tháng      năm 20    "


def test_document_numbers_stay_on_one_line_and_text_stays_text():
    assert unbroken("Kế hoạch số 21-KH/HU, ngày 22/12/2025 <b>") == (
        'Kế hoạch số <span class="whole">21-KH/HU,</span> ngày 22/12/2025 &lt;b&gt;'
    )
    assert unbroken("mục tiêu 3–4%, kỳ 2025-2030") == "mục tiêu 3–4%, kỳ 2025-2030"


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "https://example.org/x.ttf", "http://127.0.0.1/x", "data:text/plain,x", "x.css",
        "packaged:../manage.py", "packaged:fonts/../../manage.py", "packaged:fonts/LICENSE", "packaged:", "",
    ],
)  # fmt: skip
def test_only_the_four_fonts_are_packaged(url):
    with pytest.raises(NotPackaged):
        packaged_file(url)


def test_the_four_fonts_are_there():
    assert [packaged_file(f"packaged:{name}").is_file() for name in FACES.values()] == [True] * 4


@pytest.mark.pdf
@pytest.mark.parametrize(
    "extra",
    [
        '<img src="file:///etc/hostname">',
        '<img src="http://127.0.0.1:9/x.png">',
        '<style>@import "https://127.0.0.1:9/b.css";</style>',
        '<p style="background:url(file:///etc/hostname)">x</p>',
        '<style>@font-face{font-family:x;src:url(file:///etc/x.ttf)}</style><p style="font-family:x">a</p>',
        '<object data="file:///etc/hostname"></object>',
        '<link rel="attachment" href="file:///etc/hostname">',
        '<a rel="attachment" href="file:///etc/hostname">x</a>',
    ],
)
def test_a_document_that_refers_to_anything_else_is_not_printed(extra):
    with pytest.raises(NotPackaged):
        make_pdf(PAGE + extra)


@pytest.mark.pdf
@pytest.mark.parametrize(
    "extra", ['<link rel="stylesheet" href="x.css">', '<svg><image href="file:///etc/hostname"/></svg>']
)
def test_what_the_library_passes_over_never_reaches_the_file(extra):
    assert b"EmbeddedFile" not in html_to_pdf(PAGE + extra)


@pytest.mark.pdf
def test_the_same_text_gives_the_same_bytes():
    first = make_pdf(PAGE)
    assert (first.pages, first.data[:5]) == (1, b"%PDF-")
    assert html_to_pdf(PAGE) == first.data


@pytest.mark.pdf
def test_all_letters_come_from_our_own_fonts():
    """Another Liberation on the machine may lack Vietnamese letters, so ours has a name of its own."""
    assert embedded_fonts(html_to_pdf(PAGE)) == {
        "Liberation-Serif-2.1.5",
        "Liberation-Serif-2.1.5-Bold",
        "Liberation-Serif-2.1.5-Italic",
        "Liberation-Serif-2.1.5-Bold-Italic",
    }


def embedded_fonts(pdf: bytes) -> set[str]:
    """Names of the fonts in *pdf*, without the tag of their subset."""
    texts = [pdf]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            texts.append(zlib.decompress(stream))
        except zlib.error:
            continue
    names = {name.decode() for text in texts for name in re.findall(rb"/BaseFont\s*/([^\s/<>\[\]]+)", text)}
    return {name.split("+")[-1] for name in names}
