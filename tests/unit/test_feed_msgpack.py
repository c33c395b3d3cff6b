"""MessagePack streams into feeds."""

import datetime
from pathlib import Path
from typing import Any

import msgpack  # type: ignore[import-untyped]
import msgspec
import pytest

from latprobe.errors import FeedError
from latprobe.feed.importers.import_feed import import_feed
from latprobe.feed.importers.importer import ImportOptions
from latprobe.feed.importers.msgpack_stream import MSGPACK
from tests.feeds import TRADE
from tests.importing import cut, read

TRADE_OBJECT = msgspec.json.decode(TRADE)
TRADE_NS = 1_723_161_256_322_000_000
KEYED = ImportOptions(time_key="data.E")


def packed(*objects: Any) -> bytes:
    return b"".join(map(msgspec.msgpack.encode, objects))


def test_each_object_is_a_message_as_it_stands() -> None:
    objects = [TRADE_OBJECT, {}, {"a": [1, {"b": None}]}, [], [1, "x", b"\0"], {1: 2}]
    got = read(MSGPACK, packed(*objects))
    assert [msgspec.msgpack.decode(it) for it in got.payloads] == objects
    assert b"".join(got.payloads) == packed(*objects)
    assert got.channels == ["msgpack"] * 6
    assert got.recv_ns == [0, 1, 2, 3, 4, 5]


def test_objects_of_another_encoder_keep_their_bytes() -> None:
    one = b"\xdf\x00\x00\x00\x01\xdb\x00\x00\x00\x01a\xd3" + bytes(8)
    assert read(MSGPACK, one + packed({}) + one).payloads == [one, b"\x80", one]


def test_times_are_steps_from_a_start() -> None:
    options = ImportOptions(start_ns=TRADE_NS, interval_ns=50_000)
    times = [TRADE_NS, TRADE_NS + 50_000, TRADE_NS + 100_000]
    assert read(MSGPACK, cut(packed({}, {}, {}), [1]), options).recv_ns == times


def test_the_time_is_where_the_key_says() -> None:
    assert read(MSGPACK, packed(TRADE_OBJECT), KEYED).recv_ns == [TRADE_NS]
    options = ImportOptions(time_key="1.ts")
    assert read(MSGPACK, packed(["t", {"ts": 1723161256}, 3]), options).recv_ns == [
        1_723_161_256 * 10**9
    ]


@pytest.mark.parametrize(
    ("time", "recv_ns"),
    [
        (1723161256322, TRADE_NS),
        (1723161256322000001, TRADE_NS + 1),
        ("1723161256.322000001", TRADE_NS + 1),
        ("2024-08-08T23:54:16.322Z", TRADE_NS),
        (1723161256.5, 1_723_161_256_500_000_000),
        # Exactly what the double is, cut to a nanosecond.
        (1723161256.322, 1_723_161_256_322_000_026),
        (datetime.datetime(2024, 8, 8, 23, 54, 16, 322000, datetime.UTC), TRADE_NS),
        (msgspec.msgpack.Ext(-1, (1723161256).to_bytes(4, "big")), 1_723_161_256 * 10**9),
        (
            msgspec.msgpack.Ext(-1, (7).to_bytes(4, "big") + (1723161256).to_bytes(8, "big")),
            1_723_161_256_000_000_007,
        ),
    ],
)
def test_times_are_exact(time: Any, recv_ns: int) -> None:
    assert read(MSGPACK, packed({"t": time}), ImportOptions(time_key="t")).recv_ns == [recv_ns]


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"data": 5},
        {"data": {"e": 1}},
        {"data": {"E": None}},
        {"data": {"E": True}},
        {"data": {"E": -1}},
        {"data": {"E": "soon"}},
        {"data": {"E": 2**63}},
        {"data": {"E": float("inf")}},
        {"data": {"E": msgspec.msgpack.Ext(-1, b"\xff" * 8)}},
        {"data": {"E": msgspec.msgpack.Ext(5, bytes(4))}},
        [{"E": 1}],
    ],
)
def test_a_message_without_its_time_is_refused_or_set_aside(message: Any) -> None:
    before, bad = packed(TRADE_OBJECT), packed(message)
    content = before + bad + before
    with pytest.raises(FeedError, match="expected a message with its time") as caught:
        read(MSGPACK, content, KEYED)
    assert caught.value.offset == len(before)
    got = read(MSGPACK, content, KEYED, quarantined=True)
    assert got.payloads == [before, before]
    assert got.places == [0, len(before) + len(bad)]
    assert [(it.offset, it.content) for it in got.aside] == [(len(before), bad)]


