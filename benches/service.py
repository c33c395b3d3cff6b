"""What each fault of the market-making service costs: before, after, and by how much it is better.

Beside them stands what is left of the service when all is as it should be, and a bare service that
decides at once: what it takes is the driver's, the loop's and the machine's.

    python -m benches.service [--feed RECORDING] [--transport websocket] [--no-faults]

Forks with a fault and forks without any take turns, so that a machine that drifts drifts under
both. The improvement is the geometric mean of the ratios of each turn, with Student's interval over
them (`latprobe.stats`): a fault whose interval lies over 1 costs more than the noise.
"""

import argparse
import json
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import Any, Final

import msgspec
from rich import box
from rich.console import Console
from rich.table import Table

from benches.service_faults import CASES, DECISION_READINGS, Case, Reading
from latprobe.driver.plan import Volume
from latprobe.driver.steps import run_collector
from latprobe.feed.reader import Feed
from latprobe.pipeline.feeds import prepare_feed, replayable
from latprobe.pipeline.services import service_job
from latprobe.run.measured import RESPONSES, Measured
from latprobe.run.model import Fork
from latprobe.scenario import Drive, Scenario, TargetReference, load_scenario
from latprobe.stats import Interval, mean_interval, quantile_rank
from latprobe.units import format_ns

_SCENARIO: Final = Path("scenarios/service/after.toml")
_CONFIDENCE: Final = 0.95
_BARE: Final = "bare"
_WIDTH: Final = 120
"""Columns of what is no terminal."""


@dataclass(frozen=True)
class Cost:
    """What a fault costs in one figure. Times in nanoseconds; `before` is with the fault."""

    case: Case
    before_ns: float
    after_ns: float
    improvement: float
    interval: Interval

    @property
    def is_visible(self) -> bool:
        """Whether the fault costs more than the noise."""
        return self.interval.low > 1


@dataclass(frozen=True)
class Beside:
    """A figure of the service without a fault in each turn, and of the bare one, in nanoseconds."""

    reading: Reading
    service_ns: list[float]
    bare_ns: list[float]


def cost_of(case: Case, before_ns: list[float], after_ns: list[float]) -> Cost:
    """Holds the figures of forks with a fault against those without, turn by turn.

    Args:
        case: Which fault and figure.
        before_ns: With the fault, two turns or more, each over 0.
        after_ns: Without it, as many.
    """
    ratios = [math.log(b / a) for b, a in zip(before_ns, after_ns, strict=True)]
    where = mean_interval(ratios, _CONFIDENCE)
    return Cost(
        case,
        _geometric_mean(before_ns),
        _geometric_mean(after_ns),
        math.exp(math.fsum(ratios) / len(ratios)),
        Interval(math.exp(where.low), math.exp(where.high)),
    )


def _geometric_mean(values: list[float]) -> float:
    return math.exp(math.fsum(map(math.log, values)) / len(values))


def read_figure(fork: Fork, reading: Reading) -> float:
    """A figure of one fork, in nanoseconds.

    Raises:
        SystemExit: why the fork came to nothing.
    """
    if fork.failure is not None:
        sys.exit(f"a fork was {fork.failure.reason}: {fork.failure.detail}")
    row = RESPONSES[reading.row] if reading.is_response else reading.row
    times = Measured((), (), (fork,)).times(row)
    if not times:
        sys.exit(f"nothing came to {reading.row}")
    if reading.quantile is None:
        return times[0].mean_ns
    rank = quantile_rank(times[0].count, Fraction(reading.quantile) / 100)
    return float(max(1, times[0].histogram.value_at_rank(rank)))


