"""Some of a feed's messages."""

from pathlib import Path

import pyarrow as pa
import pytest

from latprobe.errors import FeedError
from latprobe.feed.change.slice import Selection, slice_feed
from latprobe.feed.change.time_point import parse_time_point
from latprobe.feed.reader import open_feed
from tests.changed_feeds import Received, numbered, read_feed, write_feed
from tests.feeds import ORDER_DELETE, SYSTEM_EVENT, TRADE, leftovers, write_table

SECOND = 10**9


def payloads(path: Path, wanted: Selection) -> list[bytes]:
    slice_feed(path, path.with_name("out"), wanted)
    return [it.payload for it in read_feed(path.with_name("out"))]


@pytest.fixture
def seconds(tmp_path: Path) -> Path:
    """Ten messages, a second apart, from 1970 on."""
    return write_feed(tmp_path / "in", numbered([it * SECOND for it in range(10)]))


@pytest.mark.parametrize(
    ("start", "stop", "expected"),
    [
        ("+3s", None, range(3, 10)),
        (None, "+3s", range(3)),
        ("+3s", "+3000001us", range(3, 4)),
        ("1970-01-01T00:00:02", "1970-01-01T00:00:04Z", range(2, 4)),
        ("1970-01-01T01:00:02.000000001+01:00", "1970-01-01T00:00:05", range(3, 5)),
        ("1969-01-01", "2100-01-01", range(10)),
        (None, "9999-01-01", range(10)),
    ],
)
def test_a_slice_of_time_begins_with_its_start_and_ends_before_its_end(
    seconds: Path, start: str | None, stop: str | None, expected: range
) -> None:
    wanted = Selection(
        start=parse_time_point(start) if start else None,
        stop=parse_time_point(stop) if stop else None,
    )
    assert payloads(seconds, wanted) == [b"%d" % it for it in expected]


def test_a_relative_time_counts_from_the_first_message(tmp_path: Path) -> None:
    path = write_feed(tmp_path / "in", numbered([100 * SECOND, 99 * SECOND, 102 * SECOND]))
    wanted = Selection(start=parse_time_point("+0s"), stop=parse_time_point("+2s"))
    assert payloads(path, wanted) == [b"0"]


def test_conditions_come_before_numbers(tmp_path: Path) -> None:
    sent = [Received(number, "ab"[number % 2], b"%d" % number) for number in range(10)]
    path = write_feed(tmp_path / "in", sent)
    assert payloads(path, Selection(channels=("b",), skip=1, count=2)) == [b"3", b"5"]
    assert payloads(path, Selection(channels=("b",), last=2)) == [b"7", b"9"]


def test_kinds_go_by_letter_name_and_pattern(tmp_path: Path) -> None:
    sent = [(0, "itch", SYSTEM_EVENT), (1, "itch", ORDER_DELETE), (2, "itch", SYSTEM_EVENT)]
    path = write_feed(tmp_path / "in", sent, protocol="itch50")
    for kind in ("D", "order delete", "D order delete", "order *"):
        assert payloads(path, Selection(kinds=(kind,))) == [ORDER_DELETE]
    assert payloads(path, Selection(kinds=("D", "S"))) == [it for _, _, it in sent]


def test_channels_are_matched_as_a_whole(tmp_path: Path) -> None:
    sent = [(0, "btcusdt@trade", b"1"), (1, "btcusdt@trades", b"2"), (2, "ethusdt@trade", b"3")]
    path = write_feed(tmp_path / "in", sent)
    assert payloads(path, Selection(channels=("*@trade",))) == [b"1", b"3"]
    assert payloads(path, Selection(channels=("[be]*s",))) == [b"2"]


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        (Selection(channels=("c", "nowhere")), "no channel matches 'nowhere'; there are c"),
        (Selection(kinds=("trade",)), "no kind matches 'trade'; there are unknown"),
        (Selection(skip=10), "no message is left"),
        (Selection(start=parse_time_point("+10s")), "no message is left"),
        (Selection(channels=("nowhere",), count=1), "no channel matches"),
    ],
)
def test_a_slice_without_what_was_asked_for_is_an_error_and_writes_nothing(
    seconds: Path, wanted: Selection, problem: str
) -> None:
    with pytest.raises(FeedError, match=problem):
        slice_feed(seconds, seconds.with_name("out"), wanted)
    assert [it.name for it in seconds.parent.iterdir()] == ["in"]


