"""When a cost that falls at first has stopped falling."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

TOLERANCE: Final = 0.05
"""A cost this far above the steady one is as good as steady."""
_SHORTEST_REST: Final = 4
"""Chunks of the last stretch, at least: fewer belong to the one before."""


@dataclass(frozen=True)
class WarmUp:
    """A cost that falls.

    Attributes:
        first_ns: Of the first chunk.
        steady_ns: The median over the last half of all chunks.
        chunks: How many came before the cost was steady; None where it never was but at the end.
    """

    first_ns: float
    steady_ns: float
    chunks: int | None


def warm_up(chunk_ns: Sequence[float]) -> WarmUp | None:
    """Looks at stretches of chunks, each twice as long as the one before: 1, 1, 2, 4, 8 and so on.

    The cost is steady from the first stretch on whose median, and that of every later one, is at
    most `TOLERANCE` above the steady cost. A stall lifts some chunks, and no median; and what warms
    up does so by the logarithm of the times that it has run. None for fewer than 8 chunks.

    Args:
        chunk_ns: Mean cost of a message in each chunk, in order from the first message on.
    """
    if len(chunk_ns) < 8:  # noqa: PLR2004  # three stretches before the last half
        return None
    steady_ns = median(chunk_ns[len(chunk_ns) // 2 :])
    starts = [0, *_powers_of_two(len(chunk_ns))]
    ends = [*starts[1:], len(chunk_ns)]
    chunks: int | None = None
    for start, end in zip(reversed(starts), reversed(ends), strict=True):
        if median(chunk_ns[start:end]) > (1 + TOLERANCE) * steady_ns:
            break
        chunks = start
    # What starts in the last half is held against itself.
    is_known = chunks is not None and chunks < len(chunk_ns) // 2
    return WarmUp(chunk_ns[0], steady_ns, chunks if is_known else None)


def _powers_of_two(below: int) -> list[int]:
    """Of which the last is some way below: one stall must not lift the median of what is left."""
    powers = [1]
    while 2 * powers[-1] + _SHORTEST_REST <= below:
        powers.append(2 * powers[-1])
    return powers
