"""What a run did about forks that the platform disturbed, and what it left to chance.

Whether a fork was disturbed is told by what the kernel counted of its CPU, and by nothing else: no
rule sees a time that was measured. So a fork that is slow for the target's own reasons is as likely
to be kept as one that is fast.
"""

from typing import Final, Literal

from msgspec import Struct

from latprobe.run.collector import Collector
from latprobe.run.platform import Usage

MOST_AWAY: Final = 0.02
MOST_STOLEN: Final = 0.02
LEAST_SECONDS: Final = 0.1
"""Of a shorter pass a fiftieth is about as much as the kernel itself needs now and then."""

RULES: Final = (
    f"other tasks had the CPU for more than {100 * MOST_AWAY:.0f} % of the pass, and took it more "
    "often than it was given away",
    f"the hypervisor had the CPU for more than {100 * MOST_STOLEN:.0f} % of the pass",
)
"""When a fork is discarded, for passes of at least `LEAST_SECONDS`."""

TIMED: Final = frozenset[Collector]({"latency", "span", "cost"})
"""What is measured in forks that may be discarded."""


class Discarded(Struct, frozen=True):
    """A fork that was run again, and by which rule. Its times were not looked at and not kept."""

    collector: Collector
    index: int
    condition: Literal["warm", "cold", "idle"]
    reason: str
    usage: Usage


class Noise(Struct, frozen=True):
    """What was fixed before the first fork, and which forks it struck.

    Attributes:
        seed: Of the order of forks and of where their memory begins.
        repeats: At most so many forks are discarded; those after them are kept as they are.
        rules: When a fork is.
        discarded: The forks, in the order in which they ran.
    """

    seed: int
    repeats: int
    rules: tuple[str, ...] = RULES
    discarded: tuple[Discarded, ...] = ()


def disturbance_of(usage: Usage | None) -> str | None:
    """Which of the rules a fork was disturbed by; None for one that was not."""
    if usage is None or usage.seconds < LEAST_SECONDS:
        return None
    away = 1 - usage.cpu_s / usage.seconds
    if away > MOST_AWAY and usage.involuntary_switches > usage.voluntary_switches:
        return RULES[0]
    stolen = (usage.stolen_s or 0.0) / usage.seconds
    if stolen > MOST_STOLEN:
        return RULES[1]
    return None
