"""The broker made of files: a message is there whole or not at all, and one reader gets it."""

import os
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from queue import Empty

import pytest
from django.core.exceptions import ImproperlyConfigured
from kombu import Connection
from kombu.exceptions import ChannelError

from config.environment import EnvironmentReader
from core import broker
from tests.proof import cases, tally

QUEUE = "q"


def connect(folder: Path) -> Connection:
    broker.install()
    return Connection("files://localhost", transport_options={"folder": str(folder), "polling_interval": 0.01})


@pytest.fixture
def queue(tmp_path: Path):
    with connect(tmp_path) as connection, connection.SimpleQueue(QUEUE) as simple:
        yield simple


def take(queue) -> object:
    message = queue.get(timeout=1)
    message.ack()
    return message.payload


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_messages_come_out_as_they_went_in_and_in_that_order(queue):
    for number in range(5):
        queue.put({"số": number})
    assert [take(queue)["số"] for _ in range(5)] == [0, 1, 2, 3, 4]


def test_nothing_is_left_on_disk_but_the_folder_of_the_queue(queue, tmp_path: Path):
    queue.put({"n": 1})
    take(queue)
    assert (names(tmp_path), names(tmp_path / QUEUE)) == ([QUEUE], [])


def test_an_empty_queue_says_so_after_the_time_it_was_given(queue):
    with pytest.raises(Empty):
        queue.get(timeout=0.05)


def test_what_is_still_being_written_is_not_seen(queue, tmp_path: Path):
    (tmp_path / QUEUE / "1.part").write_text('{"half')
    assert (queue.qsize(), names(tmp_path / QUEUE)) == (0, ["1.part"])


def test_an_unreadable_message_is_dropped_and_the_next_one_read(queue, tmp_path: Path, caplog):
    (tmp_path / QUEUE / "0.msg").write_text('{"half')
    queue.put({"n": 1})
    assert (take(queue), [record.levelname for record in caplog.records]) == ({"n": 1}, ["WARNING"])
    assert names(tmp_path / QUEUE) == []


def test_leftovers_of_killed_processes_are_cleared_away_when_they_are_old(tmp_path: Path):
    folder = tmp_path / QUEUE
    folder.mkdir()
    for name in ("old.part", "old.taken", "young.part", "old.msg"):
        (folder / name).write_text("{}")
        if name.startswith("old"):
            old = time.time() - broker.LEFTOVER_SECONDS - 1
            os.utime(folder / name, (old, old))
    with connect(tmp_path) as connection:
        connection.SimpleQueue(QUEUE)
    assert names(folder) == ["old.msg", "young.part"]


def test_a_queue_is_counted_and_emptied(queue):
    for number in range(3):
        queue.put(number)
    assert (queue.qsize(), queue.clear(), queue.qsize()) == (3, 3, 0)


def test_a_queue_cannot_be_named_out_of_the_folder(tmp_path: Path):
    with connect(tmp_path) as connection, pytest.raises(ChannelError):
        connection.SimpleQueue("../elsewhere")


def test_a_folder_that_cannot_be_written_is_an_error_of_the_broker(queue, tmp_path: Path):
    (tmp_path / QUEUE).rmdir()
    (tmp_path / QUEUE).write_text("a file stands where the folder was")
    with pytest.raises(ChannelError):
        queue.put({"n": 1})


def write_many(folder: Path, first: int, count: int) -> None:
    with connect(folder) as connection, connection.SimpleQueue(QUEUE) as queue:
        for number in range(first, first + count):
            # Larger than one write of the file system, or nobody would ever meet half of it.
            queue.put({"n": number, "filling": "x" * 20_000})


def read_many(folder: Path, stop: Path) -> list[int]:
    seen = []
    with connect(folder) as connection, connection.SimpleQueue(QUEUE) as queue:
        while True:
            last = stop.exists()
            try:
                message = queue.get(timeout=0.05)
            except Empty:
                if last:
                    return seen
                continue
            message.ack()
            seen.append(message.payload["n"])


@pytest.mark.proof
def test_many_writers_and_readers_at_once_lose_nothing_and_read_nothing_twice(tmp_path: Path):
    each, stop = cases(150, 2000), tmp_path / "stop"
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        readers = [pool.submit(read_many, tmp_path, stop) for _ in range(2)]
        writers = [pool.submit(write_many, tmp_path, each * number, each) for number in range(2)]
        try:
            for writer in writers:
                writer.result()
        finally:
            stop.touch()
        seen = [number for reader in readers for number in reader.result()]
    assert sorted(seen) == list(range(2 * each))
    tally("messages through the file broker, none lost", len(seen))


@pytest.mark.parametrize("address", ["http://127.0.0.1", "amqp://127.0.0.1", "127.0.0.1:6379"])
def test_another_kind_of_broker_is_refused_with_what_to_write_instead(monkeypatch, tmp_path: Path, address):
    monkeypatch.setenv("BROKER_URL", address)
    with pytest.raises(ImproperlyConfigured, match="hãy viết dạng redis://máy_chủ:6379/0"):
        EnvironmentReader(tmp_path / "none").broker("BROKER_URL", default="")
