"""What the platform did meanwhile, in words."""

from latprobe.report.amounts import time_text
from latprobe.run.model import Platform
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
