"""Histograms of run documents are read by HdrHistogram's own library, and mean the same there."""

from hdrh.histogram import HdrHistogram  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from latprobe._core import Histogram
from tests.integration.conftest import Bench

ONE_HOUR_NS = 3_600_000_000_000
TIMES = st.integers(0, 2_000) | st.integers(0, ONE_HOUR_NS)


@given(st.lists(TIMES, min_size=1, max_size=200))
def test_the_public_library_counts_the_same_samples(times: list[int]) -> None:
    histogram = Histogram()
    for time_ns in times:
        histogram.record(time_ns)

    decoded = HdrHistogram.decode(histogram.encode())

    assert decoded.get_total_count() == histogram.count == len(times)
    for percentile, rank in ((50.0, (len(times) + 1) // 2), (100.0, len(times))):
        theirs = decoded.get_value_at_percentile(percentile)
        assert abs(theirs - histogram.value_at_rank(rank)) <= max(theirs / 1000, 0)


@given(st.lists(TIMES, max_size=100), st.lists(TIMES, max_size=100))
def test_merging_is_recording_all(first: list[int], second: list[int]) -> None:
    merged, other, whole = Histogram(), Histogram(), Histogram()
    for time_ns in first:
        merged.record(time_ns)
    for time_ns in second:
        other.record(time_ns)
    for time_ns in first + second:
        whole.record(time_ns)

    merged.merge(other)

    assert merged.counts() == whole.counts()


@given(st.lists(TIMES, min_size=1, max_size=100), st.data())
def test_ranks_answer_the_sorted_samples_to_three_digits(
    times: list[int], data: st.DataObject
) -> None:
    histogram = Histogram()
    for time_ns in times:
        histogram.record(time_ns)
    rank = data.draw(st.integers(1, len(times)))

    exact = sorted(times)[rank - 1]

    assert abs(histogram.value_at_rank(rank) - exact) <= exact / 1000


def test_a_run_s_histogram_is_decoded_by_the_public_library(bench: Bench) -> None:
    assert bench.run(bench.scenario(bench.feed([b"."] * 2000))).code == 0

    figure = next(it for it in bench.document["figures"] if it["stage"] == "total")
    decoded = HdrHistogram.decode(figure["histogram"])

    assert decoded.get_total_count() == figure["messages"] == 2000
    assert decoded.get_max_value() == figure["max_ns"]
