"""A feed in figures, as lines for a person."""

from collections.abc import Iterator
from typing import Final

from latprobe.cli.feed.recorded import gap_lines, recording_facts
from latprobe.feed.importers.times import text_from_nanoseconds
from latprobe.feed.info import FeedInfo
from latprobe.report.printable import printable
from latprobe.units import format_bytes, format_ns, format_rate

_CHANNELS_SHOWN: Final = 20
_VERIFIED: Final = {
    True: "as stated",
    False: "NOT the one that the feed states",
    None: "the feed states none",
}


def info_lines(info: FeedInfo) -> Iterator[str]:
    """The lines of `latprobe feed info`."""
    facts = {
        "feed": info.path,
        "protocol": info.protocol or "not stated",
        "source": info.source or "not stated",
        "importer": info.importer or "not stated",
        "messages": f"{info.messages:,}",
        "payload": format_bytes(info.payload_bytes),
        "file": format_bytes(info.file_bytes),
        "size": f"min {info.size_min_bytes:,} B, median {info.size_median_bytes:,} B, "
        f"max {info.size_max_bytes:,} B",
        "first": text_from_nanoseconds(info.first_ns),
        "last": text_from_nanoseconds(info.last_ns),
        "duration": format_ns(info.duration_ns),
        "rate": f"mean {format_rate(info.rate_mean_per_second)}, busiest second "
        f"{info.busiest_second_messages:,}, busiest ms {info.busiest_millisecond_messages:,}",
        "out of order": f"{info.out_of_order:,} messages",
        "replay": "as it lies" if info.mappable else "after it is rewritten by `feed import`",
        "sha256": f"{info.sha256} ({_VERIFIED[info.sha256_verified]})",
    }
    if info.recording is not None:
        facts |= recording_facts(info.recording)
    for name, fact in facts.items():
        yield f"{name:<13}{printable(fact)}"
    if info.recording is not None:
        yield from gap_lines(info.recording)
    yield ""
    shown = info.channels[:_CHANNELS_SHOWN]
    names = [printable(channel.name) for channel in shown]
    width = max([len("channel"), *map(len, names)])
    yield f"{'channel':<{width}}  {'messages':>12}  {'share':>6}  {'payload':>10}"
    for name, channel in zip(names, shown, strict=True):
        share = channel.messages / info.messages
        size = format_bytes(channel.payload_bytes)
        yield f"{name:<{width}}  {channel.messages:>12,}  {share:>6.1%}  {size:>10}"
    if len(info.channels) > len(shown):
        yield f"and {len(info.channels) - len(shown):,} more"
