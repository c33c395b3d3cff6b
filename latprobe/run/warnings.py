"""What makes the figures of a run worth less than they look."""

from collections.abc import Iterator

from latprobe.run.explained import explained
from latprobe.run.figures import cost_of
from latprobe.run.interpreter import InterpreterPass
from latprobe.run.measured import TOTAL, Measured
from latprobe.run.model import AllocationTotals, Fork, Warning  # noqa: A004  # the design's word
from latprobe.run.pacing import LATE_NS, Pacing, unseen_by_driver
from latprobe.run.platform import Platform
from latprobe.stats.warm_up import warm_up
from latprobe.units import format_count, format_ns

DISCIPLINE_PPM = 500.0
"""The most that clock discipline steers the monotonic clock by (`MAXFREQ` in the kernel's
`include/linux/timex.h`): a clock that drifts further against it is not steady itself."""

_SLOPE_TOLERANCE = 0.02
_SPREAD_TOLERANCE = 0.10
_AWAY_TOLERANCE = 0.02

_LATE_SHARE = 0.001
"""Messages that come at the same time wait for each other: so many do under any target."""


def warnings_of(
    measured: Measured, platform: Platform | None, *, is_watched: bool = True
) -> tuple[Warning, ...]:
    """Every warning that the forks of a run give cause for.

    Of a quick run, in which nothing else `is_watched`, there is no word about the platform.
    """
    return (
        *_pinning(measured.forks),
        *_threads(measured),
        *_other_tasks(measured.forks),
        *_instrument(measured),
        *_clock(measured),
        *_drift(measured.forks),
        *_spread(measured),
        *_lateness(measured),
        *allocation_warnings(measured),
        *_digest(measured),
        *_exceptions(measured),
        *_warm_up(measured),
        *(_platform(measured, platform) if is_watched else ()),
    )


def _pinning(forks: tuple[Fork, ...]) -> Iterator[Warning]:
    if any(fork.cpu is None for fork in forks if fork.collector != "simulation"):
        yield Warning(
            "the forks are not pinned to a CPU, and may be moved between messages",
            "name a CPU in `drive.cpu` that this process is allowed to use (see `taskset -p $$`)",
        )


def _threads(measured: Measured) -> Iterator[Warning]:
    """Threads of a target that take the CPU from the one that hands over."""
    pinned = [fork for fork in measured.forks if fork.cpu is not None]
    if measured.hops and any(set(fork.worker_cpus) <= {fork.cpu} for fork in pinned):
        yield Warning(
            "the target's threads share the CPU that messages are handed over on: one runs while "
            "the other waits",
            "its waits and its end-to-end times are those of the scheduler: allow this process a "
            "second CPU, or name one in `drive.worker_cpus`",
        )


def _other_tasks(forks: tuple[Fork, ...]) -> Iterator[Warning]:
    """Passes without the CPU that did not give it away themselves."""
    used = [fork.usage for fork in forks if fork.instrument is not None and fork.usage is not None]
    seconds = sum(it.seconds for it in used)
    away = 1 - sum(it.cpu_s for it in used) / seconds if seconds > 0 else 0.0
    switches = sum(it.involuntary_switches for it in used)
    if away > _AWAY_TOLERANCE and switches > sum(it.voluntary_switches for it in used):
        yield Warning(
            f"other tasks had the forks' CPU for {100 * away:.0f} % of the time, and took it "
            f"{switches:,} times",
            "each time is in the tail and in the mean: run again while nothing else uses that CPU",
        )


def _instrument(measured: Measured) -> Iterator[Warning]:
    slopes = [instrument.calibration.slope for instrument in measured.instruments]
    worst = max(slopes, key=lambda slope: abs(slope - 1), default=1.0)
    if abs(worst - 1) > _SLOPE_TOLERANCE:
        yield Warning(
            f"a work of known length read {100 * (worst - 1):+.1f} % too long in one fork",
            "the CPU changed its speed, or something else ran on it: run again on a quiet machine",
        )


def _clock(measured: Measured) -> Iterator[Warning]:
    for clock in (instrument.clock for instrument in measured.instruments):
        if clock.source == "monotonic_raw":
            yield Warning(
                f"timed by CLOCK_MONOTONIC_RAW: {clock.reason}",
                "each mark calls the kernel's clock: mind its step, its cost and the offset's "
                "error, and measure short stages on a machine with an invariant TSC",
            )
            return


def _drift(forks: tuple[Fork, ...]) -> Iterator[Warning]:
    drifts = [fork.drift.clock_ppm for fork in forks if fork.drift is not None]
    worst = max(drifts, key=abs, default=0.0)
    if abs(worst) > DISCIPLINE_PPM:
        yield Warning(
            f"the clock drifted by {worst:+,.0f} ppm against the monotonic clock in one fork",
            "its times are wrong by so much: see `latprobe doctor` for whether the TSC is steady",
        )


def _spread(measured: Measured) -> Iterator[Warning]:
    costs = cost_of(measured, TOTAL)
    if costs and max(costs) > (1 + _SPREAD_TOLERANCE) * min(costs):
        spread = 100 * (max(costs) / min(costs) - 1)
        yield Warning(
            f"the forks' costs lie {spread:.0f} % apart",
            "another program or guest disturbs them: run again, or with more forks",
        )


