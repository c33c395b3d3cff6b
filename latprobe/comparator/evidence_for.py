"""Which part of the evidence a figure is made of."""

from latprobe.comparator.dimension import Dimension
from latprobe.comparator.evidence import (
    Allocations,
    Cost,
    Depth,
    Errors,
    Events,
    Evidence,
    Latency,
    Memory,
    Pairing,
    Unmeasured,
)
from latprobe.comparator.figure import Figure, Measure, Timing
from latprobe.comparator.hop_scope import is_depth
from latprobe.comparator.scope import Scope

Measurement = Latency | Cost | Depth | Allocations | Events | Memory | Errors | Pairing


def evidence_for(figure: Figure, scope: Scope, evidence: Evidence) -> Measurement | Unmeasured:
    """What was measured that a figure of a scope is made of, or why there is nothing."""
    if figure.is_of_memory:
        return evidence.memory
    if is_depth(scope.first) and figure.dimensions == (Dimension.COUNT,):
        return evidence.depth
    return _measured(figure, evidence)


def _measured(figure: Figure, evidence: Evidence) -> Measurement | Unmeasured:
    if figure.is_latency:
        return _latency(figure.timing, evidence)
    match figure.measure:
        case Measure.COST | Measure.THROUGHPUT:
            return evidence.cost
        case Measure.AMOUNT | Measure.MOST:
            return evidence.allocations
        case Measure.PAIRING:
            return evidence.pairing
        case Measure.SUPERSEDED | Measure.DROPPED as ended:
            return evidence.superseded if ended is Measure.SUPERSEDED else evidence.dropped
    return evidence.events if figure.is_of_events else evidence.errors


def _latency(timing: Timing, evidence: Evidence) -> Latency | Unmeasured:
    match timing:
        case "service":
            return evidence.latency
        case "response":
            return evidence.response
        case "cold":
            return evidence.cold
        case "idle":
            return evidence.idle
