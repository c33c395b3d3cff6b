"""How fine a run's figures can be."""

from dataclasses import dataclass, replace
from statistics import median

from latprobe.run.measured import Measured
from latprobe.run.model import RunDocument


@dataclass(frozen=True)
class Precision:
    """The instruments of a run's forks taken together: the coarsest rules. In nanoseconds.

    Attributes:
        source: Which clock.
        granularity_ns: Its step.
        read_cost_ns: What reading it costs.
        offset_ns: What was taken off each time: the median over the forks.
        offset_error_ns: How far that may be off, at most.
        skew_ns: How far a time may be off, besides, that begins on one CPU and ends on another.
    """

    source: str
    granularity_ns: float
    read_cost_ns: float
    offset_ns: float
    offset_error_ns: float
    skew_ns: float = 0.0

    @property
    def step_ns(self) -> float:
        """What a single time cannot be told finer than: histograms hold whole nanoseconds."""
        return max(self.granularity_ns, 1.0)

    def across_threads(self) -> "Precision":
        """What holds for times that begin on one thread and end on another."""
        return replace(
            self,
            granularity_ns=self.granularity_ns + self.skew_ns,
            offset_error_ns=self.offset_error_ns + self.skew_ns,
        )


def precision_of(run: RunDocument) -> Precision | None:
    """What the run's forks measured with; None where no fork came so far."""
    measured = Measured(run.target.stages, run.spans, run.forks, run.target.hops, run.skews)
    instruments = measured.instruments
    if not instruments:
        return None
    clocks = [instrument.clock for instrument in instruments]
    calibrations = [instrument.calibration for instrument in instruments]
    return Precision(
        source=", ".join(dict.fromkeys(clock.source for clock in clocks)),
        granularity_ns=max(clock.granularity_ns for clock in clocks),
        read_cost_ns=median(clock.read_cost_ns for clock in clocks),
        offset_ns=median(calibration.offset_ns for calibration in calibrations),
        offset_error_ns=max(calibration.offset_error_ns for calibration in calibrations),
        skew_ns=measured.skew_ns,
    )
