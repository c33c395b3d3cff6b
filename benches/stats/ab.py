"""How right `latprobe ab` is, with real forks of chains whose length is known.

`python -m benches.stats.ab` prints these rows alone.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from benches.figure import Figure
from latprobe.cli.ab_session import Session, Wanted, run_session
from latprobe.cli.chain_feed import make_chain_feed
from latprobe.comparator.explain import explain_comparison
from latprobe.pipeline.suite import Prepared
from latprobe.run.change import Change
from latprobe.scenario import Drive, Scenario, TargetReference
from latprobe.target import describe_target

PRODUCTS: Final = 1_200
"""Some 1 µs."""

_SHORT_PRODUCTS: Final = 360
"""Some 300 ns: 4 ns more in the mean are within the tolerance, and stalls hit few such messages."""

_ALIKE_TRIALS: Final = 60
_ALIKE_PAIRS: Final = 20
_LONGER_TRIALS: Final = 20
_TAILED_TRIALS: Final = 5
SECONDS: Final = 30.0
_TOLERANCE: Final = 0.02
_LEVEL: Final = 0.05


class Trials(msgspec.Struct, frozen=True):
    """Some sessions of one sort.

    Attributes:
        trials: How many.
        hits: In how many the family of figures said what was looked for.
        seconds: How long each took.
        pairs: How many pairs of forks each ran.
        moved: What each said that is not exact and has moved.
        single: Of all figures, how many intervals of 95 % by a single look hold no 1, and how many
            there are.
    """

    trials: int
    hits: int
    seconds: tuple[float, ...]
    pairs: tuple[int, ...]
    moved: tuple[tuple[str, ...], ...]
    single: tuple[int, int]


class Sessions(msgspec.Struct, frozen=True):
    """What the rows are made of."""

    alike: Trials
    longer: Trials
    tailed: Trials


def measure() -> tuple[list[Figure], Sessions]:
    """Runs all trials; `TRIALS=100` in the environment sets how many of each sort."""
    with chains(PRODUCTS) as feed, chains(_SHORT_PRODUCTS) as short:
        alike = alike_trials(feed, trials(_ALIKE_TRIALS))
        longer = longer_trials(feed, trials(_LONGER_TRIALS))
        tailed = tailed_trials(short, trials(_TAILED_TRIALS))
    found = Sessions(alike, longer, tailed)
    return figures(found), found


def trials(usual: int) -> int:
    """How many trials of a sort: the usual number, or what the environment says."""
    return int(os.environ.get("TRIALS", usual))


def figures(found: Sessions) -> list[Figure]:
    """The rows of the table."""
    return [
        Figure(
            f"A/A: false alarms in the family, {found.alike.trials} comparisons",
            _share_text(found.alike),
            "≤ 5 %",
            found.alike.hits <= _LEVEL * found.alike.trials,
        ),
        Figure(
            "A/A: single intervals of 95 % that hold no 1",
            f"{found.alike.single[0]} of {found.alike.single[1]}",
            "≤ 5 %",
            found.alike.single[0] <= _LEVEL * found.alike.single[1],
        ),
        Figure(
            f"1 µs slower by 3 %, {found.longer.trials} trials of at most {SECONDS:g} s",
            f"found in {_share_text(found.longer)}; {_took(found.longer)}",
            "≥ 95 % found",
            found.longer.hits >= 0.95 * found.longer.trials,
        ),
        Figure(
            f"1 in 500 messages slower by 2 µs, {found.tailed.trials} trials",
            f"found in p99.9 and explained as a tail in {_share_text(found.tailed)}; "
            f"{_took(found.tailed)}",
            "found, explained as tail",
            found.tailed.hits == found.tailed.trials,
        ),
    ]


def session(feed: Path, targets: tuple[str, str], seed: int, pairs: int | None = None) -> Session:
    """One session of two built-in targets."""
    one, other = (_prepared(feed, it) for it in targets)
    wanted = Wanted(SECONDS, pairs, seed, _TOLERANCE)
    return run_session((one, other), wanted, lambda _: None, lambda _: None)


def alike_trials(feed: Path, number: int) -> Trials:
    """A chain with marks, so that stages are in the family, against itself."""
    return _run(
        "A/A", number, lambda seed: session(feed, ("chain", "chain"), seed, _ALIKE_PAIRS), _any
    )


def longer_trials(feed: Path, number: int) -> Trials:
    """A chain against one that is 3 % longer."""
    return _run(
        "3 % slower",
        number,
        lambda seed: session(feed, ("bare-chain", "longer-chain"), seed),
        lambda it: any(change.status == "worse" for change in it.comparison.changes),
    )


def tailed_trials(feed: Path, number: int) -> Trials:
    """A chain against one of which each 500th is some 2 µs longer."""
    return _run(
        "a tail",
        number,
        lambda seed: session(feed, ("bare-chain", "tailed-chain"), seed),
        _is_tail,
    )


def _run(
    name: str, number: int, one: Callable[[int], Session], hit: Callable[[Session], bool]
) -> Trials:
    hits, seconds, pairs, moved = 0, [], [], []
    outside, intervals = 0, 0
    for seed in range(number):
        found = one(seed)
        hits += hit(found)
        comparison = found.comparison
        seconds.append(comparison.seconds)
        pairs.append(0 if comparison.pairing is None else comparison.pairing.pairs)
        moved.append(tuple(f"{it.name}: {it.words}" for it in _moved(found)))
        single = [it.interval(_LEVEL) for it in found.figures]
        intervals += sum(1 for it in single if it is not None)
        outside += sum(1 for it in single if it is not None and not it.low <= 1 <= it.high)
        print(f"{name}: {hits} of {seed + 1}, {seconds[-1]:.1f} s", file=sys.stderr)
    return Trials(number, hits, tuple(seconds), tuple(pairs), tuple(moved), (outside, intervals))


def _moved(found: Session) -> list[Change]:
    return [it for it in found.comparison.changes if it.interval and not it.exact and _excludes(it)]


def _excludes(change: Change) -> bool:
    assert change.interval is not None
    low, high = change.interval
    return low > 1 or high < 1


def _any(found: Session) -> bool:
    return bool(_moved(found))


def _is_tail(found: Session) -> bool:
    slower = {it.figure for it in found.comparison.changes if it.status == "worse"}
    explained = explain_comparison(found.comparison, *found.runs)
    return "p99.9" in slower and any(it.topic == "tail" for it in explained.findings)


def _prepared(feed: Path, target: str) -> Prepared:
    scenario = Scenario(
        name="ab", feed=str(feed), target=TargetReference("builtin", target), drive=Drive()
    )
    return Prepared(scenario, describe_target(Path("builtin"), target), (), ())


@contextmanager
def chains(products: int) -> Iterator[Path]:
    """A feed of chains so long."""
    with tempfile.TemporaryDirectory(prefix="latprobe-bench-") as name:
        path = Path(name) / "chains.arrow"
        make_chain_feed(path, (products,))
        yield path


def _share_text(found: Trials) -> str:
    return f"{found.hits} of {found.trials} ({_interval_text(found.hits, found.trials)})"


def _interval_text(hits: int, number: int) -> str:
    """What the share may be with 95 % confidence."""
    share = hits / number
    reach = 2 * (share * (1 - share) / number) ** 0.5
    return f"{share:.1%} ± {max(reach, 3 / number):.1%}"


def _took(found: Trials) -> str:
    times = sorted(found.seconds)
    return f"median {times[len(times) // 2]:.1f} s"


if __name__ == "__main__":
    rows, details = measure()
    for row in rows:
        print(f"{row.figure} | {row.measured} | {row.reach} | {row.holds}")
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_bytes(msgspec.json.format(msgspec.json.encode(details)))
