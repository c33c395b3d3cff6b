"""Findings about the clock that messages are timed with."""

from collections.abc import Iterator, Sequence
from statistics import median

from latprobe.instrument.processor import cpu_flags
from latprobe.instrument.system_files import SystemFiles
from latprobe.run.examination import Finding, Verdict
from latprobe.run.model import ClockReading, Drift, Instrument
from latprobe.run.warnings import DISCIPLINE_PPM
from latprobe.units import format_ns

_COARSE_NS = 100.0
_COSTLY_NS = 50.0
_OFFSET_ERROR_NS = 0.5
_SLOPE_TOLERANCE = 0.02
_SPEED_TOLERANCE = 0.02
_STEADY_PPM = 100.0


def clock_findings(
    files: SystemFiles, instruments: Sequence[Instrument], drifts: Sequence[Drift]
) -> Iterator[Finding]:
    """What the forks that timed anything measured with; nothing for none."""
    if not instruments or not drifts:
        return
    clocks = [instrument.clock for instrument in instruments]
    yield _source(files, clocks[0], median(clock.frequency_hz for clock in clocks))
    yield _invariance(files, clocks[0].source)
    yield _granularity(max(clock.granularity_ns for clock in clocks))
    yield _read_cost(median(clock.read_cost_ns for clock in clocks))
    yield _offset(instruments)
    yield _slope(median(instrument.calibration.slope for instrument in instruments))
    yield _drift(max((drift.clock_ppm for drift in drifts), key=abs))
    yield _speed(instruments, drifts)


def _source(files: SystemFiles, clock: ClockReading, frequency_hz: float) -> Finding:
    value = f"{clock.source} at {frequency_hz / 1e6:,.1f} MHz"
    value += f", since {clock.reason}" if clock.reason else ""
    value += f"; the kernel's own is {files.clocksource}" if files.clocksource else ""
    if clock.source != "monotonic_raw":
        return Finding("clock", "source", value, "good")
    advice = "each mark calls the kernel: measure short stages where the TSC is invariant"
    return Finding("clock", "source", value, "worse", advice)


def _invariance(files: SystemFiles, source: str) -> Finding:
    flags = cpu_flags(files) & {"constant_tsc", "nonstop_tsc"}
    given_up = files.clocksources is not None and "tsc" not in files.clocksources.split()
    value = ", ".join(sorted(flags)) or "neither constant_tsc nor nonstop_tsc"
    if source == "cntvct":
        return Finding("clock", "invariant", "cntvct runs at one rate by definition", "good")
    if len(flags) == 2 and not given_up:  # noqa: PLR2004  # both of them
        return Finding("clock", "invariant", value, "good")
    if given_up:
        value += "; the kernel found it to be unsteady"
    if source == "tsc":
        advice = "times cannot be trusted: set `drive.clock` to `monotonic_raw`"
        return Finding("clock", "invariant", value, "unsound", advice)
    advice = "the TSC is not used; a machine with an invariant one is timed more finely"
    return Finding("clock", "invariant", value, "worse", advice)


def _granularity(granularity_ns: float) -> Finding:
    value = f"{granularity_ns:.3g} ns"
    if granularity_ns <= 1:
        return Finding("clock", "granularity", value, "good")
    advice = "quantiles come in such steps, means and cost do not; bare metal counts each cycle"
    verdict: Verdict = "worse" if granularity_ns <= _COARSE_NS else "unsound"
    return Finding("clock", "granularity", value, verdict, advice)


def _read_cost(read_cost_ns: float) -> Finding:
    value = f"{format_ns(read_cost_ns)} a serialised reading"
    if read_cost_ns <= _COSTLY_NS:
        return Finding("clock", "read cost", value, "good")
    advice = "each mark costs a message so much: time few stages at once, or ask for cost"
    return Finding("clock", "read cost", value, "worse", advice)


def _offset(instruments: Sequence[Instrument]) -> Finding:
    offset_ns = median(instrument.calibration.offset_ns for instrument in instruments)
    error_ns = 2 * median(instrument.calibration.offset_error_ns for instrument in instruments)
    value = f"{format_ns(offset_ns)} ± {format_ns(error_ns)}, taken off each interval"
    if error_ns <= _OFFSET_ERROR_NS:
        return Finding("clock", "offset", value, "good")
    advice = "short stages are not known better than that: measure on a quieter machine"
    verdict: Verdict = "worse" if error_ns <= 4 * _OFFSET_ERROR_NS else "unsound"
    return Finding("clock", "offset", value, verdict, advice)


def _slope(slope: float) -> Finding:
    value = f"{slope:.4f} ns read for each true one"
    if abs(slope - 1) <= _SLOPE_TOLERANCE:
        return Finding("clock", "slope", value, "good")
    advice = "work of known length reads wrong: close what else runs on this machine, try again"
    return Finding("clock", "slope", value, "unsound", advice)


def _drift(clock_ppm: float) -> Finding:
    value = f"{clock_ppm:+.1f} ppm against the monotonic clock, at most, in one fork"
    if abs(clock_ppm) <= _STEADY_PPM:
        return Finding("clock", "drift", value, "good")
    advice = "a time server may be steering the clock, or the TSC is not steady: try again"
    verdict: Verdict = "worse" if abs(clock_ppm) <= DISCIPLINE_PPM else "unsound"
    return Finding("clock", "drift", value, verdict, advice)


def _speed(instruments: Sequence[Instrument], drifts: Sequence[Drift]) -> Finding:
    """The processor's own: how far the time of one product moved between and within forks."""
    products = [instrument.calibration.product_ns for instrument in instruments]
    products += [drift.product_ns for drift in drifts]
    middle_ns = median(products)
    spread = (max(products) - min(products)) / middle_ns
    value = f"a product takes {middle_ns:.3f} ns, and moved within {100 * spread:.1f} %"
    if spread <= _SPEED_TOLERANCE:
        return Finding("clock", "speed", value, "good")
    advice = "the processor changes its speed, or shares its core: use more forks, compare by A/B"
    return Finding("clock", "speed", value, "worse", advice)
