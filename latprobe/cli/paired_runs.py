"""What ran in pairs so far, as the run of each side."""

import datetime
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import msgspec

from latprobe.comparator import observed
from latprobe.comparator.observed import gate_budgets
from latprobe.driver.pairs import Both
from latprobe.driver.turn_plan import Turn
from latprobe.pipeline.suite import Prepared
from latprobe.run.assemble import assemble
from latprobe.run.model import CostPass, FeedRecord, Fork, RunDocument
from latprobe.run.observation import Observation, Observed
from latprobe.stats import chunk_log_ratio

Label = Literal["a", "b"]

LABELS: Final[tuple[Label, Label]] = ("a", "b")

Sides = tuple[Prepared, Prepared]


@dataclass
class PairedForks:
    """The forks of both sides, and what is known of each pair's cost.

    Attributes:
        both: In the order in which they ran.
        costs: The logarithm of the ratio of cost, for each pair; None where it has none.
        chunks: Chunks of messages whose cost was held against the other side's.
        disturbed: Those that were left out.
    """

    both: list[Both] = field(default_factory=list)
    costs: list[float | None] = field(default_factory=list)
    chunks: int = 0
    disturbed: int = 0

    def add(self, forks: Sequence[Both]) -> None:
        """Takes in the forks of a pair."""
        self.both += forks
        for before, after in (
            (one.result, other.result)
            for one, other in forks
            if isinstance(one.result, CostPass) and isinstance(other.result, CostPass)
        ):
            assert isinstance(before, CostPass)
            assert isinstance(after, CostPass)
            chunks = list(zip(before.chunks_ns, after.chunks_ns, strict=False))
            self.chunks += len(chunks)
            self.disturbed += sum(1 for it in chunks if min(it) <= 0)
            self.costs.append(_cost_ratio(before, after))

    @property
    def known_costs(self) -> tuple[float, ...]:
        """Those of the pairs that have one."""
        return tuple(it for it in self.costs if it is not None)

    def failure(self) -> Fork | None:
        """The first fork that failed."""
        return next((it for both in self.both for it in both if it.failure is not None), None)


def _cost_ratio(before: CostPass, after: CostPass) -> float | None:
    if before.chunks_ns and after.chunks_ns:
        return chunk_log_ratio(before.chunks_ns, after.chunks_ns)
    if before.total_ns > 0 and after.total_ns > 0:
        return math.log(after.total_ns / after.messages) - math.log(
            before.total_ns / before.messages
        )
    return None


def runs_of(
    sides: Sides, forks: PairedForks, feed: FeedRecord, started: datetime.datetime, turn: Turn
) -> tuple[RunDocument, RunDocument]:
    """The run document of each side."""
    one, other = (
        _run(side, label, [both[index] for both in forks.both], feed, started, turn)
        for index, (side, label) in enumerate(zip(sides, LABELS, strict=True))
    )
    return one, other


def _run(
    side: Prepared,
    label: Label,
    forks: Sequence[Fork],
    feed: FeedRecord,
    started: datetime.datetime,
    turn: Turn,
) -> RunDocument:
    run, _ = assemble(
        side.scenario,
        feed,
        side.target,
        started=started,
        spans=(),
        warmup=turn.volume.warmup,
        messages=turn.volume.measured,
        forks=forks,
        harness_cost_ns=None,
        platform=None,
        allocator=side.allocator,
    )
    return msgspec.structs.replace(run, id=f"{run.id}-{label}", side=label)


def observed_of(
    runs: tuple[RunDocument, RunDocument], gates: Sequence[str]
) -> tuple[Observed, Observed]:
    """Both sides, with the typical cost of a fork in the place of the mean.

    The ratio of cost is that of chunks that nothing disturbed; the mean over forks is not.
    """
    one, other = (
        _with_typical_cost(observed(run, label, gate_budgets(run, gates)))
        for run, label in zip(runs, LABELS, strict=True)
    )
    return one, other


def _with_typical_cost(side: Observed) -> Observed:
    return msgspec.structs.replace(
        side, observations=tuple(_typical(it) for it in side.observations)
    )


def _typical(it: Observation) -> Observation:
    if it.figure not in ("cost", "throughput") or not it.forks:
        return it
    return msgspec.structs.replace(it, value=statistics.median(it.forks))
