from fractions import Fraction
from itertools import product
from operator import eq, ge, gt, le, lt

import pytest

from latprobe.comparator.estimate import Range, outcome
from latprobe.comparator.limit import Operator

MEANING = {"<": lt, "<=": le, ">": gt, ">=": ge, "==": eq}


@pytest.mark.parametrize("operator", MEANING)
@pytest.mark.parametrize("is_open", [False, True])
def test_an_outcome_is_what_holds_at_every_point_of_the_range(
    operator: Operator, is_open: bool
) -> None:
    for low, high, limit in product(range(5), repeat=3):
        if high < low or (is_open and high == low):
            continue
        points = [Fraction(quarter, 4) for quarter in range(4 * low, 4 * high + 1)]
        held = [MEANING[operator](point, limit) for point in (points[:-1] if is_open else points)]
        expected = "pass" if all(held) else "unproven" if any(held) else "fail"
        assert outcome(Range(low, high, is_open), operator, limit) == expected, (low, high, limit)
