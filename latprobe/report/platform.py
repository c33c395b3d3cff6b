"""What the platform did meanwhile, in words."""

from collections.abc import Sequence

from latprobe.report.amounts import time_text
from latprobe.report.printable import printable
from latprobe.run.model import Fork
from latprobe.run.platform import Platform
from latprobe.units import format_share


def platform_text(platform: Platform | None) -> str:
    """What the idle control saw, in a line."""
    if platform is None:
        return "no idle control watched the platform"
    where = "CPU not pinned" if platform.cpu is None else f"CPU {platform.cpu}"
    seconds = platform.watched_ns / 1e9
    words = f"an idle control {platform.place} the forks, {where}, {seconds:.1f} s: "
    words += f"{platform.count / seconds:,.0f} stalls/s over {time_text(platform.threshold_ns)}"
    if platform.count:
        words += f", the longest {time_text(platform.longest_ns)}"
    return f"{words}, {format_share(platform.share)} of the time"


def kernel_text(forks: Sequence[Fork]) -> str:
    """What the kernel did to some forks, in a line; nothing where it is not known."""
    used = [fork.usage for fork in forks if fork.usage is not None]
    if not used:
        return ""
    switches = sum(it.involuntary_switches for it in used)
    faults = sum(it.minor_faults + it.major_faults for it in used)
    words = f"during the passes: {_times(switches)} another task had the CPU"
    words += f", {faults:,} page {'fault' if faults == 1 else 'faults'}"
    resources = [fork.resources for fork in forks]
    reasons = [it.migrations_unsupported for it in resources if it.migrations_unsupported]
    if reasons:
        return f"{words}, migrations unsupported: {printable(reasons[0])}"
    known = [it.migrations for it in resources if it.migrations is not None]
    return f"{words}, {_times(sum(known))} moved to another CPU" if known else words


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"
