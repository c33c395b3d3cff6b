"""Metrics handed to an OpenTelemetry collector, by OTLP over HTTP.

Histograms are exponential ones, which Prometheus keeps as native histograms.
"""

import logging
import math
from collections import Counter
from collections.abc import Sequence
from typing import Final

from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.sdk.metrics import export as sdk
from opentelemetry.sdk.metrics.export import AggregationTemporality, MetricExportResult
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.util.instrumentation import InstrumentationScope

from latprobe.errors import RunError
from latprobe.report.metrics.model import Distribution, Gauge, Metric, Spread

_SCALE: Final = 4
"""Buckets are 2^(1/16), or 4.4 %, wide."""
_UNITS: Final = {"": "1", "seconds": "s", "bytes": "By"}
_NANOSECONDS: Final = 10**9
TIMEOUT_S: Final = 10.0
"""How long it is tried."""


def send(metrics: Sequence[Metric], endpoint: str, time_ns: int, version: str) -> None:
    """Sends metrics.

    Args:
        metrics: What is sent.
        endpoint: Such as `http://127.0.0.1:4318/v1/metrics`.
        time_ns: When it is so, in Unix nanoseconds.
        version: Of latprobe.

    Raises:
        RunError: where the endpoint does not take them.
    """
    scope = sdk.ScopeMetrics(
        InstrumentationScope("latprobe", version), [_metric(it, time_ns) for it in metrics], ""
    )
    resource = Resource({"service.name": "latprobe"})
    data = sdk.MetricsData([sdk.ResourceMetrics(resource, [scope], "")])
    # What it logs of its tries is said in one line below.
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
    exporter = OTLPMetricExporter(endpoint=endpoint, timeout=TIMEOUT_S)
    try:
        result = exporter.export(data, timeout_millis=TIMEOUT_S * 1_000)
    except Exception as error:
        raise RunError(f"{endpoint}: metrics cannot be sent: {error}") from error
    finally:
        exporter.shutdown()
    if result is not MetricExportResult.SUCCESS:
        raise RunError(f"{endpoint}: does not take metrics: is a collector listening there?")


def _metric(metric: Metric, time_ns: int) -> sdk.Metric:
    match metric:
        case Gauge(name=name, unit=unit, about=about, points=points):
            numbers = [sdk.NumberDataPoint(dict(it.labels), 0, time_ns, it.value) for it in points]
            return sdk.Metric(name, about, _UNITS[unit], sdk.Gauge(numbers))
        case Distribution(name=name, about=about, spreads=spreads):
            histograms = sdk.ExponentialHistogram(
                [_histogram(it, time_ns) for it in spreads], AggregationTemporality.CUMULATIVE
            )
            return sdk.Metric(name, about, "s", histograms)


def _histogram(spread: Spread, time_ns: int) -> sdk.ExponentialHistogramDataPoint:
    counts = Counter[int]()
    zeros = 0
    for value_ns, count in spread.histogram.counts():
        if value_ns == 0:
            zeros += count
        else:
            counts[_bucket(value_ns)] += count
    first = min(counts, default=0)
    buckets = [counts[it] for it in range(first, max(counts, default=-1) + 1)]
    return sdk.ExponentialHistogramDataPoint(
        dict(spread.labels),
        0,  # from when on is not known
        time_ns,
        spread.histogram.count,
        spread.sum_s,
        _SCALE,
        zeros,
        sdk.Buckets(first, buckets),
        sdk.Buckets(0, []),
        0,
        spread.histogram.min / _NANOSECONDS,
        spread.histogram.max / _NANOSECONDS,
    )


def _bucket(value_ns: int) -> int:
    """The bucket that a time is in: i holds what is over 2^(i/16) s, up to 2^((i + 1)/16) s."""
    return math.ceil(math.log2(value_ns / _NANOSECONDS) * 2**_SCALE) - 1