def measure(
    scenario: Scenario,
    feed: Feed,
    volume: Volume,
    turns: int,
    console: Console,
    cases: Sequence[Case] = CASES,
) -> tuple[list[Cost], list[Beside]]:
    """Runs all forks; answers what each fault costs, and the service beside a bare one."""
    forks: dict[str, list[Fork]] = {}
    targets = {_BARE: _bare(scenario), _key({}): scenario.target}
    for case in cases:
        for config in (case.settings, case.with_fault):
            targets[_key(config)] = msgspec.structs.replace(scenario.target, config=dict(config))
    for turn in range(turns):
        for number, (key, target) in enumerate(targets.items()):
            done = f"turn {turn + 1} of {turns}, fork {number + 1} of {len(targets)}"
            if console.is_terminal:
                console.print(done, end="\r", style="dim")
            forks.setdefault(key, []).append(_fork(scenario, feed, volume, target))
    costs = []
    for case in cases:
        before, after = (
            [read_figure(fork, case.reading) for fork in forks[_key(config)]]
            for config in (case.with_fault, case.settings)
        )
        costs.append(cost_of(case, before, after))
    besides = [
        Beside(
            reading,
            [read_figure(fork, reading) for fork in forks[_key({})]],
            [read_figure(fork, reading) for fork in forks[_BARE]],
        )
        for reading in DECISION_READINGS
    ]
    return costs, besides


def _bare(scenario: Scenario) -> TargetReference:
    return msgspec.structs.replace(
        scenario.target, asyncio="benches.bare_service:Bare", path=(str(Path.cwd()),), config={}
    )


def _fork(scenario: Scenario, feed: Feed, volume: Volume, target: TargetReference) -> Fork:
    configured = msgspec.structs.replace(scenario, target=target)
    with service_job(configured, feed, volume) as service:
        return run_collector(
            "service", configured, replayable(feed), volume, lambda _: None, service=service
        )


def _key(config: Mapping[str, Any]) -> str:
    return json.dumps(config, sort_keys=True)


def print_costs(costs: list[Cost], console: Console) -> None:
    """The table that people read."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("fault", "figure"):
        table.add_column(name, overflow="fold")
    for name in ("before", "after", "improvement", "95 %"):
        table.add_column(name, justify="right", no_wrap=True)
    for it in costs:
        between = f"{it.interval.low:.2f} to {it.interval.high:.2f}"
        table.add_row(
            it.case.fault,
            str(it.case.reading),
            format_ns(it.before_ns),
            format_ns(it.after_ns),
            f"{it.improvement:.2f} ×",
            between if it.is_visible else f"{between}: within the noise",
        )
    console.print(table)


def print_besides(besides: list[Beside], console: Console) -> None:
    """The service as it should be, and the bare one: the median of the turns, and their range."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("as it should be", overflow="fold")
    for name in ("service", "least to most", "bare service", "least to most"):
        table.add_column(name, justify="right", no_wrap=True)
    for it in besides:
        cells = []
        for values in (it.service_ns, it.bare_ns):
            cells += [
                format_ns(median(values)),
                f"{format_ns(min(values))} to {format_ns(max(values))}",
            ]
        table.add_row(str(it.reading), *cells)
    console.print(table)


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--feed", help="a recording, at 10 times its pace, in the made-up one's")
    parser.add_argument("--transport", choices=("call", "websocket"), default="call")
    parser.add_argument(
        "--no-faults", action="store_true", help="the service as it should be alone"
    )
    parser.add_argument("--forks", type=int, default=5)
    parser.add_argument("--messages", type=int, default=5_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    scenario = load_scenario(_SCENARIO)
    target = msgspec.structs.replace(scenario.target, transport=options.transport)
    scenario = msgspec.structs.replace(scenario, target=target)
    if options.feed:
        drive = Drive(mode="recorded", speed=10.0)
        scenario = msgspec.structs.replace(scenario, feed=options.feed, drive=drive)
    errors = Console(stderr=True)
    feed = prepare_feed(scenario.feed, errors.print)
    volume = Volume(options.messages // 5, options.messages)
    cases = () if options.no_faults else CASES
    costs, besides = measure(scenario, feed, volume, max(2, options.forks), errors, cases)
    if options.json:
        found = {"faults": costs, "beside_a_bare_service": besides}
        print(msgspec.json.format(msgspec.json.encode(found), indent=1).decode())
    else:
        console = Console()
        console = console if console.is_terminal else Console(width=_WIDTH)
        if costs:
            print_costs(costs, console)
        print_besides(besides, console)


if __name__ == "__main__":
    main()
