"""An interval of a soak in a line, and what the process takes."""

from fractions import Fraction
from typing import Final

from latprobe.report.soak_table import Times
from latprobe.run.soak_interval import SoakInterval
from latprobe.run.wall_step import is_step
from latprobe.units import format_bytes, format_ns, format_rate

_P999: Final = Fraction(999, 1000)


def clock_text(seconds: float) -> str:
    """A length of time as `26:03:07`: hours, minutes, seconds."""
    whole = int(seconds)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"


def interval_line(elapsed_s: float, interval: SoakInterval, response: Times | None) -> str:
    """What a log has of each interval."""
    parts = [clock_text(elapsed_s), *interval_parts(interval)]
    if response is not None and response.count:
        p50, p999 = response.quantile_ns(Fraction(1, 2)), response.quantile_ns(_P999)
        worst = format_ns(response.max_ns)
        times = f"p50 {format_ns(p50)}, p99.9 {format_ns(p999)}, max {worst}"
        parts.insert(2, f"response {times}")
    return "  ".join(parts)


def interval_parts(interval: SoakInterval) -> list[str]:
    """Rate, memory, allocations, and what was not as it should be."""
    measured, process = interval.measured, interval.process
    parts = [format_rate(measured.messages / max(measured.seconds, 1e-9))]
    if process.rss_bytes is not None:
        parts.append(f"rss {format_bytes(process.rss_bytes)}")
    if measured.heap_bytes is not None:
        parts.append(f"heap {format_bytes(measured.heap_bytes)}")
    if measured.allocated is not None and measured.messages:
        asked = measured.allocated.allocations / measured.messages
        parts.append(f"{asked:.3g} allocations/msg")
    if measured.late:
        parts.append(f"late {measured.late:,}, {measured.late_by_platform:,} by the platform")
    if measured.errors:
        parts.append(f"errors {measured.errors:,}")
    if is_step(measured.wall_step_ns, measured.seconds):
        parts.append(f"wall clock stepped by {measured.wall_step_ns / 1e9:+.3f} s")
    if interval.platform is not None:
        longest = format_ns(interval.platform.longest_ns)
        parts.append(f"stalls {interval.platform.count:,}, longest {longest}")
    return parts
