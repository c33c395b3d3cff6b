"""A soak's figures for Prometheus, as OpenMetrics over HTTP."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, start_http_server

from latprobe.cli.soak.session import Seen
from latprobe.errors import SoakError
from latprobe.report.soak_table import QUANTILES
from latprobe.run.soak_interval import SoakInterval
from latprobe.soak.totals import Totals

_PREFIX: Final = "latprobe_soak_"
_SCENARIO: Final = "scenario"

_COUNTED: Final[Mapping[str, tuple[str, Callable[[SoakInterval], int]]]] = {
    "messages": ("Messages handed over", lambda it: it.measured.messages),
    "errors": ("Messages that the target did not understand", lambda it: it.measured.errors),
    "late": ("Messages handed over over a microsecond late", lambda it: it.measured.late),
    "allocations": (
        "Blocks that the target asked for",
        lambda it: 0 if it.measured.allocated is None else it.measured.allocated.allocations,
    ),
    "stalls": (
        "Stalls over a microsecond of the idle control",
        lambda it: 0 if it.platform is None else it.platform.count,
    ),
}

_AMOUNTS: Final[Mapping[str, tuple[str, Callable[[SoakInterval], int | None]]]] = {
    "rss_bytes": ("Resident memory of the target", lambda it: it.process.rss_bytes),
    "heap_bytes": ("Blocks of the target in use", lambda it: it.measured.heap_bytes),
    "own_rss_bytes": ("Resident memory of latprobe", lambda it: it.process.own_rss_bytes),
}


class Metrics:
    """What is told of the last interval, and counted over all.

    Args:
        registry: Where the metrics are.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        words = "Times of the last interval; response counts from when a message was due"
        labels = [_SCENARIO, "stage", "quantile"]
        self._latency = Gauge(f"{_PREFIX}latency_seconds", words, labels, registry=registry)
        self._elapsed = Gauge(
            f"{_PREFIX}elapsed_seconds", "Since its start", [_SCENARIO], registry=registry
        )
        self._counters = {
            name: Counter(f"{_PREFIX}{name}", words, [_SCENARIO], registry=registry)
            for name, (words, _) in _COUNTED.items()
        }
        self._gauges = {
            name: Gauge(f"{_PREFIX}{name}", words, [_SCENARIO], registry=registry)
            for name, (words, _) in _AMOUNTS.items()
        }

    def tell(self, seen: Seen) -> None:
        """Takes an interval."""
        scenario, interval = seen.document.scenario.name, seen.interval
        self._elapsed.labels(scenario).set(seen.elapsed_s)
        now = Totals()
        now.add(interval.measured.times)
        for tag, times in now.times.items():
            for _, quantile in QUANTILES:
                seconds = times.quantile_ns(quantile) / 1e9
                self._latency.labels(scenario, tag, f"{float(quantile):g}").set(seconds)
            self._latency.labels(scenario, tag, "1").set(times.max_ns / 1e9)
        for name, (_, count) in _COUNTED.items():
            self._counters[name].labels(scenario).inc(count(interval))
        for name, (_, amount) in _AMOUNTS.items():
            value = amount(interval)
            if value is not None:
                self._gauges[name].labels(scenario).set(value)


@contextmanager
def serve_metrics(port: int, address: str) -> Iterator[Metrics]:
    """Serves at `http://address:port/metrics` while the block lasts.

    Raises:
        SoakError: where it cannot.
    """
    registry = CollectorRegistry()
    try:
        server, _ = start_http_server(port, addr=address, registry=registry)
    except OSError as error:
        problem = f"{address}:{port}: metrics cannot be served: {error.strerror}"
        raise SoakError(problem) from error
    try:
        yield Metrics(registry)
    finally:
        server.shutdown()
        server.server_close()
