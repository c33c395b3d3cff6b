"""Chains of known length, by latprobe and by other tools in the same run."""

import re
import tempfile
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from benches.figure import Figure
from benches.native import PEERS, PEERS_DIVAN, BenchError, output_of
from latprobe.instrument.truth import quantile_step_ns
from latprobe.units import NANOSECONDS, format_ns

_MOST_SHARE: Final = 0.02
_MOST_NS: Final = 0.5
_DIVAN_ROW: Final = re.compile(r"─ \d+ [^│]*│[^│]*│ (?P<median>[\d.]+) (?P<unit>[µmn]?s)")
"""`├─ 8    5.47 ns │ 5.62 ns │ 5.51 ns │ …`: fastest, slowest, median."""


class Chain(Struct, frozen=True):
    """What each tool says of one chain, in nanoseconds.

    The mean is that of the middle one of many short rounds; the quartiles are those of the rounds.
    """

    true_ns: float
    latprobe_latency_mean: float
    latprobe_latency_mean_quartiles: tuple[float, float]
    latprobe_latency_p50: float
    quanta: float
    minstant: float
    latprobe_cost: float
    criterion: float
    divan: float | None = None


class Peers(Struct, frozen=True):
    """All chains, the shortest first."""

    granularity_ns: float
    chains: tuple[Chain, ...]


def measure() -> Peers:
    """Runs the benches of the peers, which write their own files into a folder that goes again."""
    with tempfile.TemporaryDirectory(prefix="latprobe-bench-") as name:
        folder = Path(name)
        output_of([PEERS, "said.json"], cwd=folder)
        said = msgspec.json.decode((folder / "said.json").read_bytes(), type=Peers)
        medians = divan_medians(output_of([PEERS_DIVAN, "--bench"], cwd=folder))
    if len(medians) != len(said.chains):
        raise BenchError(f"divan's table has {len(medians)} chains of {len(said.chains)}")
    chains = tuple(
        msgspec.structs.replace(chain, divan=median)
        for chain, median in zip(said.chains, medians, strict=True)
    )
    return msgspec.structs.replace(said, chains=chains)


def divan_medians(table: str) -> list[float]:
    """The medians in divan's table, in nanoseconds."""
    return [float(row["median"]) * NANOSECONDS[row["unit"]] for row in _DIVAN_ROW.finditer(table)]


def figures(peers: Peers) -> list[Figure]:
    """For each chain its latency and its amortised cost; the reach is for latprobe's figure."""
    latencies = [
        Figure(
            f"mean latency of a chain of {format_ns(chain.true_ns)}",
            f"{_beside(chain.latprobe_latency_mean, chain.true_ns)}{_rounds(chain)}; "
            f"quanta {_beside(chain.quanta, chain.true_ns)}; "
            f"minstant {_beside(chain.minstant, chain.true_ns)}",
            f"within max({_MOST_SHARE:.0%}, {_MOST_NS} ns)",
            _error(chain.latprobe_latency_mean, chain)
            <= max(_MOST_NS, _MOST_SHARE * chain.true_ns),
        )
        for chain in peers.chains
    ]
    medians = [
        Figure(
            f"p50 latency of a chain of {format_ns(chain.true_ns)}",
            _beside(chain.latprobe_latency_p50, chain.true_ns),
            "within one step of clock or histogram, "
            f"{format_ns(quantile_step_ns(peers.granularity_ns, chain.true_ns))}",
            _error(chain.latprobe_latency_p50, chain)
            <= quantile_step_ns(peers.granularity_ns, chain.true_ns),
        )
        for chain in peers.chains
    ]
    costs = [
        Figure(
            f"amortised cost of a chain of {format_ns(chain.true_ns)}",
            f"{_beside(chain.latprobe_cost, chain.true_ns)}; "
            f"criterion {_beside(chain.criterion, chain.true_ns)}; "
            f"divan {_beside(chain.divan, chain.true_ns)}",
            f"within {_MOST_SHARE:.0%}",
            _error(chain.latprobe_cost, chain) <= _MOST_SHARE * chain.true_ns,
        )
        for chain in peers.chains
    ]
    return [*latencies, *medians, *costs]


def _error(measured_ns: float, chain: Chain) -> float:
    return abs(measured_ns - chain.true_ns)


def _rounds(chain: Chain) -> str:
    """` [-0.3 % – +5.2 %]`: the quartiles of the rounds, of which the upper has the stalls."""
    lower, upper = (it / chain.true_ns - 1 for it in chain.latprobe_latency_mean_quartiles)
    return f" [{lower:+.1%} – {upper:+.1%}]"


def _beside(measured_ns: float | None, true_ns: float) -> str:
    if measured_ns is None:
        return "–"
    return f"{format_ns(measured_ns)} ({measured_ns / true_ns - 1:+.1%})"
