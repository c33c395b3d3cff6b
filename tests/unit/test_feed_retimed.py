"""Feeds merged, scaled, looped and shuffled."""

from fractions import Fraction
from pathlib import Path

import pytest

from latprobe.errors import FeedError
from latprobe.feed.change.loop import loop_feed
from latprobe.feed.change.merge import merge_feeds
from latprobe.feed.change.scale import parse_speed, scale_feed
from latprobe.feed.change.shuffle import parse_window, shuffle_feed
from tests.changed_feeds import Received, numbered, read_feed, write_feed

YEAR = 365 * 86_400 * 10**9


def test_messages_of_one_time_come_in_the_order_of_their_feeds(tmp_path: Path) -> None:
    one = write_feed(tmp_path / "one", [(5, "a", b"1"), (5, "a", b"2")])
    two = write_feed(tmp_path / "two", [(5, "b", b"3"), (4, "b", b"4")])
    merge_feeds(tmp_path / "12", [one, two])
    merge_feeds(tmp_path / "21", [two, one])
    assert [it.payload for it in read_feed(tmp_path / "12")] == [b"1", b"2", b"3", b"4"]
    assert [it.payload for it in read_feed(tmp_path / "21")] == [b"3", b"4", b"1", b"2"]


def test_a_merge_keeps_order_and_counts_over_many_batches(tmp_path: Path) -> None:
    one = [Received(it * 3, "a", b"%d" % it) for it in range(700)]
    two = [Received(it * 2, "b", bytes(it % 7)) for it in range(900)]
    paths = [
        write_feed(tmp_path / "one", one, batch=37),
        write_feed(tmp_path / "two", two, batch=53),
    ]
    feed = merge_feeds(tmp_path / "out", paths)
    merged = read_feed(tmp_path / "out")
    assert feed.messages == 1_600
    assert merged == sorted(one + two, key=lambda it: it.recv_ns)
    assert [it for it in merged if it.channel == "a"] == one
    assert [it for it in merged if it.channel == "b"] == two


def test_channels_of_one_name_become_one(tmp_path: Path) -> None:
    one = write_feed(tmp_path / "one", [(1, "x", b"1"), (3, "y", b"3")])
    two = write_feed(tmp_path / "two", [(2, "y", b"2"), (4, "x", b"4")])
    merge_feeds(tmp_path / "out", [one, two])
    assert [it.channel for it in read_feed(tmp_path / "out")] == ["x", "y", "y", "x"]


def test_feeds_of_several_protocols_are_merged_when_one_is_named(tmp_path: Path) -> None:
    one = write_feed(tmp_path / "one", numbered([1]), protocol="json")
    two = write_feed(tmp_path / "two", numbered([2]), protocol="")
    with pytest.raises(FeedError, match="they state one: json, two: none; name one by --protocol"):
        merge_feeds(tmp_path / "out", [one, two])
    assert merge_feeds(tmp_path / "out", [one, two], protocol="json").protocol == "json"


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        (["real", "real"], "merged by time: 0 (real); and 1 (real)"),
        (["synthetic a", "real"], "synthetic in part, merged by time: 0 (synthetic a)"),
        (["synthetic a", "synthetic b"], "synthetic, merged by time: 0 (synthetic a)"),
    ],
)
def test_what_was_made_up_stays_so_in_a_merge(
    tmp_path: Path, sources: list[str], expected: str
) -> None:
    paths = [
        write_feed(tmp_path / str(number), numbered([1]), source=source)
        for number, source in enumerate(sources)
    ]
    feed = merge_feeds(tmp_path / "out", paths)
    assert feed.source.startswith(expected)
    assert feed.synthetic == expected.startswith("synthetic")


def test_a_feed_is_merged_with_itself_but_not_into_itself(tmp_path: Path) -> None:
    one = write_feed(tmp_path / "one", numbered([1, 2]))
    assert merge_feeds(tmp_path / "out", [one, one]).messages == 4
    with pytest.raises(FeedError, match="is the feed to be changed"):
        merge_feeds(one, [one, tmp_path / "out"])


def test_feeds_without_a_message_cannot_be_merged_or_retimed(tmp_path: Path) -> None:
    empty = write_feed(tmp_path / "empty", [])
    with pytest.raises(FeedError, match="no feed has a message"):
        merge_feeds(tmp_path / "out", [empty, empty])
    with pytest.raises(FeedError, match="expected at least one message"):
        scale_feed(empty, tmp_path / "out", Fraction(2))
    with pytest.raises(FeedError, match="expected at least one message"):
        loop_feed(empty, tmp_path / "out", 2)
    with pytest.raises(FeedError, match="no message is left"):
        shuffle_feed(empty, tmp_path / "out", parse_window("1ms"), 1)
    assert [it.name for it in tmp_path.iterdir()] == ["empty"]


