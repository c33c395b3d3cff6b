"""What a pass watches."""

from typing import Literal

Collector = Literal[
    "digest",
    "latency",
    "span",
    "cost",
    "allocations",
    "callsites",
    "counters",
    "interpreter",
    "simulation",
    "tail",
    "match",
    "service",
    "switches",
]
