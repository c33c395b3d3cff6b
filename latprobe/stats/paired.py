"""What a pair of forks says of a ratio: one number, its logarithm."""

import math
from collections.abc import Sequence
from typing import Final

TRIMMED: Final = 0.25
"""The part of chunks that counts for nothing, at either end."""


def log_ratios(before: Sequence[float], after: Sequence[float]) -> list[float]:
    """The logarithm of `after` for one of `before`, pair by pair.

    Raises:
        ValueError: where a value has no logarithm, or one side has more of them.
    """
    if len(before) != len(after):
        raise ValueError(f"{len(before)} values before and {len(after)} after")
    if any(not 0 < it < math.inf for it in (*before, *after)):
        raise ValueError("a ratio needs values over 0")
    return [math.log(b / a) for a, b in zip(before, after, strict=True)]


def chunk_log_ratio(before: Sequence[float], after: Sequence[float]) -> float | None:
    """By how much two forks that replayed in turns differ, from chunks of the same messages.

    The mean of the middle half of the logarithms of the chunks' ratios. A chunk in which the
    platform stopped one of the forks is so far out that it does not count; and as it would be as
    far out on the other side had the other been stopped, the mean of forks that are alike stays
    symmetric about 0 (trimmed means: J. W. Tukey; P. J. Huber, "Robust Statistics", 1981, section
    3.3).

    Args:
        before: Time of each chunk, in order; 0 for one that is known to be disturbed.
        after: The same chunks on the other side.

    Returns:
        None where no chunk was left alone on both sides.
    """
    ratios = sorted(math.log(b / a) for a, b in zip(before, after, strict=False) if a > 0 and b > 0)
    trimmed = int(TRIMMED * len(ratios))
    kept = ratios[trimmed : len(ratios) - trimmed]
    return math.fsum(kept) / len(kept) if kept else None
