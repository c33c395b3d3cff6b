"""Which of the slowest messages came while the platform stalled."""

from bisect import bisect_right
from collections.abc import Sequence
from operator import attrgetter

import msgspec

from latprobe.driver import control
from latprobe.run.model import Fork, LatencyPass
from latprobe.run.slow_message import Stall, TailMessage


def with_stalls(forks: Sequence[Fork], watched: control.Watched) -> tuple[Fork, ...]:
    """The same forks, with what the control saw during each of their slowest messages.

    Both read one clock: counters of CPUs are taken to agree, as those that the kernel calls
    invariant do. A control that spun before the forks has seen nothing of their messages.
    """
    return tuple(_with_stalls(fork, watched) for fork in forks)


def _with_stalls(fork: Fork, watched: control.Watched) -> Fork:
    if not isinstance(fork.result, LatencyPass):
        return fork
    tail = tuple(
        msgspec.structs.replace(message, stall=longest_overlapping(message, watched))
        for message in fork.result.tail
    )
    return msgspec.structs.replace(fork, result=msgspec.structs.replace(fork.result, tail=tail))


def longest_overlapping(message: TailMessage, watched: control.Watched) -> Stall | None:
    """The longest of the stalls that a message has a part of its time in common with."""
    ends = attrgetter("end_ticks")
    # They are in order and do not overlap each other, so that their ends are in order too.
    first = bisect_right(watched.stalls, message.start_ticks, key=ends)
    found: control.Stall | None = None
    for stall in watched.stalls[first:]:
        if stall.start_ticks >= message.end_ticks:
            break
        if found is None or _ticks(stall) > _ticks(found):
            found = stall
    if found is None:
        return None
    return Stall(
        start_ns=(found.start_ticks - message.start_ticks) * watched.ns_per_tick,
        length_ns=_ticks(found) * watched.ns_per_tick,
    )


def _ticks(stall: control.Stall) -> int:
    return stall.end_ticks - stall.start_ticks
