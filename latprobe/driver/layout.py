"""Where a fork's memory begins, by chance.

The size of the environment moves the stack, and what was allocated before moves the heap: both can
make a program faster or slower by several percent, alike in all processes that have the same
(T. Mytkowicz, A. Diwan, M. Hauswirth and P. F. Sweeney, "Producing Wrong Data Without Doing
Anything Obviously Wrong!", ASPLOS 2009). The kernel moves both by chance as well, the heap by whole
pages alone, and not at all where that is switched off.
"""

import random
from typing import Final

from latprobe.run.layout import Layout

VARIABLE: Final = "LATPROBE_PADDING"
"""The variable that is as long as chance has it."""

_PAGE_BYTES: Final = 4_096
_ALIGNMENT_BYTES: Final = 16
"""What a stack and each block of a heap are aligned to."""
_LEAST_HEAP_BYTES: Final = 1_024
"""Smaller blocks are Python's own allocator's, and not from the heap."""


def draw_layout(dice: random.Random) -> Layout:
    """Moves the stack and the heap anywhere within a page."""
    steps = _PAGE_BYTES // _ALIGNMENT_BYTES
    return Layout(
        environment_bytes=dice.randrange(_PAGE_BYTES),
        heap_bytes=_LEAST_HEAP_BYTES + _ALIGNMENT_BYTES * dice.randrange(steps),
    )
