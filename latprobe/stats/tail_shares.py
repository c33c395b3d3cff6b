"""Whether one side of pairs has more samples in its tail than the other.

A high quantile is a poor witness of a tail. Where the platform stalls one message in 200, p99.9 is
a stall's length on both sides, and one message in 500 that came to be later hides before it; and it
is no better where the quantile lies on a cliff between the body and what is late, since it jumps
from one side of it to the other. The share of samples beyond a time jumps nowhere.

The times are multiples of the p90 of both sides together. Swapping the sides of any pair leaves
that as it is and changes the sign of the pair's difference of shares, and nothing else. So
where both sides are alike each difference is as likely positive as negative, given all the times
and all the differences' sizes, and the signed ranks of `signed_rank.py` hold exactly. Of several
times the one with the least chance is taken, and its chance counts as many times as there are times
(Bonferroni).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from latprobe.stats.distribution import Distribution
from latprobe.stats.interval import Interval
from latprobe.stats.signed_rank import centre, signed_rank_chance, signed_rank_interval

BODY: Final = 0.9
"""The part of the samples that is no tail."""

TIMES: Final = (1.1, 1.5, 2.5, 6.0)
"""The times that are tried, for one of the body's end. Between the body and a group of late samples
is a gap, in which a time tells them apart from the body's own noise; quantiles may skip it. More
times would be closer to the best one, and each would have less of the level."""

_FARTHEST: Final = math.log(1e6)
_BISECTIONS: Final = 40


@dataclass(frozen=True)
class TailShares:
    """Shares of the samples that are beyond a time, for each pair.

    Attributes:
        over_ns: The time, in nanoseconds.
        before: On the first side.
        after: On the second.
        tried: Of how many times this is the one that differs most surely.
    """

    over_ns: int
    before: tuple[float, ...]
    after: tuple[float, ...]
    tried: int

    def interval(self, level: float) -> Interval | None:
        """Where the ratio of the shares lies, but for a chance of `level`; None for too few pairs.

        These are the ratios r for which after less r times before may be symmetric about 0. That
        leaves out 1 just where the test does that is exact for sides that are alike.
        """
        return _ratios(self.before, self.after, level / self.tried)

    @property
    def ratio(self) -> float | None:
        """The ratio for which the differences lie about 0; None where before has hardly any."""
        if centre(self.before) <= 0:
            return None

        def is_over(log_ratio: float) -> bool:
            return centre(_differences(self.before, self.after, log_ratio)) > 0

        return math.exp(_boundary(is_over))


def tail_shares(
    pooled: Distribution, before: Sequence[Distribution], after: Sequence[Distribution]
) -> TailShares | None:
    """The shares beyond the time at which the sides of the pairs differ most surely.

    Args:
        pooled: The samples of all forks of both sides.
        before: The fork of the first side in each pair; each has samples.
        after: That of the second.

    Returns:
        None where there is no pair, or nothing beyond any time.
    """
    if not before:
        return None
    body_ns = pooled.value_at_rank(max(1, math.ceil(BODY * pooled.count)))
    times = dict.fromkeys(math.floor(it * body_ns) for it in TIMES)
    found = [
        (_chance(one, other), -abs(math.fsum(other) - math.fsum(one)), over_ns, one, other)
        for over_ns in times
        if over_ns < pooled.max
        for one, other in [(_shares(before, over_ns), _shares(after, over_ns))]
    ]
    if not found:
        return None
    _, _, over_ns, one, other = min(found)
    return TailShares(over_ns, one, other, len(found))


def _shares(forks: Sequence[Distribution], over_ns: int) -> tuple[float, ...]:
    return tuple((it.count - it.count_at_or_below(over_ns)) / it.count for it in forks)


def _chance(before: Sequence[float], after: Sequence[float]) -> float:
    return signed_rank_chance(_differences(before, after, 0.0))


def _differences(before: Sequence[float], after: Sequence[float], log_ratio: float) -> list[float]:
    ratio = math.exp(log_ratio)
    return [it - ratio * was for was, it in zip(before, after, strict=True)]


def _ratios(before: Sequence[float], after: Sequence[float], level: float) -> Interval | None:
    if signed_rank_interval(_differences(before, after, 0.0), level) is None:
        return None

    def ends(log_ratio: float) -> Interval:
        found = signed_rank_interval(_differences(before, after, log_ratio), level)
        assert found is not None
        return found

    # No difference grows with the ratio, so that the ratios that are not rejected are an interval.
    low = _boundary(lambda it: ends(it).low > 0)
    high = _boundary(lambda it: ends(it).high >= 0)
    return Interval(math.exp(low), math.exp(high))


def _boundary(is_under: Callable[[float], bool]) -> float:
    """Where what is true of small numbers ceases to be, as a logarithm that is not endless."""
    low, high = -_FARTHEST, _FARTHEST
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        low, high = (middle, high) if is_under(middle) else (low, middle)
    return (low + high) / 2
