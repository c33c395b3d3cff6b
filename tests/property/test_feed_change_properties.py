"""What holds for every feed that is made of another."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from heapq import merge
from itertools import accumulate
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from latprobe.errors import FeedError
from latprobe.feed.change.fault import fault_feed
from latprobe.feed.change.fault_plan import FAULT_KINDS, Fault, FaultPlan
from latprobe.feed.change.loop import loop_feed
from latprobe.feed.change.merge import merge_feeds
from latprobe.feed.change.scale import scale_feed
from latprobe.feed.change.shuffle import Window, shuffle_feed
from latprobe.feed.change.slice import Selection, slice_feed
from tests.changed_feeds import (
    Received,
    numbered,
    read_faults,
    read_feed,
    with_faults,
    without_faults,
    write_feed,
)

times = st.lists(st.integers(0, 200), min_size=1, max_size=40)
batches = st.integers(1, 12)
messages = st.lists(
    st.builds(
        Received,
        st.integers(-(2**62), 2**62),
        st.sampled_from(["a", "b", "ä"]),
        st.binary(max_size=12),
    ),
    min_size=1,
    max_size=40,
)
few = settings(max_examples=20, deadline=None)


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def sliced(path: Path, wanted: Selection) -> list[Received]:
    try:
        slice_feed(path, path.with_name("sliced"), wanted)
    except FeedError as error:
        assert "no message is left" in str(error)  # noqa: PT017  # any other error is a failure
        return []
    return read_feed(path.with_name("sliced"))


@given(messages, batches, st.integers(0, 45), st.integers(1, 45))
@few
def test_a_slice_by_number_is_a_slice_of_the_list(
    sent: list[Received], batch: int, skip: int, count: int
) -> None:
    with folder() as it:
        path = write_feed(it / "a", sent, batch=batch)
        assert sliced(path, Selection(skip=skip, count=count)) == sent[skip : skip + count]
        assert sliced(path, Selection(last=count)) == sent[-count:]


@given(messages, st.tuples(*[st.integers(0, 20), st.integers(1, 20)] * 2))
@few
def test_a_slice_of_a_slice_is_a_slice(
    sent: list[Received], numbers: tuple[int, int, int, int]
) -> None:
    skip, count, skip_then, count_then = numbers
    with folder() as it:
        path = write_feed(it / "a", sent)
        first = sliced(path, Selection(skip=skip, count=count))
        left = max(0, count - skip_then)
        at_once = sliced(path, Selection(skip=skip + skip_then, count=min(count_then, left)))
        assert at_once == first[skip_then : skip_then + count_then]
        if first:
            again = write_feed(it / "b", first)
            assert sliced(again, Selection(skip=skip_then, count=count_then)) == at_once


@given(messages, batches, st.sampled_from(["a", "b", "ä", "[ab]"]))
@few
def test_a_slice_by_channel_has_all_messages_of_it_in_order(
    sent: list[Received], batch: int, pattern: str
) -> None:
    expected = [it for it in sent if it.channel in pattern]
    with folder() as it:
        path = write_feed(it / "a", sent, batch=batch)
        if expected:
            assert sliced(path, Selection(channels=(pattern,))) == expected


@given(st.lists(times, min_size=2, max_size=4), batches)
@few
def test_a_merge_takes_the_earliest_that_is_next(feeds: list[list[int]], batch: int) -> None:
    """As a merge of sorted lists does: the standard library's, by the latest time so far."""
    sent = [numbered(it, f"feed {number}") for number, it in enumerate(feeds)]
    both = zip(feeds, sent, strict=True)
    ordered = [list(zip(accumulate(it, max), rows, strict=True)) for it, rows in both]
    expected = [row for _, row in merge(*ordered, key=lambda it: it[0])]
    with folder() as it:
        paths = [
            write_feed(it / str(number), rows, batch=batch) for number, rows in enumerate(sent)
        ]
        merge_feeds(it / "merged", paths)
        assert read_feed(it / "merged") == expected


