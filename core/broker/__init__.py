"""A message broker made of files: one folder per queue, one file per message, no server to look after.

Kombu's own file transport opens a message under its final name and then writes it, so a reader meets
half-written files, loses them and stops. Here a message is written beside its name, synced and renamed: it
is there whole or not at all, and taking it is a rename too, which only one reader can win. Messages are
wake-ups (the database owns the work), so nothing that was read is kept, and an unreadable file is dropped.

Exchanges and bindings live in the process alone. There is no fan-out: remote control, gossip and mingle are
off, and no table of theirs is ever written to disk.
"""

import logging
import os
import time
import uuid
from contextlib import suppress
from pathlib import Path
from queue import Empty
from typing import Any, ClassVar

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, virtual
from kombu.utils.json import dumps, loads

logger = logging.getLogger(__name__)

SCHEME = "files"
READY, WRITING, TAKEN = ".msg", ".part", ".taken"
LEFTOVER_SECONDS = 3600
"""A half-written or half-read file this old belongs to a process that is no more."""


def install() -> None:
    """Make `files://` a broker address that Celery understands."""
    TRANSPORT_ALIASES[SCHEME] = "core.broker:Transport"


class Channel(virtual.Channel):
    """Queues as folders below the transport option `folder`."""

    def _queue_folder(self, queue: str) -> Path:
        if not queue or "/" in queue or queue.startswith("."):
            raise ChannelError(f"Not a queue name: {queue!r}")
        return Path(self.connection.client.transport_options["folder"]) / queue

    def _messages(self, queue: str) -> list[Path]:
        """Waiting messages, oldest first."""
        try:
            return sorted(path for path in self._queue_folder(queue).iterdir() if path.suffix == READY)
        except (FileNotFoundError, NotADirectoryError):
            return []

    def _new_queue(self, queue: str, **kwargs: Any) -> None:
        folder = self._queue_folder(queue)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        oldest = time.time() - LEFTOVER_SECONDS
        for path in folder.iterdir():
            # Another process may be clearing up as well.
            with suppress(FileNotFoundError):
                if path.suffix in (WRITING, TAKEN) and path.stat().st_mtime < oldest:
                    path.unlink()

    def _put(self, queue: str, message: dict[str, Any], **kwargs: Any) -> None:
        folder = self._queue_folder(queue)
        draft = folder / f"{time.time_ns():020d}-{uuid.uuid4().hex}{WRITING}"
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with draft.open("wb") as file:
                file.write(dumps(message).encode())
                file.flush()
                os.fsync(file.fileno())
            draft.rename(draft.with_suffix(READY))
        except OSError as error:
            raise ChannelError(f"Cannot write the message {draft}: {error}") from error

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        for path in self._messages(queue):
            mine = path.with_suffix(TAKEN)
            try:
                path.rename(mine)
            except FileNotFoundError:
                continue  # another worker was faster
            content = mine.read_bytes()
            mine.unlink()
            try:
                return loads(content)
            except ValueError:
                logger.warning("Dropped the unreadable message %s; the sweep sends it again.", path.name)
        raise Empty

    def _size(self, queue: str) -> int:
        return len(self._messages(queue))

    def _purge(self, queue: str) -> int:
        messages = self._messages(queue)
        for path in messages:
            path.unlink(missing_ok=True)
        return len(messages)


class Transport(virtual.Transport):
    """The transport behind `files://`."""

    Channel = Channel
    default_port = 0
    driver_type = driver_name = SCHEME
    #: Bindings are the same for every connection of a process.
    bindings: ClassVar[virtual.BrokerState] = virtual.BrokerState()

    def __init__(self, client: Any, **kwargs: Any) -> None:
        super().__init__(client, **kwargs)
        self.state = self.bindings

    def drain_events(self, connection: Any, timeout: float | None = None) -> None:
        # A worker asks to wait two seconds at a time and looks for its stop signal only in between.
        super().drain_events(connection, timeout and min(timeout, self.polling_interval))

    def driver_version(self) -> str:
        return "1"
