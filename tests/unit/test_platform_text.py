"""What the kernel did to forks, in words."""

import msgspec
import pytest

from latprobe.report.platform import kernel_text, platform_text
from latprobe.run.model import Fork, Resources
from tests.runs import platform


def counted(
    switches: int = 0,
    faults: tuple[int, int] = (0, 0),
    migrations: int | None = 0,
    unsupported: str | None = None,
) -> Fork:
    """A fork of which the kernel counted these."""
    resources = Resources(0.5, 0.4, 0.1, 2**20, *faults, 1, switches, migrations, unsupported)
    return Fork("latency", 0, 1, resources)


@pytest.mark.parametrize(
    ("forks", "words"),
    [
        (
            [counted(2, (1_000, 1), 0), counted(5, (500, 0), 1)],
            "the kernel: 7 times another task had the forks' CPU, 1,500 page faults (1 from the "
            "disk), once moved to another CPU",
        ),
        (
            [counted(1, migrations=None, unsupported="/proc/<pid>/sched cannot be\x1b read")],
            "the kernel: once another task had the forks' CPU, 0 page faults (0 from the disk), "
            "migrations unsupported: /proc/<pid>/sched cannot be\\x1b read",
        ),
        (
            [counted(migrations=None)],
            "the kernel: 0 times another task had the forks' CPU, 0 page faults (0 from the disk)",
        ),
    ],
)
def test_what_the_kernel_counted_is_summed_or_said_to_be_unknown(
    forks: list[Fork], words: str
) -> None:
    assert kernel_text(forks) == words


def test_a_platform_that_never_stalled_has_no_longest_stall() -> None:
    quiet = msgspec.structs.replace(platform({}), place="before", cpu=None)

    assert platform_text(quiet) == (
        "an idle control before the forks, CPU not pinned, 1.0 s: 0 stalls/s over 1.00 µs, "
        "0 % of the time"
    )
    assert platform_text(None) == "no idle control watched the platform"
