"""The finding about how well the clocks of two CPUs agree."""

from collections.abc import Sequence

from latprobe.run.examination import Finding
from latprobe.run.threads import Skew
from latprobe.units import format_ns

_COARSE_NS = 1_000.0


def skew_finding(skews: Sequence[Skew]) -> Finding:
    """What figures that cross threads are worth: by the CPU that agrees the least."""
    if not skews:
        advice = "allow a second CPU: threads of a target then have one of their own"
        return Finding("clock", "skew", "one CPU, which agrees with itself", "worse", advice)
    worst = max(skews, key=lambda skew: skew.error_ns)
    value = (
        f"CPU {worst.other_cpu} is {format_ns(worst.offset_ns)} ± {format_ns(worst.bound_ns)} "
        f"ahead of CPU {worst.cpu}"
    )
    if len(skews) > 1:
        value += f", the most of {len(skews)}"
    if abs(worst.offset_ns) > worst.bound_ns:
        advice = "their clocks do not agree: times that cross threads are off by so much; set "
        advice += "`drive.worker_cpus` to a CPU of the same package, or `drive.clock`"
        return Finding("clock", "skew", value, "worse", advice)
    if worst.bound_ns > _COARSE_NS:
        advice = "too busy to tell: run again, or figures that cross threads are no finer"
        return Finding("clock", "skew", value, "worse", advice)
    return Finding("clock", "skew", value, "good")
