"""A feed in figures, as lines for a person."""

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Final

from rich.cells import cell_len

from latprobe.cli.feed.durations import duration_text
from latprobe.cli.feed.info_tables import (
    busiest_lines,
    by_name,
    lag_lines,
    quantile_row,
    sequence_lines,
)
from latprobe.cli.feed.recorded import gap_lines, recording_facts
from latprobe.feed.importers.times import text_from_nanoseconds
from latprobe.feed.info import Bar, FeedInfo, Rates
from latprobe.report.block_plot import bar, columns, regrouped
from latprobe.report.printable import printable
from latprobe.units import format_bytes, format_ns, format_rate

_NAME_WIDTH: Final = 13
_PLOT_HEIGHT: Final = 6
_SHOWN_TEXT: Final = 2_000
_VERIFIED: Final = {
    True: "as stated",
    False: "NOT the one that the feed states",
    None: "the feed states none",
}


def info_lines(info: FeedInfo, width: int = 80) -> Iterator[str]:
    """The lines of `latprobe feed info`, of so many characters at most."""
    for name, fact in _facts(info).items():
        yield from _fact(name, fact, width)
    for line in gap_lines(info.recording) if info.recording is not None else ():
        yield from wrap(line.strip(), width, initial_indent="  ", subsequent_indent="    ")
    if info.messages:
        yield from _sections(info, width)


def _sections(info: FeedInfo, width: int) -> Iterator[str]:
    if info.rates is not None and len(info.rates.messages) > 1:
        yield ""
        yield from _rate_lines(info.rates, width)
    yield ""
    yield from busiest_lines(info.busiest, width)
    yield ""
    yield from by_name("channel", info.channels, info.messages, width)
    if info.kinds is not None:
        yield ""
        yield from by_name("kind", info.kinds, info.messages, width)
    if info.size_bytes is not None:
        yield ""
        yield from quantile_row("size", info.size_bytes, lambda it: f"{it:,} B", width)
        yield from _size_lines(info.size_histogram, info.messages, width)
    if info.inter_arrival_ns is not None:
        yield ""
        yield from quantile_row("inter-arrival", info.inter_arrival_ns, format_ns, width)
    if info.lag is not None:
        yield ""
        yield from lag_lines(info.lag, info.messages, width)
    if info.sequence is not None:
        yield ""
        yield from sequence_lines(info.sequence, width)


def _facts(info: FeedInfo) -> dict[str, str]:
    facts = {
        "feed": info.path,
        "protocol": info.protocol or "not stated",
        "source": info.source or "not stated",
        "importer": info.importer or "not stated",
        "messages": f"{info.messages:,}, {format_bytes(info.payload_bytes)} of payload in a file "
        f"of {format_bytes(info.file_bytes)}",
        "first": text_from_nanoseconds(info.first_ns),
        "last": text_from_nanoseconds(info.last_ns),
        "duration": duration_text(info.duration_ns) or format_ns(info.duration_ns),
        "out of order": f"{info.out_of_order:,} receive times before that of the message before",
        "rate": f"mean {format_rate(info.rate_mean_per_second)}",
        "replay": "as it lies" if info.mappable else "after it is rewritten by `feed import`",
        "sha256": f"{info.sha256} ({_VERIFIED[info.sha256_verified]})",
    }
    if info.recording is not None:
        facts |= recording_facts(info.recording)
    if info.kinds is None:
        told = "not known, nor are sequence numbers and event times: latprobe does not know "
        facts["kinds"] = told + ("the protocol" if info.protocol else "which protocol it is")
    for count, name in ((info.wrong_length, "length"), (info.wrong_checksum, "checksum")):
        if count is not None:
            facts[f"bad {name}"] = f"{count:,} messages" if count else "no message"
    return facts


def _fact(name: str, fact: str, width: int) -> Iterator[str]:
    text = printable(fact)
    cut = text if len(text) <= _SHOWN_TEXT else text[: _SHOWN_TEXT - 1] + "…"
    # Where characters take two cells, as many fit as would if all did.
    room = width - _NAME_WIDTH
    fit = room if cell_len(cut) == len(cut) else room // 2
    for number, line in enumerate(wrap(cut, fit) or [""]):
        yield f"{name if not number else '':<{_NAME_WIDTH}}{line}"


def _rate_lines(rates: Rates, width: int) -> Iterator[str]:
    # Room for the axis: a rate of 9 characters and a line.
    margin = 11
    counts, size = regrouped(rates.messages, width - margin)
    column_ns = size * rates.width_ns
    top = format_rate(max(counts) / column_ns * 1e9)
    yield f"messages a second; each column is {format_ns(column_ns)}"
    for number, line in enumerate(columns(counts, _PLOT_HEIGHT)):
        label = top if not number else "0" if number == _PLOT_HEIGHT - 1 else ""
        yield f"{label:>{margin - 2}} │{line}".rstrip()
    span_ns = len(rates.messages) * rates.width_ns
    end = duration_text(span_ns) or format_ns(span_ns)
    yield f"{'':>{margin - 2}} └{'─' * len(counts)}"
    yield f"{'':>{margin}}0{end:>{max(len(counts) - 1, len(end) + 1)}}"


def _size_lines(bars: Sequence[Bar], messages: int, width: int) -> Iterator[str]:
    spans = [
        f"{it.from_bytes:,} B"
        if it.from_bytes == it.to_bytes
        else f"{it.from_bytes:,} – {it.to_bytes:,} B"
        for it in bars
    ]
    widest = max(map(len, spans))
    most = max(it.messages for it in bars)
    room = max(10, width - widest - 24)
    for span, it in zip(spans, bars, strict=True):
        drawn = bar(it.messages, most, room)
        share = it.messages / messages
        yield f"{span:>{widest}}  {it.messages:>12,}  {share:>6.1%}  {drawn}".rstrip()
