"""What a pass had of its CPU, as the kernel counts it for the thread that drives."""

import os
import resource
import time
from typing import Final, TypedDict

_STEAL: Final = 7
"""Which of the ticks in a line of `/proc/stat` are those that were stolen."""


class Usage(TypedDict):
    """See `latprobe.run.platform.Usage`."""

    seconds: float
    cpu_s: float
    minor_faults: int
    major_faults: int
    voluntary_switches: int
    involuntary_switches: int
    stolen_s: float | None


def usage_so_far(cpu: int | None) -> Usage:
    """Counts since the thread began, and of that CPU; seconds since any moment."""
    counted = resource.getrusage(resource.RUSAGE_THREAD)
    return Usage(
        seconds=time.monotonic(),
        cpu_s=time.thread_time(),
        minor_faults=counted.ru_minflt,
        major_faults=counted.ru_majflt,
        voluntary_switches=counted.ru_nvcsw,
        involuntary_switches=counted.ru_nivcsw,
        stolen_s=None if cpu is None else stolen_s_of(cpu),
    )


def usage_since(before: Usage, cpu: int | None) -> Usage:
    """What came since then, of the same CPU."""
    now = usage_so_far(cpu)
    stolen, stolen_before = now["stolen_s"], before["stolen_s"]
    return Usage(
        seconds=now["seconds"] - before["seconds"],
        cpu_s=now["cpu_s"] - before["cpu_s"],
        minor_faults=now["minor_faults"] - before["minor_faults"],
        major_faults=now["major_faults"] - before["major_faults"],
        voluntary_switches=now["voluntary_switches"] - before["voluntary_switches"],
        involuntary_switches=now["involuntary_switches"] - before["involuntary_switches"],
        stolen_s=None if stolen is None or stolen_before is None else stolen - stolen_before,
    )


def stolen_s_of(cpu: int) -> float | None:
    """Time that a hypervisor gave to others, by the kernel's `/proc/stat` (see proc_stat(5))."""
    try:
        with open("/proc/stat", encoding="ascii") as file:
            lines = file.read().splitlines()
    except OSError:
        return None
    for name, *ticks in map(str.split, lines):
        if name == f"cpu{cpu}" and len(ticks) > _STEAL:
            return int(ticks[_STEAL]) / os.sysconf("SC_CLK_TCK")
    return None
