"""What to measure: one TOML file."""

from latprobe.scenario.load import find_scenarios, load_scenario
from latprobe.scenario.model import ClockChoice, Drive, Limits, Scenario, SynthFeed, TargetReference
from latprobe.scenario.pacing import ns_of, rate_of

__all__ = [
    "ClockChoice",
    "Drive",
    "Limits",
    "Scenario",
    "SynthFeed",
    "TargetReference",
    "find_scenarios",
    "load_scenario",
    "ns_of",
    "rate_of",
]
