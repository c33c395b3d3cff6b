"""Streams over TCP, recorded by the command."""

import json
import socket
import time
from pathlib import Path

import pytest

from latprobe.feed.record.kernel_time import NO_CLOCK, time_stream
from latprobe.feed.transport.framing import FRAMINGS
from tests.feeds import columns_of
from tests.live import (
    error_of,
    free_port,
    latprobe_feed,
    numbered,
    succeeded,
    tcp_server,
)

MESSAGES = numbered(500)


def sends(*pieces: bytes, pause_s: float = 0.0):  # type: ignore[no-untyped-def]
    """A script that sends some bytes and closes."""

    def script(connection: socket.socket) -> None:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(pause_s)

    return script


def framed(messages: list[bytes], framing: str) -> bytes:
    return b"".join(map(FRAMINGS[framing].encode, messages))


@pytest.mark.parametrize("framing", [it for it in FRAMINGS if it != "chunks"])
def test_a_stream_is_recorded_message_by_message(tmp_path: Path, framing: str) -> None:
    stream = framed(MESSAGES, framing)
    pieces = [stream[at : at + 777] for at in range(0, len(stream), 777)]
    with tcp_server(sends(*pieces)) as port:
        url, out = f"tcp://127.0.0.1:{port}", tmp_path / "a.feed"
        words = ("--framing", framing, "--no-reconnect")
        output = succeeded(latprobe_feed("record", url, out, *words))
    assert columns_of(out)["payload"] == MESSAGES
    assert set(columns_of(out)["channel"]) == {f"127.0.0.1:{port}"}
    assert "the other end closed the connection" in output


def test_chunks_keep_every_byte(tmp_path: Path) -> None:
    with tcp_server(sends(b"one", b"two", b"three")) as port:
        url, out = f"tcp://127.0.0.1:{port}", tmp_path / "a.feed"
        succeeded(latprobe_feed("record", url, out, "--framing", "chunks", "--no-reconnect"))
    assert b"".join(columns_of(out)["payload"]) == b"onetwothree"


def test_a_connection_that_is_lost_is_made_again_and_the_gap_marked(tmp_path: Path) -> None:
    first, second = framed(MESSAGES[:200], "lines"), framed(MESSAGES[200:], "lines")
    started_ns = time.time_ns()
    with tcp_server(sends(first, b"half a mess"), sends(second)) as port:
        url, out = f"tcp://127.0.0.1:{port}", tmp_path / "a.feed"
        words = ("--framing", "lines", "--messages", 500, "--json")
        told = json.loads(succeeded(latprobe_feed("record", url, out, *words)))["recording"]
    columns = columns_of(out)
    assert columns["payload"] == MESSAGES
    (gap,) = told["gaps"]
    assert gap["after_messages"] == 200
    assert gap["lost"] is None
    assert gap["reason"].startswith(
        "the other end closed the connection; 11 bytes of a message that had not ended are left out"
    )
    # The times are the kernel's on one side and a reading of the same clock on the other.
    assert started_ns <= columns["recv_ns"][199] <= gap["from_ns"] < gap["to_ns"]
    assert gap["to_ns"] - gap["from_ns"] >= 75_000_000, "the first wait is 0.1 s, less a quarter"
    described = json.loads(succeeded(latprobe_feed("info", out, "--json")))
    assert described["recording"]["gaps"] == [gap]
    shown = succeeded(latprobe_feed("info", out))
    assert "after message 200, from " in shown
    assert "half a mess" not in shown


def test_a_gap_that_lasts_until_the_end_is_marked_too(tmp_path: Path) -> None:
    with tcp_server(sends(b"a\nb\n")) as port:
        url, out = f"tcp://127.0.0.1:{port}", tmp_path / "a.feed"
        # The server listens for nobody else: each further try is refused.
        words = ("--framing", "lines", "--for", "1s", "--json")
        told = json.loads(succeeded(latprobe_feed("record", url, out, *words)))["recording"]
    assert columns_of(out)["payload"] == [b"a", b"b"]
    (gap,) = told["gaps"]
    assert gap["after_messages"] == 2
    assert gap["to_ns"] <= told["ended_ns"]
    assert told["ended_by"] == "--for"


def test_what_is_to_be_sent_first_is_sent_on_every_connection(tmp_path: Path) -> None:
    heard: list[bytes] = []

    def answers(connection: socket.socket) -> None:
        heard.append(connection.recv(100))
        connection.sendall(b"\x00\x02ok")

    (tmp_path / "requests").write_text("first\n\n  second  \n")
    with tcp_server(answers, answers) as port:
        url, out = f"tcp://127.0.0.1:{port}", tmp_path / "a.feed"
        words = ("--framing", "u16be", "--subscribe", tmp_path / "requests", "--messages", 2)
        succeeded(latprobe_feed("record", url, out, *words))
    assert heard == [b"\x00\x05first\x00\x06second"] * 2


