"""By how much the clocks of two CPUs differ: measured here, and what is said of it."""

import os

import pytest

from latprobe.driver.skew import measure_skews
from latprobe.instrument.skew import skew_finding
from latprobe.run.threads import Skew

ALLOWED = sorted(os.sched_getaffinity(0))


def skew(offset_ns: float, bound_ns: float, other_cpu: int = 1) -> Skew:
    return Skew(0, other_cpu, offset_ns, bound_ns, 20_000)


@pytest.mark.parametrize(
    ("skews", "verdict", "words"),
    [
        ([skew(20.0, 90.0)], "good", "CPU 1 is 20.0 ns ± 90.0 ns ahead of CPU 0"),
        ([skew(1.0, 90.0), skew(-30.0, 95.0, 2)], "good", "CPU 2 is -30.0 ns ± 95.0 ns ahead"),
        ([skew(500.0, 90.0)], "worse", "CPU 1 is 500 ns"),
        ([skew(0.0, 5_000.0)], "worse", "± 5.00 µs"),
        ([], "worse", "one CPU"),
    ],
)
def test_the_cpu_that_agrees_the_least_decides(skews: list[Skew], verdict: str, words: str) -> None:
    finding = skew_finding(skews)

    assert finding.verdict == verdict
    assert words in finding.value
    assert bool(finding.advice) == (verdict != "good")


def test_a_time_across_two_cpus_is_off_by_the_offset_and_its_bound() -> None:
    assert skew(-30.0, 95.0).error_ns == pytest.approx(125.0)


@pytest.mark.skipif(len(ALLOWED) < 2, reason="there is one CPU")
def test_the_offset_of_two_cpus_is_that_of_the_same_two_the_other_way() -> None:
    first, last = ALLOWED[0], ALLOWED[-1]
    (there,), (back,) = measure_skews(first, [last]), measure_skews(last, [first])

    assert (there.cpu, there.other_cpu, back.cpu) == (first, last, last)
    assert there.bound_ns > 0
    # Both intervals hold the truth, whatever else runs here.
    assert abs(there.offset_ns + back.offset_ns) <= there.bound_ns + back.bound_ns


def test_a_cpu_has_no_skew_to_itself_nor_has_one_that_is_not_there() -> None:
    assert measure_skews(ALLOWED[0], [ALLOWED[0], 4_095]) == ()
    assert measure_skews(None, ALLOWED) == ()
