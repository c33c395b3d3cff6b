"""Chance for many messages at once, alike on every machine and with every NumPy.

Only the raw numbers of a bit generator are used, whose sequence NumPy promises to keep (NEP 19; it
does not for the distributions made of them), and arithmetic that IEEE 754 rounds exactly.
"""

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

_UNUSED_BITS: Final = 11
_STEP: Final = 2.0**-53


class Chances:
    """One sequence of chances.

    Args:
        seed: Any whole number from 0.
        stream: Sequences of one seed that shall not be alike have other numbers.
    """

    def __init__(self, seed: int, stream: int = 0) -> None:
        self._bits = np.random.PCG64([seed, stream])

    def many(self, count: int) -> "npt.NDArray[np.float64]":
        """The next `count` numbers from 0 up to, not including, 1."""
        return (self._bits.random_raw(count) >> np.uint64(_UNUSED_BITS)).astype(np.float64) * _STEP

    def one(self) -> float:
        """The next of them."""
        return float(self.many(1)[0])

    def pick(self, below: int) -> int:
        """A whole number from 0 to `below` - 1, each as likely as the other."""
        return min(int(self.one() * below), below - 1)
