"""What a feed holds: how much, from where, how large, how fast."""

import hashlib
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np

from latprobe.feed.blocks import read_blocks
from latprobe.feed.messages import Block
from latprobe.feed.reader import open_feed
from latprobe.feed.recording import Recording

if TYPE_CHECKING:
    import numpy.typing as npt

_SECOND_NS: Final = 10**9
_MILLISECOND_NS: Final = 10**6


@dataclass(frozen=True, slots=True)
class ChannelInfo:
    """One channel of a feed."""

    name: str
    messages: int
    payload_bytes: int


@dataclass(frozen=True, slots=True)
class FeedInfo:
    """A feed in figures. Those of a feed without messages are 0."""

    path: str
    protocol: str
    source: str
    importer: str
    synthetic: bool
    mappable: bool
    sha256: str
    """Of the payloads, as found."""
    sha256_verified: bool | None
    """Whether the feed states the same; `None` where it states none."""
    file_bytes: int
    messages: int
    payload_bytes: int
    channels: tuple[ChannelInfo, ...]
    """Most messages first."""
    size_min_bytes: int
    size_median_bytes: int
    """A size that a message has: half of the messages are as large at most."""
    size_max_bytes: int
    first_ns: int
    """Earliest receive time."""
    last_ns: int
    """Latest receive time."""
    duration_ns: int
    out_of_order: int
    """Messages whose receive time is before that of the message before."""
    rate_mean_per_second: float
    """Messages after the first, over the duration; 0 where there is no duration."""
    busiest_second_messages: int
    """Most messages that follow each other within one second of the clock."""
    busiest_millisecond_messages: int
    """The same for a millisecond."""
    recording: Recording | None
    """How it was recorded, where latprobe did."""

    def as_dict(self) -> dict[str, Any]:
        """The same as plain values, for JSON."""
        return {**asdict(self), "recording": msgspec.to_builtins(self.recording)}


def feed_info(path: str | Path) -> FeedInfo:
    """Reads a feed from start to end, at constant memory.

    Raises:
        FeedError: The feed is damaged.
    """
    feed = open_feed(path)
    tally = _Tally()
    for block in read_blocks(feed):
        tally.add(block)
    sha256 = tally.digest.hexdigest()
    duration_ns = tally.last_ns - tally.first_ns
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
        payload_bytes=tally.channel_bytes.total(),
        channels=tuple(
            ChannelInfo(name, messages, tally.channel_bytes[name])
            for name, messages in tally.channel_messages.most_common()
        ),
        size_min_bytes=min(tally.sizes, default=0),
        size_median_bytes=_median(tally.sizes),
        size_max_bytes=max(tally.sizes, default=0),
        first_ns=tally.first_ns,
        last_ns=tally.last_ns,
        duration_ns=duration_ns,
        out_of_order=tally.out_of_order,
        rate_mean_per_second=(
            (tally.messages - 1) / duration_ns * _SECOND_NS if duration_ns else 0.0
        ),
        busiest_second_messages=tally.seconds.most,
        busiest_millisecond_messages=tally.milliseconds.most,
        recording=feed.recording,
    )


class _Busiest:
    """The most messages in a row whose times share one interval of the clock."""

    def __init__(self, interval_ns: int) -> None:
        self.most = 0
        self._interval_ns = interval_ns
        self._current: int | None = None
        self._count = 0

    def add(self, recv_ns: "npt.NDArray[np.int64]") -> None:
        intervals = recv_ns // self._interval_ns
        starts = np.concatenate(([0], np.flatnonzero(np.diff(intervals)) + 1, [len(intervals)]))
        counts = np.diff(starts)
        # The first run may go on from the block before.
        if self._current == int(intervals[0]):
            counts[0] += self._count
        self.most = max(self.most, int(counts.max()))
        self._current, self._count = int(intervals[-1]), int(counts[-1])


class _Tally:
    """What is counted over the blocks of a feed."""

    def __init__(self) -> None:
        self.digest = hashlib.sha256()
        self.messages = 0
        self.sizes: Counter[int] = Counter()
        self.channel_messages: Counter[str] = Counter()
        self.channel_bytes: Counter[str] = Counter()
        self.first_ns = 0
        self.last_ns = 0
        self.out_of_order = 0
        self.seconds = _Busiest(_SECOND_NS)
        self.milliseconds = _Busiest(_MILLISECOND_NS)
        self._previous_ns: int | None = None

    def add(self, block: Block) -> None:
        self.digest.update(block.payload)
        sizes = block.sizes
        self.sizes.update(dict(zip(*_counted(sizes), strict=True)))
        names, indices = block.channels.names, block.channels.indices
        counts, sums = np.bincount(indices), np.bincount(indices, weights=sizes)
        for index in np.flatnonzero(counts).tolist():
            self.channel_messages[names[index]] += int(counts[index])
            # Exact: a block's bytes are far below what a float64 counts exactly.
            self.channel_bytes[names[index]] += int(sums[index])
        self._add_times(block.recv_ns)
        self.messages += len(sizes)

    def _add_times(self, recv_ns: "npt.NDArray[np.int64]") -> None:
        first, last = int(recv_ns.min()), int(recv_ns.max())
        if self._previous_ns is None:
            self.first_ns, self.last_ns = first, last
        else:
            self.first_ns, self.last_ns = min(self.first_ns, first), max(self.last_ns, last)
            self.out_of_order += int(recv_ns[0]) < self._previous_ns
        self.out_of_order += int(np.count_nonzero(recv_ns[1:] < recv_ns[:-1]))
        self._previous_ns = int(recv_ns[-1])
        self.seconds.add(recv_ns)
        self.milliseconds.add(recv_ns)


def _counted(values: "npt.NDArray[np.int64]") -> tuple[list[int], list[int]]:
    distinct, counts = np.unique(values, return_counts=True)
    return distinct.tolist(), counts.tolist()


def _median(counts: Counter[int]) -> int:
    left = counts.total() / 2
    for value in sorted(counts):
        left -= counts[value]
        if left <= 0:
            return value
    return 0
