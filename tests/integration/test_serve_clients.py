"""Clients that come late, read slowly, or leave."""

import json
import socket
import time
from pathlib import Path

import pytest

from tests.live import (
    connected,
    in_thread,
    latprobe_feed,
    made_feed,
    numbered,
    read_to_the_end,
    succeeded,
    tcp_port,
)

MESSAGES = numbered(1500)


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    return made_feed(tmp_path / "source.feed", MESSAGES, channels=3)


def test_it_begins_when_all_clients_are_there(feed: Path) -> None:
    port = tcp_port()
    received: list[list[bytes]] = [[], [], []]

    def three_clients() -> None:
        with (
            in_thread(lambda: read_to_the_end(port, received[0])),
            in_thread(lambda: read_to_the_end(port, received[1])),
        ):
            time.sleep(0.2)
            read_to_the_end(port, received[2])

    with in_thread(three_clients):
        words = ("--framing", "lines", "--wait-for-clients", 3, "--as-fast-as-possible", "--json")
        output = succeeded(latprobe_feed("serve", feed, f"tcp://127.0.0.1:{port}", *words))
    assert json.loads(output)["deliveries"]["clients"] == 3
    for pieces in received:
        assert b"".join(pieces).splitlines() == MESSAGES


def test_a_client_that_does_not_read_is_disconnected_and_holds_nobody_up(tmp_path: Path) -> None:
    messages = [b"%06d" % number + b"x" * 10_000 for number in range(3000)]
    feed = made_feed(tmp_path / "large.feed", messages)
    port, pieces = tcp_port(), list[bytes]()
    stuck = list[socket.socket]()

    def clients() -> None:
        stuck.append(connected(port))
        read_to_the_end(port, pieces)

    with in_thread(clients):
        words = ("--framing", "lines", "--rate", "3k/s", "--client-buffer", "256KiB")
        url = f"tcp://127.0.0.1:{port}"
        output = succeeded(
            latprobe_feed("serve", feed, url, *words, "--wait-for-clients", 2, "--json")
        )
    stuck[0].close()
    told = json.loads(output)
    assert told["deliveries"]["slow_clients"] == 1
    assert told["deliveries"]["clients"] == 2
    assert told["messages"] == 3000
    assert b"".join(pieces).splitlines() == messages


def test_without_a_plan_a_client_that_reads_slowly_is_waited_for(tmp_path: Path) -> None:
    messages = [b"%06d" % number + b"x" * 10_000 for number in range(2000)]
    feed = made_feed(tmp_path / "large.feed", messages)
    port, pieces = tcp_port(), list[bytes]()

    def slow_client() -> None:
        with connected(port) as sock:
            while piece := sock.recv(200_000):
                pieces.append(piece)
                time.sleep(0.002)

    with in_thread(slow_client):
        words = (
            "--framing",
            "lines",
            "--as-fast-as-possible",
            "--client-buffer",
            "64KiB",
            "--json",
        )
        told = json.loads(
            succeeded(latprobe_feed("serve", feed, f"tcp://127.0.0.1:{port}", *words))
        )
    assert told["deliveries"]["slow_clients"] == 0
    assert b"".join(pieces).splitlines() == messages


def test_a_client_that_leaves_does_not_end_the_serving(feed: Path) -> None:
    port = tcp_port()

    def client() -> None:
        with connected(port) as sock:
            sock.recv(100)

    with in_thread(client):
        words = ("--framing", "lines", "--rate", "10k/s", "--json")
        told = json.loads(
            succeeded(latprobe_feed("serve", feed, f"tcp://127.0.0.1:{port}", *words))
        )
    assert told["to_nobody"] > 0
    assert told["messages"] + told["to_nobody"] == len(MESSAGES)
