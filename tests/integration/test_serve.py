"""Feeds served to real clients, and recorded again."""

import json
import os
import signal
import socket
import time
from pathlib import Path

import pytest

from latprobe._core import Histogram
from latprobe.feed.importers.import_feed import import_feed
from latprobe.feed.reader import open_feed
from latprobe.feed.transport.framing import FRAMINGS
from tests.feeds import columns_of, recording
from tests.live import (
    GROUP,
    PATIENCE_S,
    error_of,
    free_port,
    in_thread,
    latprobe_feed,
    listens,
    made_feed,
    numbered,
    part_of,
    read_to_the_end,
    running,
    succeeded,
    tcp_port,
    wait_until,
)

MESSAGES = numbered(1500)


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    return made_feed(tmp_path / "source.feed", MESSAGES, channels=3)


@pytest.mark.parametrize("pace", ["--as-fast-as-possible", "--rate=10k/s"])
@pytest.mark.parametrize(
    ("scheme", "words"),
    [("ws", ()), ("ws", ("--deflate",)), ("ws", ("--binary",))]
    + [("tcp", ("--framing", name)) for name in FRAMINGS if name != "chunks"],
)
def test_what_is_served_is_recorded_as_it_was(
    tmp_path: Path, feed: Path, scheme: str, words: tuple[str, ...], pace: str
) -> None:
    url, out = f"{scheme}://127.0.0.1:{tcp_port()}", tmp_path / "a.feed"
    framing = [word for word in words if scheme == "tcp"]
    with running("feed", "serve", feed, url, pace, *words) as server:
        wait_until(lambda: listens(url), "the server listens")
        succeeded(latprobe_feed("record", url, out, *framing, "--no-reconnect"))
        server.join(PATIENCE_S)
        assert server.exitcode == 0
    assert columns_of(out)["payload"] == MESSAGES
    recording = open_feed(out).recording
    assert recording is not None
    assert recording.gaps_total == 0


@pytest.mark.parametrize("host", [GROUP, "127.0.0.1"])
def test_datagrams_are_served_and_recorded_as_they_were(
    tmp_path: Path, feed: Path, host: str
) -> None:
    out, url = tmp_path / "a.feed", f"udp://{host}:{free_port()}"
    words = ("--interface", "lo", "--messages", len(MESSAGES))
    with running("feed", "record", url, out, *words) as recorder:
        wait_until(part_of(out).exists, "the recorder receives")
        output = succeeded(
            latprobe_feed("serve", feed, url, "--interface", "lo", "--rate", "20k/s")
        )
        recorder.join(PATIENCE_S)
        assert recorder.exitcode == 0
    assert columns_of(out)["payload"] == MESSAGES
    assert "1,500 messages sent" in output


def test_how_late_messages_were_sent_is_told(feed: Path) -> None:
    url = f"udp://127.0.0.1:{free_port()}"
    told = json.loads(succeeded(latprobe_feed("serve", feed, url, "--rate", "10k/s", "--json")))
    assert told["messages"] == len(MESSAGES)
    assert told["elapsed_ns"] >= (len(MESSAGES) - 1) * 100_000
    late = told["lateness_ns"]
    assert 0 <= late["p50"] <= late["p99"] <= late["p99.9"]
    histogram = Histogram.decode(told["lateness_histogram"])
    assert histogram.count == len(MESSAGES)
    assert histogram.max == late["max"]


def test_without_a_plan_nothing_is_late(feed: Path) -> None:
    url = f"udp://127.0.0.1:{free_port()}"
    words = ("--as-fast-as-possible", "--json")
    assert json.loads(succeeded(latprobe_feed("serve", feed, url, *words)))["lateness_ns"] is None


def test_one_channel_is_served_alone(feed: Path) -> None:
    port, pieces = tcp_port(), list[bytes]()
    with in_thread(lambda: read_to_the_end(port, pieces)):
        words = ("--framing", "lines", "--channel", "channel 1")
        succeeded(latprobe_feed("serve", feed, f"tcp://127.0.0.1:{port}", *words))
    assert b"".join(pieces).splitlines() == MESSAGES[1::3]


def test_what_was_sent_when_is_recorded(tmp_path: Path, feed: Path) -> None:
    port, pieces, before_ns = tcp_port(), list[bytes](), time.time_ns()
    sent = tmp_path / "sent.feed"
    with in_thread(lambda: read_to_the_end(port, pieces)):
        words = ("--framing", "lines", "--rate", "5k/s", "--sent", sent, "--channel", "channel 2")
        succeeded(latprobe_feed("serve", feed, f"tcp://127.0.0.1:{port}", *words))
    columns = columns_of(sent)
    assert columns["payload"] == MESSAGES[2::3]
    assert set(columns["channel"]) == {"channel 2"}
    times = columns["recv_ns"]
    assert before_ns < times[0]
    assert times[-1] < time.time_ns()
    assert times == sorted(times)
    assert times[-1] - before_ns >= (len(times) - 1) * 200_000, "nothing is sent before it is due"
    assert open_feed(sent).source == f"made by a test, served at tcp://127.0.0.1:{port}"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sent.feed", "source.feed"]


