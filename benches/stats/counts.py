"""How many trials there are of each sort, and about how long they take."""

import math
from dataclasses import dataclass
from typing import Final

USUAL: Final = 4
FULL: Final = 200
"""What the figures of the table are to be held against."""

_SIMULATED_S: Final = 95.0
_ALIKE_S: Final = 10.0
_DECIDED_S: Final = 8.0
"""Of at most 30 s; most sessions are decided at the first look."""

_PEERS_S: Final = 110.0
"""Both chains and the same one twice, by criterion and by pyperf."""


@dataclass(frozen=True)
class Counts:
    """How often each question is asked.

    Attributes:
        alike: Sessions of a target against itself.
        longer: Sessions of a chain against one that is 3 % longer.
        tailed: Sessions of a chain against one with a tail, for each of two lengths.
        peers: How often other tools are asked.
    """

    alike: int
    longer: int
    tailed: int
    peers: int

    @property
    def minutes(self) -> int:
        """About how long all of it takes on a machine that does nothing else."""
        seconds = _SIMULATED_S + self.alike * _ALIKE_S + self.peers * _PEERS_S
        return math.ceil((seconds + (self.longer + 2 * self.tailed) * _DECIDED_S) / 60)


def counts_of(trials: int) -> Counts:
    """So many comparisons of a target with itself, and a part of that of all else."""
    return Counts(
        alike=trials,
        longer=max(1, trials // 2),
        tailed=max(1, trials // 8),
        peers=max(1, trials // 20),
    )
