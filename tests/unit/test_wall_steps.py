"""What is a step of the clock on the wall, and what is one that is set right little by little."""

import pytest

from latprobe.run.wall_step import is_step


@pytest.mark.parametrize(
    ("went_further_s", "seconds", "is_one"),
    [
        (1.0, 10.0, True),
        (-1.0, 10.0, True),
        (0.002, 0.1, True),
        (0.0009, 0.1, False),
        (0.005, 10.0, False),  # 500 millionths, as fast as it may be slewed
        (-0.005, 10.0, False),
        (float("nan"), 10.0, False),  # not told by an earlier version
    ],
)
def test_a_step_is_more_than_a_clock_is_slewed_by(
    went_further_s: float, seconds: float, is_one: bool
) -> None:
    assert is_step(went_further_s * 1e9, seconds) is is_one
