"""What the index keeps of a run document."""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from statistics import fmean
from typing import Final, NamedTuple

from latprobe.errors import RunError
from latprobe.run.conditions import side_of
from latprobe.run.matched import MatchPass
from latprobe.run.model import DigestPass, Figure, RunDocument, VerdictRecord
from latprobe.run.service import ServicePass, SwitchPass

_TIMES: Final = {
    "mean_ns": "mean",
    "min_ns": "min",
    "p50_ns": "p50",
    "p90_ns": "p90",
    "p99_ns": "p99",
    "p999_ns": "p99.9",
    "p9999_ns": "p99.99",
    "max_ns": "max",
}
"""Figures of latency, of which there may be several: usual, by response, cold, and after a gap."""

_OTHERS: Final = {
    "cost_ns": ("cost", "ns"),
    "throughput_per_s": ("throughput", "/s"),
    "allocations": ("allocations", ""),
    "frees": ("frees", ""),
    "reallocations": ("reallocations", ""),
    "bytes": ("bytes", "B"),
    "max_allocations": ("max allocations", ""),
    "max_bytes": ("max bytes", "B"),
}
MACHINE: Final = "the machine"
"""The stage of what is the machine's, and not the target's: no stage is called so, in two words."""

_MOST: Final = 2**63 - 1
_LONGEST_NAME: Final = 500
"""In bytes: PostgreSQL refuses to index what is much longer."""
_YEAR_10000_MS: Final = 253_402_300_800_000


class SeriesKey(NamedTuple):
    """What a point is of, apart from its run; `kind` is empty for all kinds together."""

    stage: str
    kind: str
    figure: str
    unit: str


class Entry(NamedTuple):
    """A run as the index keeps it.

    Attributes:
        run: A row of the table of runs, without its number.
        points: What it found, by what it is of.
        levels: What changes of a point are judged by, where the run has more than the point.
        verdicts: Rows of the table of verdicts, without the number of the run.
    """

    run: dict[str, str | int | float]
    points: dict[SeriesKey, float]
    levels: dict[SeriesKey, float]
    verdicts: list[dict[str, str | int | float | None]]

    @property
    def identity(self) -> str:
        """What makes the run that one, however often and from wherever it is read."""
        return str(self.run["identity"])


def entry_of(run: RunDocument) -> Entry:
    """What is kept of a run document.

    Raises:
        RunError: where it does not say when it was measured, or a number is beyond any measure.
    """
    if not 0 <= run.messages <= _MOST:
        raise RunError("`messages`: is no number of messages")
    row: dict[str, str | int | float] = {
        "identity": _identity(run),
        "id": run.id,
        "started_ms": _milliseconds(run),
        "seconds": run.seconds,
        "scenario": run.scenario.name,
        "commit": run.target.git_revision or "",
        "branch": run.target.git_branch or "",
        "host": run.machine.hostname,
        "machine_class": run.machine_class or side_of(run, "").machine,
        "feed": run.feed.name,
        "feed_sha256": run.feed.sha256,
        "target": run.target.name,
        "target_sha256": run.target.sha256,
        "latprobe_version": run.latprobe_version,
        "messages": run.messages,
        "verdict": _verdict(run),
    }
    for name in ("scenario", "branch", "machine_class"):
        _check_length(name, str(row[name]))
    return Entry(
        run={name: _plain(it) if isinstance(it, str) else it for name, it in row.items()},
        points=dict(_values(run)),
        levels=dict(_levels(run)),
        verdicts=[_verdict_row(*it) for it in enumerate(run.verdicts)],
    )


def _check_length(what: str, name: str) -> None:
    if len(name.encode()) > _LONGEST_NAME:
        raise RunError(f"`{what}`: {name[:40]!r}… is longer than any name")


