"""The table of truth, from forks that are made up."""

from collections.abc import Mapping, Sequence

import pytest

from latprobe.instrument.chain_times import ChainTimes
from latprobe.instrument.truth import ChainForks, truth_rows
from latprobe.run.examination import TruthFigure, TruthRow
from latprobe.run.model import (
    Calibration,
    ClockReading,
    Collector,
    CostPass,
    Drift,
    Fork,
    Instrument,
    LatencyPass,
    Resources,
)
from latprobe.run.times import KindTimes
from tests.runs import stage_times

RESOURCES = Resources(0.5, 0.4, 0.1, 30 * 2**20, 100, 0, 1, 2)
PRODUCTS = 64
TRUE_NS = 44.8  # at 0.69 and 0.71 ns before and after


def latency(times_ns: Mapping[int, int], *, kind: str = "64") -> Fork:
    times = stage_times(times_ns)
    result = LatencyPass(times.count, 0, (KindTimes(kind, times, (times, times)),))
    return fork("latency", result)


def cost(each_ns: float) -> Fork:
    return fork("cost", CostPass(1_000, 1_000, 9_999.0 * each_ns, each_ns))


def fork(collector: Collector, result: LatencyPass | CostPass) -> Fork:
    instrument = Instrument(
        ClockReading("tsc", 2.6e9, 10.0, 8.7), Calibration(17.0, 0.1, 1.0, 0.69)
    )
    return Fork(collector, 0, 1, RESOURCES, instrument, result, drift=Drift(0.0, 0.71))


def row(latencies: Sequence[Fork], costs: Sequence[Fork]) -> TruthRow:
    (found,) = truth_rows(ChainForks(latencies, {PRODUCTS: costs}))
    return found


def figures(latencies: Sequence[Fork], costs: Sequence[Fork]) -> dict[str, TruthFigure]:
    return {it.figure: it for it in row(latencies, costs).figures}


def test_the_truth_is_the_length_at_the_mean_speed_of_before_and_after() -> None:
    found = row([], [cost(45.0)])

    assert found.products == PRODUCTS
    assert found.true_ns == pytest.approx(TRUE_NS)
    (figure,) = found.figures
    assert figure.figure == "cost"
    assert figure.measured_ns == pytest.approx(45.0)
    assert figure.error_ns == pytest.approx(0.2)


def test_the_error_is_the_median_of_the_forks_errors() -> None:
    found = figures([], [cost(45.0), cost(200.0), cost(44.9)])["cost"]

    assert found.error_ns == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("costs_ns", "verdict"),
    [
        ([45.6, 45.6, 45.6], "good"),
        ([44.0, 44.0, 44.0], "good"),
        ([45.8, 45.8, 45.8], "unsound"),
        ([43.8, 43.8, 43.8], "unsound"),
        ([44.0, 45.8, 50.0], "worse"),
    ],
)
def test_a_cost_within_two_percent_is_good_and_another_unsound_only_with_certainty(
    costs_ns: list[float], verdict: str
) -> None:
    found = figures([], [cost(it) for it in costs_ns])["cost"]

    assert found.verdict == verdict
    assert found.reason.startswith("the forks lie apart") == (verdict == "worse")


def test_a_median_latency_may_be_off_by_a_step_of_the_clock() -> None:
    near, far = latency({54: 100}), latency({56: 100})

    assert figures([near], [cost(45.0)])["latency p50"].verdict == "good"
    assert figures([far], [cost(45.0)])["latency p50"].verdict == "unsound"


def test_a_mean_latency_may_be_off_by_two_percent() -> None:
    near, far = latency({40: 50, 50: 50}), latency({40: 20, 50: 80})

    assert figures([near], [cost(45.0)])["latency mean"].verdict == "good"
    assert figures([far], [cost(45.0)])["latency mean"].verdict == "unsound"


def test_messages_that_were_stopped_on_their_way_are_not_the_instruments_error() -> None:
    found = figures([latency({45: 999, 4_196_351: 1})], [cost(45.0)])["latency mean"]

    assert found.measured_ns == pytest.approx(45.0, abs=0.01)


def test_what_was_stopped_is_told_apart_by_its_length() -> None:
    short = ChainTimes.of(stage_times({0: 5, 10: 5, 20: 1, 90: 2}), 10.0)
    long = ChainTimes.of(stage_times({10_000: 8, 11_900: 1, 12_100: 1}), 10.0)

    assert short.undisturbed_mean_ns == pytest.approx(70 / 11)
    assert (short.disturbed, long.disturbed) == (2, 1)


def test_another_length_of_chain_is_another_row() -> None:
    assert "latency mean" not in figures([latency({45: 9}, kind="32")], [cost(45.0)])


def test_what_is_too_short_to_be_within_reach_has_a_truth_and_no_figure() -> None:
    forks = ChainForks([latency({1: 9}, kind="1")], {1: [cost(1.5)], 2: [cost(1.41)]})
    one, two = truth_rows(forks)

    assert one.true_ns == pytest.approx(0.7)
    assert one.figures == ()
    assert [it.figure for it in two.figures] == ["cost"]


def test_a_length_of_which_nothing_was_measured_has_no_row() -> None:
    failed = Fork("cost", 0, 1, RESOURCES)

    assert list(truth_rows(ChainForks([], {PRODUCTS: [failed]}))) == []


@pytest.mark.parametrize(
    ("cost_ns", "harness_ns", "verdict"),
    [(1.9, 1.3, "worse"), (1.9, 0.5, "unsound"), (1.0, 1.3, "unsound"), (1.41, 1.3, "good")],
)
def test_a_chain_that_is_done_before_the_next_is_handed_over_shows_the_harness(
    cost_ns: float, harness_ns: float, verdict: str
) -> None:
    costs = [cost(cost_ns)] * 3
    (found,) = truth_rows(ChainForks([], {2: costs}, [cost(harness_ns)]))

    (figure,) = found.figures
    assert figure.verdict == verdict
    assert ("an empty hand-over takes 1.30 ns" in figure.reason) == (verdict == "worse")
