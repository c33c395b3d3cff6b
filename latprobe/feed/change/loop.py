"""A feed over and over."""

from pathlib import Path
from typing import Final

from latprobe.errors import FeedError
from latprobe.feed.change.changed_feed import (
    Progress,
    blocks_in_turn,
    changed_feed,
    fits_int64,
    write_block,
)
from latprobe.feed.change.span import Span, span_of
from latprobe.feed.messages import Block
from latprobe.feed.reader import Feed, open_feed
from latprobe.units import format_ns

CHANGE: Final = "loop 1"


def loop_feed(
    path: str | Path,
    out: str | Path,
    times: int,
    gap_ns: int | None = None,
    *,
    progress: Progress | None = None,
) -> Feed:
    """Writes the feed at `path` to `out` so many times, one round after the other.

    Each round is received its own duration and a gap after the round before, so that rounds do not
    overlap. Payloads are the same in each: their event times and sequence numbers begin anew.

    Args:
        path: The feed.
        out: Where the longer one shall be.
        times: Rounds, at least 1.
        gap_ns: From the latest message of a round to the earliest of the next; without one, the
            mean gap between the feed's messages, and at least 1.
        progress: Told how far it is.

    Raises:
        FeedError: The feed is damaged or empty, times leave 64 bits, or `out` cannot be written.
    """
    feed = open_feed(path)
    if times < 1 or (gap_ns is not None and gap_ns < 0):
        raise FeedError(feed.path, None, "expected one round at least, and a gap from 0")
    span = span_of(feed)
    gap = _mean_gap_ns(span) if gap_ns is None else gap_ns
    period_ns = span.duration_ns + gap
    shift_ns = (times - 1) * period_ns
    fits_int64(feed, shift_ns, f"{times:,} rounds")
    fits_int64(feed, span.latest_ns + shift_ns, f"{times:,} rounds")
    words = f"looped: {times:,} rounds, {format_ns(gap)} ({gap} ns) from one to the next"
    with changed_feed(feed, Path(out), change=CHANGE, words=words) as writer:
        for turn in range(times):
            for block in blocks_in_turn(feed):
                recv_ns = block.recv_ns + turn * period_ns
                write_block(writer, Block(recv_ns, block.channels, block.offsets, block.payload))
                if progress is not None:
                    progress(writer.messages, feed.messages * times)
    return open_feed(out)


def _mean_gap_ns(span: Span) -> int:
    return max(1, span.duration_ns // max(1, span.messages - 1))
