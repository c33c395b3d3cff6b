"""Looking at a growing sample several times, without more false alarms than by one look.

A level L is not used at once, but spent: by the part t of the budget that is used up, L · t² in all
(K. Kim and D. L. DeMets, "Design and analysis of group sequential tests based on the type I error
spending rate function", Biometrika 74, 1987; the function and its use where the number of looks is
not known beforehand: K. K. G. Lan and D. L. DeMets, "Discrete sequential boundaries for clinical
trials", Biometrika 70, 1983). Each look is held at what has been added since the look before. The
sum of all is never over L, so that the chance of any false alarm at any look is not either (Boole),
for whatever joint distribution the looks have. What a joint distribution would save is given away
for that: with looks at 1/4, 1/2 and all of the budget, intervals are 7 % wider than by a single
look.

A look that no alarm is possible at, since there are too few pairs for any interval at its level,
need not count as a look.

It holds as long as t does not follow from what was seen: the time that pairs take does not depend
on which of their members is which. When to stop may depend on anything.
"""

from typing import Final

LOOKS: Final = (0.25, 0.5, 1.0)
"""Parts of the budget at which is looked."""


def spent(level: float, part: float) -> float:
    """What of a level may be spent once that part of the budget is used up.

    Args:
        level: The chance of a false alarm in all.
        part: From 0 to 1; what is over 1 counts as 1.

    Raises:
        ValueError: for less than nothing.
    """
    if part < 0:
        raise ValueError(f"a part of {part}")
    return level * min(1.0, part) ** 2


def level_of_look(level: float, part: float, part_before: float) -> float:
    """The level that a look is held at, `part_before` being that of the look before, or 0."""
    return spent(level, part) - spent(level, part_before)
