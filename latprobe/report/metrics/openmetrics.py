"""Metrics as OpenMetrics text, which Prometheus' textfile collector reads as well.

Format: <https://prometheus.io/docs/specs/om/open_metrics_spec/>. What that collector does not take
is left out: times of their own, exemplars, and types that Prometheus' older text format has not.
Text has no native histograms; those that OpenTelemetry hands over become some in Prometheus.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from latprobe.report.metrics.model import Distribution, Gauge, Labels, Metric, Spread

BOUNDS_NS: Final = tuple(step * 10**power for power in range(1, 10) for step in (1, 2, 5))
"""Ends of buckets: 10 ns to 5 s, three to a decade."""


def openmetrics(metrics: Sequence[Metric]) -> str:
    """The text, with its end marked."""
    return "\n".join([*_lines(metrics), "# EOF"]) + "\n"


def _lines(metrics: Sequence[Metric]) -> Iterator[str]:
    for metric in metrics:
        kind = "gauge" if isinstance(metric, Gauge) else "histogram"
        yield f"# HELP {metric.name} {metric.about}"
        yield f"# TYPE {metric.name} {kind}"
        match metric:
            case Gauge(name=name, points=points):
                yield from (f"{name}{_labels(it.labels)} {it.value!r}" for it in points)
            case Distribution(name=name, spreads=spreads):
                for spread in spreads:
                    yield from _spread(name, spread)


def _spread(name: str, spread: Spread) -> Iterator[str]:
    for bound_ns in BOUNDS_NS:
        count = spread.histogram.count_at_or_below(bound_ns)
        labels = _labels((*spread.labels, ("le", repr(bound_ns / 1e9))))
        yield f"{name}_bucket{labels} {count}"
    labels = _labels((*spread.labels, ("le", "+Inf")))
    yield f"{name}_bucket{labels} {spread.histogram.count}"
    yield f"{name}_sum{_labels(spread.labels)} {spread.sum_s!r}"
    yield f"{name}_count{_labels(spread.labels)} {spread.histogram.count}"


def _labels(labels: Labels) -> str:
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
