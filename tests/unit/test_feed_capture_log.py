"""Capture logs into feeds."""

import base64
import gzip
import json
import tracemalloc
import zlib
from pathlib import Path
from typing import Any

import pytest

from latprobe.errors import FeedError
from latprobe.feed.importers.capture_log import CAPTURE_LOG
from latprobe.feed.importers.import_feed import import_feed, import_recording
from latprobe.feed.importers.importer import ImportOptions
from tests.feeds import columns_of
from tests.importing import read

HEADER = b'{"t":"header","format":2,"exchange":"VENUE"}\n'


def line(kind: str, **fields: Any) -> bytes:
    return json.dumps({"t": kind, "conn": "VENUE.ws.1", "ts": 1645289384.5, **fields}).encode()


def base64_of(content: bytes) -> str:
    return base64.b64encode(content).decode()


def test_what_was_received_is_a_message_and_all_else_is_counted() -> None:
    log = HEADER + b"\n".join(
        [
            line("http", url="https://venue/x", data="{}"),
            line("connect", addr="wss://venue"),
            line("send", data="subscribe"),
            line("recv", data='{"a":"π"}'),
            line("recv", data="pong"),
            line("wink"),
        ]
    )
    got = read(CAPTURE_LOG, log)
    assert got.payloads == ['{"a":"π"}'.encode(), b"pong"]
    assert got.channels == ["VENUE.ws.1"] * 2
    assert got.counts == {
        "header lines": 1,
        "http lines": 1,
        "connect lines": 1,
        "gaps (connected again)": 0,
        "send lines": 1,
        "wink lines": 1,
    }


def test_a_connection_that_is_made_again_is_a_gap() -> None:
    again = line("connect") + b"\n"
    other = line("connect", conn="VENUE.ws.2") + b"\n"
    got = read(CAPTURE_LOG, again + other + again + again + line("recv", data="{}"))
    assert got.counts == {"connect lines": 4, "gaps (connected again)": 2}


def test_kinds_without_end_are_counted_together() -> None:
    log = b"\n".join(line(f"kind {number}") for number in range(200))
    got = read(CAPTURE_LOG, log)
    assert sum(got.counts.values()) == 200
    assert len(got.counts) == 65
    assert read(CAPTURE_LOG, line("x" * 33)).counts == {"other lines": 1}


def test_answers_to_requests_are_messages_when_asked_for() -> None:
    log = line("http", conn="VENUE.http.1", data="[1]") + b"\n" + line("recv", data="{}")
    got = read(CAPTURE_LOG, log, ImportOptions(http=True))
    assert got.payloads == [b"[1]", b"{}"]
    assert got.channels == ["VENUE.http.1", "VENUE.ws.1"]
    assert got.counts == {}


def test_frames_in_gzip_are_expanded() -> None:
    frame = b'{"ping":1645289384999}'
    log = line("recv", b64=base64_of(gzip.compress(frame, mtime=0)))
    assert read(CAPTURE_LOG, log).payloads == [frame]


def test_other_binary_frames_are_left_as_they_are() -> None:
    frames = [b"\x00\x01\xff", zlib.compress(b"x"), b""]
    log = b"\n".join(line("recv", b64=base64_of(frame)) for frame in frames)
    assert read(CAPTURE_LOG, log).payloads == frames


@pytest.mark.parametrize(
    ("digits", "recv_ns"),
    [
        (b"1645289384.9996219", 1_645_289_384_999_621_900),
        (b"1645289384.000000001", 1_645_289_384_000_000_001),
        (b"1645289384.9999999999", 1_645_289_384_999_999_999),
        (b"1645289384", 1_645_289_384_000_000_000),
        (b"1645289384999", 1_645_289_384_999_000_000),
    ],
)
def test_times_are_exact(digits: bytes, recv_ns: int) -> None:
    log = b'{"t":"recv","conn":"a","ts":%b,"data":"{}"}' % digits
    assert read(CAPTURE_LOG, log).recv_ns == [recv_ns]


