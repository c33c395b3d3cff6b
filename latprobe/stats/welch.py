"""Student's t for degrees of freedom that are no whole number, as Welch's test has them.

The probability that |t| is over a value, for n degrees of freedom, is the regularized incomplete
beta function I_x(n/2, 1/2) at x = n / (n + t²) (Abramowitz and Stegun, "Handbook of Mathematical
Functions", 26.7.1 and 26.5.27). It is computed by its continued fraction (NIST, "Digital Library of
Mathematical Functions", 8.17.22), evaluated as W. J. Lentz does it (Applied Optics 15, 1976).
"""

import math
from functools import lru_cache
from typing import Final

_NEARLY_ZERO: Final = 1e-300
_PRECISION: Final = 1e-15
_MOST_TERMS: Final = 10_000
_BISECTIONS: Final = 80


def chance_beyond(t: float, degrees: float) -> float:
    """The probability that Student's t is further from 0 than `t`, on either side.

    Raises:
        ValueError: where there are no degrees of freedom.
    """
    if not degrees > 0:
        raise ValueError(f"{degrees} degrees of freedom")
    square = t * t
    if math.isinf(square):
        return 0.0
    # The part that the fraction is computed of is the smaller one, without cancellation.
    return _regularized_beta(degrees / (degrees + square), square / (degrees + square), degrees)


@lru_cache(maxsize=4_096)
def t_beyond(chance: float, degrees: float) -> float:
    """The t that Student's is further from 0 than, on either side, with probability `chance`.

    Raises:
        ValueError: for a chance that is not between 0 and 1, or no degrees of freedom.
    """
    if not 0 < chance < 1:
        raise ValueError(f"a chance of {chance}")
    low, high = 0.0, 1.0
    while chance_beyond(high, degrees) > chance:
        low, high = high, high * 2
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if chance_beyond(middle, degrees) > chance:
            low = middle
        else:
            high = middle
    return high


def _regularized_beta(x: float, rest: float, degrees: float) -> float:
    """I_x(degrees / 2, 1/2), with `rest` for 1 - x, each to its own full precision."""
    a, b = degrees / 2, 0.5
    if x <= 0 or rest <= 0:
        return 0.0 if x <= 0 else 1.0
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front = math.exp(log_front + a * math.log(x) + b * math.log(rest))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(rest, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    c = 1.0
    d = 1 / _not_zero(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, _MOST_TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / _not_zero(1 + term * d)
            c = _not_zero(1 + term / c)
            value *= c * d
        if abs(c * d - 1) < _PRECISION:
            break
    return value


def _not_zero(value: float) -> float:
    return value if abs(value) > _NEARLY_ZERO else _NEARLY_ZERO
