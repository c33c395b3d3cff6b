"""What observing a mark executes, to be taken off the stages.

A mark that is observed calls `latprobe_observe` of `native/simulate/observe.c`, whose length is
known; what the target's own side of the call executes is the difference between a replay with all
marks observed and one with none, for one mark. Where collection is switched on at a mark, what is
left of the call is counted into the stage that begins; where it is switched off, what came before.

What a target executes after the call, such as a jump back, is taken for part of what comes before
it. So a first stage may read some two instructions too short; of later ones the two errors cancel.
"""

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final


@dataclass(frozen=True)
class Observing:
    """What `latprobe_observe` executes itself.

    Attributes:
        plain: Where it switches nothing.
        before: Up to the switch, which callgrind counts as one instruction.
        after: From the switch on.
    """

    plain: int
    before: int
    after: int


_OWN: Final[Mapping[str, Mapping[str, Observing]]] = {
    "x86_64": {
        "instructions": Observing(3, 8, 1),
        "branches": Observing(1, 1, 0),
        "L1d-accesses": Observing(2, 4, 1),
    },
    "aarch64": {
        "instructions": Observing(6, 14, 1),
        "branches": Observing(1, 1, 0),
        "L1d-accesses": Observing(2, 5, 0),
    },
}


def marks_of_stage(
    event: str, observed: Fraction, messages: int, from_mark: int, machine: str | None = None
) -> int:
    """How many events of a stage are its marks' observing.

    Args:
        event: Which.
        observed: What observing one mark adds, the call and `latprobe_observe` together.
        messages: Messages that came to the end of the stage.
        from_mark: Those of them in which it began at a mark.
        machine: The processor's architecture; by default this one's.

    Returns:
        To the nearest whole one; 0 for events that observing does not cause, or not to a known
        amount, such as misses.
    """
    own = _OWN.get(machine or platform.machine(), {}).get(event)
    if own is None:
        return 0
    return round(messages * (observed - own.plain + own.before) + from_mark * own.after)
