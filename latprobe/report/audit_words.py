"""What the formats of an audit say alike."""

from typing import Final

from latprobe.run.audited import AuditRow
from latprobe.run.call_sites import SiteCounts
from latprobe.run.measured import REJECTED
from latprobe.units import format_bytes

AFTER_LAST_MARK: Final = "(after the last mark)"
_KINDS_SHOWN: Final = 2


def stage_text(stage: str | None, hop: str | None = None) -> str:
    """The stage's name, or that there is none; and the queue that it is behind."""
    name = AFTER_LAST_MARK if stage is None else stage
    return name if hop is None else f"{name} [{hop}]"


def kinds_text(row: AuditRow) -> str:
    """The message kinds by name, or how many there are."""
    names = [REJECTED if kind is None else kind for kind in row.kinds]
    return ", ".join(names) if len(names) <= _KINDS_SHOWN else f"{len(names)} kinds"


def sizes_text(counts: SiteCounts) -> str:
    """`24 B`, or `16 B to 1.5 KiB`; nothing where no block was asked for."""
    if not counts.allocations + counts.reallocations:
        return ""
    least, most = format_bytes(counts.least_bytes), format_bytes(counts.most_bytes)
    return least if counts.least_bytes == counts.most_bytes else f"{least} to {most}"


def lifetime_text(counts: SiteCounts) -> str:
    """What became of the blocks that were asked for; nothing where there were none."""
    if not counts.allocations:
        return ""
    if counts.freed_within == counts.allocations:
        return "message"
    if counts.freed_within == 0:
        return "kept"
    return f"{100 * (1 - counts.freed_within / counts.allocations):.0f} % kept"


def short_function(function: str) -> str:
    """Without the modules that it is in, where that leaves its type and name.

    Only of names that are plain paths: those with types in brackets stay whole.
    """
    if any(bracket in function for bracket in "<>({ "):
        return function
    return "::".join(function.split("::")[-2:])
