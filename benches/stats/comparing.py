"""How long `latprobe compare` takes, and how often it is right."""

from typing import Final

from msgspec import Struct

from benches.figure import Figure
from benches.stats.compare_speed import CompareSpeed, compare_speed
from benches.stats.compare_truth import CompareTruth, compare_truth
from benches.stats.counts import Counts
from benches.stats.section import Measured

_SECONDS: Final = 1.0
_SIMULATED: Final = 20
_LEVEL: Final = 0.05


class Comparing(Struct, frozen=True):
    """What the rows are made of."""

    speed: CompareSpeed
    truth: CompareTruth


def measure(counts: Counts) -> Measured:
    """Compares large documents, and simulated runs."""
    found = Comparing(compare_speed(), compare_truth(max(_SIMULATED, counts.longer)))
    return Measured(figures(found), found)


def figures(found: Comparing) -> list[Figure]:
    """The rows of the table."""
    speed, truth = found.speed, found.truth
    return [
        Figure(
            f"two run documents of {speed.stages} stages and {speed.kinds} kinds",
            f"{speed.seconds:.2f} s for {speed.figures:,} figures, read and compared",
            f"< {_SECONDS:g} s",
            speed.seconds < _SECONDS,
        ),
        Figure(
            f"simulated runs that are alike, {truth.trials} comparisons: false alarms",
            f"{truth.false_alarms} of {truth.trials}",
            "≤ 5 %",
            truth.false_alarms <= _LEVEL * truth.trials,
        ),
        Figure(
            f"simulated runs, 1 in 500 messages slower by 2 µs, {truth.trials} comparisons",
            f"found in {truth.tails_found}, explained as tail of its stage in "
            f"{truth.tails_explained}",
            "found, explained as tail",
            truth.tails_found == truth.tails_explained == truth.trials,
        ),
    ]
