"""The clock that event loops and plans go by, as far as Python can read it."""

from time import monotonic_ns
from typing import Any, Final

import numpy as np

_READINGS: Final = 20_000


def describe_clock() -> dict[str, Any]:
    """Step and cost of the monotonic clock, as `latprobe.run.model.Instrument` has them.

    Nothing is taken off a time: one that is between two readings is too long by what a reading
    costs at most, which is its error.
    """
    readings = np.fromiter((monotonic_ns() for _ in range(_READINGS)), np.int64, _READINGS)
    steps = np.diff(readings)
    cost_ns = float(np.median(steps))
    values = np.unique(readings)
    granularity_ns = float(np.gcd.reduce(np.diff(values))) if len(values) > 1 else cost_ns
    return {
        "clock": {
            "source": "CLOCK_MONOTONIC, read by Python",
            "frequency_hz": 1e9,
            "granularity_ns": max(granularity_ns, 1.0),
            "read_cost_ns": cost_ns,
            "reason": "plans of event loops and timers of the kernel go by it",
        },
        "calibration": {
            "offset_ns": 0.0,
            "offset_error_ns": cost_ns,
            "slope": 1.0,
            "product_ns": 0.0,
        },
    }
