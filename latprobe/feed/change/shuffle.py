"""A feed whose messages come in another order, within a window."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from latprobe.errors import FeedError
from latprobe.feed.change.chances import Chances
from latprobe.feed.change.changed_feed import (
    Progress,
    blocks_in_turn,
    changed_feed,
    fits_int64,
    write_block,
)
from latprobe.feed.messages import Block
from latprobe.feed.reader import Feed, open_feed
from latprobe.feed.rows import joined, take
from latprobe.units import parse_ns

if TYPE_CHECKING:
    import numpy.typing as npt

CHANGE: Final = "shuffle 1"
_HELD_BYTES: Final = 64 * 2**20
_HELD_MESSAGES: Final = 2_000_000
_MESSAGES: Final = "msgs"
_LARGEST: Final = 2**53
"""Up to here a chance times the window is exact."""


@dataclass(frozen=True, slots=True)
class Window:
    """How far messages may move."""

    size: int
    """In nanoseconds, or in messages; at least 1."""
    in_messages: bool
    text: str
    """As it was written."""


def parse_window(text: str) -> Window:
    """Reads `10ms` or `100msgs`.

    Raises:
        ValueError: in words for who wrote it.
    """
    number = text.removesuffix(_MESSAGES).strip().replace("_", "")
    try:
        if text.endswith(_MESSAGES) and number.isdecimal():
            window = Window(int(number), True, f"{int(number)} messages")
        else:
            window = Window(round(parse_ns(text)), False, text)
    except ValueError as error:
        raise ValueError(f"`{text}` is not a window, such as `10ms` or `100msgs`") from error
    if not 1 <= window.size <= _LARGEST:
        raise ValueError(f"`{text}` is not a window of at least 1 ns or one message")
    return window


def shuffle_feed(
    path: str | Path,
    out: str | Path,
    window: Window,
    seed: int,
    *,
    progress: Progress | None = None,
) -> Feed:
    """Writes the feed at `path` to `out` with its messages mixed within a window.

    Receive times stay where they are; payloads move among them, with their channels. Each message
    is put off by a chance from 0 up to the window, and then they are sorted: so a message moves by
    less than the window, in the places or in the times of the feed, to either side.

    Raises:
        FeedError: The feed is damaged or empty, the window holds more than 64 MiB, or `out` cannot
            be written.
    """
    feed = open_feed(path)
    words = f"shuffled: within {window.text}, seed {seed}"
    with changed_feed(feed, Path(out), change=CHANGE, words=words) as writer:
        for block in _shuffled(feed, window, Chances(seed), progress):
            write_block(writer, block)
    return open_feed(out)


def _shuffled(
    feed: Feed, window: Window, chances: Chances, progress: Progress | None
) -> Iterator[Block]:
    held: Block | None = None
    keys: npt.NDArray[np.int64] = np.zeros(0, np.int64)
    done, latest_ns = 0, -(2**63)
    for block in blocks_in_turn(feed, progress):
        count = len(block)
        if window.in_messages:
            places = np.arange(done, done + count, dtype=np.int64)
        else:
            # Times that run backwards count as the latest before them, as the messages arrived.
            places = np.maximum(np.maximum.accumulate(block.recv_ns), latest_ns)
        done, latest_ns = done + count, int(places[-1])
        fits_int64(feed, latest_ns + window.size, "this window")
        put_off = (chances.many(count) * window.size).astype(np.int64)
        keys = np.concatenate([keys, places + put_off])
        held = block if held is None else joined([held, block])
        del block  # or it would be there beside its copy
        # What is still to come is put off from here at least.
        order = np.argsort(keys, kind="stable")
        ready = int(np.searchsorted(keys[order], latest_ns, side="right"))
        yield _at_times_of(held, order[:ready])
        rest = np.sort(order[ready:])
        waiting = take(held, rest)
        held = Block(held.recv_ns[ready:], waiting.channels, waiting.offsets, waiting.payload)
        keys = keys[rest]
        if len(held.payload) > _HELD_BYTES or len(held) > _HELD_MESSAGES:
            problem = f"a window of {window.text} holds more than 64 MiB or 2,000,000 messages"
            raise FeedError(feed.path, None, f"{problem}; choose a smaller one")
    if held is not None:
        yield _at_times_of(held, np.argsort(keys, kind="stable"))


def _at_times_of(block: Block, order: "npt.NDArray[np.int64]") -> Block:
    """Messages in another order, at the first receive times of the block."""
    moved = take(block, order)
    return Block(block.recv_ns[: len(order)], moved.channels, moved.offsets, moved.payload)
