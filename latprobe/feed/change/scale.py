"""A feed at another speed."""

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Final

from latprobe.errors import FeedError
from latprobe.feed.change.changed_feed import (
    Progress,
    blocks_in_turn,
    changed_feed,
    fits_int64,
    write_block,
)
from latprobe.feed.change.span import span_of
from latprobe.feed.messages import Block
from latprobe.feed.reader import Feed, open_feed

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

CHANGE: Final = "scale 1"
_LARGEST_PART: Final = 10**9
"""Of a speed's numerator and denominator: so small, no product below leaves 64 bits."""


def parse_speed(text: str) -> Fraction:
    """Reads `2`, `0.5` or `1/3`.

    Raises:
        ValueError: in words for who wrote it.
    """
    try:
        speed = Fraction(text.removesuffix("x").removesuffix("×"))
    except (ValueError, ZeroDivisionError) as error:
        raise ValueError(f"`{text}` is not a speed, such as `2`, `0.5` or `1/3`") from error
    if speed <= 0 or max(speed.numerator, speed.denominator) > _LARGEST_PART:
        raise ValueError(f"`{text}` is not a speed from 1/1000000000 to 1000000000 (of 9 digits)")
    return speed


def scale_feed(
    path: str | Path, out: str | Path, speed: Fraction, *, progress: Progress | None = None
) -> Feed:
    """Writes the feed at `path` to `out` with its times `speed` times as close to each other.

    A message that was received `d` after the first one is received ⌊`d` / `speed`⌋ after it, in
    exact arithmetic; event times within payloads stay as they are.

    Raises:
        FeedError: The feed is damaged or empty, times leave 64 bits, or `out` cannot be written.
    """
    feed = open_feed(path)
    span = span_of(feed)
    for time_ns in (span.earliest_ns, span.latest_ns):
        delta = time_ns - span.first_ns
        if not -(2**63) <= delta < 2**63:
            raise FeedError(feed.path, None, "its receive times are more than 64 bits apart")
        scaled = delta * speed.denominator // speed.numerator
        fits_int64(feed, scaled, "this speed")
        fits_int64(feed, span.first_ns + scaled, "this speed")
    words = f"times scaled: {speed} times as fast"
    with changed_feed(feed, Path(out), change=CHANGE, words=words) as writer:
        for block in blocks_in_turn(feed, progress):
            recv_ns = _scaled(block.recv_ns - span.first_ns, speed) + span.first_ns
            write_block(writer, Block(recv_ns, block.channels, block.offsets, block.payload))
    return open_feed(out)


def _scaled(deltas: "npt.NDArray[np.int64]", speed: Fraction) -> "npt.NDArray[np.int64]":
    whole, rest = deltas // speed.numerator, deltas % speed.numerator
    scaled: npt.NDArray[np.int64] = (
        whole * speed.denominator + rest * speed.denominator // speed.numerator
    )
    return scaled