def test_many_channels_are_not_all_listed(tmp_path: Path) -> None:
    sent = [(it, f"channel {it:02}", b"x") for it in range(20)]
    path = write_feed(tmp_path / "in", sent)
    with pytest.raises(FeedError, match=r"there are channel 00, .*channel 07, …$"):
        slice_feed(path, tmp_path / "out", Selection(channels=("x",)))


def test_kinds_of_a_protocol_that_is_not_known_cannot_be_asked_for(tmp_path: Path) -> None:
    path = write_feed(tmp_path / "in", numbered([1]), protocol="morse")
    with pytest.raises(FeedError, match="is of protocol 'morse', whose kinds are not known"):
        slice_feed(path, tmp_path / "out", Selection(kinds=("dot",)))


def test_a_feed_is_not_sliced_into_itself(seconds: Path) -> None:
    link = seconds.with_name("link")
    link.hardlink_to(seconds)
    for out in (seconds, link):
        with pytest.raises(FeedError, match="is the feed to be changed"):
            slice_feed(seconds, out, Selection(count=1))
    assert len(read_feed(seconds)) == 10


def test_a_feed_whose_payloads_were_changed_is_not_sliced(tmp_path: Path) -> None:
    path = write_feed(tmp_path / "in", [(0, "c", b"the one payload")])
    path.write_bytes(path.read_bytes().replace(b"the one", b"another"))
    with pytest.raises(FeedError, match="do not have the SHA-256 that it states"):
        slice_feed(path, tmp_path / "out", Selection())
    assert leftovers(tmp_path) == []
    assert not (tmp_path / "out").exists()


def test_what_was_done_is_added_to_the_source_each_time(tmp_path: Path) -> None:
    made = "synthetic json: 10 messages, seed 1"
    path = write_feed(tmp_path / "in", numbered(list(range(10))), source=made)
    slice_feed(path, tmp_path / "once", Selection(channels=("c",), skip=2, count=5))
    feed = slice_feed(tmp_path / "once", tmp_path / "twice", Selection(last=2))
    assert feed.source == (
        f"{made}; sliced: channel c, after the first 2, 5 messages; sliced: the last 2"
    )
    assert feed.importer == "test 1; slice 1; slice 1"
    assert feed.synthetic
    assert feed.sha256 == open_feed(tmp_path / "twice").sha256


def test_a_table_of_another_tool_is_sliced_as_well(tmp_path: Path) -> None:
    table = pa.table({"recv_ns": [1, 2], "channel": ["c", "d"], "payload": [TRADE, b"{}"]})
    write_table(tmp_path / "in", table, stream=True, codec="zstd")
    assert payloads(tmp_path / "in", Selection(channels=("d",))) == [b"{}"]


@pytest.mark.parametrize("text", ["", "yesterday", "+", "+10", "10s", "+-1s", "2024-13-01"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a"):
        parse_time_point(text)


@pytest.mark.parametrize(
    ("text", "ns"),
    [
        ("1970-01-01T00:00:01.000000001Z", SECOND + 1),
        ("1970-01-01 00:00:01,5", SECOND + SECOND // 2),
        ("1970-01-01T01:00:00.25+01:00", SECOND // 4),
        ("1969-12-31T23:59:59.999999999Z", -1),
        ("1970-01-02", 86_400 * SECOND),
    ],
)
def test_moments_are_read_to_the_nanosecond(text: str, ns: int) -> None:
    point = parse_time_point(text)
    assert (point.ns, point.relative) == (ns, False)