def test_receive_times_are_those_at_which_the_kernel_had_the_bytes(tmp_path: Path) -> None:
    with socket.socket() as probe:
        if time_stream(probe) == NO_CLOCK:
            pytest.skip("this kernel does not time streams (SO_TIMESTAMPING)")
    sent: list[tuple[int, int]] = []

    def script(connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for message in numbered(50):
            before_ns = time.time_ns()
            connection.sendall(message + b"\n")
            sent.append((before_ns, time.time_ns()))
            # A read has one time: messages that are read together would share the last one's.
            time.sleep(0.01)

    with tcp_server(script) as port:
        url, out = f"tcp://127.0.0.1:{port}", tmp_path / "a.feed"
        words = ("--framing", "lines", "--no-reconnect", "--json")
        told = json.loads(succeeded(latprobe_feed("record", url, out, *words)))["recording"]
    # The kernel begins to time segments a moment after it is asked to: the first may have no time.
    assert 0 < told["kernel_timed"] <= 50
    assert told["clock"] == "SO_TIMESTAMPING"
    times = columns_of(out)["recv_ns"]
    assert all(recv >= before for recv, (before, _) in zip(times, sent, strict=True))
    # Where the reader was late for one, that one has a later message's time; not for most.
    inside = sum(before <= recv <= after for recv, (before, after) in zip(times, sent, strict=True))
    assert inside >= 1


def test_a_stream_of_another_framing_is_one_clear_error(tmp_path: Path) -> None:
    with tcp_server(sends(b"GET / HTTP/1.1\r\n\r\n")) as port:
        url = f"tcp://127.0.0.1:{port}"
        result = latprobe_feed("record", url, tmp_path / "a", "--framing", "u32be")
    assert error_of(result).startswith(
        f"{url}: cannot be recorded: a message of 1,195,725,856 bytes or more"
    )
    assert list(tmp_path.iterdir()) == []


def test_damage_in_the_middle_of_a_recording_costs_a_gap_and_not_the_recording(
    tmp_path: Path,
) -> None:
    good = framed(MESSAGES[:100], "u32le")
    with tcp_server(sends(good + b"\xff" * 50), sends(good)) as port:
        url, out = f"tcp://127.0.0.1:{port}", tmp_path / "a.feed"
        words = ("--framing", "u32le", "--messages", 200, "--json")
        told = json.loads(succeeded(latprobe_feed("record", url, out, *words)))["recording"]
    assert columns_of(out)["payload"] == MESSAGES[:100] * 2
    assert [gap["after_messages"] for gap in told["gaps"]] == [100]
    assert "over the limit of 16 MiB" in told["gaps"][0]["reason"]


@pytest.mark.parametrize(
    ("url", "words", "expected"),
    [
        ("tcp://127.0.0.1:9", (), "a TCP stream does not say where a message ends"),
        ("tcp://127.0.0.1", ("--framing", "lines"), "it names no port"),
        ("tcp://127.0.0.1:70000", ("--framing", "lines"), "Port out of range 0-65535"),
        ("tcp://127.0.0.1:9/x", ("--framing", "lines"), "it has a path"),
        ("http://127.0.0.1:9", (), "expected ws://host/path"),
        ("127.0.0.1:9", (), "expected ws://host/path"),
        ("udp://[::1:9", (), "expected ws://host/path"),
        (
            "tcp://no-such-host.invalid:9",
            ("--framing", "lines"),
            "no-such-host.invalid cannot be f",
        ),
        ("ws://no-such-host.invalid/", (), "the host no-such-host.invalid cannot be found"),
    ],
)
def test_a_url_that_cannot_be_recorded_is_one_clear_error(
    tmp_path: Path, url: str, words: tuple[str, ...], expected: str
) -> None:
    assert expected in error_of(latprobe_feed("record", url, tmp_path / "a", *words))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("scheme", ["tcp", "ws"])
def test_a_refused_connection_is_one_clear_error(tmp_path: Path, scheme: str) -> None:
    url = f"{scheme}://127.0.0.1:{free_port(socket.SOCK_STREAM)}"
    words = ("--framing", "lines")
    error = error_of(latprobe_feed("record", url, tmp_path / "a", *words))
    assert error == f"{url}: cannot be recorded: Connection refused"
    assert list(tmp_path.iterdir()) == []
