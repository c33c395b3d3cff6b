"""What a feed holds: how much, from where, of which kinds, how large, how fast, how orderly."""

import hashlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from latprobe.feed.blocks import read_blocks
from latprobe.feed.info.busiest import WINDOWS_NS, busiest
from latprobe.feed.info.log_histogram import LogHistogram, exact_distribution
from latprobe.feed.info.model import Bar, ChannelInfo, FeedInfo, KindInfo, Lag
from latprobe.feed.info.sequence import SequenceTally
from latprobe.feed.info.times import RateTally, Times, difference, times_of
from latprobe.feed.messages import Block
from latprobe.feed.protocols import protocol_named
from latprobe.feed.protocols.protocol import NO_TIME, READ_AT_ONCE_BYTES, Headers, Protocol
from latprobe.feed.reader import open_feed
from latprobe.feed.rows import parts

if TYPE_CHECKING:
    import numpy.typing as npt

_SECOND_NS: Final = 10**9
_MOST_KINDS: Final = 4_096
_OTHER_KINDS: Final = "(further kinds)"

Progress = Callable[[int, int], None]
"""Called now and then with how many messages were read, and how many there are."""


def feed_info(path: str | Path, *, progress: Progress | None = None) -> FeedInfo:
    """Reads a feed from start to end, at constant memory.

    Raises:
        FeedError: The feed is damaged.
    """
    feed = open_feed(path)
    times = times_of(feed)
    protocol = protocol_named(feed.protocol)
    tally = _Tally(protocol, times)
    for block in read_blocks(feed):
        tally.add(block)
        if progress is not None:
            progress(tally.messages, feed.messages)
    sha256 = tally.digest.hexdigest()
    duration_ns = times.last_ns - times.first_ns
    lag = tally.lag.distribution()
    sizes, counts = _columns(tally.sizes)
    return FeedInfo(
        path=str(path),
        protocol=feed.protocol,
        source=feed.source,
        importer=feed.importer,
        synthetic=feed.synthetic,
        mappable=feed.mappable,
        sha256=sha256,
        sha256_verified=sha256 == feed.sha256 if feed.sha256 else None,
        file_bytes=feed.path.stat().st_size,
        messages=tally.messages,
        payload_bytes=tally.channels.payload_bytes.total(),
        channels=tuple(ChannelInfo(*it) for it in tally.channels.rows()),
        kinds=tuple(KindInfo(*it) for it in tally.kinds.rows()) if protocol else None,
        size_bytes=exact_distribution(sizes, counts),
        size_histogram=_histogram(tally.sizes),
        first_ns=times.first_ns,
        last_ns=times.last_ns,
        duration_ns=duration_ns,
        out_of_order=times.out_of_order,
        inter_arrival_ns=times.inter_arrival_ns,
        rate_mean_per_second=(
            (tally.messages - 1) / duration_ns * _SECOND_NS if duration_ns else 0.0
        ),
        rates=tally.rates.rates() if tally.messages else None,
        busiest=tuple(busiest(feed, it) for it in WINDOWS_NS) if tally.messages else (),
        sequence=tally.sequence.info(),
        lag=Lag(tally.lag_negative, lag) if lag else None,
        wrong_length=tally.wrong_length,
        wrong_checksum=tally.wrong_checksum,
        recording=feed.recording,
    )


class _ByName:
    """Messages and bytes by name."""

    def __init__(self) -> None:
        self.messages: Counter[str] = Counter()
        self.payload_bytes: Counter[str] = Counter()

    def add(
        self,
        indices: "npt.NDArray[np.int32]",
        names: tuple[str, ...],
        sizes: "npt.NDArray[np.int64]",
        limit: int | None = None,
    ) -> None:
        counts, sums = np.bincount(indices), np.bincount(indices, weights=sizes)
        for index in np.flatnonzero(counts).tolist():
            name = names[index]
            if limit is not None and len(self.messages) >= limit and name not in self.messages:
                name = _OTHER_KINDS
            self.messages[name] += int(counts[index])
            # Exact: a block's bytes are far below what a float64 counts exactly.
            self.payload_bytes[name] += int(sums[index])

    def rows(self) -> list[tuple[str, int, int]]:
        """Name, messages and bytes; most messages first."""
        return [(name, it, self.payload_bytes[name]) for name, it in self.messages.most_common()]


class _Tally:
    """What is counted over the blocks of a feed."""

    def __init__(self, protocol: Protocol | None, times: Times) -> None:
        self._protocol = protocol
        self.digest = hashlib.sha256()
        self.messages = 0
        self.sizes: Counter[int] = Counter()
        self.channels, self.kinds = _ByName(), _ByName()
        self.rates = RateTally(times)
        self.sequence = SequenceTally()
        self.lag, self.lag_negative = LogHistogram(), 0
        self.wrong_length: int | None = None
        self.wrong_checksum: int | None = None

    def add(self, block: Block) -> None:
        self.digest.update(block.payload)
        sizes = block.sizes
        self.messages += len(sizes)
        distinct, counts = np.unique(sizes, return_counts=True)
        self.sizes.update(dict(zip(distinct.tolist(), counts.tolist(), strict=True)))
        self.channels.add(block.channels.indices, block.channels.names, sizes)
        self.rates.add(block.recv_ns)
        if self._protocol is not None:
            for part in parts(block, READ_AT_ONCE_BYTES):
                self._add_headers(part, self._protocol.headers(part))

    def _add_headers(self, block: Block, headers: Headers) -> None:
        kinds = headers.kinds
        self.kinds.add(kinds.indices, kinds.names, block.sizes, _MOST_KINDS)
        if headers.sequences is not None:
            self.sequence.add(block.channels, headers.sequences)
        if headers.event_ns is not None:
            timed = headers.event_ns != NO_TIME
            lag = difference(block.recv_ns[timed], headers.event_ns[timed])
            self.lag.add(lag)
            self.lag_negative += int(np.count_nonzero(lag < 0))
        self.wrong_length = _added(self.wrong_length, headers.wrong_length)
        self.wrong_checksum = _added(self.wrong_checksum, headers.wrong_checksum)


def _added(count: int | None, wrong: "npt.NDArray[np.bool_] | None") -> int | None:
    return count if wrong is None else (count or 0) + int(np.count_nonzero(wrong))


def _columns(sizes: Counter[int]) -> "tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]":
    values = sorted(sizes)
    return np.array(values, np.int64), np.array([sizes[it] for it in values], np.int64)


def _histogram(sizes: Counter[int]) -> tuple[Bar, ...]:
    counts: Counter[int] = Counter()
    for size, messages in sizes.items():
        counts[size.bit_length()] += messages
    if not counts:
        return ()
    return tuple(
        Bar(1 << bits >> 1, (1 << bits) - 1, counts[bits])
        for bits in range(min(counts), max(counts) + 1)
    )