@given(messages, batches, st.fractions(Fraction(1, 50), Fraction(50), max_denominator=50))
@few
def test_scaled_times_are_exact(sent: list[Received], batch: int, speed: Fraction) -> None:
    sent = [it._replace(recv_ns=it.recv_ns // 100) for it in sent]
    base = sent[0].recv_ns
    expected = [it._replace(recv_ns=base + (it.recv_ns - base) // speed) for it in sent]
    with folder() as it:
        scale_feed(write_feed(it / "a", sent, batch=batch), it / "b", speed)
        assert read_feed(it / "b") == expected


@given(times, batches, st.integers(1, 5), st.integers(0, 1000) | st.none())
@few
def test_rounds_of_a_loop_follow_each_other_at_the_gap(
    at: list[int], batch: int, rounds: int, gap: int | None
) -> None:
    sent = numbered(at)
    span = max(at) - min(at)
    period = span + (max(1, span // max(1, len(at) - 1)) if gap is None else gap)
    expected = [
        row._replace(recv_ns=row.recv_ns + turn * period) for turn in range(rounds) for row in sent
    ]
    with folder() as it:
        loop_feed(write_feed(it / "a", sent, batch=batch), it / "b", rounds, gap)
        assert read_feed(it / "b") == expected


@given(times, batches, st.integers(1, 60), st.integers(0, 9))
@few
def test_a_shuffle_within_messages_moves_none_as_far_as_the_window(
    at: list[int], batch: int, size: int, seed: int
) -> None:
    with folder() as it:
        path = write_feed(it / "a", numbered(at), batch=batch)
        shuffle_feed(path, it / "b", Window(size, True, f"{size} messages"), seed)
        mixed = read_feed(it / "b")
    assert [row.recv_ns for row in mixed] == at
    order = [int(row.payload) for row in mixed]
    assert sorted(order) == list(range(len(at)))
    assert all(abs(place - number) < size for place, number in enumerate(order))


@given(times, batches, st.integers(1, 150), st.integers(0, 9))
@few
def test_a_shuffle_within_a_time_moves_none_as_far_as_the_window(
    at: list[int], batch: int, size: int, seed: int
) -> None:
    at = sorted(at)
    with folder() as it:
        path = write_feed(it / "a", numbered(at), batch=batch)
        shuffle_feed(path, it / "b", Window(size, False, f"{size}ns"), seed)
        mixed = read_feed(it / "b")
    assert [row.recv_ns for row in mixed] == at
    order = [int(row.payload) for row in mixed]
    assert sorted(order) == list(range(len(at)))
    assert all(abs(at[place] - at[number]) < size for place, number in enumerate(order))


def frame(number: int, filler: bytes) -> bytes:
    text = filler.hex().encode()
    return b'{"e":"trade","E":%d,"t":%d,"x":"%b"}' % (1723161256322 + number, number, text)


plain_faults = [kind for kind in FAULT_KINDS if kind.name != "bad-checksum"]
plans = st.fixed_dictionaries(
    {
        kind.name: st.builds(
            Fault,
            st.fractions(0, Fraction(1, 7), max_denominator=20),
            st.integers(1, 6) if kind.size else st.just(0),
        )
        for kind in plain_faults
    }
).filter(lambda it: any(fault.rate for fault in it.values()))
framed = st.lists(
    st.tuples(st.integers(0, 99), st.sampled_from("ab"), st.binary(max_size=9), st.booleans()),
    min_size=2,
    max_size=60,
)


@given(framed, batches, plans, st.integers(0, 2**40))
@settings(max_examples=60, deadline=None)
def test_the_list_of_faults_leads_from_one_feed_to_the_other_and_back(
    drawn: list[tuple[int, str, bytes, bool]],
    batch: int,
    faults: dict[str, Fault],
    seed: int,
) -> None:
    sent = [
        Received(time, channel, frame(number, filler) if is_frame else filler)
        for number, (time, channel, filler, is_frame) in enumerate(drawn)
    ]
    faults["stale"] = Fault(faults["stale"].rate, faults["stale"].size * 10**6)
    with folder() as it:
        path = write_feed(it / "in", sent, batch=batch)
        try:
            done = fault_feed(path, it / "out", FaultPlan(faults), seed)
        except FeedError as error:
            assert "no message is left" in str(error)  # noqa: PT017  # any other is a failure
            assert [left.name for left in it.iterdir()] == ["in"]
            return
        received = read_feed(it / "out")
        _, listed, end = read_faults(done.faults)
    assert with_faults(sent, listed) == received
    assert without_faults(received, listed) == sent
    found = Counter(fault["fault"] for fault in listed)
    assert {name: count for name, count in end["made"].items() if count} == found
    assert end["out"]["messages"] == len(received)
    assert len({fault["in"] for fault in listed}) == len(listed)


@given(framed, batches, batches, plans, st.integers(0, 9))
@few
def test_faults_do_not_depend_on_how_a_feed_is_stored(
    drawn: list[tuple[int, str, bytes, bool]],
    one: int,
    other: int,
    faults: dict[str, Fault],
    seed: int,
) -> None:
    sent = [Received(time, channel, filler) for time, channel, filler, _ in drawn]
    faults = {name: fault for name, fault in faults.items() if name != "stale"}
    if not any(fault.rate for fault in faults.values()):
        return
    with folder() as it:
        made = []
        for name, batch in (("a", one), ("b", other)):
            path = write_feed(it / name, sent, batch=batch)
            try:
                done = fault_feed(path, it / f"{name} out", FaultPlan(faults), seed)
            except FeedError:
                return
            made.append((done.faults.read_bytes(), read_feed(done.feed.path)))
        assert made[0] == made[1]
