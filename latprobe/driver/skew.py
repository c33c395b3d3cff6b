"""By how much the clocks of the CPUs differ that a target's threads are on."""

from collections.abc import Iterable

import msgspec

from latprobe import _core
from latprobe.run.threads import Skew


def measure_skews(cpu: int | None, others: Iterable[int]) -> tuple[Skew, ...]:
    """Measures it between a CPU and each of the others, some 20 ms each.

    Those that this process may not use, and the CPU itself, are left out.
    """
    if cpu is None:
        return ()
    measured = (_core.measure_skew(cpu, other) for other in others if other != cpu)
    return tuple(msgspec.json.decode(it, type=Skew) for it in measured if it is not None)
