"""The metrics of runs."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from latprobe._core import Histogram, NativeError
from latprobe.errors import RunError
from latprobe.report.metrics.model import Distribution, Gauge, Labels, Metric, Point, Spread, Unit
from latprobe.run.model import DigestPass, Figure, RunDocument
from latprobe.run.service import ServicePass

_NANOSECONDS: Final = 1e9
_PERCENTILES: Final = {
    "p50_ns": "p50",
    "p90_ns": "p90",
    "p99_ns": "p99",
    "p999_ns": "p99.9",
    "p9999_ns": "p99.99",
}
_VERDICTS: Final = ("pass", "fail", "unproven")

_OF_FIGURES: Final[tuple[tuple[str, str, Unit, str, float], ...]] = (
    ("mean_ns", "latprobe_latency_mean_seconds", "seconds", "Mean latency.", _NANOSECONDS),
    ("max_ns", "latprobe_latency_max_seconds", "seconds", "Longest latency.", _NANOSECONDS),
    ("cost_ns", "latprobe_cost_seconds", "seconds", "Amortised time of a message.", _NANOSECONDS),
    ("throughput_per_s", "latprobe_throughput", "", "Messages a second on one core.", 1.0),
    ("allocations", "latprobe_allocations", "", "Allocations a message.", 1.0),
    ("max_allocations", "latprobe_max_allocations", "", "Most allocations of a message.", 1.0),
    ("bytes", "latprobe_allocated_bytes", "bytes", "Bytes asked for by a message.", 1.0),
)


def metrics_of(runs: Sequence[RunDocument], *, by_kind: bool = False) -> list[Metric]:
    """The metrics of runs, of which no two may be of the same scenario and target.

    Args:
        runs: The runs.
        by_kind: Whether kinds have metrics of their own.

    Raises:
        RunError: for two runs that would have the same metrics, and a histogram that is damaged.
    """
    twice = [it for it, count in Counter(map(_whose, runs)).items() if count > 1]
    if twice:
        of = ", ".join(value for _, value in twice[0])
        raise RunError(f"{of}: there are two runs of it, and a metric has one value: name one")
    metrics: list[Metric] = [
        _gauge("latprobe_run_info", "What was measured, and where; always 1.", map(_info, runs)),
        _gauge(
            "latprobe_run_start_seconds",
            "When the run began, in Unix time.",
            (Point(_whose(run), _start_s(run)) for run in runs),
            "seconds",
        ),
        _gauge(
            "latprobe_budget_verdict",
            "1 for the verdict that a budget has, 0 for the others.",
            (it for run in runs for it in _verdicts(run)),
        ),
        _gauge(
            "latprobe_errors", "Messages not understood.", (it for r in runs for it in _errors(r))
        ),
        _gauge(
            "latprobe_latency_percentile_seconds",
            "Latency that a share of messages is within.",
            (it for run in runs for it in _percentiles(run, by_kind=by_kind)),
            "seconds",
        ),
    ]
    for attribute, name, unit, about, scale in _OF_FIGURES:
        points = (
            Point((*_whose(run), *_of(it)), value / scale)
            for run in runs
            for it in _figures(run, by_kind=by_kind)
            if (value := getattr(it, attribute)) is not None
        )
        metrics.append(_gauge(name, about, points, unit))
    spreads = tuple(it for run in runs for it in _spreads(run, by_kind=by_kind))
    metrics.append(Distribution("latprobe_latency_seconds", "Latency of messages.", spreads))
    return [it for it in metrics if (it.points if isinstance(it, Gauge) else it.spreads)]


def _gauge(name: str, about: str, points: Iterable[Point], unit: Unit = "") -> Gauge:
    return Gauge(name, unit, about, tuple(points))


def _whose(run: RunDocument) -> Labels:
    return ("scenario", run.scenario.name), ("target", run.target.name)


def _of(figure: Figure) -> Labels:
    """Which figure it is; an empty kind is of all kinds together."""
    return (
        ("stage", figure.stage),
        ("kind", figure.kind or ""),
        ("time", figure.time),
        ("condition", figure.condition),
    )


def _info(run: RunDocument) -> Point:
    about = (
        ("run", run.id),
        ("commit", run.target.git_revision or ""),
        ("branch", run.target.git_branch or ""),
        ("host", run.machine.hostname),
        ("processor", run.machine.cpu_model),
        ("feed", run.feed.name),
        ("latprobe_version", run.latprobe_version),
    )
    return Point((*_whose(run), *about), 1.0)


def _start_s(run: RunDocument) -> float:
    try:
        started = datetime.fromisoformat(run.started)
    except ValueError as error:
        raise RunError(f"{run.id}: `started`: {run.started!r} is not a time") from error
    return (started if started.tzinfo else started.replace(tzinfo=UTC)).timestamp()


def _verdicts(run: RunDocument) -> Iterator[Point]:
    for it in {it.budget: it for it in run.verdicts}.values():
        for verdict in _VERDICTS:
            labels = (*_whose(run), ("budget", it.budget), ("verdict", verdict))
            yield Point(labels, float(it.verdict == verdict))


def _errors(run: RunDocument) -> Iterator[Point]:
    counted = [
        sum(fork.result.errors.values())
        for fork in run.forks
        if isinstance(fork.result, DigestPass | ServicePass)
    ]
    if counted:
        yield Point(_whose(run), float(sum(counted)))


def _figures(run: RunDocument, *, by_kind: bool) -> Iterator[Figure]:
    return (it for it in run.figures if by_kind or it.kind is None)


def _percentiles(run: RunDocument, *, by_kind: bool) -> Iterator[Point]:
    for figure in _figures(run, by_kind=by_kind):
        for attribute, percentile in _PERCENTILES.items():
            value_ns = getattr(figure, attribute)
            if value_ns is not None:
                labels = (*_whose(run), *_of(figure), ("percentile", percentile))
                yield Point(labels, value_ns / _NANOSECONDS)


def _spreads(run: RunDocument, *, by_kind: bool) -> Iterator[Spread]:
    for figure in _figures(run, by_kind=by_kind):
        if figure.histogram is None:
            continue
        try:
            histogram = Histogram.decode(figure.histogram)
        except NativeError as error:
            raise RunError(f"{run.id}: a histogram is damaged: {error}") from error
        sum_s = (figure.mean_ns or 0.0) * histogram.count / _NANOSECONDS
        yield Spread((*_whose(run), *_of(figure)), histogram, sum_s)
