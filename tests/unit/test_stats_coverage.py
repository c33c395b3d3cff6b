"""Intervals hold the truth as often as they say, in simulated runs of forks that differ."""

import pytest

from benches.stats.coverage import REACH, Case, cases_of, figure_of
from benches.stats.population import POPULATIONS, Population

RUNS = 200
LEAST = REACH - 3 * (REACH * (1 - REACH) / RUNS) ** 0.5
"""Three standard deviations of chance below what has to be reached; the seed is fixed."""


@pytest.mark.parametrize("population", POPULATIONS, ids=lambda it: it.name)
def test_intervals_hold_the_truth_whatever_the_population(population: Population) -> None:
    cases = [*cases_of(population, 150, 2_000, (5, 10), RUNS, seed=5)]
    quick = [it for it in cases if it.figure != "p99.9"]  # of which there are too few messages

    assert min(it.covered for it in quick) >= LEAST


def a_case(covered: float, figure: str = "p99", former: float = 0.9) -> Case:
    return Case("steady", figure, 5, covered, 0.1, 0.2, former, 0.1, 0.2)


def test_one_case_that_does_not_reach_it_is_one_too_many() -> None:
    good, bad = a_case(0.96), a_case(0.929, "p50", 0.95)

    assert figure_of("steady", [good]).holds
    row = figure_of("steady", [good, bad])
    assert not row.holds
    assert row.figure == "coverage of intervals at 95 %: steady"
    assert row.measured == ("92.9 % of p50 of 5 forks, the least of 2; formerly 90.0 % of p99 of 5")
