"""A feed in figures."""

import hashlib
import json
from pathlib import Path

import pytest
from rich.cells import cell_len

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
    spread = info.size_bytes
    assert spread is not None
    assert (spread.least, spread.at(0.5), spread.most) == expected
    assert spread.mean == sum(sizes) / count


def test_sizes_are_counted_between_powers_of_two(tmp_path: Path) -> None:
    sizes = [0, 1, 1, 2, 3, 8, 9]
    count = len(sizes)
    messages = Messages(range(count), ["c"] * count, [bytes(size) for size in sizes])
    bars = info_of(tmp_path / "a", messages).size_histogram
    assert [(it.from_bytes, it.to_bytes, it.messages) for it in bars] == [
        (0, 0, 1),
        (1, 1, 2),
        (2, 3, 2),
        (4, 7, 0),
        (8, 15, 2),
    ]


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


def test_counts_go_on_from_one_batch_to_the_next(tmp_path: Path) -> None:
    half = bytes(BATCH_PAYLOAD_BYTES // 2)
    times = [SECOND, SECOND + 1, SECOND + 2, SECOND + 3, SECOND + 1]
    info = info_of(tmp_path / "a", Messages(times, ["c"] * 5, [half] * 5))
    assert [it.messages for it in info.busiest] == [5, 5, 5]
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
    assert (info.messages, info.channels, info.kinds) == (0, (), ())
    assert (info.size_bytes, info.size_histogram, info.rates, info.busiest) == (None, (), None, ())
    assert (info.inter_arrival_ns, info.lag, info.sequence) == (None, None, None)
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
    assert "and 10 more" in lines
    assert any(line.startswith("channel 29 ") for line in lines)
    assert not any(line.startswith("channel 9 ") for line in lines)


@pytest.mark.parametrize("time_ns", [-(2**63), 2**63 - 1, 0])
def test_any_time_can_be_shown(tmp_path: Path, time_ns: int) -> None:
    assert list(info_lines(feed_at(tmp_path / "a", [time_ns])))


def test_the_rate_over_time_counts_every_message_once(tmp_path: Path) -> None:
    info = feed_at(tmp_path / "a", [0, 0, 1, 5_000, 9_999, 7_000])
    assert info.rates is not None
    assert (info.rates.start_ns, info.rates.width_ns) == (0, 11)
    assert len(info.rates.messages) == 910
    found = {number: it for number, it in enumerate(info.rates.messages) if it}
    assert found == {0: 3, 454: 1, 636: 1, 909: 1}


@pytest.mark.parametrize("times", [[5], [-(2**63), 2**63 - 1], [3, 3, 3]])
def test_any_span_has_a_rate_over_time(tmp_path: Path, times: list[int]) -> None:
    info = feed_at(tmp_path / "a", times)
    assert info.rates is not None
    assert sum(info.rates.messages) == len(times)
    assert len(info.rates.messages) <= 960


def test_gaps_between_messages_are_negative_where_time_runs_backwards(tmp_path: Path) -> None:
    spread = feed_at(tmp_path / "a", [10, 20, 15, 15]).inter_arrival_ns
    assert spread is not None
    assert (spread.count, spread.least, spread.at(0.5), spread.most) == (3, -5, 0, 10)


def frames(event_ms: list[int]) -> list[bytes]:
    return [b'{"e":"trade","E":%d,"s":"X","t":%d}' % (it, n) for n, it in enumerate(event_ms)]


def test_lag_counts_from_the_event_to_the_receive_time(tmp_path: Path) -> None:
    base = 1_723_161_256_322
    payloads = [*frames([base, base]), b"{}"]
    recv_ns = [base * 10**6 + 250, base * 10**6 + 1_500, 0]
    lag = info_of(tmp_path / "a", Messages(recv_ns, ["c"] * 3, payloads)).lag
    assert lag is not None
    assert lag.negative == 0
    assert (lag.spread.count, lag.spread.least, lag.spread.most) == (2, 250, 1_500)


def test_a_negative_lag_is_reported_as_clock_skew(tmp_path: Path) -> None:
    base = 1_723_161_256_322
    recv_ns = [(base - 1_300) * 10**6, base * 10**6 + 5]
    info = info_of(tmp_path / "a", Messages(recv_ns, ["c"] * 2, frames([base, base])))
    assert info.lag is not None
    assert (info.lag.negative, info.lag.spread.least) == (1, -1_300_000_000)
    text = " ".join(info_lines(info))
    assert "1 (50.0%) were received before it: CLOCK SKEW" in text
    assert "at least 1.30 s behind" in text


def test_kinds_are_counted(tmp_path: Path) -> None:
    payloads = [*frames([1, 2]), b'{"type":"ping"}', b"not json"]
    info = info_of(tmp_path / "a", Messages(range(4), ["c"] * 4, payloads))
    assert info.kinds is not None
    assert {it.name: it.messages for it in info.kinds} == {"trade": 2, "ping": 1, "unknown": 1}
    assert sum(it.payload_bytes for it in info.kinds) == info.payload_bytes


def test_a_protocol_that_is_not_known_has_no_kinds_and_says_so(tmp_path: Path) -> None:
    with FeedWriter(tmp_path / "a", protocol="morse", source="s", importer="i 1") as writer:
        writer.append(1, "c", b"...")
    info = feed_info(tmp_path / "a")
    assert (info.kinds, info.lag, info.sequence) == (None, None, None)
    assert "latprobe does not know the protocol" in " ".join(" ".join(info_lines(info)).split())


@pytest.mark.parametrize("width", [60, 80, 120, 160])
@pytest.mark.parametrize("story", ["a long story, " * 900, "漢字" * 900, "word" * 900])
def test_no_line_is_wider_than_the_terminal(tmp_path: Path, width: int, story: str) -> None:
    base = 1_723_161_256_322
    payloads = frames([base + it for it in range(50)])
    channels = ["a channel with a very long name, " * 20, "漢字" * 80] * 25
    times = [base * 10**6 + it * 10**7 for it in range(50)]
    info = info_of(tmp_path / "a", Messages(times, channels, payloads), story)
    for line in info_lines(info, width):
        assert cell_len(line) <= width, line
