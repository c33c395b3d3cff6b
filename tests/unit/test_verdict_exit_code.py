from itertools import permutations

import pytest

from latprobe.comparator import exit_code_of
from latprobe.comparator.estimate import Outcome
from latprobe.exit_code import ExitCode, gravest


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        ([], 0),
        (["pass", "pass"], 0),
        (["pass", "unproven"], 3),
        (["unproven", "fail", "pass"], 1),
        (["fail"], 1),
    ],
)
def test_verdicts_end_a_command_with_the_gravest_of_them(
    outcomes: list[Outcome], code: int
) -> None:
    assert exit_code_of(outcomes) == code


def test_a_crash_beats_bad_input_beats_a_failure_beats_a_doubt() -> None:
    for order in permutations(ExitCode):
        assert gravest(order) is ExitCode.CRASHED
    rest = [code for code in ExitCode if code is not ExitCode.CRASHED]
    for order in permutations(rest):
        assert gravest(order) is ExitCode.USAGE
    assert gravest([ExitCode.UNPROVEN, ExitCode.FAIL, ExitCode.PASS]) is ExitCode.FAIL
    assert gravest([ExitCode.PASS, ExitCode.UNPROVEN]) is ExitCode.UNPROVEN
