"""Where a tolerance is smaller than what a machine was found to see."""

from collections.abc import Iterator, Sequence

from latprobe.comparator.change_words import percent
from latprobe.run.calibration import Calibration
from latprobe.run.change import Change


def floor_notes(
    calibration: Calibration | None, changes: Sequence[Change], tolerance: float
) -> Iterator[str]:
    """A sentence about the figures that a gate hangs on whose smallest change is larger.

    Args:
        calibration: Of this machine and scenario; None where there is none.
        changes: What is compared.
        tolerance: What a timed figure may change by.
    """
    if calibration is None:
        return
    known = calibration.known()
    over = [
        f"{it.name} {percent(known[key])}"
        for it in changes
        if it.key and not it.exact
        for key in [(it.stage, it.kind, it.figure)]
        if known.get(key, 0.0) > tolerance
    ]
    if over:
        yield (
            f"this machine was found to see changes from {', '.join(over)} on: a tolerance of "
            f"{percent(tolerance)} is below that. More time (`--seconds`), a CPU that nothing else "
            "uses, or the simulated counters would tell more"
        )
