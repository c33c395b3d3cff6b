"""The messages to be sent next, read ahead, so that no disk holds the plan up."""

import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from latprobe.errors import FeedError
from latprobe.feed.blocks import read_blocks
from latprobe.feed.messages import Block
from latprobe.feed.reader import Feed
from latprobe.feed.serve.schedule import Schedule

if TYPE_CHECKING:
    import numpy.typing as npt

_READ_AHEAD: Final = 2
_AT_ONCE: Final = 512


@dataclass(frozen=True, slots=True)
class Upcoming:
    """Some messages and when they are due."""

    due_ns: list[int]
    starts: list[int]
    stops: list[int]
    payload: memoryview
    """Message `i` is the bytes from `starts[i]` to `stops[i]`."""


@dataclass(frozen=True, slots=True)
class _Planned:
    due_ns: "npt.NDArray[np.int64]"
    starts: "npt.NDArray[np.int64]"
    stops: "npt.NDArray[np.int64]"
    payload: memoryview


def chosen_blocks(
    feed: Feed, channels: frozenset[str], rounds: int | None
) -> Iterator[tuple[Block, "npt.NDArray[np.intp]", bool]]:
    """The blocks of a feed, round after round, with the numbers of the messages that are wanted.

    Args:
        feed: What is played.
        channels: Those wanted; empty: all.
        rounds: How often; none: for ever.

    Yields:
        A block, the wanted messages' numbers in it, and whether a round begins with it.

    Raises:
        FeedError: The feed is damaged, or has none of the channels.
    """
    done = 0
    while rounds is None or done < rounds:
        first, found = True, 0
        for block in read_blocks(feed):
            wanted = np.arange(len(block))
            if channels:
                known = [name in channels for name in block.channels.names]
                wanted = np.flatnonzero(np.array(known, bool)[block.channels.indices])
            if len(wanted):
                yield block, wanted, first
                first = False
            found += len(wanted)
        if not found:
            of = f" of channel {', '.join(sorted(channels))}" if channels else ""
            raise FeedError(feed.path, None, f"has no message{of}")
        done += 1


class ReadAhead:
    """Reads and plans in a thread of its own.

    Args:
        feed: What is played.
        channels: Those wanted; empty: all.
        rounds: How often; none: for ever.
        schedule: When messages are due.
    """

    def __init__(
        self, feed: Feed, channels: frozenset[str], rounds: int | None, schedule: Schedule
    ) -> None:
        self._source = chosen_blocks(feed, channels, rounds)
        self._schedule = schedule
        self._ready: queue.Queue[_Planned | BaseException | None] = queue.Queue(_READ_AHEAD)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="read ahead", daemon=True)
        self._thread.start()

    def __iter__(self) -> Iterator[Upcoming]:
        """All messages in order, a few at a time: lists of thousands would take milliseconds.

        Raises:
            FeedError: The feed is damaged.
        """
        while (planned := self._ready.get()) is not None:
            if isinstance(planned, BaseException):
                raise planned
            for first in range(0, len(planned.starts), _AT_ONCE):
                part = slice(first, first + _AT_ONCE)
                yield Upcoming(
                    planned.due_ns[part].tolist(),
                    planned.starts[part].tolist(),
                    planned.stops[part].tolist(),
                    planned.payload,
                )

    def close(self) -> None:
        """Reads no further."""
        self._over.set()
        while self._thread.is_alive():
            try:
                self._ready.get(timeout=0.01)
            except queue.Empty:
                continue

    def _run(self) -> None:
        begun = False
        try:
            for block, wanted, first in self._source:
                if self._over.is_set():
                    return
                if first and begun:
                    self._schedule.start_again()
                begun = True
                due_ns = self._schedule.due(block.recv_ns[wanted])
                starts, stops = block.offsets[wanted], block.offsets[wanted + 1]
                self._ready.put(_Planned(due_ns, starts, stops, block.payload))
        # Whatever it is, it is raised again where messages are taken.
        except BaseException as error:
            self._ready.put(error)
            return
        self._ready.put(None)
