"""Findings about what surrounds the forks: virtualisation, huge pages, steal, stalls."""

import re
from collections.abc import Iterator

from msgspec import Struct

from latprobe.instrument.processor import is_virtual
from latprobe.instrument.system_files import SystemFiles
from latprobe.run.examination import Finding
from latprobe.units import format_ns, format_share

_STEAL_TOLERANCE = 0.001
_STALLED_TOLERANCE = 0.001
_STEAL_COLUMN = 7
_GUEST_COLUMN = 8


class Stalls(Struct, frozen=True):
    """What an idle control saw, see `watch_stalls` of the core. Times in nanoseconds."""

    threshold_ns: float
    watched_ns: float
    count: int
    longest_ns: float
    stalled_ns: float


def machine_findings(
    files: SystemFiles, *, steal: float | None, stalls: Stalls | None
) -> Iterator[Finding]:
    """`steal` is the share of the time that the hypervisor took, None where it is not said."""
    yield _virtualisation(files)
    yield _huge_pages(files)
    yield _steal(steal)
    if stalls is not None:
        yield _stalls(stalls)


def steal_share(before: str, after: str, cpu: int) -> float | None:
    """The part of the time between two readings of `/proc/stat` that was stolen from a CPU.

    Columns are jiffies (proc(5)); a guest's are in the user's, and not counted again.
    """
    first, last = _jiffies(before, cpu), _jiffies(after, cpu)
    if first is None or last is None:
        return None
    passed = [now - then for then, now in zip(first, last, strict=True)]
    total = sum(passed[:_GUEST_COLUMN])
    return passed[_STEAL_COLUMN] / total if total > 0 else None


def _jiffies(stat: str, cpu: int) -> list[int] | None:
    for line in stat.splitlines():
        name, *columns = line.split()
        if name == f"cpu{cpu}" and len(columns) >= _GUEST_COLUMN:
            return [int(column) for column in columns[:_GUEST_COLUMN]]
    return None


def _virtualisation(files: SystemFiles) -> Finding:
    if not is_virtual(files):
        return Finding("machine", "virtualisation", "none to be seen", "good")
    value = "a virtual machine" + (f" ({files.product_name})" if files.product_name else "")
    advice = "a hypervisor stops it now and then: tails are the platform's too; prefer bare metal"
    return Finding("machine", "virtualisation", value, "worse", advice)


def _huge_pages(files: SystemFiles) -> Finding:
    chosen = re.search(r"\[(\w+)\]", files.huge_pages or "")
    match chosen.group(1) if chosen else None:
        case None:
            return Finding("machine", "huge pages", "not supported", "good")
        case "always":
            advice = "the kernel may merge pages behind a message: `echo madvise` into "
            advice += "/sys/kernel/mm/transparent_hugepage/enabled"
            return Finding("machine", "huge pages", "always", "worse", advice)
        case mode:
            return Finding("machine", "huge pages", mode, "good")


def _steal(steal: float | None) -> Finding:
    if steal is None:
        advice = "the kernel does not say how long a hypervisor ran something else"
        return Finding("machine", "steal", "unknown", "worse", advice)
    value = f"{format_share(steal)} of the time"
    if steal <= _STEAL_TOLERANCE:
        return Finding("machine", "steal", value, "good")
    advice = "other guests take this CPU: ask for dedicated ones, or run at another time"
    return Finding("machine", "steal", value, "worse", advice)


def _stalls(stalls: Stalls) -> Finding:
    rate = stalls.count / (stalls.watched_ns / 1e9)
    share = stalls.stalled_ns / stalls.watched_ns
    value = f"{rate:,.0f} a second over {format_ns(stalls.threshold_ns)}, the longest "
    value += f"{format_ns(stalls.longest_ns)}, {format_share(share)} of the time"
    if share <= _STALLED_TOLERANCE:
        return Finding("machine", "stalls", value, "good")
    advice = "tails this long are the machine's: close other programs, isolate the CPU"
    return Finding("machine", "stalls", value, "worse", advice)
