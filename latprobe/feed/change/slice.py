"""Some of a feed's messages: by number, time, channel and kind."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from latprobe.errors import FeedError
from latprobe.feed.change.changed_feed import (
    Progress,
    blocks_in_turn,
    changed_feed,
    write_block,
)
from latprobe.feed.change.choice import Choice
from latprobe.feed.change.time_point import TimePoint
from latprobe.feed.messages import Block
from latprobe.feed.protocols import known_protocols, protocol_named
from latprobe.feed.protocols.protocol import READ_AT_ONCE_BYTES, Protocol
from latprobe.feed.reader import Feed, open_feed
from latprobe.feed.rows import parts, take

if TYPE_CHECKING:
    import numpy.typing as npt

CHANGE: Final = "slice 1"
_TIME_LIMIT: Final = 2**63


@dataclass(frozen=True, slots=True)
class Selection:
    """Which messages are wanted: those that meet every condition, and of these some by number."""

    start: TimePoint | None = None
    """Received then or later."""
    stop: TimePoint | None = None
    """Received before then."""
    channels: tuple[str, ...] = ()
    """Over a channel that matches one of these patterns."""
    kinds: tuple[str, ...] = ()
    """Of a kind that matches one of these patterns."""
    skip: int = 0
    """So many of the first are passed over."""
    count: int | None = None
    """So many are taken then; `None`: all."""
    last: int | None = None
    """So many of the last are taken, in the place of `skip` and `count`."""

    @property
    def words(self) -> str:
        """The same, for people."""
        conditions = [f"channel {it}" for it in self.channels] + [f"kind {it}" for it in self.kinds]
        if self.start:
            conditions.append(f"from {self.start.text}")
        if self.stop:
            conditions.append(f"to {self.stop.text}")
        if self.last is not None:
            conditions.append(f"the last {self.last:,}")
        if self.skip:
            conditions.append(f"after the first {self.skip:,}")
        if self.count is not None:
            conditions.append(f"{self.count:,} messages")
        return f"sliced: {', '.join(conditions) or 'everything'}"


def slice_feed(
    path: str | Path, out: str | Path, wanted: Selection, *, progress: Progress | None = None
) -> Feed:
    """Writes the messages of the feed at `path` that are wanted to `out`, in their order.

    A relative time counts from the receive time of the feed's first message.

    Raises:
        FeedError: The feed is damaged, a pattern matches nothing in it, kinds are asked for of a
            protocol that has none, no message is left, or `out` cannot be written.
    """
    feed = open_feed(path)
    protocol = _protocol(feed) if wanted.kinds else None
    skip, count = wanted.skip, wanted.count
    if wanted.last is not None:
        meeting = sum(len(rows) for _, rows in _Meeting(feed, wanted, protocol))
        skip, count = max(0, meeting - wanted.last), wanted.last
    stop = None if count is None else skip + count
    with changed_feed(feed, Path(out), change=CHANGE, words=wanted.words) as writer:
        found = _Meeting(feed, wanted, protocol, progress)
        seen = 0
        for block, rows in found:
            chosen = rows[max(0, skip - seen) : None if stop is None else max(0, stop - seen)]
            seen += len(rows)
            if len(chosen):
                write_block(writer, take(block, chosen))
            if stop is not None and seen >= stop and found.settled:
                break
        else:
            found.check()
    return open_feed(out)


class _Meeting:
    """The blocks of a feed, each with the numbers of its messages that meet the conditions."""

    def __init__(
        self,
        feed: Feed,
        wanted: Selection,
        protocol: Protocol | None,
        progress: Progress | None = None,
    ) -> None:
        self._feed, self._wanted, self._protocol, self._progress = feed, wanted, protocol, progress
        self._channels = Choice("channel", wanted.channels)
        self._kinds = Choice("kind", wanted.kinds)
        self._first_ns: int | None = None

    @property
    def settled(self) -> bool:
        return self._channels.settled and self._kinds.settled

    def check(self) -> None:
        self._channels.check(self._feed)
        self._kinds.check(self._feed)

    def __iter__(self) -> Iterator[tuple[Block, "npt.NDArray[np.int64]"]]:
        for block in blocks_in_turn(self._feed, self._progress):
            if self._first_ns is None:
                self._first_ns = int(block.recv_ns[0])
            meets = self._in_time(block.recv_ns, self._first_ns)
            if self._channels:
                meets &= self._channels.rows(block.channels.indices, block.channels.names)
            if self._kinds and self._protocol is not None:
                meets &= self._of_kind(block, self._protocol)
            yield block, np.flatnonzero(meets)

    def _of_kind(self, block: Block, protocol: Protocol) -> "npt.NDArray[np.bool_]":
        chosen = []
        for part in parts(block, READ_AT_ONCE_BYTES):
            kinds = protocol.headers(part).kinds
            chosen.append(self._kinds.rows(kinds.indices, kinds.names))
        return np.concatenate(chosen)

    def _in_time(self, recv_ns: "npt.NDArray[np.int64]", first_ns: int) -> "npt.NDArray[np.bool_]":
        meets = np.ones(len(recv_ns), np.bool_)
        start, stop = self._wanted.start, self._wanted.stop
        # Python compares integers of any size; an array would round those beyond 64 bits.
        if start is not None:
            from_ns = start.at(first_ns)
            meets &= recv_ns >= from_ns if from_ns < _TIME_LIMIT else False
        if stop is not None:
            to_ns = stop.at(first_ns)
            meets &= recv_ns < to_ns if to_ns < _TIME_LIMIT else True
        return meets


def _protocol(feed: Feed) -> Protocol:
    protocol = protocol_named(feed.protocol)
    if protocol is None:
        stated = f"of protocol {feed.protocol!r}" if feed.protocol else "of no stated protocol"
        problem = f"is {stated}, whose kinds are not known; those of {known_protocols()} are"
        raise FeedError(feed.path, None, problem)
    return protocol
