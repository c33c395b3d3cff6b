"""What the kernel says of the machine, as text: read once, and looked at by pure functions."""

from dataclasses import dataclass
from pathlib import Path

_CPU = "sys/devices/system/cpu"
_CLOCKSOURCE = "sys/devices/system/clocksource/clocksource0"


@dataclass(frozen=True)
class SystemFiles:
    """Contents of the kernel's files, without the line's end; None for one that cannot be read.

    Attributes:
        cpuinfo: `/proc/cpuinfo`.
        clocksource: What the kernel itself tells the time by.
        clocksources: What it could tell the time by; a TSC that it found to be unsteady is not
            among them.
        isolated: CPUs that the scheduler leaves alone, as `2-5,8`.
        smt_active: `1` where a core runs more than one thread.
        siblings: Threads of the core that forks run on, themselves among them.
        governor: What sets the speed of the CPU that forks run on.
        boost: `1` where a CPU may go over its nominal speed.
        huge_pages: `/sys/kernel/mm/transparent_hugepage/enabled`.
        perf_event_paranoid: Who may count events.
        product_name: What the firmware calls the machine.
    """

    cpuinfo: str | None = None
    clocksource: str | None = None
    clocksources: str | None = None
    isolated: str | None = None
    smt_active: str | None = None
    siblings: str | None = None
    governor: str | None = None
    boost: str | None = None
    huge_pages: str | None = None
    perf_event_paranoid: str | None = None
    product_name: str | None = None


def read_system_files(cpu: int, root: Path = Path("/")) -> SystemFiles:
    """Reads them all; `cpu` is the one that forks run on."""

    def text(path: str) -> str | None:
        try:
            return (root / path).read_text(encoding="utf-8", errors="replace").strip()
        except OSError:
            return None

    return SystemFiles(
        cpuinfo=text("proc/cpuinfo"),
        clocksource=text(f"{_CLOCKSOURCE}/current_clocksource"),
        clocksources=text(f"{_CLOCKSOURCE}/available_clocksource"),
        isolated=text(f"{_CPU}/isolated"),
        smt_active=text(f"{_CPU}/smt/active"),
        siblings=text(f"{_CPU}/cpu{cpu}/topology/thread_siblings_list"),
        governor=text(f"{_CPU}/cpu{cpu}/cpufreq/scaling_governor"),
        boost=text(f"{_CPU}/cpufreq/boost"),
        huge_pages=text("sys/kernel/mm/transparent_hugepage/enabled"),
        perf_event_paranoid=text("proc/sys/kernel/perf_event_paranoid"),
        product_name=text("sys/class/dmi/id/product_name"),
    )
