"""Progress on the terminal."""

import io

import pytest

from core.console import ProgressBar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_goes_to_standard_error_only(capsys):
    with ProgressBar("Nạp") as bar:
        bar(1, 2)
    captured = capsys.readouterr()
    assert (captured.out, captured.err != "") == ("", True)


def test_a_terminal_shows_one_line_that_fills_up(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    stream = Terminal()
    with ProgressBar("Nạp", stream) as bar:
        bar(0, 2000, "tổ chức")
        bar(1000, 2000, "đảng viên")
        bar(2000, 2000, "đảng viên")
    lines = stream.getvalue().split("\r")
    assert [line.rstrip() for line in lines] == [
        "",
        "Nạp: [........................]   0% (0/2.000) tổ chức",
        "Nạp: [############............]  50% (1.000/2.000) đảng viên",
        "Nạp: [########################] 100% (2.000/2.000) đảng viên",
    ]
    assert stream.getvalue().endswith("\n")
    assert {len(line.rstrip("\n")) for line in lines[1:]} == {79}


def test_a_log_file_gets_a_line_for_each_step_and_not_for_each_row():
    stream = io.StringIO()
    with ProgressBar("Nạp", stream) as bar:
        for step in ("đọc", "ghi"):
            for row in range(1, 501):
                bar(row, 1000, step)
    assert stream.getvalue().splitlines() == [
        "Nạp:   0% (1/1.000) đọc",
        "Nạp:   0% (1/1.000) ghi",
        "Nạp:  50% (500/1.000) ghi",
    ]


@pytest.mark.parametrize("stream", [Terminal(), io.StringIO()])
def test_an_unknown_total_shows_a_count(stream):
    with ProgressBar("Đếm", stream) as bar:
        bar(1234)
    assert stream.getvalue().strip("\r\n ").rstrip() == "Đếm: 1.234"