def test_the_channel_is_the_stream_of_a_frame_that_has_one() -> None:
    frames = ['{"stream":"btcusdt@trade","data":{}}', '{"stream":5}', '["stream"]', '{"stream":']
    log = b"\n".join(line("recv", data=frame) for frame in frames)
    assert read(CAPTURE_LOG, log).channels == ["btcusdt@trade"] + ["VENUE.ws.1"] * 3


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        (b"hello", "expected a line of a capture log"),
        (b"{}", "expected a line of a capture log"),
        (b'["t"]', "expected a line of a capture log"),
        (b'{"t":7}', "expected a line of a capture log"),
        (line("recv", data=5), "expected a line of a capture log"),
        (b"[" * 100_000, "expected a line of a capture log"),
        (line("recv"), "with a frame in `data` or `b64`"),
        (line("recv", data="{}", ts="soon"), "with its time in `ts`"),
        (line("recv", data="{}", ts=-1), "with its time in `ts`"),
        (b'{"t":"recv","data":"{}"}', "with its time in `ts`"),
        (line("recv", b64="@@@@"), "expected base64"),
        (line("recv", b64=base64_of(gzip.compress(b"abc", mtime=0)[:-3])), "one whole gzip frame"),
        (
            line("recv", b64=base64_of(gzip.compress(b"abc", mtime=0) + b"x")),
            "one whole gzip frame",
        ),
        (line("recv", b64=base64_of(b"\x1f\x8b\x08\x00junk-in-gzip")), "a sound gzip frame"),
    ],
)
def test_a_bad_line_is_refused_or_set_aside(bad: bytes, expected: str) -> None:
    log = HEADER + bad + b"\n" + line("recv", data="{}") + b"\n"
    with pytest.raises(FeedError, match="byte 45") as caught:
        read(CAPTURE_LOG, log)
    assert expected in caught.value.problem
    assert caught.value.offset == len(HEADER)
    got = read(CAPTURE_LOG, log, quarantined=True)
    assert got.payloads == [b"{}"]
    assert [(it.offset, it.content) for it in got.aside] == [(len(HEADER), bad)]


def test_a_frame_that_unpacks_to_more_than_a_message_is_refused() -> None:
    bomb = gzip.compress(bytes(64 * 2**20))
    log = line("recv", b64=base64_of(bomb))
    tracemalloc.start()
    try:
        with pytest.raises(FeedError, match="unpacks to at most 16,777,216 bytes"):
            read(CAPTURE_LOG, log)
        assert tracemalloc.get_traced_memory()[1] < 48 * 2**20
    finally:
        tracemalloc.stop()
    most = gzip.compress(bytes(16 * 2**20))
    assert len(read(CAPTURE_LOG, line("recv", b64=base64_of(most))).payloads[0]) == 16 * 2**20


@pytest.mark.parametrize(
    ("content", "importer"),
    [
        (HEADER + line("recv", data="{}"), "capture-log 1"),
        (line("connect") + b"\n" + line("recv", data="{}"), "capture-log 1"),
        (
            b'{"t":"header","x":"' + b"x" * 100_000 + b'"}\n' + line("recv", data=""),
            "capture-log 1",
        ),
        (b'{"t":"recv"}', "ndjson 1"),
        (b'{"t":"trade","ts":1645289384}', "ndjson 1"),
        (b'{"stream":"x","data":{"t":"recv","ts":1}}', "ndjson 1"),
    ],
)
def test_capture_logs_are_told_from_bare_frames(
    tmp_path: Path, content: bytes, importer: str
) -> None:
    (tmp_path / "source").write_bytes(content)
    assert import_feed(tmp_path / "source", tmp_path / "a.feed").importer == importer


def test_counts_are_part_of_what_an_import_says(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(HEADER + line("recv", data="{}"))
    imported = import_recording(tmp_path / "source", tmp_path / "a.feed")
    assert imported.counts == {"header lines": 1}
    assert columns_of(tmp_path / "a.feed")["payload"] == [b"{}"]
