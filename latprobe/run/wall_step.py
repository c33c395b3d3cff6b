"""Steps of the clock on the wall, told from it and the clock that times are measured with."""

from typing import Final

_LEAST_NS: Final = 1e6
_DRIFT: Final = 1e-3
"""A clock that is being set right walks a two-thousandth faster or slower (adjtimex(2)), and what
times are measured with is known to some millionths."""


def is_step(wall_step_ns: float, seconds: float) -> bool:
    """Whether the clock on the wall was stepped in an interval.

    Args:
        wall_step_ns: How far it went further than the other clock.
        seconds: How long the interval was, by the other clock.
    """
    return abs(wall_step_ns) > _LEAST_NS + _DRIFT * seconds * 1e9
