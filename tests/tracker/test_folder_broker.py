"""The broker in a folder: messages appear whole or not at all, and a bad one ends no worker."""

from __future__ import annotations

import threading
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

TRANSPORT = "tracker.folder_broker:Transport"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("queue", "control"):
        (tmp_path / name).mkdir()
    return tmp_path


@pytest.fixture
def connect(folder):
    """Connections as the web and the worker make them, closed at the end."""
    opened = []

    def make() -> Connection:
        opened.append(
            Connection(
                "filesystem://",
                transport=TRANSPORT,
                transport_options={
                    "data_folder_in": str(folder / "queue"),
                    "data_folder_out": str(folder / "queue"),
                    "control_folder": str(folder / "control"),
                },
            )
        )
        return opened[-1]

    yield make
    for connection in opened:
        connection.release()


def test_messages_come_in_the_order_in_which_they_were_sent(connect):
    channel = connect().channel()
    for number in range(5):
        channel._put("celery", {"number": number})
    assert [channel._get("celery")["number"] for _ in range(5)] == list(range(5))
    with pytest.raises(Empty):
        channel._get("celery")


def test_a_message_that_was_cut_off_is_left_out_and_the_next_one_comes(connect, folder, caplog):
    """A sender killed in the middle, by kombu's own way of writing, or a full disk."""
    channel = connect().channel()
    (folder / "queue" / "00_cut-off.celery.msg").write_text("")
    channel._put("celery", {"number": 1})
    assert channel._get("celery") == {"number": 1}
    assert "cannot be read" in caplog.text


def test_another_queues_message_stays(connect):
    channel = connect().channel()
    channel._put("other", {"number": 1})
    with pytest.raises(Empty):
        channel._get("celery")
    assert channel._get("other") == {"number": 1}


def test_under_load_every_message_comes_once_and_whole(connect, folder):
    """Two senders that bind the exchange at the same instant, and two readers that never rest."""
    each, done, got = 200, threading.Event(), []

    def send(name: str) -> None:
        with connect() as connection:
            queue = connection.SimpleQueue("celery")
            for number in range(each):
                queue.put({"number": f"{name}{number}"})
            queue.close()

    def receive() -> None:
        channel = connect().channel()
        while True:
            finished = done.is_set()
            try:
                got.append(channel._get("celery")["properties"]["delivery_tag"])
            except Empty:
                if finished and not list((folder / "queue").iterdir()):
                    return

    readers = [threading.Thread(target=receive) for _ in range(2)]
    senders = [threading.Thread(target=send, args=(name,)) for name in "ab"]
    for thread in (*readers, *senders):
        thread.start()
    for sender in senders:
        sender.join()
    done.set()
    for reader in readers:
        reader.join()
    assert len(got) == len(set(got)) == 2 * each
    assert list((folder / "queue").iterdir()) == []


def test_after_the_folder_was_emptied_tasks_still_come(connect, folder):
    """A process that bound the queue once does not bind it again."""
    with connect() as connection:
        queue = connection.SimpleQueue("celery")
        for file in (folder / "control").iterdir():
            file.unlink()
        queue.put({"number": 1})
        assert queue.get(timeout=5).payload == {"number": 1}
        queue.close()


def test_after_the_folder_was_removed_a_reader_waits_and_a_sender_makes_it_anew(connect, folder):
    channel = connect().channel()
    (folder / "queue").rmdir()
    with pytest.raises(Empty):
        channel._get("celery")
    channel._put("celery", {"number": 1})
    assert channel._get("celery") == {"number": 1}