@pytest.mark.parametrize(
    ("speed", "expected"),
    [("2", [100, 102, 95, 150]), ("0.5", [100, 110, 80, 300]), ("1/3", [100, 115, 70, 400])],
)
def test_times_are_scaled_from_the_first_message_on(
    tmp_path: Path, speed: str, expected: list[int]
) -> None:
    path = write_feed(tmp_path / "in", numbered([100, 105, 90, 200]))
    feed = scale_feed(path, tmp_path / "out", parse_speed(speed))
    assert [it.recv_ns for it in read_feed(tmp_path / "out")] == expected
    assert feed.source == f"made in a test; times scaled: {parse_speed(speed)} times as fast"


def test_times_years_apart_are_scaled_exactly(tmp_path: Path) -> None:
    path = write_feed(tmp_path / "in", numbered([0, 40 * YEAR + 1]))
    scale_feed(path, tmp_path / "out", Fraction(999_999_937, 999_999_999))
    expected = (40 * YEAR + 1) * 999_999_999 // 999_999_937
    assert [it.recv_ns for it in read_feed(tmp_path / "out")] == [0, expected]


@pytest.mark.parametrize("text", ["0", "-1", "fast", "1/0", "", "1e99", "nan", "1/10000000001"])
def test_what_is_no_speed_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a speed"):
        parse_speed(text)


def test_times_that_would_leave_64_bits_are_refused(tmp_path: Path) -> None:
    path = write_feed(tmp_path / "in", numbered([0, 200 * YEAR]))
    with pytest.raises(FeedError, match="this speed would lead to receive times beyond 64 bits"):
        scale_feed(path, tmp_path / "out", Fraction(1, 2))
    with pytest.raises(FeedError, match="3 rounds would lead to receive times beyond 64 bits"):
        loop_feed(path, tmp_path / "out", 3)
    far = write_feed(tmp_path / "far", numbered([-200 * YEAR, 200 * YEAR]))
    with pytest.raises(FeedError, match="more than 64 bits apart"):
        scale_feed(far, tmp_path / "out", Fraction(2))
    late = write_feed(tmp_path / "late", numbered([2**63 - 10]))
    with pytest.raises(FeedError, match="this window would lead"):
        shuffle_feed(late, tmp_path / "out", parse_window("1s"), 1)


def test_rounds_begin_the_stated_gap_after_the_last(tmp_path: Path) -> None:
    path = write_feed(tmp_path / "in", numbered([10, 30, 20]))
    feed = loop_feed(path, tmp_path / "out", 2, 1_000)
    assert [it.recv_ns for it in read_feed(tmp_path / "out")] == [10, 30, 20, 1030, 1050, 1040]
    assert feed.source.endswith("looped: 2 rounds, 1.00 µs (1000 ns) from one to the next")


def test_without_a_gap_rounds_are_the_mean_gap_apart(tmp_path: Path) -> None:
    path = write_feed(tmp_path / "in", numbered([0, 10, 40]))
    loop_feed(path, tmp_path / "out", 2)
    assert [it.recv_ns for it in read_feed(tmp_path / "out")] == [0, 10, 40, 60, 70, 100]


def test_a_shuffle_is_alike_from_one_seed_and_another_from_another(tmp_path: Path) -> None:
    path = write_feed(tmp_path / "in", numbered(list(range(500))))
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        shuffle_feed(path, tmp_path / name, parse_window("20msgs"), seed)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert read_feed(tmp_path / "a") != read_feed(tmp_path / "c")
    stayed = set(read_feed(path)) & set(read_feed(tmp_path / "a"))
    assert len(stayed) < 100


@pytest.mark.parametrize("window", ["50msgs", "500ns"])
def test_a_shuffle_over_many_batches_keeps_to_its_window(tmp_path: Path, window: str) -> None:
    path = write_feed(tmp_path / "in", numbered([it * 10 for it in range(3_000)]), batch=31)
    shuffle_feed(path, tmp_path / "out", parse_window(window), 1)
    places = [int(it.payload) for it in read_feed(tmp_path / "out")]
    assert sorted(places) == list(range(3_000))
    farthest = max(abs(place - number) for number, place in enumerate(places))
    assert 20 <= farthest < 50
    whole = write_feed(tmp_path / "whole", numbered([it * 10 for it in range(3_000)]))
    shuffle_feed(whole, tmp_path / "again", parse_window(window), 1)
    assert read_feed(tmp_path / "again") == read_feed(tmp_path / "out")


def test_a_shuffle_moves_channels_with_their_payloads(tmp_path: Path) -> None:
    sent = [Received(it, f"channel {it % 7}", b"%d" % it) for it in range(300)]
    shuffle_feed(write_feed(tmp_path / "in", sent), tmp_path / "out", parse_window("50ns"), 1)
    assert all(it.channel == f"channel {int(it.payload) % 7}" for it in read_feed(tmp_path / "out"))


def test_a_window_that_holds_too_much_is_refused(tmp_path: Path) -> None:
    sent = [(0, "c", bytes(16 * 2**20))] * 5
    path = write_feed(tmp_path / "in", sent, batch=1)
    with pytest.raises(FeedError, match="a window of 1h holds more than 64 MiB"):
        shuffle_feed(path, tmp_path / "out", parse_window("1h"), 1)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("text", ["0ms", "0msgs", "10", "msgs", "-1ms", "1.5msgs", "1e300s"])
def test_what_is_no_window_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a window"):
        parse_window(text)
