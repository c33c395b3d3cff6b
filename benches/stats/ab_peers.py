"""Whether other tools find the slow-down of 3 % that `latprobe ab` is asked for."""

import json
import math
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import msgspec

from benches.figure import Figure, unsupported
from benches.native import PROGRAMS, BenchError, output_of
from benches.stats.ab import PRODUCTS, SECONDS, chains
from benches.stats.counts import Counts
from benches.stats.section import Measured
from latprobe.feed.reader import open_feed
from latprobe.pipeline.feeds import replayable

PYPERF: Final = str(Path(__file__).with_name("pyperf_chain.py").resolve())
CRITERION: Final = str(PROGRAMS / "latprobe-peers-criterion")

_LONGER: Final = 8 * math.ceil(PRODUCTS * 1.03 / 8)
"""Criterion's chains come in multiples of eight products: 3.3 % more, which is easier to find."""

_FEW: Final = 3
"""Processes of a short run of pyperf."""

_LONGER_TEXT: Final = "1 µs slower by 3 %"

_SAYS_SLOWER: Final = "Performance has regressed"
_SAYS_FASTER: Final = "Performance has improved"


class Peer(msgspec.Struct, frozen=True):
    """What a tool said.

    Attributes:
        trials: How often it was asked.
        found: How often it said that the longer chain is slower.
        alarms: How often it said that the same chain has changed.
    """

    trials: int
    found: int
    alarms: int


def measure(counts: Counts) -> Measured:
    """Asks both, with half of the seconds for each side.

    Criterion takes a time; pyperf takes a number of processes, as many as fit.
    """
    criterion, asked = _measure_criterion(counts.peers)
    name = f"pyperf: {_LONGER_TEXT}"
    try:
        found, seconds = _pyperf(counts.peers)
    except BenchError as error:
        return Measured([*criterion, unsupported(name, str(error), "beside ours")], asked)
    words = f"found in {found.found} of {found.trials}"
    alarms = f"{found.alarms} of {found.trials}"
    both = [
        Figure(f"{name}, {seconds:.0f} s", words, "beside ours", None),
        Figure(f"pyperf: the same chain twice, {seconds:.0f} s", alarms, "beside ours", None),
    ]
    return Measured([*criterion, *both], {**asked, "pyperf": found})


def _measure_criterion(number: int) -> tuple[list[Figure], dict[str, Peer]]:
    name = f"criterion: 1 µs slower by {_LONGER / PRODUCTS - 1:.1%}"
    try:
        found = _criterion(number)
    except BenchError as error:
        return [unsupported(name, str(error), "beside ours")], {}
    words = f"found in {found.found} of {found.trials}"
    alarms = f"{found.alarms} of {found.trials}"
    return [
        Figure(f"{name}, {SECONDS:g} s", words, "beside ours", None),
        Figure(f"criterion: the same chain twice, {SECONDS:g} s", alarms, "beside ours", None),
    ], {"criterion": found}


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


def _pyperf(number: int) -> tuple[Peer, float]:
    """What it said, and how many seconds both sides took it."""
    found, alarms, seconds = 0, 0, 0.0
    with chains(PRODUCTS) as feed, tempfile.TemporaryDirectory(prefix="latprobe-bench-") as name:
        processes = _processes(feed, Path(name) / "short.json")
        for trial in range(number):
            paths = [Path(name) / f"{trial}-{it}.json" for it in range(3)]
            for path, target in zip(
                paths, ("bare-chain", "bare-chain", "longer-chain"), strict=True
            ):
                started = time.monotonic()
                _run_pyperf(target, feed, path, processes)
                seconds += time.monotonic() - started
            found += "slower" in _pyperf_says(paths[0], paths[2])
            alarms += "not significant" not in _pyperf_says(paths[0], paths[1])
            print(f"pyperf: {found} found, {alarms} alarms of {trial + 1}", file=sys.stderr)
    return Peer(number, found, alarms), 2 * seconds / (3 * number)


def _processes(feed: Path, out: Path) -> int:
    """How many of pyperf's processes take a half of the seconds, by a short run."""
    started = time.monotonic()
    _run_pyperf("bare-chain", feed, out, _FEW)
    return max(_FEW, round(_FEW * SECONDS / 2 / (time.monotonic() - started)))


def _run_pyperf(target: str, feed: Path, out: Path, processes: int) -> None:
    batches = json.dumps(replayable(open_feed(feed)).batches)
    words = [sys.executable, PYPERF, target, str(feed), batches, "--output", str(out), "--quiet"]
    output_of([*words, "--processes", str(processes), *_pinned()])


def _pinned() -> list[str]:
    return ["--affinity", str(max(os.sched_getaffinity(0)))]


def _pyperf_says(before: Path, after: Path) -> str:
    return output_of([sys.executable, "-m", "pyperf", "compare_to", str(before), str(after)])
