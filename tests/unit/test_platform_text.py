"""What the kernel did to forks, in words."""

import msgspec
import pytest

from latprobe.report.platform import kernel_text, platform_text
from latprobe.run.measured import Measured
from latprobe.run.model import Fork, Resources
from latprobe.run.platform import Usage
from latprobe.run.warnings import warnings_of
from tests.runs import MadeRun, platform


def counted(
    switches: int = 0,
    faults: tuple[int, int] = (0, 0),
    migrations: int | None = 0,
    unsupported: str | None = None,
) -> Fork:
    """A fork of which the kernel counted these."""
    resources = Resources(0.5, 0.4, 0.1, 2**20, 9, 9, 9, 9, migrations, unsupported)
    usage = Usage(0.5, 0.5, *faults, 9, switches)
    return Fork("latency", 0, 1, resources, usage=usage)


@pytest.mark.parametrize(
    ("forks", "words"),
    [
        (
            [counted(2, (1_000, 1), 0), counted(5, (500, 0), 1)],
            "during the passes: 7 times another task had the CPU, 1,501 page faults, once moved to "
            "another CPU",
        ),
        (
            [counted(1, (1, 0), None, "/proc/<pid>/sched cannot be\x1b read")],
            "during the passes: once another task had the CPU, 1 page fault, migrations "
            "unsupported: /proc/<pid>/sched cannot be\\x1b read",
        ),
        (
            [counted(migrations=None)],
            "during the passes: 0 times another task had the CPU, 0 page faults",
        ),
        ([], ""),
    ],
)
def test_what_the_kernel_counted_is_summed_or_said_to_be_unknown(
    forks: list[Fork], words: str
) -> None:
    assert kernel_text(forks) == words


@pytest.mark.parametrize(
    ("usage", "is_said"),
    [
        (Usage(1.0, 0.97, 0, 0, 1, 40), True),
        (Usage(1.0, 0.99, 0, 0, 1, 40), False),  # too little to matter
        (Usage(1.0, 0.50, 0, 0, 41, 40), False),  # the target sleeps
        (None, False),
    ],
)
def test_forks_that_other_tasks_keep_from_their_cpu_are_warned_of(
    usage: Usage | None, is_said: bool
) -> None:
    counts = {100: 10}
    run = MadeRun(times={"add_order": {"parse": counts, "total": counts}}, usage=usage)
    warnings = warnings_of(Measured(run.stages, (), run.document().forks), platform({}))

    said = [it.problem for it in warnings if "other tasks" in it.problem]
    expected = "other tasks had the forks' CPU for 3 % of the time, and took it 80 times"
    assert said == ([expected] if is_said else [])


def test_a_platform_that_never_stalled_has_no_longest_stall() -> None:
    quiet = msgspec.structs.replace(platform({}), place="before", cpu=None)

    assert platform_text(quiet) == (
        "an idle control before the forks, CPU not pinned, 1.0 s: 0 stalls/s over 1.00 µs, "
        "0 % of the time"
    )
    assert platform_text(None) == "no idle control watched the platform"
