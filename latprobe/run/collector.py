"""What a pass watches."""

from typing import Literal

Collector = Literal[
    "digest",
    "latency",
    "span",
    "cost",
    "allocations",
    "callsites",
    "memory",
    "counters",
    "interpreter",
    "simulation",
    "tail",
    "match",
    "service",
    "switches",
]
