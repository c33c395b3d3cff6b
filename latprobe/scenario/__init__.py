"""What to measure: one TOML file."""

from latprobe.scenario.load import find_scenarios, load_scenario
from latprobe.scenario.model import Drive, Limits, Scenario, SynthFeed, TargetReference

__all__ = [
    "Drive",
    "Limits",
    "Scenario",
    "SynthFeed",
    "TargetReference",
    "find_scenarios",
    "load_scenario",
]
