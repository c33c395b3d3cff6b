"""Whether other tools find the slow-down of 3 % that `latprobe ab` is asked for, given its seconds."""

import math
import sys
import tempfile
from pathlib import Path
from typing import Final

import msgspec

from benches.figure import Figure, unsupported
from benches.native import PROGRAMS, BenchError, output_of
from benches.stats.ab import PRODUCTS, SECONDS, trials

CRITERION: Final = str(PROGRAMS / "latprobe-peers-criterion")

_TRIALS: Final = 5
_LONGER: Final = 8 * math.ceil(PRODUCTS * 1.03 / 8)
"""Criterion's chains come in multiples of eight products: 3.3 % more, which is easier to find."""

_SAYS_SLOWER: Final = "Performance has regressed"
_SAYS_FASTER: Final = "Performance has improved"


class Peer(msgspec.Struct, frozen=True):
    """What criterion said.

    Attributes:
        trials: How often it was asked.
        found: How often it said that the longer chain is slower.
        alarms: How often it said that the same chain has changed.
    """

    trials: int
    found: int
    alarms: int


def measure() -> tuple[list[Figure], Peer | None]:
    """Asks criterion, half of the seconds for each side; `TRIALS=20` sets how often."""
    name = f"criterion: 1 µs slower by {_LONGER / PRODUCTS - 1:.1%}"
    try:
        found = _criterion(trials(_TRIALS))
    except BenchError as error:
        return [unsupported(name, str(error), "beside ours")], None
    words = f"found in {found.found} of {found.trials}"
    alarms = f"{found.alarms} of {found.trials}"
    return [
        Figure(f"{name}, {SECONDS:g} s", words, "beside ours", None),
        Figure(f"criterion: the same chain twice, {SECONDS:g} s", alarms, "beside ours", None),
    ], found


def _criterion(number: int) -> Peer:
    found, alarms = 0, 0
    for trial in range(number):
        found += _SAYS_SLOWER in _compared(PRODUCTS, _LONGER)
        said = _compared(PRODUCTS, PRODUCTS)
        alarms += _SAYS_SLOWER in said or _SAYS_FASTER in said
        print(f"criterion: {found} found, {alarms} alarms of {trial + 1}", file=sys.stderr)
    return Peer(number, found, alarms)


def _compared(before: int, after: int) -> str:
    """What it says of the second chain, after the first."""
    half = str(SECONDS / 2)
    with tempfile.TemporaryDirectory(prefix="latprobe-bench-") as name:
        output_of([CRITERION, name, str(before), half, "save"], cwd=Path(name))
        return output_of([CRITERION, name, str(after), half, "compare"], cwd=Path(name))


if __name__ == "__main__":
    for row in measure()[0]:
        print(f"{row.figure} | {row.measured} | {row.reach}")