def test_a_loop_goes_on_until_its_time_is_over(tmp_path: Path) -> None:
    feed = made_feed(tmp_path / "a.feed", [b"a", b"b", b"c"], step_ns=1_000_000)
    sent = tmp_path / "sent.feed"
    words = ("--loop", "--for", "1s", "--sent", sent, "--json")
    url = f"udp://127.0.0.1:{free_port()}"
    told = json.loads(succeeded(latprobe_feed("serve", feed, url, *words)))
    assert told["ended_by"] == "--for 1s"
    payloads = columns_of(sent)["payload"]
    assert len(payloads) == told["messages"] > 6
    assert payloads == ([b"a", b"b", b"c"] * len(payloads))[: len(payloads)]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_server_that_is_asked_to_end_keeps_what_was_sent(
    tmp_path: Path, feed: Path, number: int
) -> None:
    port, pieces, sent = tcp_port(), list[bytes](), tmp_path / "sent.feed"
    words = ("--framing", "lines", "--rate", "500/s", "--loop", "--sent", sent)
    with running("feed", "serve", feed, f"tcp://127.0.0.1:{port}", *words) as server:
        with in_thread(lambda: read_to_the_end(port, pieces)):
            wait_until(lambda: len(pieces) > 10, "something is received")
            os.kill(server.pid, number)
        server.join(PATIENCE_S)
        assert server.exitcode == 0
    assert columns_of(sent)["payload"] == b"".join(pieces).splitlines()


@pytest.mark.parametrize(
    ("url", "words", "expected"),
    [
        ("tcp://127.0.0.1:0", (), "name its --framing"),
        ("wss://127.0.0.1:0", (), "wss needs a certificate: name it by --cert"),
        ("ftp://127.0.0.1:0", (), "expected ws://host/path"),
        ("udp://10.0.0.1@127.0.0.1:5000", (), "without a sender"),
        ("ws://192.0.2.1:80", (), "cannot be listened at: Cannot assign requested address"),
        ("udp://127.0.0.1:9", ("--channel", "none"), "has no message of channel none"),
        ("udp://127.0.0.1:9", ("--interface", "eth99"), "eth99: is no interface"),
    ],
)
def test_what_cannot_be_served_is_one_clear_error(
    feed: Path, url: str, words: tuple[str, ...], expected: str
) -> None:
    assert expected in error_of(latprobe_feed("serve", feed, url, *words))


def test_a_port_in_use_is_one_clear_error(feed: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"ws://127.0.0.1:{taken.getsockname()[1]}"
        error = error_of(latprobe_feed("serve", feed, url))
    assert error == f"{url}: cannot be listened at: Address already in use"


@pytest.mark.parametrize(
    ("scheme", "message", "expected"),
    [
        ("tcp", b"two\nlines", "message 1 cannot be sent: it has a line feed inside"),
        ("udp", bytes(65_536), "message 1 cannot be sent: it has 65,536 bytes, more than a data"),
    ],
)
def test_a_message_that_does_not_fit_is_named(
    tmp_path: Path, scheme: str, message: bytes, expected: str
) -> None:
    feed = made_feed(tmp_path / "a.feed", [b"fits", message])
    port = free_port()
    with in_thread(lambda: read_to_the_end(port, []) if scheme == "tcp" else None):
        url = f"{scheme}://127.0.0.1:{port}"
        words = ("--framing", "lines")
        assert expected in error_of(latprobe_feed("serve", feed, url, *words))


def test_paces_exclude_each_other(feed: Path) -> None:
    result = latprobe_feed("serve", feed, "udp://127.0.0.1:9", "--speed", 2, "--rate", "1k/s")
    assert result.exit_code == 2
    assert "exclude each other" in result.output


def test_what_is_sent_cannot_replace_the_feed_that_is_served(feed: Path) -> None:
    result = latprobe_feed("serve", feed, "udp://127.0.0.1:9", "--sent", feed)
    assert "is the feed itself" in error_of(result)
    assert columns_of(feed)["payload"] == MESSAGES


@pytest.mark.parametrize(
    ("name", "scheme", "words"),
    [
        ("itch50-aapl-10k.bin", "tcp", ("--framing", "soupbintcp")),
        ("itch50-aapl-10k.bin", "ws", ()),
        ("fix-cme-marketdata-200.txt", "tcp", ("--framing", "lines")),
        ("fix-cme-marketdata-200.txt", "ws", ("--deflate",)),
    ],
)
def test_a_real_recording_comes_through_byte_for_byte(
    tmp_path: Path, name: str, scheme: str, words: tuple[str, ...]
) -> None:
    feed, out = import_feed(recording(name), tmp_path / "real.feed"), tmp_path / "a.feed"
    url = f"{scheme}://127.0.0.1:{tcp_port()}"
    framing = [word for word in words if scheme == "tcp"]
    with running("feed", "serve", feed.path, url, "--as-fast-as-possible", *words) as server:
        wait_until(lambda: listens(url), "the server listens")
        succeeded(latprobe_feed("record", url, out, *framing, "--no-reconnect"))
        server.join(PATIENCE_S)
        assert server.exitcode == 0
    assert open_feed(out).sha256 == feed.sha256
    assert open_feed(out).messages == feed.messages
