"""`manage.py render_report`: a file where it was asked for, or a sentence that says what to do."""

from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from core.documents.pdf import Pdf
from core.models import AuditEvent
from reports.models import Report
from reports.services import reports as service
from tests.reports.committee import committee

pytestmark = pytest.mark.django_db


@pytest.fixture
def printed(monkeypatch) -> list[str]:
    pages: list[str] = []

    def print_(html: str) -> Pdf:
        pages.append(html)
        return Pdf(b"%PDF-", 5)

    monkeypatch.setattr(service, "make_pdf", print_)
    return pages


def render(path: Path, kind="annual", period="2025", code="H", form="pdf", **options) -> None:
    call_command("render_report", kind, period, organization=code, format=form, output=path, **options)


def refusal(*args, **options) -> tuple[str, int]:
    with pytest.raises(CommandError) as caught:
        render(*args, **options)
    return str(caught.value), caught.value.returncode


def test_the_file_is_written_recorded_and_not_stored(tmp_path, printed, capsys):
    units = committee()
    AuditEvent.objects.all().delete()
    render(tmp_path / "bc.pdf", "half-year", "2025-H1", date=date(2025, 7, 6))
    assert (tmp_path / "bc.pdf").read_bytes() == b"%PDF-"
    assert "Minh Sơn, ngày 06 tháng 7 năm 2025" in printed[0]
    assert "kết quả kết nạp đảng viên 6 tháng đầu năm 2025" in printed[0]
    assert Report.objects.count() == 0
    (event,) = AuditEvent.objects.all()
    assert (event.action, event.origin, event.scope_path) == ("render", "render_report", units["H"].path)
    assert event.changes["file"] == "bc.pdf"
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == f"Đã ghi {tmp_path}/bc.pdf: 5 trang, mã kiểm chứng {event.changes['digest']}.\n"


def test_without_a_date_there_is_room_to_write_it(tmp_path, printed):
    committee()
    render(tmp_path / "bc.pdf")
    assert "Minh Sơn, ngày      tháng      năm 20    " in printed[0]


def test_the_clock_is_not_in_the_file(tmp_path, printed):
    """The same facts give the same text, so that two renderings can be compared byte by byte."""
    committee()
    for name in ("a.pdf", "b.pdf"):
        render(tmp_path / name)
    assert printed[0] == printed[1]


def test_the_cut_off_is_an_input(tmp_path, printed):
    committee()
    render(tmp_path / "bc.pdf", first_day=date(2025, 1, 1), last_day=date(2025, 5, 31), signer="deputy")
    assert "(số liệu từ ngày 01/01/2025 đến ngày 31/5/2025)" in printed[0]
    assert "K/T TRƯỞNG BAN" in printed[0]


def test_a_year_still_running_is_closed_today_and_says_so(tmp_path, printed, capsys):
    committee()
    render(tmp_path / "b.pdf", "annual", "2026")
    assert "(số liệu từ ngày 01/01/2026 đến ngày 22/11/2026)" in printed[0]
    assert "Kỳ chưa hết: số liệu chốt đến hôm nay, 22/11/2026." in capsys.readouterr().err


@pytest.mark.parametrize("form", ["docx", "xlsx"])
def test_a_format_that_is_not_built_yet_ends_with_2(tmp_path, form):
    message, code = refusal(tmp_path / "bc", form=form)
    assert (message, code) == (f"Chưa có báo cáo dạng {form}. Hãy dùng --format pdf.", 2)


@pytest.mark.parametrize(
    ("kind", "period", "message"),
    [
        ("half-year", "2025", "Kỳ “2025” không đọc được. Với half-year hãy viết như 2026-H1."),
        ("half-year", "2025-H2", "Kỳ “2025-H2” không đọc được. Với half-year hãy viết như 2026-H1."),
        ("annual", "2025-H1", "Kỳ “2025-H1” không đọc được. Với annual hãy viết như 2026."),
        ("annual", "0001", "Kỳ “0001” không đọc được. Với annual hãy viết như 2026."),
    ],
)
def test_a_period_is_written_as_in_the_example(tmp_path, kind, period, message):
    committee()
    assert refusal(tmp_path / "bc.pdf", kind, period) == (message, 1)


def test_other_faults_say_what_to_change(tmp_path):
    committee()
    path = tmp_path / "bc.pdf"
    assert refusal(path, code="XX")[0] == "Không có tổ chức mã XX. Hãy kiểm tra lại mã."
    assert refusal(tmp_path / "none" / "bc.pdf")[0].startswith("Không có thư mục ")
    assert refusal(tmp_path)[0] == f"{tmp_path} là một thư mục. Hãy ghi cả tên tệp."
    assert not path.exists()


@pytest.mark.parametrize(
    ("kind", "period", "options", "message"),
    [
        ("annual", "2027", {}, "PERIOD: Năm 2027 chưa tới. Hãy ghi năm 2026 hoặc trước đó."),
        (
            "annual", "2026", {"last_day": date(2026, 11, 23)},
            "--to: Ngày chốt số liệu không được sau hôm nay, 22/11/2026.",
        ),
        (
            "annual", "2025", {"last_day": date(2026, 1, 5)},
            "--to: Ngày chốt số liệu phải trong năm 2025, sau ngày 01/01, chậm nhất 31/12.",
        ),
        (
            "half-year", "2025-H1", {"last_day": date(2025, 8, 1)},
            "--to: Ngày chốt số liệu phải trong năm 2025, sau ngày 01/01, chậm nhất 31/7.",
        ),
        (
            "annual", "2025", {"first_day": date(2025, 12, 31)},
            "--from: Ngày đầu phải trước ngày chốt số liệu 31/12/2025. Hãy sửa lại.",
        ),
        (
            "annual", "2025", {"date": date(2025, 12, 25)},
            "--date: Ngày ghi trên báo cáo phải từ ngày chốt số liệu 31/12/2025 trở đi.",
        ),
    ],
)  # fmt: skip
def test_what_the_page_refuses_the_command_refuses_too(tmp_path, kind, period, options, message):
    committee()
    path = tmp_path / "bc.pdf"
    assert refusal(path, kind, period, **options) == (message, 1)
    assert not path.exists()


@pytest.mark.pdf
def test_a_real_file_comes_out(tmp_path):
    committee()
    render(tmp_path / "bc.pdf", code="K1")
    assert (tmp_path / "bc.pdf").read_bytes()[:5] == b"%PDF-"
