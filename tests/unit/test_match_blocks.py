"""Blocks of a single recording, and whether the intervals that they make hold what they say."""

import math
import random
from collections import Counter
from fractions import Fraction
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latprobe._core import Histogram
from latprobe.comparator.estimate import CONFIDENCE
from latprobe.match.blocks import BLOCKS, FIRST_SIZE, Blocks
from latprobe.stats import lag_one_correlation, mean_interval, sectioned_interval

RECORDINGS = 80
MESSAGES = 8_000


def blocks_of(times: list[int], kind: str = "") -> Blocks:
    blocks = Blocks()
    for ns in times:
        blocks.add(kind, ns)
    return blocks


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 10**12)), max_size=800))
def test_every_time_is_in_one_block_in_order(times: list[tuple[str, int]]) -> None:
    blocks = Blocks()
    for kind, ns in times:
        blocks.add(kind, ns)

    records = blocks.records()
    counts = [sum(it.count for it in block.kinds) for block in records]

    assert sum(counts) == len(times)
    assert len(records) <= 2 * BLOCKS
    if len(times) >= BLOCKS * FIRST_SIZE:
        assert len(records) >= BLOCKS
        size = counts[0]
        assert all(count == size for count in counts[:-1])
        assert size / 2 <= counts[-1] <= 1.5 * size
    for block, end, count in zip(records, accumulate(counts), counts, strict=True):
        its = times[end - count : end]
        assert {it.kind: it.count for it in block.kinds} == Counter(kind for kind, _ in its)
        assert math.fsum(it.sum_ns for it in block.kinds) == sum(ns for _, ns in its)


@given(st.lists(st.integers(0, 3_600_000_000_000), min_size=1, max_size=200))
def test_a_block_has_the_histogram_that_its_times_have(times: list[int]) -> None:
    histogram = Histogram()
    for ns in times:
        histogram.record(ns)

    (whole,) = blocks_of(times).whole()

    assert Histogram.decode(whole.histogram).counts() == histogram.counts()


def test_a_copy_goes_on_by_itself() -> None:
    one = blocks_of([1, 2, 3])
    other = one.copy()
    other.add("", 4)

    assert [it.count for it in one.whole()] == [3]
    assert [it.count for it in other.whole()] == [4]


def in_bursts(chance: random.Random, messages: int, memory: float) -> list[int]:
    """Times of 1 µs and some more, each like the one before: their noise is remembered so much."""
    noise, times = chance.gauss(0, 1), []
    for _ in range(messages):
        noise = memory * noise + math.sqrt(1 - memory**2) * chance.gauss(0, 1)
        times.append(round(1_000 * math.exp(0.5 * noise)))
    return times


# exp(0.5 z) for a normal z: its mean is exp(0.125), its median 1, and others exp(0.5 z).
TRUE_MEAN_NS = 1_000 * math.exp(0.125)
TRUE_QUANTILES = {
    "p50": (Fraction(1, 2), 1_000),
    "p90": (Fraction(9, 10), 1_898),
    "p99": (Fraction(99, 100), 3_200),
}


@pytest.mark.parametrize("memory", [0.0, 0.9])
def test_the_interval_of_one_recording_holds_the_truth_as_often_as_it_says(memory: float) -> None:
    chance = random.Random(1)
    held: Counter[str] = Counter()
    for _ in range(RECORDINGS):
        blocks = blocks_of(in_bursts(chance, MESSAGES, memory))
        parts = [(Histogram.decode(it.kinds[0].histogram), it.kinds[0]) for it in blocks.records()]
        merged = Histogram.decode(blocks.whole()[0].histogram)
        mean = mean_interval([it.sum_ns / it.count for _, it in parts], CONFIDENCE)
        held["mean"] += mean.low <= TRUE_MEAN_NS <= mean.high
        for name, (share, truth_ns) in TRUE_QUANTILES.items():
            interval = sectioned_interval(merged, [it for it, _ in parts], share, CONFIDENCE)
            held[name] += interval.low - 1 <= truth_ns <= interval.high + 1

    # 76 of 80 would be as promised; 3 standard deviations of chance are 6.
    assert min(held["mean"], *(held[name] for name in TRUE_QUANTILES)) >= 70, held


def test_samples_taken_for_independent_would_promise_too_much() -> None:
    """Why there are blocks at all: the same messages, each counted as if it stood for itself."""
    chance = random.Random(1)
    held = 0
    for _ in range(40):
        times = in_bursts(chance, MESSAGES, 0.9)
        interval = mean_interval(times, CONFIDENCE)
        held += interval.low <= TRUE_MEAN_NS <= interval.high

    assert held < 28


def test_neighbours_that_are_alike_are_told_from_those_that_are_not() -> None:
    chance = random.Random(1)
    alarms = 0
    for _ in range(1_000):
        values = [chance.gauss(0, 1) for _ in range(20)]
        alarms += lag_one_correlation(values) > 3 / math.sqrt(20)

    assert alarms <= 5
    assert lag_one_correlation([float(it) for it in range(20)]) > 3 / math.sqrt(20)
    assert lag_one_correlation([1.0, -1.0] * 10) == pytest.approx(-0.95)
    assert lag_one_correlation([7.0] * 20) == 0
