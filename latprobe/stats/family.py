"""Many tests at once, of which it is seldom that any one gives a false alarm.

Of a hundred figures, none of which moved, five look as if they had at a chance of 1 in 20 each. S.
Holm's procedure ("A simple sequentially rejective multiple test procedure", Scandinavian Journal of
Statistics 6, 1979) keeps the chance of any false alarm in the whole family under one level, however
the tests depend on each other; each test has a weight, which says how much of that level it gets.
"""

from collections.abc import Sequence


def levels(chances: Sequence[float], weights: Sequence[float], level: float) -> list[float]:
    """The level at which each test of a family is to be held.

    A test rejects just where its chance is not over its level. An interval of that level leaves out
    what is tested for just then.

    Args:
        chances: Each test's p-value.
        weights: Each test's weight, over 0.
        level: The chance of any false alarm in the family, such as 0.05.

    Returns:
        For each test its level, in the same order. The least likely tests for their weight come
        first; after the first that does not reject, none does.

    Raises:
        ValueError: for a weight that is not over 0, or lists of different length.
    """
    if len(chances) != len(weights):
        raise ValueError(f"{len(chances)} chances and {len(weights)} weights")
    if any(not it > 0 for it in weights):
        raise ValueError("a weight is over 0")
    order = sorted(range(len(chances)), key=lambda it: chances[it] / weights[it])
    # Weights that remain are summed from the smallest part, so that nothing is lost to rounding.
    remaining = [0.0] * (len(order) + 1)
    for place in reversed(range(len(order))):
        remaining[place] = remaining[place + 1] + weights[order[place]]
    found = [0.0] * len(chances)
    still_rejects = True
    left = 0.0
    for place, test in enumerate(order):
        if still_rejects:
            left = remaining[place]
        found[test] = level * weights[test] / left
        still_rejects = still_rejects and chances[test] <= found[test]
    return found
