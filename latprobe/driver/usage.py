"""What a pass had of its CPU, as the kernel counts it for the thread that drives."""

import resource
import time
from typing import TypedDict


class Usage(TypedDict):
    """See `latprobe.run.platform.Usage`."""

    seconds: float
    cpu_s: float
    minor_faults: int
    major_faults: int
    voluntary_switches: int
    involuntary_switches: int


def usage_so_far() -> Usage:
    """Counts since the thread began; seconds since any moment."""
    counted = resource.getrusage(resource.RUSAGE_THREAD)
    return Usage(
        seconds=time.monotonic(),
        cpu_s=time.thread_time(),
        minor_faults=counted.ru_minflt,
        major_faults=counted.ru_majflt,
        voluntary_switches=counted.ru_nvcsw,
        involuntary_switches=counted.ru_nivcsw,
    )


def usage_since(before: Usage) -> Usage:
    """What came since then."""
    now = usage_so_far()
    return Usage(
        seconds=now["seconds"] - before["seconds"],
        cpu_s=now["cpu_s"] - before["cpu_s"],
        minor_faults=now["minor_faults"] - before["minor_faults"],
        major_faults=now["major_faults"] - before["major_faults"],
        voluntary_switches=now["voluntary_switches"] - before["voluntary_switches"],
        involuntary_switches=now["involuntary_switches"] - before["involuntary_switches"],
    )
