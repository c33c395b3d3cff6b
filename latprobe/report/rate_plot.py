"""Messages over time, as a picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from latprobe.report.picture import COLOURS, write_picture
from latprobe.units import format_ns, format_rate


@dataclass(frozen=True, slots=True)
class Marked:
    """A moment to be pointed out."""

    at_ns: int
    """From the start of the plot."""
    text: str


def write_rate_plot(
    path: Path,
    messages: Sequence[int],
    width_ns: int,
    *,
    title: str,
    start: str,
    marked: Sequence[Marked] = (),
) -> None:
    """Draws how many messages a second there were, over time.

    Args:
        path: Its suffix, `.svg`, `.png` or `.pdf`, says which format.
        messages: How many in each part of the time.
        width_ns: How long a part is.
        title: Above the picture.
        start: When the first part begins, for people.
        marked: Moments to be pointed out.

    Raises:
        RunError: for another suffix, or a path that cannot be written.
    """

    def draw() -> Figure:
        figure = Figure(figsize=(10, 4.5), layout="constrained")
        axes = figure.subplots()
        seconds = width_ns / 1e9
        edges = [number * seconds for number in range(len(messages) + 1)]
        axes.stairs([it / seconds for it in messages], edges, fill=True, color=COLOURS[0])
        for number, it in enumerate(marked):
            colour = COLOURS[1 + number % (len(COLOURS) - 1)]
            axes.axvline(it.at_ns / 1e9, color=colour, linestyle="--", linewidth=1, label=it.text)
        axes.set_xlim(0, edges[-1])
        axes.set_ylim(bottom=0)
        axes.xaxis.set_major_formatter(
            FuncFormatter(lambda value, _: format_ns(value * 1e9) if value else "0")
        )
        axes.yaxis.set_major_formatter(
            FuncFormatter(lambda value, _: format_rate(value) if value else "0")
        )
        axes.set_xlabel(f"time since {start}; each step is {format_ns(width_ns)}")
        axes.set_ylabel("messages a second")
        axes.set_title(title, loc="left")
        if marked:
            figure.legend(loc="outside lower left", ncols=len(marked))
        return figure

    write_picture(path, draw)