def _lateness(measured: Measured) -> Iterator[Warning]:
    messages = sum(result.recorded for result in measured.latencies if result.pacing is not None)
    by_others = sum(it.late_by_driver + it.late_by_platform for it in measured.pacings)
    by_target = sum(it.late for it in measured.pacings) - by_others
    behind_ns = max((it.last_by_target_ns for it in measured.pacings), default=0.0)
    if by_target > _LATE_SHARE * messages or (by_target and behind_ns > LATE_NS):
        worst_ns = max(it.worst_by_target_ns for it in measured.pacings)
        firsts = [it.first_by_target_due_ns for it in measured.pacings]
        first_ns = min((it for it in firsts if it is not None), default=0.0)
        words = (
            f"the target could not keep the plan: {by_target:,} of {messages:,} messages waited "
            f"over 1 µs for those before them, at worst {format_ns(worst_ns)}, from "
            f"{format_ns(first_ns)} into the plan on"
        )
        if behind_ns > LATE_NS:
            words += f", and it was {format_ns(behind_ns)} behind at the end"
        yield Warning(words, "the response time counts the wait; a slower pace shows what it keeps")
    yield from _late_by_others(measured.pacings, messages)


def _late_by_others(pacings: tuple[Pacing, ...], messages: int) -> Iterator[Warning]:
    """Stalls that nobody saw are the platform's as well, where there are no more than it makes."""
    own = unseen_by_driver(pacings)
    if own is None:
        return
    waits = [it.waiting for it in pacings if it.waiting is not None]
    by_driver = sum(it.late_by_driver for it in pacings)
    by_platform = sum(it.late_by_platform for it in pacings) + (0 if own.is_more else by_driver)
    if by_platform:
        words = (
            f"the platform stopped the driver {sum(it.stalls for it in waits):,} times while it "
            f"waited, at worst for {format_ns(max(it.longest_ns for it in waits))}"
        )
        if own.stalls and not own.is_more:
            words += f", and {own.stalls:,} times between two messages, as its rate explains"
        yield Warning(
            f"{words}: {by_platform:,} of {messages:,} messages would not have been late by the "
            "target alone",
            "their response times are longer than the target's doing; run on a quiet, isolated CPU",
        )
    if by_driver and own.is_more:
        yield Warning(
            f"the driver took over 1 µs between two messages {own.stalls:,} times, where the "
            f"platform's stalls explain {format_count(own.expected)}: {by_driver:,} of "
            f"{messages:,} messages were late by it",
            "another task on the forks' CPU slows it so; where there was none (see `usage` in the "
            "run document), this is a defect in latprobe: please report it",
        )


def allocation_warnings(measured: Measured) -> Iterator[Warning]:
    """What the allocation pass gives cause for."""
    counted = measured.allocations
    if counted is None:
        return
    none = AllocationTotals(0, 0, 0, 0)
    if counted.harness != none:
        yield Warning(
            f"latprobe's own loop allocated {counted.harness.allocations} times between messages",
            "this is a defect in latprobe: please report it",
        )
    if counted.other_threads != none:
        each = format_count(counted.other_threads.allocations / counted.messages)
        yield Warning(
            f"other threads of the target allocated {each} times a message",
            "they stand in no stage: declare the queues between them as hops (docs/TARGETS.md), so "
            "that what they ask for counts into the messages",
        )


def _digest(measured: Measured) -> Iterator[Warning]:
    if measured.digest is None:
        return
    # Much of what a service does is no answer to a message: it need not say what it understood.
    if measured.services and not any(kind.understood for kind in measured.digest.kinds):
        return
    silent = [kind.kind for kind in measured.digest.kinds if kind.understood < kind.messages]
    if silent:
        yield Warning(
            f"the target does not say what it understood of {', '.join(silent)}",
            "fold the decoded fields into the digest, or nobody can tell whether they are right",
        )


def _exceptions(measured: Measured) -> Iterator[Warning]:
    """What a target of Python raised, in the words of the first of each name."""
    digest = measured.digest
    for name, example in {} if digest is None else digest.error_examples.items():
        assert digest is not None
        yield Warning(
            f"the target raised {name} in {digest.errors.get(name, 0):,} of {digest.messages:,} "
            f"messages; the first: {example}",
            "each counts as a message that was not understood: a budget on `errors` says how many "
            "there may be",
        )


def _warm_up(measured: Measured) -> Iterator[Warning]:
    """A cost that falls while it is measured: the interpreter was still specialising code."""
    for found in (fork.result for fork in measured.forks):
        if not isinstance(found, InterpreterPass):
            continue
        seen = warm_up(found.course.chunk_ns)
        if seen is None or seen.chunks is None:
            continue
        messages, warmup = seen.chunks * found.course.chunk_messages, found.course.warmup
        if messages > warmup:
            yield Warning(
                f"the cost of a message was steady after {messages:,} messages, and {warmup:,} "
                "came before the first that counts",
                f"the first figures are of a cold interpreter: set `drive.warmup` to {messages:,}",
            )


def _platform(measured: Measured, platform: Platform | None) -> Iterator[Warning]:
    if platform is None:
        yield Warning(
            "no idle control watched the platform: its stalls cannot be told from the target's",
            "the control's process failed or was ended: run again",
        )
        return
    rows: dict[str, list[str]] = {}
    for row, figure in explained(measured, platform):
        rows.setdefault(figure, []).append(row)
    if rows:
        words = "; ".join(f"{figure} of {', '.join(rows)}" for figure, rows in rows.items())
        yield Warning(
            f"the platform explains {words}: an idle CPU stalled for as long, as often or at the "
            "same time",
            "these are the machine's, not the target's: give the forks a CPU that nothing else "
            "uses, on a machine that is not shared, or budget a quantile below them",
        )