@pytest.mark.parametrize("key", ["", "a..b", ".", "256", "9" * 5000])
def test_a_key_that_is_no_path_is_refused(key: str) -> None:
    if key:
        with pytest.raises(FeedError, match="--time-key"):
            read(MSGPACK, packed({}), ImportOptions(time_key=key))


def test_a_time_and_steps_are_too_much() -> None:
    with pytest.raises(FeedError, match="--start and --interval are for messages that have none"):
        read(MSGPACK, packed({}), ImportOptions(time_key="t", interval_ns=5))


@pytest.mark.parametrize(
    ("bad", "found"),
    [
        (b"\x05", "expected a MessagePack object, a map or an array"),
        (b"hello", "expected a MessagePack object, a map or an array"),
        (b"\xc1", "expected a MessagePack object, a map or an array"),
        (b"\x81\xa1a\xc1", "found a byte that begins no object"),
        (b"\x91" * 100_000, "found nesting too deep"),
    ],
)
def test_what_is_no_object_is_refused(bad: bytes, found: str) -> None:
    with pytest.raises(FeedError) as caught:
        read(MSGPACK, packed(TRADE_OBJECT) + bad, quarantined=True)
    assert caught.value.offset == len(packed(TRADE_OBJECT))
    assert found in caught.value.problem


@pytest.mark.parametrize(
    "bad", [b"\x81", b"\xdc\xff\xff", b"\xdf\xff\xff\xff\xff\x01", b"\x91\xc6\xff\xff\xff\xff"]
)
def test_an_object_without_an_end_is_refused(bad: bytes) -> None:
    content = packed(TRADE_OBJECT) + bad
    with pytest.raises(FeedError, match="expected a whole MessagePack object") as caught:
        read(MSGPACK, content)
    assert caught.value.offset == len(packed(TRADE_OBJECT))
    assert len(read(MSGPACK, content, quarantined=True).payloads) == 1


def test_an_object_larger_than_a_message_is_refused_before_it_fills_memory() -> None:
    endless = [packed({}), b"\x91\xc6\xff\xff\xff\xff", *[bytes(2**20)] * 40]
    with pytest.raises(FeedError, match="of at most 16,777,216 bytes") as caught:
        read(MSGPACK, endless)
    assert caught.value.offset == 1


@pytest.mark.parametrize(
    "content",
    [packed(TRADE_OBJECT), packed(TRADE_OBJECT) * 2000, packed([1, "a"], ["b"]), packed([1])],
)
def test_streams_are_told_by_their_content(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "source").write_bytes(content)
    assert import_feed(tmp_path / "source", tmp_path / "a.feed").importer == "msgpack 1"


def test_a_stream_that_is_cut_off_is_told_as_well(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(packed(TRADE_OBJECT, TRADE_OBJECT)[:-5])
    with pytest.raises(FeedError, match="expected a whole MessagePack object"):
        import_feed(tmp_path / "source", tmp_path / "a.feed")


@pytest.mark.parametrize("size", [1, 2, 7, 100])
def test_any_chunking_gives_the_same_messages(size: int) -> None:
    content = packed(TRADE_OBJECT, {}, [1], TRADE_OBJECT) * 5 + b"\x92\x01"
    whole = read(MSGPACK, content, quarantined=True)
    assert len(whole.payloads) == 20
    assert read(MSGPACK, cut(content, [size]), quarantined=True) == whole


def test_objects_end_where_the_package_ends_them() -> None:
    objects = [TRADE_OBJECT, {"a": list(range(300)), "b": "x" * 70_000, "c": 1.5}, [None, True]]
    content = b"".join(map(msgpack.packb, objects))
    assert read(MSGPACK, cut(content, [1000])).payloads == list(map(msgpack.packb, objects))
