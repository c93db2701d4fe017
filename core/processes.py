"""No process of ours outlives the one that started it."""

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Callable

PR_SET_PDEATHSIG = 1
WATCH_SECONDS = 1.0


def die_with_parent(signal_number: int) -> Callable[[], None] | None:
    """For `Popen(preexec_fn=...)`: the child gets *signal_number* when this process ends, even by `kill -9`.

    The kernel does it, on Linux; elsewhere None, and only a clean stop takes the children along. It watches
    the thread that starts the child, so start children from the main thread.
    """
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def arm() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal_number)
        if os.getppid() != parent:  # it ended before the kernel was told
            os._exit(1)

    return arm


def watch_parent() -> None:
    """End this process soon after its parent did. For children we do not start ourselves (Celery's pool)."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(WATCH_SECONDS)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="watch-parent", daemon=True).start()
