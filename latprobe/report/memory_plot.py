"""Memory over messages, as a picture: resident, and in use."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from latprobe.errors import RunError
from latprobe.report.picture import COLOURS, check_picture, write_picture
from latprobe.report.printable import printable
from latprobe.run.memory import MemoryPass, Series
from latprobe.run.model import RunDocument
from latprobe.units import format_bytes

_SERIES: Final[tuple[tuple[Series, str], ...]] = (
    ("rss", "resident, without the feed"),
    ("heap", "in use"),
)


@dataclass(frozen=True)
class _Line:
    run: RunDocument
    found: MemoryPass
    colour: str


def write_memory_plot(runs: Sequence[RunDocument], path: Path) -> None:
    """Draws resident memory and bytes in use over messages: a line for each fork, a colour a run.

    Args:
        runs: At least one.
        path: Its suffix, one of `FORMATS`, says which format.

    Raises:
        RunError: for another suffix, a run that did not look at memory, or a path that cannot be
            written.
    """
    check_picture(path)
    lines = [line for number, run in enumerate(runs) for line in _lines(run, number)]
    write_picture(path, lambda: _draw(lines))


def _lines(run: RunDocument, number: int) -> Iterator[_Line]:
    found = [it.result for it in run.forks if isinstance(it.result, MemoryPass)]
    if not found:
        raise RunError(
            f"{run.id}: did not look at memory: `latprobe run --memory`, or `memory = true` in the "
            "scenario, does"
        )
    for it in found:
        yield _Line(run, it, COLOURS[number % len(COLOURS)])


def _draw(lines: Sequence[_Line]) -> Figure:
    figure = Figure(figsize=(9.0, 6.0), layout="constrained")
    for axes, (series, label) in zip(
        figure.subplots(len(_SERIES), sharex=True), _SERIES, strict=True
    ):
        _draw_series(axes, lines, series, label)
    axes.set_xlabel("messages")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda count, _: f"{count:,.0f}"))
    return figure


def _draw_series(axes: Axes, lines: Sequence[_Line], series: Series, label: str) -> None:
    named: set[str] = set()
    for line in lines:
        column = line.found.samples.column(series)
        if column is None:
            continue
        (drawn,) = axes.plot(line.found.samples.messages, column, color=line.colour, linewidth=1.2)
        if line.run.id not in named:
            drawn.set_label(printable(line.run.scenario.name))
            named.add(line.run.id)
        # Messages before that one do not count in figures.
        axes.axvline(line.found.warmup, color="grey", linestyle=":", linewidth=0.8)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda size, _: format_bytes(size)))
    axes.set_ylabel(label)
    if named:
        axes.legend(loc="best")
