"""Findings about machine and collectors, from made-up files, forks and controls."""

import pytest

from latprobe.instrument.collectors import collector_findings
from latprobe.instrument.machine import Stalls, machine_findings, steal_share
from latprobe.instrument.system_files import SystemFiles
from latprobe.run.examination import Finding
from latprobe.run.model import Collector, Failure, Fork, Resources

QUIET = Stalls(threshold_ns=1e3, watched_ns=1e9, count=12, longest_ns=9e3, stalled_ns=4e4)
RESOURCES = Resources(0.5, 0.4, 0.1, 30 * 2**20, 100, 0, 1, 2)


def machine(
    files: SystemFiles = SystemFiles(),  # noqa: B008  # immutable
    steal: float | None = 0.0,
    stalls: Stalls | None = QUIET,
) -> dict[str, Finding]:
    return {it.name: it for it in machine_findings(files, steal=steal, stalls=stalls)}


def stat(*jiffies: int) -> str:
    others = "cpu  9 9 9 9 9 9 9 9 9 9\ncpu0 1 1 1 1 1 1 1 1 0 0"
    return f"{others}\ncpu1 {' '.join(map(str, jiffies))}\nintr 5"


def test_steal_is_the_share_of_the_time_that_passed_and_a_guests_time_counts_once() -> None:
    before = stat(100, 0, 50, 1000, 0, 0, 0, 10, 40, 0)
    after = stat(160, 0, 60, 1025, 0, 0, 0, 15, 90, 0)

    assert steal_share(before, after, 1) == 5 / 100


@pytest.mark.parametrize("text", ["", "cpu1 1 2 3", "cpu10 1 2 3 4 5 6 7 8"])
def test_steal_that_the_kernel_does_not_tell_is_unknown(text: str) -> None:
    assert steal_share(text, text, 1) is None
    assert machine(steal=None)["steal"].value == "unknown"


def test_steal_of_no_time_at_all_is_unknown() -> None:
    same = stat(100, 0, 50, 1000, 0, 0, 0, 10, 40, 0)

    assert steal_share(same, same, 1) is None


def test_a_quiet_machine_is_good_throughout() -> None:
    found = machine(SystemFiles(huge_pages="always [madvise] never"))

    assert {it.verdict for it in found.values()} == {"good"}
    assert found["huge pages"].value == "madvise"


def test_what_disturbs_is_told_with_its_size() -> None:
    loud = Stalls(threshold_ns=1e3, watched_ns=2e9, count=2_000, longest_ns=4e6, stalled_ns=4e7)
    files = SystemFiles(cpuinfo="flags\t: fpu hypervisor", huge_pages="[always] madvise never")
    found = machine(files, 0.02, loud)

    assert {it.verdict for it in found.values()} == {"worse"}
    assert all(it.advice for it in found.values())
    assert found["steal"].value == "2 % of the time"
    stalls = "1,000 a second over 1.00 µs, the longest 4.00 ms, 2 % of the time"
    assert found["stalls"].value == stalls


def collectors(
    failure: Failure | None = None, problem: str | None = None, paranoid: str | None = "2"
) -> dict[str, Finding]:
    checked: dict[Collector, Fork] = {
        "digest": Fork("digest", 0, 1, RESOURCES),
        "allocations": Fork("allocations", 0, 1, RESOURCES, failure=failure),
    }
    tools = {"valgrind": "/usr/bin/valgrind", "strace": None, "memray": None}
    files = SystemFiles(perf_event_paranoid=paranoid)
    return {it.name: it for it in collector_findings(files, checked, problem, tools)}


def test_tools_are_named_with_where_they_are_or_how_to_get_them() -> None:
    found = collectors()

    assert (found["callgrind"].value, found["callgrind"].advice) == ("/usr/bin/valgrind", "")
    assert found["memray"].verdict == "worse"
    assert "pip install memray" in found["memray"].advice


def test_a_collector_that_fails_is_unsound_and_says_why() -> None:
    found = collectors(Failure("crashed", "ended by SIGSEGV\nand more", None))

    assert found["digest"].verdict == "good"
    assert (found["allocations"].verdict, found["allocations"].value) == (
        "unsound",
        "crashed: ended by SIGSEGV",
    )


def test_counters_that_count_are_good() -> None:
    assert collectors()["counters"].verdict == "good"


@pytest.mark.parametrize(
    ("paranoid", "advice"),
    [("2", "callgrind"), ("-1", "callgrind"), (None, "callgrind"), ("4", "sysctl")],
)
def test_counters_that_cannot_be_had_say_why_and_what_to_do(
    paranoid: str | None, advice: str
) -> None:
    found = collectors(problem="Permission denied", paranoid=paranoid)["counters"]

    assert found.verdict == "worse"
    assert found.value.startswith("unsupported: Permission denied")
    assert advice in found.advice
