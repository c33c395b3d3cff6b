"""What `feed info` says, as data. Its JSON has the same names."""

from dataclasses import asdict, dataclass
from typing import Any

import msgspec

from latprobe.feed.recording import Recording


@dataclass(frozen=True, slots=True)
class ChannelInfo:
    """One channel of a feed."""

    name: str
    messages: int
    payload_bytes: int


@dataclass(frozen=True, slots=True)
class KindInfo:
    """One kind of message, as its protocol tells them apart."""

    name: str
    messages: int
    payload_bytes: int


@dataclass(frozen=True, slots=True)
class Quantile:
    """A value that this part of all values do not exceed."""

    quantile: float
    value: int


@dataclass(frozen=True, slots=True)
class Distribution:
    """How values are spread. Least, most and mean are exact."""

    count: int
    least: int
    most: int
    mean: float
    quantiles: tuple[Quantile, ...]

    def at(self, quantile: float) -> int:
        """The value at one of its quantiles."""
        return next(it.value for it in self.quantiles if it.quantile == quantile)


@dataclass(frozen=True, slots=True)
class Bar:
    """Messages of `from_bytes` to `to_bytes`, both included."""

    from_bytes: int
    to_bytes: int
    messages: int


@dataclass(frozen=True, slots=True)
class Busiest:
    """The most messages received within any stretch of time of one length."""

    window_ns: int
    """Its length: the first and the last of these messages are less than that apart."""
    messages: int
    first_ns: int
    """Receive time of the first of these messages; of several such stretches, in the earliest."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Messages over time: `messages[i]` were received from `start_ns + i * width_ns` on."""

    start_ns: int
    width_ns: int
    messages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SeriesInfo:
    """The sequence numbers of one series of one channel."""

    channel: str
    series: str
    gapless: bool
    """Whether the sender leaves out no number. If not, only disorder can be known."""
    messages: int
    """Those with a number."""
    gaps: int
    """Stretches of numbers that never came."""
    missing: int
    """Numbers in them."""
    duplicates: int
    """Messages whose numbers had all come before."""
    out_of_order: int
    """Messages that came behind later ones."""
    overlaps: int
    """Messages of which some numbers had come before, and some had not."""
    restarts: int
    """How often counting began anew."""


@dataclass(frozen=True, slots=True)
class SequenceInfo:
    """Sequence numbers of all series, and each series, those with most to be said of it first."""

    messages: int
    gaps: int
    missing: int
    duplicates: int
    out_of_order: int
    overlaps: int
    restarts: int
    untracked: int
    """Messages of further series than are followed (65,536)."""
    series: tuple[SeriesInfo, ...]


@dataclass(frozen=True, slots=True)
class Lag:
    """From the event time in a message to its receive time, in nanoseconds."""

    negative: int
    """Messages received before their event, as the two clocks have it."""
    spread: Distribution


@dataclass(frozen=True, slots=True)
class FeedInfo:
    """A feed in figures. Those of a feed without messages are 0, or `None`."""

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
    kinds: tuple[KindInfo, ...] | None
    """Most messages first; `None` where the protocol is not known."""
    size_bytes: Distribution | None
    """Of payloads; quantiles are exact, and sizes that a message has."""
    size_histogram: tuple[Bar, ...]
    """Between powers of two; from the least to the most size."""
    first_ns: int
    """Earliest receive time."""
    last_ns: int
    """Latest receive time."""
    duration_ns: int
    out_of_order: int
    """Messages whose receive time is before that of the message before."""
    inter_arrival_ns: Distribution | None
    """From each message to the next; quantiles within 0.1 %. Negative where time runs backwards."""
    rate_mean_per_second: float
    """Messages after the first, over the duration; 0 where there is no duration."""
    rates: Rates | None
    busiest: tuple[Busiest, ...]
    """Of a microsecond, a millisecond and a second."""
    sequence: SequenceInfo | None
    """`None` where no message has a number that is known."""
    lag: Lag | None
    """`None` where no message has an event time that is known."""
    wrong_length: int | None
    """Messages not as long as their protocol says; `None` where it has no such rule."""
    wrong_checksum: int | None
    """Messages whose checksum is not that of their bytes; `None` where there are no checksums."""

    recording: Recording | None
    """How it was recorded, where latprobe did."""

    def as_dict(self) -> dict[str, Any]:
        """The same as plain values, for JSON."""
        return {**asdict(self), "recording": msgspec.to_builtins(self.recording)}
