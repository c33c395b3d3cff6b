"""The report of a soak as JSON."""

from typing import Any

import msgspec

from latprobe.report.soak import SoakReport
from latprobe.report.soak_table import QUANTILES, Times


def soak_json(report: SoakReport) -> str:
    """The soak's document, and the figures of all of it. Times are in nanoseconds."""
    content: dict[str, Any] = {
        "soak": msgspec.to_builtins(report.document),
        "measured_s": report.measured_s,
        "intervals": report.intervals,
        "messages": report.messages,
        "wall_steps": report.wall_steps,
        "longest_wall_step_ns": report.longest_wall_step_ns,
        "times": {tag: _figures(times) for tag, times in report.times.items()},
    }
    return msgspec.json.format(msgspec.json.encode(content), indent=1).decode()


def _figures(times: Times) -> dict[str, float]:
    quantiles = {name: times.quantile_ns(quantile) for name, quantile in QUANTILES}
    return {
        "count": times.count,
        "mean_ns": times.mean_ns,
        **{f"{name}_ns": value for name, value in quantiles.items()},
        "max_ns": times.max_ns,
    }
