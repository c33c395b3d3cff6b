"""How many messages a pair of forks replays, and in turns of how many."""

import math
from dataclasses import dataclass
from typing import Final

from latprobe.driver.plan import Volume
from latprobe.run.model import Fork

TURN_NS: Final = 3e6
"""Short beside a drifting machine, long beside what filling the caches takes."""

_PAIRS: Final = 48
"""So many pairs at least, where forks can be as short as that."""

_STARTS_S: Final = 0.28
"""Four processes, each of which measures its clock."""

_FORKS_OF_A_PAIR: Final = 4
_LEAST_FORK_S: Final = 0.02
_FEWEST_TURNS: Final = 4
_WARMUP: Final = 5
"""At most one part of so many of a fork warms up."""


@dataclass(frozen=True)
class Turn:
    """How much both sides replay in a pair.

    Attributes:
        volume: In each fork; a whole number of turns.
        messages: In a turn; 0 for one fork after the other.
    """

    volume: Volume
    messages: int


def turn_of(wanted: Volume, message_ns: float, seconds: float, *, has_threads: bool) -> Turn:
    """A turn that leaves room for enough pairs.

    Args:
        wanted: What the scenario asks for; no fork replays more.
        message_ns: About what a message takes of a fork's time.
        seconds: The budget of all pairs.
        has_threads: Whether a target works on in threads of its own while it is not its turn: its
            forks then run one after the other.
    """
    fork_ns = 1e9 * max(_LEAST_FORK_S, (seconds / _PAIRS - _STARTS_S) / _FORKS_OF_A_PAIR)
    total = wanted.warmup + wanted.measured
    messages = max(_FEWEST_TURNS, min(total, math.ceil(fork_ns / message_ns)))
    turn = max(1, min(math.ceil(TURN_NS / message_ns), messages // _FEWEST_TURNS))
    turns = messages // turn
    warmup = min(math.ceil(wanted.warmup / turn), max(1, turns // _WARMUP))
    volume = Volume(warmup * turn, (turns - warmup) * turn)
    return Turn(volume, 0 if has_threads else turn)


def message_ns_of(digest: Fork, messages: int) -> float:
    """What a message took of the processor in a fork that replayed `messages`, in nanoseconds."""
    seconds = digest.resources.user_s if digest.usage is None else digest.usage.cpu_s
    return max(1.0, 1e9 * seconds / messages)
