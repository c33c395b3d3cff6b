"""When messages arrive: in bursts, with quiet spells between them."""

from collections.abc import Iterator
from dataclasses import dataclass

from latprobe.feed.synth.chance import Chance, heavy_tail


@dataclass(frozen=True, slots=True)
class Bursts:
    """The shape of arrivals. Each is a mean; all three are heavy-tailed."""

    messages: int
    """In one burst."""
    gap_ns: int
    """Between two messages of a burst."""
    quiet_ns: int
    """Between two bursts."""


def arrival_times(chance: Chance, bursts: Bursts, start_ns: int) -> Iterator[int]:
    """Receive times in nanoseconds, rising, without an end."""
    now = start_ns
    while True:
        now += heavy_tail(chance, bursts.quiet_ns)
        for _ in range(1 + heavy_tail(chance, bursts.messages)):
            now += 1 + heavy_tail(chance, bursts.gap_ns)
            yield now
