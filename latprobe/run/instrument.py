"""The parts of the run document about what a fork measured with. Times are in nanoseconds."""

from msgspec import Struct


class ClockReading(Struct, frozen=True):
    """What one fork's look at the clock found; `reason` is why it was this clock."""

    source: str
    frequency_hz: float
    granularity_ns: float
    read_cost_ns: float
    reason: str = ""


class Calibration(Struct, frozen=True):
    """What an interval between two timestamps reads too long, see docs/METHOD.md."""

    offset_ns: float
    offset_error_ns: float
    slope: float
    product_ns: float


class Instrument(Struct, frozen=True):
    """What a fork measured with."""

    clock: ClockReading
    calibration: Calibration


class Drift(Struct, frozen=True):
    """What changed while a fork measured.

    `clock_ppm` is how much longer a tick was over the whole fork than when it was measured, in
    parts in a million; `product_ns` is the calibration's at the end of the fork.
    """

    clock_ppm: float
    product_ns: float
