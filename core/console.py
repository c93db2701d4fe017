"""Progress on the terminal. Always on standard error: standard output belongs to a command's answer."""

import shutil
import sys
import time
from typing import Self, TextIO

from core.numbers import format_integer

REDRAW_SECONDS = 0.1
LINE_SECONDS = 10.0
BAR_WIDTH = 24


class ProgressBar:
    """A bar on a terminal; elsewhere (a log file, a pipe) a plain line at each new step and now and then.

    Call it with how much is done, of how much (0: unknown) and the step, as `JobRun.progress` is called; use
    it as a context manager, so that the terminal's line is ended.
    """

    def __init__(self, label: str, stream: TextIO | None = None) -> None:
        self._label = label
        self._stream = stream or sys.stderr
        self._terminal = self._stream.isatty()
        self._drawn_at = float("-inf")
        self._step = ""
        self._last: tuple[int, int] | None = None
        self._pending = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __call__(self, done: int, total: int = 0, step: str = "") -> None:
        news = step != self._step or self._last is None or (total and done >= total)
        self._step, self._last, self._pending = step, (done, total), True
        if news or time.monotonic() - self._drawn_at >= (REDRAW_SECONDS if self._terminal else LINE_SECONDS):
            self._draw()

    def close(self) -> None:
        """Show the last state and end the line."""
        if self._pending:
            self._draw()
        if self._terminal and self._last is not None:
            self._stream.write("\n")
            self._stream.flush()
        self._last = None

    def _draw(self) -> None:
        text = self._text()
        if self._terminal:
            width = shutil.get_terminal_size().columns - 1
            self._stream.write(f"\r{text[:width]:<{width}}")
        else:
            self._stream.write(text + "\n")
        self._stream.flush()
        self._drawn_at, self._pending = time.monotonic(), False

    def _text(self) -> str:
        done, total = self._last or (0, 0)
        counts = format_integer(done)
        if total:
            share = min(1.0, done / total)
            counts = f"{share:4.0%} ({format_integer(done)}/{format_integer(total)})"
            if self._terminal:
                filled = round(share * BAR_WIDTH)
                counts = f"[{'#' * filled}{'.' * (BAR_WIDTH - filled)}] {counts}"
        return " ".join(filter(None, [f"{self._label}:", counts, self._step]))
