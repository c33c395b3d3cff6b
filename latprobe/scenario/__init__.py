"""What to measure: one TOML file."""

from latprobe.scenario.drive import ClockChoice, Drive, ns_of, rate_of
from latprobe.scenario.load import find_scenarios, load_scenario
from latprobe.scenario.match_scenario import MatchScenario, RecordingPair, load_match_scenario
from latprobe.scenario.matching import (
    MatchSettings,
    clock_error_ns,
    clock_offset_ns,
    granularity_ns,
    within_ns,
)
from latprobe.scenario.model import Limits, Scenario, Soak, SynthFeed
from latprobe.scenario.simulation import Simulate
from latprobe.scenario.target_reference import Protocol, TargetReference

__all__ = [
    "ClockChoice",
    "Drive",
    "Limits",
    "MatchScenario",
    "MatchSettings",
    "Protocol",
    "RecordingPair",
    "Scenario",
    "Simulate",
    "Soak",
    "SynthFeed",
    "TargetReference",
    "clock_error_ns",
    "clock_offset_ns",
    "find_scenarios",
    "granularity_ns",
    "load_match_scenario",
    "load_scenario",
    "ns_of",
    "rate_of",
    "within_ns",
]
