"""Made-up evidence, for tests of what judges it."""

from collections import Counter
from collections.abc import Mapping

from latprobe.comparator.evidence import Evidence, Instrument, Latency
from latprobe.stats import ScriptedDistribution

TEN_NS_CLOCK = Instrument(granularity_ns=10.0, offset_error_ns=0.4)
"""A clock of the kind that cloud machines have."""


def scripted_latency(*forks: Mapping[int, int], instrument: Instrument = TEN_NS_CLOCK) -> Evidence:
    """Evidence of latency alone.

    Args:
        forks: For each fork, how often it saw each time in nanoseconds.
        instrument: The clock.
    """
    merged: Counter[int] = Counter()
    for fork in forks:
        merged.update(fork)
    means = [
        sum(value * count for value, count in fork.items()) / sum(fork.values())
        for fork in forks
        if fork
    ]
    scripts = [ScriptedDistribution(fork) for fork in forks]
    return Evidence(latency=Latency(ScriptedDistribution(merged), scripts, means, instrument))
