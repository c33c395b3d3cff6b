"""How long to wait before the next try."""

import random
from typing import Final

_FIRST_S: Final = 0.1
_LONGEST_S: Final = 30.0
_LASTING_S: Final = 10.0
"""A connection that held for so long starts the waits anew."""


class Backoff:
    """Waits that double, from 0.1 s to 30 s, spread so that many clients do not come at once."""

    def __init__(self) -> None:
        self._next_s = _FIRST_S

    def after(self, held_s: float) -> float:
        """Seconds to wait, after a connection that held for `held_s`, or 0 for none."""
        if held_s >= _LASTING_S:
            self._next_s = _FIRST_S
        wait_s = self._next_s * random.uniform(0.75, 1.25)  # noqa: S311  # no secret
        self._next_s = min(_LONGEST_S, self._next_s * 2)
        return wait_s
