"""What the commands share: a wrong argument is told in a sentence, never by a traceback."""

import errno
import os
from datetime import date

import pytest
from django.core.management import CommandError, load_command_class

from core.commands import check_output, date_argument, save_output
from core.jobs import files

UNREADABLE = "Hãy viết dạng NĂM-THÁNG-NGÀY, ví dụ 2026-06-30."


def run(app, *words):
    """Run a command as from the command line; what it ends with."""
    load_command_class(app, words[0]).run_from_argv(["manage.py", *words])


@pytest.mark.parametrize("text", ["2026-13-01", "30/06/2026", "2026-02-30", "20260630", "2026-W01-1", "٢٠٢٦-٠٦-٣٠", ""])
@pytest.mark.parametrize(
    ("app", "words"),
    [
        ("cells", ["check_tree", "--today"]),
        ("cells", ["create_user", "hai", "--full-name", "Hải", "--role", "administrator", "--until"]),
        ("reports", ["compute_rates", "2025", "--from"]),
        ("reports", ["compute_rates", "2025", "--to"]),
        ("reports", ["demo", "--today"]),
        (
            "reports",
            [
                "render_report",
                "annual",
                "2025",
                "--organization",
                "H",
                "--format",
                "pdf",
                "--output",
                "a.pdf",
                "--date",
            ],
        ),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_a_day_that_cannot_be_read_ends_the_command_with_a_sentence(capsys, app, words, text):
    with pytest.raises(SystemExit) as ended:
        run(app, *words, text)
    told = capsys.readouterr()
    assert (ended.value.code, told.out, f"Ngày “{text}” không đọc được. {UNREADABLE}" in told.err) == (2, "", True)


def test_a_day_is_read_as_written():
    assert date_argument("2026-06-30") == date(2026, 6, 30)


@pytest.mark.parametrize(
    ("name", "said"),
    [("", " là một thư mục. Hãy ghi cả tên tệp."), ("không có/a.pdf", "Hãy tạo thư mục hoặc chọn nơi khác.")],
)
def test_what_cannot_become_a_file_is_refused_before_any_work(tmp_path, name, said):
    with pytest.raises(CommandError) as refused:
        check_output(tmp_path / name)
    assert str(refused.value).endswith(said)


def test_a_device_is_not_overwritten(tmp_path):
    os.mkfifo(tmp_path / "ống")
    with pytest.raises(CommandError, match="không phải là tệp thường"):
        check_output(tmp_path / "ống")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.EACCES, "Không ghi được tệp {}: không có quyền ghi. Hãy chọn nơi khác."),
        (errno.ENOSPC, "Không ghi được tệp {}: hết chỗ trống. Hãy chọn nơi khác."),
        (errno.EIO, "Không ghi được tệp {}. Hãy chọn nơi khác."),
    ],
)
def test_what_cannot_be_written_is_told_with_the_reason(tmp_path, monkeypatch, number, said):
    def fail(path, content):
        raise OSError(number, "failed")

    monkeypatch.setattr(files, "save", fail)
    with pytest.raises(CommandError) as refused:
        save_output(tmp_path / "a.pdf", b"")
    assert str(refused.value) == said.format(tmp_path / "a.pdf")
