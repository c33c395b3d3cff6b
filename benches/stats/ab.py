"""How right `latprobe ab` is, with real forks of chains whose length is known."""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from benches.figure import Figure
from benches.stats.counts import Counts
from benches.stats.section import Measured
from latprobe.cli.ab_session import Session, Wanted, run_session
from latprobe.cli.chain_feed import make_chain_feed
from latprobe.comparator.explain import explain_comparison
from latprobe.pipeline.suite import Prepared
from latprobe.run.change import TAIL, Change
from latprobe.scenario import Drive, Scenario, TargetReference
from latprobe.target import describe_target

PRODUCTS: Final = 1_200
"""Some 1 µs."""

_SHORT_PRODUCTS: Final = 360
"""Some 300 ns, of which stalls hit fewer messages."""

_ALIKE_PAIRS: Final = 20
SECONDS: Final = 30.0
_TOLERANCE: Final = 0.02
_LEVEL: Final = 0.05
_NORMAL: Final = 1.96


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
    """What the rows are made of; tails of the longer and of the shorter chain."""

    alike: Trials
    longer: Trials
    tailed: Trials
    tailed_short: Trials


def measure(counts: Counts) -> Measured:
    """Runs all trials."""
    with chains(PRODUCTS) as feed, chains(_SHORT_PRODUCTS) as short:
        found = Sessions(
            alike_trials(feed, counts.alike),
            longer_trials(feed, counts.longer),
            tailed_trials(feed, counts.tailed),
            tailed_trials(short, counts.tailed),
        )
    return Measured(figures(found), found)


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
        _tail_figure("1 µs", found.tailed),
        _tail_figure("0.3 µs", found.tailed_short),
    ]


def _tail_figure(base: str, found: Trials) -> Figure:
    return Figure(
        f"of {base}, 1 in 500 messages slower by 2 µs, {found.trials} trials of at most "
        f"{SECONDS:g} s",
        f"found in the tail and explained as one in {_share_text(found)}; {_took(found)}",
        "found, explained as tail",
        found.hits == found.trials,
    )


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
    return bool(slower & {"p99.9", TAIL}) and any(it.topic == "tail" for it in explained.findings)


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
    """Where the share lies with 95 % confidence (E. B. Wilson, "Probable inference", 1927)."""
    share, square = hits / number, _NORMAL**2
    middle = share + square / (2 * number)
    reach = _NORMAL * (share * (1 - share) / number + square / (4 * number**2)) ** 0.5
    low, high = ((middle + it) / (1 + square / number) for it in (-reach, reach))
    return f"{100 * max(0.0, low):.0f} to {100 * min(1.0, high):.0f} %"


def _took(found: Trials) -> str:
    times = sorted(found.seconds)
    return f"median {times[len(times) // 2]:.1f} s"
