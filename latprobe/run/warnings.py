"""What makes the figures of a run worth less than they look."""

from collections.abc import Iterator

from latprobe.run.figures import cost_of
from latprobe.run.measured import TOTAL, Measured
from latprobe.run.model import AllocationTotals, Fork, Warning  # noqa: A004  # the design's word
from latprobe.units import format_count

DISCIPLINE_PPM = 500.0
"""The most that clock discipline steers the monotonic clock by (`MAXFREQ` in the kernel's
`include/linux/timex.h`): a clock that drifts further against it is not steady itself."""

_SLOPE_TOLERANCE = 0.02
_SPREAD_TOLERANCE = 0.10


def warnings_of(measured: Measured) -> tuple[Warning, ...]:
    """Every warning that the forks of a run give cause for."""
    return (
        *_pinning(measured.forks),
        *_instrument(measured),
        *_drift(measured.forks),
        *_spread(measured),
        *_allocations(measured),
        *_digest(measured),
    )


def _pinning(forks: tuple[Fork, ...]) -> Iterator[Warning]:
    if any(fork.cpu is None for fork in forks):
        yield Warning(
            "the forks are not pinned to a CPU, and may be moved between messages",
            "name a CPU in `drive.cpu` that this process is allowed to use (see `taskset -p $$`)",
        )


def _instrument(measured: Measured) -> Iterator[Warning]:
    slopes = [instrument.calibration.slope for instrument in measured.instruments]
    worst = max(slopes, key=lambda slope: abs(slope - 1), default=1.0)
    if abs(worst - 1) > _SLOPE_TOLERANCE:
        yield Warning(
            f"a work of known length read {100 * (worst - 1):+.1f} % too long in one fork",
            "the CPU changed its speed, or something else ran on it: run again on a quiet machine",
        )


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


def _allocations(measured: Measured) -> Iterator[Warning]:
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
            "they stand in no stage: mark the work that they do, or count it into the total",
        )


def _digest(measured: Measured) -> Iterator[Warning]:
    if measured.digest is None:
        return
    silent = [kind.kind for kind in measured.digest.kinds if kind.understood < kind.messages]
    if silent:
        yield Warning(
            f"the target does not say what it understood of {', '.join(silent)}",
            "fold the decoded fields into the digest, or nobody can tell whether they are right",
        )
