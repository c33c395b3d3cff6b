"""Chains of known length: what they truly take beside what latprobe measured.

A chain's truth comes from long unbroken runs of the same products, before and after its pass in
the same fork, and not from the pass. Each fork gives an error for each length: what it measured,
less the truth by its own runs. The error of a figure is the median over the forks, and how sure
that is comes from their spread.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from latprobe.instrument.chain_times import ChainTimes
from latprobe.run.examination import FigureName, TruthFigure, TruthRow, Verdict
from latprobe.run.model import CostPass, Fork, LatencyPass
from latprobe.units import format_ns

WORK_STAGE = 1
"""Index of the stage of the built-in chain that holds the chain alone."""

LEAST_LATENCY_NS = 5.0
"""The shortest chain that latency is held against, and latprobe's reach for it."""
LEAST_COST_NS = 1.0
_IN_ITS_SHADOW = 1.5
"""What a message does beside its chain takes less than this times an empty hand-over."""

_SHARE = 0.02
_MEAN_NS = 0.5
_HISTOGRAM_SHARE = 1e-3

# Of values near a normal distribution: the standard error of a median, with the deviation taken
# from the median absolute deviation (Rousseeuw and Croux 1993), twice.
_TWO_ERRORS = 2 * 1.2533 * 1.4826


@dataclass(frozen=True)
class ChainForks:
    """The forks that ran chains.

    Attributes:
        latency: Each ran all lengths, of which each is a message kind.
        cost: By length.
        null: Each handed its messages to a target that does nothing.
    """

    latency: Sequence[Fork]
    cost: Mapping[int, Sequence[Fork]]
    null: Sequence[Fork] = ()

    @property
    def harness_ns(self) -> float:
        """What handing over a message costs by itself; 0 where that is not known."""
        costs = [it.result.median_chunk_ns for it in self.null if isinstance(it.result, CostPass)]
        return median(costs) if costs else 0.0


@dataclass(frozen=True)
class _Sample:
    true_ns: float
    measured_ns: float
    step_ns: float


def truth_rows(forks: ChainForks) -> Iterator[TruthRow]:
    """A row for each length of which anything was measured."""
    for products, cost_forks in sorted(forks.cost.items()):
        samples: dict[FigureName, list[_Sample]] = {
            "latency mean": [it for fork in forks.latency for it in _mean(fork, products)],
            "latency p50": [it for fork in forks.latency for it in _p50(fork, products)],
            "cost": [it for fork in cost_forks for it in _cost(fork, products)],
        }
        truths = [sample.true_ns for them in samples.values() for sample in them]
        if not truths:
            continue
        true_ns = median(truths)
        figures = [
            _figure(name, true_ns, them, forks.harness_ns)
            for name, them in samples.items()
            if them and true_ns >= (LEAST_COST_NS if name == "cost" else LEAST_LATENCY_NS)
        ]
        yield TruthRow(products, true_ns, tuple(figures))


def chain_kind(products: int) -> str:
    """What the built-in chain calls messages of this length: the power of two that it reaches."""
    return str(1 << (products.bit_length() - 1))


def _figure(
    name: FigureName, true_ns: float, samples: Sequence[_Sample], harness_ns: float
) -> TruthFigure:
    errors_ns = [sample.measured_ns - sample.true_ns for sample in samples]
    error_ns = median(errors_ns)
    spread_ns = median(abs(error - error_ns) for error in errors_ns)
    uncertainty_ns = _TWO_ERRORS * spread_ns / len(samples) ** 0.5
    allowed_ns = _allowed(name, true_ns, max(sample.step_ns for sample in samples))
    verdict: Verdict = "worse"
    reason = f"the forks lie apart by more than tells: ± {format_ns(uncertainty_ns)}"
    if abs(error_ns) <= allowed_ns:
        verdict, reason = "good", ""
    elif name == "cost" and error_ns > 0 and true_ns < _IN_ITS_SHADOW * harness_ns:
        reason = (
            f"an empty hand-over takes {format_ns(harness_ns)} and is not done sooner than the "
            "chain: it is what shows"
        )
    elif abs(error_ns) - uncertainty_ns > allowed_ns:
        verdict, reason = "unsound", ""
    return TruthFigure(
        name, true_ns + error_ns, error_ns, uncertainty_ns, allowed_ns, verdict, reason
    )


def _allowed(name: FigureName, true_ns: float, step_ns: float) -> float:
    match name:
        case "latency mean":
            return max(_SHARE * true_ns, _MEAN_NS)
        case "latency p50":
            return quantile_step_ns(step_ns, true_ns)
        case "cost":
            return _SHARE * true_ns


def quantile_step_ns(clock_step_ns: float, value_ns: float) -> float:
    """What quantiles near a value come in steps of: those of the clock or of the histogram.

    The histogram keeps whole nanoseconds up to 2,048 apart, and others to three significant digits.
    """
    return max(clock_step_ns, 1.0, _HISTOGRAM_SHARE * value_ns)


def _samples(fork: Fork, products: int, measured_ns: float) -> Iterator[_Sample]:
    if fork.instrument is not None and fork.drift is not None:
        product_ns = (fork.instrument.calibration.product_ns + fork.drift.product_ns) / 2
        step_ns = fork.instrument.clock.granularity_ns
        yield _Sample(products * product_ns, measured_ns, step_ns)


def _cost(fork: Fork, products: int) -> Iterator[_Sample]:
    """By the median of its chunks, so that a stall in one of them does not count."""
    if isinstance(fork.result, CostPass):
        yield from _samples(fork, products, fork.result.median_chunk_ns)


def _p50(fork: Fork, products: int) -> Iterator[_Sample]:
    for times in _times(fork, products):
        yield from _samples(fork, products, times.p50_ns)


def _mean(fork: Fork, products: int) -> Iterator[_Sample]:
    for times in _times(fork, products):
        yield from _samples(fork, products, times.undisturbed_mean_ns)


def _times(fork: Fork, products: int) -> Iterator[ChainTimes]:
    if not isinstance(fork.result, LatencyPass) or fork.instrument is None:
        return
    step_ns = max(fork.instrument.clock.granularity_ns, 1.0)
    for kind in fork.result.kinds:
        stage = kind.stages[WORK_STAGE]
        if kind.kind == chain_kind(products) and stage is not None:
            yield ChainTimes.of(stage, step_ns)
