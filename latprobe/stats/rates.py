"""Whether events come more often in one time than in another.

Events that know nothing of each other come at a rate: in a time t there are Poisson(rate · t) of
them. Of the n that fell into two times t₁ and t₂ at the same rate, the number in t₁ is binomial,
with n draws of probability t₁ / (t₁ + t₂), whatever the rate is. So the chance of as many as were
seen in t₁, or more, can be computed exactly (J. Przyborowski and H. Wilenski, "Homogeneity of
results in testing samples from Poisson series", Biometrika 31, 1940).
"""

from typing import Final

from latprobe.stats.binomial import chance_of_at_least

_BY_CHANCE: Final = 1e-3
"""So seldom the same rate is called a higher one."""


def expected_events(events: int, time: float, other_time: float) -> float:
    """As many as come in another time at the rate of `events` in `time`; 0 for no time."""
    return events * other_time / time if time > 0 else 0.0


def is_more_frequent(events: int, time: float, other_events: int, other_time: float) -> bool:
    """Whether `events` in `time` are too many for the rate of the others, but once in a thousand.

    Without another time there is nothing to hold them against: then any event is too many.
    """
    if events == 0 or time <= 0:
        return events > 0
    if other_time <= 0:
        return True
    probability = time / (time + other_time)
    return chance_of_at_least(events, events + other_events, probability) < _BY_CHANCE
