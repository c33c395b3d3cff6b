"""A feed in figures."""

import hashlib
import json
from pathlib import Path

import pytest

from latprobe.cli.feed.info_lines import info_lines
from latprobe.feed.format import BATCH_PAYLOAD_BYTES
from latprobe.feed.info import ChannelInfo, FeedInfo, feed_info
from latprobe.feed.messages import Messages
from latprobe.feed.writer import FeedWriter

SECOND = 10**9


def info_of(path: Path, messages: Messages, source: str = "made in a test") -> FeedInfo:
    with FeedWriter(path, protocol="json", source=source, importer="test 1") as writer:
        writer.extend(messages)
    return feed_info(path)


def feed_at(path: Path, times: list[int]) -> FeedInfo:
    return info_of(path, Messages(times, ["c"] * len(times), [b"x"] * len(times)))


def test_messages_and_bytes_are_counted_by_channel(tmp_path: Path) -> None:
    channels = ["book", "trade", "book", "book"]
    info = info_of(tmp_path / "a", Messages(range(4), channels, [b"a", b"bb", b"", b"ccc"]))
    assert (info.messages, info.payload_bytes) == (4, 6)
    assert info.channels == (ChannelInfo("book", 3, 4), ChannelInfo("trade", 1, 2))
    assert info.file_bytes == (tmp_path / "a").stat().st_size


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [([5], (5, 5, 5)), ([9, 1, 4], (1, 4, 9)), ([1, 2, 3, 100], (1, 2, 100)), ([0, 7], (0, 0, 7))],
)
def test_sizes_have_a_least_a_median_and_a_most(
    tmp_path: Path, sizes: list[int], expected: tuple[int, int, int]
) -> None:
    count = len(sizes)
    messages = Messages(range(count), ["c"] * count, [bytes(size) for size in sizes])
    info = info_of(tmp_path / "a", messages)
    assert (info.size_min_bytes, info.size_median_bytes, info.size_max_bytes) == expected


def test_times_have_a_span_and_a_mean_rate(tmp_path: Path) -> None:
    info = feed_at(tmp_path / "a", [10 * SECOND, 11 * SECOND, 12 * SECOND, 14 * SECOND])
    assert (info.first_ns, info.last_ns) == (10 * SECOND, 14 * SECOND)
    assert info.duration_ns == 4 * SECOND
    assert info.rate_mean_per_second == pytest.approx(0.75)
    assert info.out_of_order == 0


def test_times_that_run_backwards_are_counted(tmp_path: Path) -> None:
    info = feed_at(tmp_path / "a", [50, 40, 45, 45, 10])
    assert info.out_of_order == 2
    assert (info.first_ns, info.last_ns) == (10, 50)


def test_the_busiest_second_and_millisecond_are_found(tmp_path: Path) -> None:
    times = [0, 1, SECOND - 1, SECOND, SECOND + 1, SECOND + 10**6, 5 * SECOND]
    info = feed_at(tmp_path / "a", times)
    assert info.busiest_second_messages == 3
    assert info.busiest_millisecond_messages == 2


def test_counts_go_on_from_one_batch_to_the_next(tmp_path: Path) -> None:
    half = bytes(BATCH_PAYLOAD_BYTES // 2)
    times = [SECOND, SECOND + 1, SECOND + 2, SECOND + 3, SECOND + 1]
    info = info_of(tmp_path / "a", Messages(times, ["c"] * 5, [half] * 5))
    assert info.busiest_millisecond_messages == 5
    assert info.out_of_order == 1


def test_the_digest_is_verified(tmp_path: Path) -> None:
    info = feed_at(tmp_path / "a", [1, 2])
    assert info.sha256 == hashlib.sha256(b"xx").hexdigest()
    assert info.sha256_verified is True


def test_payloads_that_were_changed_are_found_out(tmp_path: Path) -> None:
    messages = Messages([1], ["c"], [b"the one payload"])
    info_of(tmp_path / "a", messages)
    content = (tmp_path / "a").read_bytes()
    (tmp_path / "a").write_bytes(content.replace(b"the one", b"another"))
    assert feed_info(tmp_path / "a").sha256_verified is False


def test_a_feed_without_messages_has_zeros(tmp_path: Path) -> None:
    info = feed_at(tmp_path / "a", [])
    assert (info.messages, info.channels, info.size_max_bytes) == (0, (), 0)
    assert (info.duration_ns, info.rate_mean_per_second) == (0, 0.0)
    assert list(info_lines(info))


def test_figures_go_into_json(tmp_path: Path) -> None:
    info = feed_at(tmp_path / "a", [1, 2])
    figures = json.loads(json.dumps(info.as_dict()))
    assert figures["channels"] == [{"name": "c", "messages": 2, "payload_bytes": 2}]
    assert figures["sha256_verified"] is True


def test_a_made_up_feed_says_so(tmp_path: Path) -> None:
    messages = Messages([1], ["c"], [b"x"])
    assert info_of(tmp_path / "a", messages, "synthetic json").synthetic
    assert not info_of(tmp_path / "a", messages, "imported from synthetic.gz").synthetic


def test_what_a_feed_says_has_no_power_over_a_terminal(tmp_path: Path) -> None:
    messages = Messages([1], ["\x1b[2Jgone\x9b31m\r\u202e"], [b"x"])
    lines = list(info_lines(info_of(tmp_path / "a", messages, "\x1b]0;title\x07")))
    assert all(line.isprintable() for line in lines)
    assert any("\\x1b[2Jgone\\x9b31m\\r\\u202e" in line for line in lines)
    assert any("\\x1b]0;title\\x07" in line for line in lines)


def test_only_the_busiest_of_many_channels_are_shown(tmp_path: Path) -> None:
    channels = [f"channel {number}" for number in range(30) for _ in range(number + 1)]
    count = len(channels)
    info = info_of(tmp_path / "a", Messages(range(count), channels, [b"x"] * count))
    lines = list(info_lines(info))
    assert lines[-1] == "and 10 more"
    assert any(line.startswith("channel 29 ") for line in lines)
    assert not any(line.startswith("channel 9 ") for line in lines)


@pytest.mark.parametrize("time_ns", [-(2**63), 2**63 - 1, 0])
def test_any_time_can_be_shown(tmp_path: Path, time_ns: int) -> None:
    assert list(info_lines(feed_at(tmp_path / "a", [time_ns])))
