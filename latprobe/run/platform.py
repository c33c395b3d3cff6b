"""The part of the run document that is about the machine while it ran."""

from typing import Literal

from msgspec import Struct


class Platform(Struct, frozen=True):
    """Stalls of an idle control: a process that only read the clock, see docs/METHOD.md.

    It spun `beside` the forks on a CPU of its own, or `before` them on theirs. Stalls are gaps over
    `threshold_ns`; those in which another task of the system had the CPU are counted apart, as
    `preempted`, and their time is not in `watched_ns`. `share` is that of the time it was stalled.
    """

    place: Literal["beside", "before"]
    cpu: int | None
    threshold_ns: float
    watched_ns: float
    count: int
    longest_ns: float
    stalled_ns: float
    share: float
    histogram: str
    preempted: int
    preempted_ns: float


class Usage(Struct, frozen=True):
    """What the kernel counted for the thread that drove a pass, while it did.

    `stolen_s` is what a hypervisor gave to others of the time of the CPU that the pass was pinned
    to; None where it was not pinned, or the kernel does not tell.
    """

    seconds: float
    cpu_s: float
    minor_faults: int
    major_faults: int
    voluntary_switches: int
    involuntary_switches: int
    stolen_s: float | None = None
