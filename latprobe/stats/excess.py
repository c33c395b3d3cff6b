"""How many more samples are beyond a time than before.

Where a platform stalls one message in a hundred, a group of one in 500 that came to be late hardly
moves any quantile: those around it lie on a cliff between the body and the stalls. The share of
samples beyond a time between the two tells it, since it counts what the quantiles skip over.
"""

import math
from dataclasses import dataclass
from typing import Final

from latprobe.stats.distribution import Distribution
from latprobe.stats.profile import Times
from latprobe.stats.ratio import Sampled, log_ratio
from latprobe.stats.student import FEWEST_FORKS

_GROWTH: Final = 1.25
_FEWEST_BEYOND: Final = 50
_CHANCE: Final = 0.0005
"""Some twenty times are tried, which hang together: of all, one in a hundred finds by chance."""


@dataclass(frozen=True)
class Excess:
    """Shares of the samples that are beyond a time.

    Attributes:
        over_ns: The time, in nanoseconds.
        before_share: The share on the first side.
        after_share: The share on the second.
    """

    over_ns: float
    before_share: float
    after_share: float

    @property
    def share(self) -> float:
        """How many more there are, or less, of all samples."""
        return abs(self.after_share - self.before_share)


def excess(before: Times, after: Times, from_ns: float) -> Excess | None:
    """The time beyond which the shares differ most surely; None where nowhere they do.

    Args:
        before: The first side.
        after: The second.
        from_ns: The time from which on it is looked for, over 0: the end of the body.
    """
    sides = (before, after)
    if any(sum(1 for it in side.forks if it.count) < FEWEST_FORKS for side in sides):
        return None
    found: list[tuple[float, Excess]] = []
    over_ns = from_ns * _GROWTH
    while all(_beyond(side, over_ns) >= _FEWEST_BEYOND for side in sides):
        one, other = (_shares(side, over_ns) for side in sides)
        if one is not None and other is not None:
            chance = log_ratio(one, other).chance()
            found.append((chance, Excess(over_ns, one.value, other.value)))
        over_ns *= _GROWTH
    chance, best = min(found, key=lambda it: it[0], default=(1.0, None))
    return best if chance < _CHANCE else None


def _shares(side: Times, over_ns: float) -> Sampled | None:
    forks = [it for it in side.forks if it.count]
    shares = [_over(it, over_ns) / it.count for it in forks]
    if min(shares) <= 0:
        return None
    beyond = _beyond(side, over_ns)
    return Sampled(beyond / side.merged.count, shares, within=1 / math.sqrt(beyond))


def _beyond(side: Times, over_ns: float) -> int:
    return _over(side.merged, over_ns)


def _over(samples: Distribution, over_ns: float) -> int:
    return samples.count - samples.count_at_or_below(math.floor(over_ns))