def _plain(text: str) -> str:
    """Text as a database takes it: PostgreSQL has no character 0."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")


def _values(run: RunDocument) -> Iterator[tuple[SeriesKey, float]]:
    for key, value in _points(run):
        if value is None:
            continue
        for what, name in zip(SeriesKey._fields, key, strict=True):
            _check_length(what, name)
        try:
            yield SeriesKey(*map(_plain, key)), float(value)
        except OverflowError as error:
            raise RunError(f"`{key.figure}` of {key.stage}: is beyond any measure") from error


def _levels(run: RunDocument) -> Iterator[tuple[SeriesKey, float]]:
    for figure in run.figures:
        levels = figure.levels or {}
        for name, key in _keys(figure):
            if name in levels:
                yield SeriesKey(*map(_plain, key)), levels[name]


def _identity(run: RunDocument) -> str:
    """Of what stays as it is where a document is thinned."""
    parts = (run.id, run.started, repr(run.seconds), run.machine.hostname, run.feed.sha256)
    return hashlib.sha256("\0".join((*parts, run.target.sha256)).encode()).hexdigest()


def _milliseconds(run: RunDocument) -> int:
    try:
        started = datetime.fromisoformat(run.started)
    except ValueError as error:
        raise RunError(f"`started`: {run.started!r} is not a time") from error
    if started.tzinfo is None:
        started = started.replace(tzinfo=UTC)
    milliseconds = round(started.timestamp() * 1_000)
    if not 0 <= milliseconds < _YEAR_10000_MS:
        raise RunError(f"`started`: {run.started!r} is not a time at which anything was measured")
    return milliseconds


def _verdict(run: RunDocument) -> str:
    """The worst verdict: a fork that crashed is worse than a budget that is broken."""
    if any(fork.failure is not None for fork in run.forks):
        return "crashed"
    verdicts = Counter(it.verdict for it in run.verdicts)
    for worst in ("fail", "unproven", "pass"):
        if verdicts[worst]:
            return worst
    return "none"


def _points(run: RunDocument) -> Iterator[tuple[SeriesKey, float | None]]:
    for figure in run.figures:
        yield from _figure_points(figure)
    for depth in run.depths:
        for name in ("mean", "p50", "p90", "p99", "p999", "max"):
            shown = "p99.9" if name == "p999" else name
            key = SeriesKey(f"{depth.hop} depth", depth.kind or "", shown, "")
            yield key, getattr(depth, name)
    for memory in run.memory:
        if memory.series in ("rss", "heap"):
            yield SeriesKey("total", "", f"max {memory.series}", "B"), memory.most
            yield SeriesKey("total", "", f"{memory.series} slope", "B/msg"), memory.slope
    if run.ends is not None:
        yield SeriesKey("total", "", "superseded", ""), run.ends.superseded
        yield SeriesKey("total", "", "dropped", ""), run.ends.dropped
    for figure_name, count in _counted(run).items():
        yield SeriesKey("total", "", figure_name, ""), count
    yield from _machine_points(run)


def _machine_points(run: RunDocument) -> Iterator[tuple[SeriesKey, float | None]]:
    """What the instrument was worth, and the machine: a change there is none of the target's."""
    instruments = [it.instrument for it in run.forks if it.instrument is not None]
    if instruments:
        step_ns = max(it.clock.granularity_ns for it in instruments)
        yield SeriesKey(MACHINE, "", "clock step", "ns"), step_ns
        offset_ns = fmean(it.calibration.offset_ns for it in instruments)
        yield SeriesKey(MACHINE, "", "clock offset", "ns"), offset_ns
        error_ns = max(2 * it.calibration.offset_error_ns for it in instruments)
        yield SeriesKey(MACHINE, "", "clock offset error", "ns"), error_ns
    yield SeriesKey(MACHINE, "", "harness cost", "ns"), run.harness_cost_ns
    if run.platform is not None and run.platform.watched_ns > 0:
        stalls = run.platform.count * 1e9 / run.platform.watched_ns
        yield SeriesKey(MACHINE, "", "stalls", "/s"), stalls
        yield SeriesKey(MACHINE, "", "longest stall", "ns"), run.platform.longest_ns


def _counted(run: RunDocument) -> dict[str, float]:
    """What single forks counted, summed: what a service or a matching did not get done."""
    found: defaultdict[str, float] = defaultdict(float)
    for fork in run.forks:
        match fork.result:
            case DigestPass(errors=errors) | ServicePass(errors=errors):
                found["errors"] += sum(errors.values())
            case SwitchPass(messages=messages, switches=switches) if messages:
                found["task switches"] = switches / messages
            case MatchPass(pairs=pairs):
                found["unanswered"] += pairs.unanswered + pairs.superseded
                found["uncaused"] += pairs.uncaused + pairs.early
                found["early"] += pairs.early
                found["ambiguous"] += pairs.ambiguous
            case _:
                pass
    return found


def _keys(figure: Figure) -> Iterator[tuple[str, SeriesKey]]:
    """What the fields of a figure are called, by their names."""
    stage, kind = figure.stage, figure.kind or ""
    prefix = {"response": "response "}.get(figure.time, "")
    prefix += {"cold": "cold ", "idle": "idle "}.get(figure.condition, "")
    for name, shown in _TIMES.items():
        yield name, SeriesKey(stage, kind, prefix + shown, "ns")
    if figure.is_usual:
        for name, (shown, unit) in _OTHERS.items():
            yield name, SeriesKey(stage, kind, shown, unit)


def _figure_points(figure: Figure) -> Iterator[tuple[SeriesKey, float | None]]:
    for name, key in _keys(figure):
        yield key, getattr(figure, name)
    if not figure.is_usual:
        return
    stage, kind = figure.stage, figure.kind or ""
    for name, value in (figure.counters or {}).items():
        yield SeriesKey(stage, kind, name, ""), value
    for name, value in (figure.simulated or {}).items():
        yield SeriesKey(stage, kind, f"simulated {name}", ""), value


def _verdict_row(place: int, it: VerdictRecord) -> dict[str, str | int | float | None]:
    low, high = it.interval or (None, None)
    return {
        "place": place,
        "budget": _plain(it.budget),
        "verdict": it.verdict,
        "figure": it.figure,
        "low": low,
        "high": high,
        "limit": it.limit,
        "unit": _plain(it.unit),
        "reason": _plain(it.reason),
    }


def is_exact(figure: str) -> bool:
    """Whether a figure is counted, and the same each time unless what is measured changed."""
    counted = r"(max )?(allocations|frees|reallocations|bytes)|errors|simulated .*"
    return re.fullmatch(counted, figure) is not None
