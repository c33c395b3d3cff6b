"""The idle control of a soak: it tells what it saw some times in each interval, without an end.

Its CPU, and how long it watches at a time, are its arguments; each time is a line of JSON on
standard output. It ends with the process that started it.
"""

import json
import os
import sys
from typing import Final

from latprobe import _core

_NICE: Final = 19
"""A soak goes on for hours beside other work, which comes first: that time is told apart."""

_TOLD: Final = ("watched_ns", "count", "longest_ns", "stalled_ns", "preempted", "preempted_ns")


def main() -> None:
    """Watches until nobody listens any more."""
    _core.end_with_parent()
    cpu, seconds = int(sys.argv[1]), float(sys.argv[2])
    os.sched_setaffinity(0, {cpu})
    os.nice(_NICE)
    while True:
        seen = json.loads(_core.watch_stalls(seconds))
        os.write(sys.stdout.fileno(), json.dumps({it: seen[it] for it in _TOLD}).encode() + b"\n")


if __name__ == "__main__":
    main()
