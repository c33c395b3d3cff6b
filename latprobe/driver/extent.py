"""How much of a run is done: all of it, or what can be had in a given time."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from latprobe.driver.plan import Step
from latprobe.run.collector import Collector

_ENOUGH_FORKS: Final = 3
"""Fewer say nothing about how far forks lie apart."""


@dataclass(frozen=True)
class Extent:
    """What of a run is done.

    Attributes:
        collectors: What is watched; None: everything, with an idle control beside the forks and
            the harness's own cost.
        seconds: When no further fork of the same kind is begun once there are enough of each; None:
            all forks that the scenario wants. The rule looks at no figure.
    """

    collectors: frozenset[Collector] | None = None
    seconds: float | None = None

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out."""
        return self.collectors is None


WHOLE: Final = Extent()


def steps_within(steps: Sequence[Step], extent: Extent) -> Iterator[Step]:
    """The steps that are watched, in order, as long as there is time; what is exact comes first."""
    if extent.collectors is not None:
        steps = [it for it in steps if it.collector in extent.collectors]
    if extent.seconds is None:
        yield from steps
        return
    ends = time.monotonic() + extent.seconds
    once = ("digest", "allocations", "interpreter")
    for step in sorted(steps, key=lambda it: it.collector not in once):
        if step.index >= _ENOUGH_FORKS and time.monotonic() > ends:
            return
        yield step
