"""Keeps the processes of one installation running, and takes all of them along when it goes."""

import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from core.processes import die_with_parent

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
STOP_SECONDS = 8.0
"""How long children may take to stop of themselves; a job in mid-work is done again later."""
STEADY_SECONDS = 5.0
"""Who lived this long and then ended is started again at once; who ends sooner waits ever longer."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@dataclass
class Child:
    """One process and how to keep it: `once` is not started again, whatever it ends with.

    `orphaned` is the signal it gets when the supervisor itself is killed; `due_at` the moment (of the monotonic
    clock) at which it is started next.
    """

    name: str
    command: list[str]
    once: bool = False
    orphaned: int = signal.SIGTERM
    on_start: Callable[[], None] | None = None
    on_end: Callable[[int], None] | None = None
    due_at: float = 0.0
    process: subprocess.Popen | None = field(default=None, init=False)
    started_at: float = field(default=0.0, init=False)
    pause: float = field(default=FIRST_PAUSE, init=False)

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self, folder: Path) -> None:
        if self.on_start:
            self.on_start()
        # A session of its own: Ctrl-C in the terminal reaches the supervisor only, which stops its children
        # in order, and whatever a child leaves behind can be ended with its group.
        self.process = subprocess.Popen(
            self.command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent(self.orphaned),
        )
        self.started_at = time.monotonic()

    def signal(self, number: int) -> None:
        """Send a signal to the child alone."""
        if self.running:
            with suppress(ProcessLookupError):
                self.process.send_signal(number)

    def kill_group(self) -> None:
        """End the child and everything it started, at once."""
        if self.process:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Supervisor:
    """Starts *children*, starts again those that end, and stops all of them on a signal."""

    def __init__(self, children: list[Child], folder: Path, watch: Callable[[], None] | None = None) -> None:
        """*watch* is called at every look, a few times a second, while all is well."""
        self._children = children
        self._folder = folder
        self._watch = watch
        self._stop = threading.Event()

    def run(self) -> None:
        """Returns after a stop signal, when every child is gone."""
        before = {number: signal.signal(number, self._on_signal) for number in STOP_SIGNALS}
        try:
            while not self._stop.is_set():
                for child in self._children:
                    self._look_after(child)
                if self._watch:
                    self._watch()
                self._stop.wait(LOOK_SECONDS)
        finally:
            self._stop_children()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _on_signal(self, number: int, frame: object) -> None:
        if self._stop.is_set():  # asked a second time: no more patience
            for child in self._children:
                child.signal(signal.SIGKILL)
        self._stop.set()

    def _look_after(self, child: Child) -> None:
        if child.running:
            return
        if child.process:
            self._note_end(child, child.process.returncode)
        if time.monotonic() >= child.due_at:
            child.start(self._folder)

    def _note_end(self, child: Child, code: int) -> None:
        child.kill_group()
        child.process = None
        now = time.monotonic()
        if child.once:
            child.due_at = float("inf")
        elif now - child.started_at > STEADY_SECONDS:
            child.due_at, child.pause = now, FIRST_PAUSE
        else:
            child.due_at, child.pause = now + child.pause, min(child.pause * 2, LONGEST_PAUSE)
        if not child.once:
            logger.warning("Tiến trình %s dừng (mã %s); khởi động lại.", child.name, code)
        if child.on_end:
            child.on_end(code)

    def _stop_children(self) -> None:
        for child in self._children:
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline and any(child.running for child in self._children):
            time.sleep(0.05)
        for child in self._children:
            child.kill_group()
