"""The progress of an A/B: pairs so far, and where the change of cost lies by now."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from rich.progress import Progress

from latprobe.cli.ab_session import Sight
from latprobe.comparator.change_words import percent
from latprobe.pipeline.progress_bar import on_screen, progress_bar
from latprobe.stats.signed_rank import signed_rank_interval

_LEVEL: Final = 0.05


@contextmanager
def pair_progress() -> Iterator["PairProgress"]:
    """The progress of an A/B, shown for as long as the block lasts."""
    bar = progress_bar()
    with on_screen(bar):
        yield PairProgress(bar)


class PairProgress:
    """A bar for the budget, on standard error where that is a terminal."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task = bar.add_task("getting ready", total=1.0)

    def notice(self, words: str) -> None:
        """Says what takes a while."""
        self._bar.console.print(words, style="dim", markup=False)

    def update(self, sight: Sight) -> None:
        """Shows how far it is."""
        self._bar.update(self._task, completed=sight.part, description=sight_text(sight))


def sight_text(sight: Sight) -> str:
    """`14 pairs, cost +0.9 % to +3.2 %`: the interval of 95 %, as by one look."""
    words = "1 pair" if sight.pairs == 1 else f"{sight.pairs} pairs"
    interval = signed_rank_interval(sight.costs, _LEVEL) if sight.costs else None
    if interval is None:
        return words
    ends = (
        f"{'+' if it >= 0 else '-'}{percent(abs(math.expm1(it)))}"
        for it in (interval.low, interval.high)
    )
    return f"{words}, cost {' to '.join(ends)}"
