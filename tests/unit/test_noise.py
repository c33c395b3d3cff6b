"""Which forks are discarded, and what a run says of it."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from latprobe.driver.again import run_undisturbed
from latprobe.run.model import Fork, Resources
from latprobe.run.noise import Discarded, Noise, disturbance_of
from latprobe.run.noise_warnings import noise_warnings
from latprobe.run.platform import Usage

QUIET = Usage(
    seconds=2.0,
    cpu_s=1.99,
    minor_faults=0,
    major_faults=0,
    voluntary_switches=1,
    involuntary_switches=9,
    stolen_s=0.0,
)
BUSY = replace(QUIET, cpu_s=1.86, involuntary_switches=246)
STOLEN = replace(QUIET, stolen_s=0.1)

BY_OTHERS = (
    "other tasks had the CPU for more than 2 % of the pass, and took it more often than it was "
    "given away"
)
BY_HYPERVISOR = "the hypervisor had the CPU for more than 2 % of the pass"


def fork(usage: Usage | None, index: int = 0) -> Fork:
    resources = Resources(2.0, 2.0, 0.0, 0, 0, 0, 0, 0)
    return Fork("latency", index, 1, resources, usage=usage)


@pytest.mark.parametrize(
    ("usage", "why"),
    [
        (None, None),
        (QUIET, None),
        (BUSY, BY_OTHERS),
        (STOLEN, BY_HYPERVISOR),
        (replace(STOLEN, stolen_s=None), None),
        (replace(BUSY, voluntary_switches=246), None),  # it waited for something of its own
        (replace(BUSY, seconds=0.09, cpu_s=0.01), None),  # too short to be judged
    ],
)
def test_a_fork_is_disturbed_by_what_the_kernel_counted_alone(
    usage: Usage | None, why: str | None
) -> None:
    assert disturbance_of(usage) == why


def test_a_disturbed_fork_is_run_again_until_one_is_not() -> None:
    runs = iter([fork(BUSY), fork(STOLEN), fork(QUIET, 7), fork(QUIET)])
    discarded: list[Discarded] = []

    assert run_undisturbed(lambda: next(runs), 3, discarded).index == 7
    assert [it.reason for it in discarded] == [BY_OTHERS, BY_HYPERVISOR]
    assert [it.usage for it in discarded] == [BUSY, STOLEN]


def test_a_run_discards_no_more_forks_than_it_said() -> None:
    def disturbed() -> Iterator[Fork]:
        yield from (fork(BUSY, index) for index in range(9))

    runs, discarded = disturbed(), list[Discarded]()

    assert run_undisturbed(lambda: next(runs), 2, discarded).index == 2
    assert run_undisturbed(lambda: next(runs), 2, discarded).index == 3
    assert len(discarded) == 2


def test_what_is_counted_exactly_is_never_discarded() -> None:
    discarded: list[Discarded] = []
    exact = replace(fork(BUSY), collector="allocations")

    assert run_undisturbed(lambda: exact, 3, discarded) is exact
    assert discarded == []


def words(noise: Noise, *forks: Fork) -> list[str]:
    return [it.problem for it in noise_warnings(noise, forks)]


def test_a_run_says_how_many_it_discarded_and_why() -> None:
    discarded = tuple(Discarded("latency", it, "warm", BY_OTHERS, BUSY) for it in range(2))

    assert words(Noise(1, 3), fork(QUIET)) == []
    assert words(Noise(1, 3, discarded=discarded), *[fork(QUIET)] * 9) == [
        f"2 of 11 timed forks were discarded and run again: {BY_OTHERS}"
    ]


def test_a_run_says_what_it_kept_when_it_might_not_discard_more() -> None:
    assert words(Noise(1, 0), fork(BUSY), fork(QUIET)) == [
        "1 of the 2 timed forks that were kept were disturbed too: at most 0 of a run are discarded"
    ]
