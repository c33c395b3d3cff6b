"""Latency over percentile, as a picture in the HdrHistogram style."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, NullFormatter

from latprobe.report.amounts import messages_text, step_text, time_text
from latprobe.report.cell import FEWEST_BEYOND
from latprobe.report.curve import Curve, curve_of
from latprobe.report.header import feed_name
from latprobe.report.percentile_axis import set_percentile_axis
from latprobe.report.picture import COLOURS, check_picture, write_picture
from latprobe.report.precision import precision_of
from latprobe.report.printable import printable
from latprobe.run.measured import TOTAL
from latprobe.run.model import RunDocument, Time

Scale = Literal["auto", "linear", "log"]

_DASHES: Final = ("-", "--", "-.")

_LOG_FROM_RATIO: Final = 20
"""How many times the smallest median the longest time is when a linear scale flattens the rest."""

_LOG_FLOOR_NS: Final = 1.0
"""Where a logarithmic scale begins: histograms hold whole nanoseconds."""


def write_plot(
    runs: Sequence[RunDocument],
    path: Path,
    *,
    stages: Sequence[str] = (TOTAL,),
    kinds: Sequence[str | None] = (None,),
    scale: Scale = "auto",
    response: bool | None = None,
) -> None:
    """Draws the latency of rows of runs into a picture: a line for each run, stage and kind.

    Args:
        runs: At least one.
        path: Its suffix, one of `FORMATS`, says which format.
        stages: Stages, spans or `total`.
        kinds: Message kinds; None is all of them.
        scale: Of the latency; `auto` is logarithmic where the tail would flatten the rest.
        response: Whether each line has one of response times beside it; None: where there are any.

    Raises:
        RunError: for another suffix, a row that a run has not, or a path that cannot be written.
    """
    check_picture(path)
    write_picture(path, drawn(runs, stages=stages, kinds=kinds, scale=scale, response=response))


def drawn(
    runs: Sequence[RunDocument],
    *,
    stages: Sequence[str] = (TOTAL,),
    kinds: Sequence[str | None] = (None,),
    scale: Scale = "auto",
    response: bool | None = None,
) -> Callable[[], Figure]:
    """What draws the same, when it is called.

    Raises:
        RunError: for a row that a run has not.
    """
    scenarios = Counter(run.scenario.name for run in runs)
    curves = [
        curve
        for run in runs
        for stage in stages
        for kind in kinds
        for curve in _curves(
            run, stage, kind, response=response, with_start=scenarios[run.scenario.name] > 1
        )
    ]
    return lambda: _draw(runs, curves, scale)


def _curves(
    run: RunDocument, stage: str, kind: str | None, *, response: bool | None, with_start: bool
) -> Iterator[Curve]:
    if response is None:
        response = any(
            (it.stage, it.kind, it.time) == (stage, kind, "response") for it in run.figures
        )
    times: tuple[Time, ...] = ("service", "response") if response else ("service",)
    for time in times:
        label = _label(run, stage, kind, time if response else "")
        if with_start:
            label += printable(f"  {run.started[:19]}")
        yield curve_of(run, stage, kind, label, time)


def _label(run: RunDocument, stage: str, kind: str | None, time: str) -> str:
    """Which line it is; a scenario's name begins with a letter, as a legend's entry has to."""
    words = f"{run.scenario.name}  {stage}"
    words = words if kind is None else f"{words}[{kind}]"
    return printable(f"{words}  {time}" if time else words)


def _draw(runs: Sequence[RunDocument], curves: Sequence[Curve], scale: Scale) -> Figure:
    figure = Figure(figsize=(9.0, 5.4), layout="constrained")
    axes = figure.subplots()
    set_percentile_axis(axes, max(curve.messages for curve in curves))
    step_ns = _step_ns(runs)
    _set_latency_axis(axes, curves, step_ns, scale)
    entries: list[Line2D | Patch] = [
        _draw_curve(axes, curve, number) for number, curve in enumerate(curves)
    ]
    if any(curve.well_founded_up_to() < curve.messages for curve in curves):
        words = f"fewer than {FEWEST_BEYOND} messages beyond"
        entries.append(Line2D([], [], color="grey", linestyle=":", label=words))
    if step_ns:
        entries.append(_shade_step(axes, step_ns))
    labels = [str(entry.get_label()) for entry in entries]
    figure.legend(entries, labels, loc="outside lower left", ncols=2)
    axes.set_title(f"Latency on {_feeds(runs)}", loc="left")
    return figure


def _set_latency_axis(axes: Axes, curves: Sequence[Curve], step_ns: float, scale: Scale) -> None:
    longest = max(curve.max_ns for curve in curves)
    shortest = min(curve.median_ns for curve in curves)
    top = max(longest, 2.0 * step_ns)
    if scale == "auto":
        scale = "log" if longest > _LOG_FROM_RATIO * max(shortest, 1) else "linear"
    if scale == "log":
        axes.set_yscale("log")
        axes.set_ylim(_LOG_FLOOR_NS, max(top, 10.0) * 2.0)
    else:
        axes.set_ylim(0.0, top * 1.1)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda ns, _: time_text(ns)))
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.set_ylabel("latency of a message")


def _draw_curve(axes: Axes, curve: Curve, number: int) -> Line2D:
    """Draws a line: thin and dotted where too few messages lie beyond, and a dot at the end."""
    colour = COLOURS[number % len(COLOURS)]
    dashes = _DASHES[number // len(COLOURS) % len(_DASHES)]
    floor_ns = axes.get_ylim()[0]
    # 0 ns, of what is quicker than the clock's step, has no place on a logarithmic scale.
    corners = [(x, max(y, floor_ns)) for x, y in curve.steps()]
    limit = curve.well_founded_up_to()
    founded = [(x, y) for x, y in corners if x <= limit]
    doubtful = [(x, y) for x, y in corners if x > limit]
    if doubtful:
        # The line changes within a step, at the height that the step has.
        height = doubtful[0][1]
        founded.append((limit, height))
        doubtful.insert(0, (limit, height))
        axes.plot(*_xy(doubtful), color=colour, linestyle=":", linewidth=1.2)
    axes.plot(*_xy(corners[-1:]), color=colour, marker="o", markersize=4, clip_on=False)
    (line,) = axes.plot(*_xy(founded), color=colour, linestyle=dashes, linewidth=1.8)
    line.set_label(f"{curve.label}, {messages_text(curve.messages)}")
    return line


def _xy(corners: Iterable[tuple[float, float]]) -> tuple[list[float], list[float]]:
    points = list(corners)
    return [x for x, _ in points], [y for _, y in points]


def _shade_step(axes: Axes, step_ns: float) -> Patch:
    """Shades what the clock cannot see."""
    axes.axhspan(axes.get_ylim()[0], step_ns, color="grey", alpha=0.15, linewidth=0)
    label = f"under the clock's step of {step_text(step_ns)}"
    return Patch(color="grey", alpha=0.15, label=label)


def _step_ns(runs: Sequence[RunDocument]) -> float:
    """The coarsest clock's step, in nanoseconds; 0 where none is known."""
    precisions = [precision_of(run) for run in runs]
    return max((it.step_ns for it in precisions if it is not None), default=0.0)


def _feeds(runs: Sequence[RunDocument]) -> str:
    return printable(", ".join(dict.fromkeys(feed_name(run.feed) for run in runs)))
