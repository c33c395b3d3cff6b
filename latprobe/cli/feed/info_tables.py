"""The tables of `latprobe feed info`."""

from collections.abc import Callable, Iterator, Sequence
from textwrap import wrap
from typing import Final

from rich.cells import cell_len, set_cell_size

from latprobe.feed.importers.times import text_from_nanoseconds
from latprobe.feed.info import (
    Busiest,
    ChannelInfo,
    Distribution,
    KindInfo,
    Lag,
    SequenceInfo,
    SeriesInfo,
)
from latprobe.report.printable import printable
from latprobe.units import format_bytes, format_ns

_ROWS_SHOWN: Final = 20
_COUNTS_WIDTH: Final = 34
_COLUMN: Final = 12
_LEFT: Final = 13
_QUANTILES: Final = ((0.01, "p1"), (0.1, "p10"), (0.5, "p50"), (0.9, "p90"), (0.99, "p99"))
_WIDE_QUANTILES: Final = (*_QUANTILES, (0.999, "p99.9"))
_FEW_QUANTILES: Final = ((0.5, "p50"), (0.99, "p99"))
_NARROW, _WIDE = 80, 100


def by_name(
    heading: str, rows: Sequence[ChannelInfo | KindInfo], messages: int, width: int
) -> Iterator[str]:
    """Messages and bytes of the busiest of some rows."""
    shown = rows[:_ROWS_SHOWN]
    names = [printable(row.name) for row in shown]
    widest = min(max(cell_len(it) for it in (heading, *names)), width - _COUNTS_WIDTH)
    yield f"{_fitted(heading, widest)}  {'messages':>12}  {'share':>6}  {'payload':>10}"
    for name, row in zip(names, shown, strict=True):
        counts = f"{row.messages:>12,}  {row.messages / messages:>6.1%}"
        yield f"{_fitted(name, widest)}  {counts}  {format_bytes(row.payload_bytes):>10}"
    if len(rows) > len(shown):
        yield f"and {len(rows) - len(shown):,} more"


def busiest_lines(rows: Sequence[Busiest], width: int) -> Iterator[str]:
    """The most messages in the shortest times, and when they were."""
    heading = "the first of them at" if width < _WIDE else "the first of them was received at"
    yield f"{'busiest':<{_LEFT}}{'messages':>12}  {heading}"
    for it in rows:
        window = format_ns(it.window_ns).replace(".00", "")
        yield f"{window:<{_LEFT}}{it.messages:>12,}  {text_from_nanoseconds(it.first_ns)}"
    yield "of any stretch of that length, wherever it begins"


def quantile_row(
    name: str, spread: Distribution, show: Callable[[float], str], width: int
) -> Iterator[str]:
    """How values are spread, in two lines."""
    quantiles: tuple[tuple[float, str], ...] = _WIDE_QUANTILES
    if width < _WIDE:
        quantiles = _FEW_QUANTILES if width < _NARROW else _QUANTILES
    cells = [
        ("min", show(spread.least)),
        *((label, show(spread.at(quantile))) for quantile, label in quantiles),
        ("max", show(spread.most)),
    ]
    column = min((width - _LEFT) // len(cells), _COLUMN)
    yield f"{'':<{_LEFT}}" + "".join(f"{label:>{column}}" for label, _ in cells)
    yield f"{name:<{_LEFT}}" + "".join(f"{value:>{column}}" for _, value in cells)


def lag_lines(lag: Lag, messages: int, width: int) -> Iterator[str]:
    """From event to receive time, and what the clocks have to do with it."""
    yield from quantile_row("lag", lag.spread, format_ns, width)
    timed = f"{lag.spread.count:,} of {messages:,} messages have an event time"
    if lag.negative:
        share = lag.negative / lag.spread.count
        words = (
            f"{timed}. {lag.negative:,} ({share:.1%}) were received before it: CLOCK SKEW. The "
            f"receiving clock is at least {format_ns(-lag.spread.least)} behind the sender's at "
            "times, so the lag shown is not the latency of the path."
        )
    elif lag.spread.least == lag.spread.most == 0:
        words = f"{timed}, and were received at it: receive times were taken from the messages."
    else:
        words = f"{timed}; from it to the receive time."
    yield from wrap(words, width)


def sequence_lines(sequence: SequenceInfo, width: int) -> Iterator[str]:
    """Gaps, duplicates and disorder."""
    shown = sequence.series[:_ROWS_SHOWN]
    # The channel as well only where the series alone would not tell which it is.
    alone = len({it.series for it in sequence.series}) == len(sequence.series)
    names = [_series_name(it, alone=alone) for it in shown]
    heads = ("messages", "gaps", "missing", "duplicates", "late")
    room = width - 12 - 4 * 12
    widest = min(max(cell_len(it) for it in ("sequence", *names)), room)
    yield _fitted("sequence", widest) + "".join(f"{it:>12}" for it in heads)
    for name, it in zip(names, shown, strict=True):
        gaps, missing, duplicates = (
            (f"{it.gaps:,}", f"{it.missing:,}", f"{it.duplicates:,}")
            if it.gapless
            else ("–", "–", "–")
        )
        cells = (f"{it.messages:,}", gaps, missing, duplicates, f"{it.out_of_order:,}")
        yield _fitted(name, widest) + "".join(f"{cell:>12}" for cell in cells)
    if len(sequence.series) > len(shown):
        yield f"and {len(sequence.series) - len(shown):,} more series"
    yield from wrap(_sequence_words(sequence), width)


def _sequence_words(sequence: SequenceInfo) -> str:
    words = []
    if not all(it.gapless for it in sequence.series):
        words.append("– the sender leaves numbers out, so none is known to be missing")
    if sequence.restarts:
        words.append(f"counting began anew {sequence.restarts:,} times")
    if sequence.overlaps:
        words.append(f"{sequence.overlaps:,} messages repeat numbers and go on")
    if sequence.untracked:
        words.append(f"{sequence.untracked:,} messages are of further series, not followed")
    return "; ".join(words)


def _series_name(it: SeriesInfo, *, alone: bool) -> str:
    channel = "" if alone and it.series else it.channel
    return printable(" ".join(filter(None, (channel, it.series))))


def _fitted(text: str, width: int) -> str:
    """Text of exactly so many cells, cut where it is longer."""
    return set_cell_size(text if cell_len(text) <= width else _cut(text, width), width)


def _cut(text: str, width: int) -> str:
    return set_cell_size(text, width - 1).rstrip() + "…"
