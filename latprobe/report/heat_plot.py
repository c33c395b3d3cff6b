"""Latency over time as a picture: a heat map, and the platform's stalls under it."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import TYPE_CHECKING, Final

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap, LogNorm
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MultipleLocator, NullFormatter

from latprobe.report.amounts import time_text
from latprobe.report.picture import COLOURS
from latprobe.report.printable import printable
from latprobe.report.soak_line import clock_text

if TYPE_CHECKING:
    import numpy.typing as npt

LINES: Final = {"p50": COLOURS[2], "p99": COLOURS[5], "p99.9": COLOURS[1], "max": COLOURS[6]}
"""The quantiles that lie over a map, and their colours."""

_STALLS: Final = COLOURS[3]
_SHARES: Final = {1e-6: "1 in 1M", 1e-4: "0.01 %", 1e-2: "1 %", 1.0: "100 %"}
_PALEST: Final = 0.2
"""Of the colours: one message in a million is still told from none."""
_TICKS_S: Final = (
    *(1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800),
    *(3_600, 7_200, 10_800, 21_600, 43_200, 86_400),
)
_MOST_TICKS: Final = 8
_LEAST_RATIO: Final = 10
"""An axis of less than a factor of ten may be without any tick."""


@dataclass(frozen=True)
class HeatMap:
    """Columns of time, by buckets of latency. Nothing was measured between some of them.

    Attributes:
        stage: Whose latency.
        starts_s: Where columns begin, in order, in seconds since the start.
        ends_s: Where they end.
        edges_ns: Where buckets begin, and the last one ends.
        counts: Messages, by column and bucket.
        quantiles_ns: Those of `LINES` by column; NaN where there is no message.
        stalls_ns: By column; NaN where nobody watched.
        stalls: What these are.
    """

    stage: str
    starts_s: "npt.NDArray[np.float64]"
    ends_s: "npt.NDArray[np.float64]"
    edges_ns: "npt.NDArray[np.float64]"
    counts: "npt.NDArray[np.int64]"
    quantiles_ns: Mapping[str, "npt.NDArray[np.float64]"]
    stalls_ns: "npt.NDArray[np.float64]"
    stalls: str


def draw_heat(heat: HeatMap) -> Figure:
    """Draws a map that has at least one message."""
    figure = Figure(figsize=(9.0, 6.0), layout="constrained")
    upper, lower = figure.subplots(2, sharex=True, height_ratios=(3, 1))
    mesh = _draw_map(upper, heat)
    for name, colour in LINES.items():
        places, values = _steps(heat, heat.quantiles_ns[name])
        upper.plot(places, values.clip(upper.get_ylim()[0]), color=colour, linewidth=1, label=name)
    _draw_stalls(lower, heat)
    _set_time_axis(lower, float(heat.starts_s[0]), float(heat.ends_s[-1]))
    bar = figure.colorbar(
        mesh, ax=(upper, lower), ticks=list(_SHARES), shrink=0.6, anchor=(0.0, 1.0), aspect=30
    )
    bar.ax.set_yticklabels(list(_SHARES.values()))
    bar.ax.minorticks_off()
    bar.set_label("share of the messages of that time")
    figure.legend(loc="outside lower left", ncols=len(LINES))
    upper.set_title(f"Latency over time: {printable(heat.stage)}", loc="left")
    return figure


def _draw_map(axes: Axes, heat: HeatMap) -> ScalarMappable:
    used = np.flatnonzero(heat.counts.any(axis=0))
    first, stop = int(used[0]), int(used[-1]) + 1
    edges = heat.edges_ns[first : stop + 1].copy()
    # A bucket that begins at 0 has no such place on a logarithmic scale.
    edges[0] = max(edges[0], edges[1] / 2)
    messages = heat.counts.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore"):
        shares = np.where(heat.counts > 0, heat.counts / messages, np.nan)[:, first:stop]
    places, shares = _with_gaps(heat, shares)
    blues = colormaps["Blues"](np.linspace(_PALEST, 1.0, 256))
    # As a picture within the picture: a hundred thousand cells are megabytes otherwise.
    mesh = axes.pcolormesh(
        places,
        edges,
        np.ma.masked_invalid(shares.T),
        cmap=ListedColormap(blues),
        norm=LogNorm(min(_SHARES), max(_SHARES)),
        rasterized=True,
    )
    _set_latency_axis(
        axes, float(edges[0]), float(np.nanmax([edges[-1], *heat.quantiles_ns["max"]]))
    )
    axes.set_ylabel("latency of a message")
    return mesh


def _with_gaps(
    heat: HeatMap, shares: "npt.NDArray[np.float64]"
) -> tuple["npt.NDArray[np.float64]", "npt.NDArray[np.float64]"]:
    """Where columns begin, and the last one ends, with empty ones between those with a gap."""
    later = np.flatnonzero(heat.starts_s[1:] > heat.ends_s[:-1]) + 1
    places = np.insert(heat.starts_s, later, heat.ends_s[later - 1])
    return np.append(places, heat.ends_s[-1]), np.insert(shares, later, np.nan, axis=0)


def _steps(
    heat: HeatMap, values: "npt.NDArray[np.float64]"
) -> tuple["npt.NDArray[np.float64]", "npt.NDArray[np.float64]"]:
    """A line that is level over each column, and is broken over gaps."""
    places = np.column_stack([heat.starts_s, heat.ends_s]).ravel()
    later = 2 * (np.flatnonzero(heat.starts_s[1:] > heat.ends_s[:-1]) + 1)
    return np.insert(places, later, np.nan), np.insert(np.repeat(values, 2), later, np.nan)


def _draw_stalls(axes: Axes, heat: HeatMap) -> None:
    seen = np.isfinite(heat.stalls_ns) & (heat.stalls_ns > 0)
    axes.set_ylabel("stalls")
    if not seen.any():
        watched = bool(np.isfinite(heat.stalls_ns).any())
        words = "none" if watched else "nobody watched the platform"
        axes.text(0.5, 0.5, words, transform=axes.transAxes, ha="center", va="center", color="grey")
        axes.set_yticks([])
        return
    stalls_ns = heat.stalls_ns[seen]
    axes.bar(
        heat.starts_s[seen],
        stalls_ns,
        width=(heat.ends_s - heat.starts_s)[seen],
        align="edge",
        color=_STALLS,
        linewidth=0,
    )
    _set_latency_axis(axes, float(stalls_ns.min()) / 2, float(stalls_ns.max()) * 1.2)
    axes.set_title(heat.stalls, loc="left", fontsize="small")


def _set_latency_axis(axes: Axes, low: float, high: float) -> None:
    if high < _LEAST_RATIO * low:
        low, high = 10.0 ** floor(log10(low)), 10.0 ** ceil(log10(high))
    axes.set_yscale("log")
    axes.set_ylim(low, high)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda ns, _: time_text(ns)))
    axes.yaxis.set_minor_formatter(NullFormatter())


def _set_time_axis(axes: Axes, start_s: float, end_s: float) -> None:
    span = max(end_s - start_s, 1e-3)
    days = ceil(span / _MOST_TICKS / _TICKS_S[-1]) * _TICKS_S[-1]
    step = next((it for it in _TICKS_S if span / it <= _MOST_TICKS), days)
    axes.set_xlim(start_s, start_s + span)
    axes.xaxis.set_major_locator(MultipleLocator(step))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda seconds, _: clock_text(seconds)))
    axes.set_xlabel("since the soak began")
