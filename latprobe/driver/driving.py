"""How the core is told to hand messages over, as the JSON that it reads."""

import json
import math
from typing import Any, Final

from latprobe.driver.caches import bytes_to_evict
from latprobe.run.model import Condition
from latprobe.scenario import Drive, ns_of, rate_of

CLOSED: Final = '"closed"'

_COLD_MESSAGES: Final = 1_000
"""To evict what a large cache holds takes milliseconds: so many in a fork take some seconds."""

_IDLE_NS: Final = 10e9
"""A fork leaves gaps for no longer than this in all."""


def pace_of(drive: Drive) -> str | None:
    """The plan that messages follow; None where there is none."""
    pace: dict[str, Any]
    match drive.mode:
        case "closed":
            return None
        case "recorded":
            pace = {"recorded": {"speed": drive.speed or 1.0}}
        case "rate":
            pace = {"rate": {"per_second": rate_of(drive)}}
        case "poisson":
            seed = 1 if drive.seed is None else drive.seed
            pace = {"poisson": {"per_second": rate_of(drive), "seed": seed}}
        case "burst":
            on_ns, off_ns = ns_of(drive.on), ns_of(drive.off)
            pace = {"burst": {"per_second": rate_of(drive), "on_ns": on_ns, "off_ns": off_ns}}
    return json.dumps(pace)


def driving_of(drive: Drive, condition: Condition, messages: int, cpu: int | None) -> str:
    """How a latency fork of so many messages drives.

    What a condition needs before a message takes time. Where there are more messages than can have
    it, every nth does, so that they lie all over those that the warm forks measure.
    """
    match condition:
        case "cold":
            every = math.ceil(messages / _COLD_MESSAGES)
            return json.dumps({"cold": {"evict_bytes": bytes_to_evict(cpu), "every": every}})
        case "idle":
            gap_ns = ns_of(drive.idle)
            every = max(1, math.ceil(messages * gap_ns / _IDLE_NS))
            return json.dumps({"idle": {"gap_ns": gap_ns, "every": every}})
    pace = pace_of(drive)
    return CLOSED if pace is None else f'{{"paced": {pace}}}'
