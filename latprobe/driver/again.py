"""Running a fork again that the platform disturbed."""

from collections.abc import Callable

from latprobe.run.model import Fork
from latprobe.run.noise import TIMED, Discarded, disturbance_of


def run_undisturbed(run: Callable[[], Fork], repeats: int, discarded: list[Discarded]) -> Fork:
    """The first fork that was not disturbed, or the last that may be run.

    Args:
        run: Runs the fork.
        repeats: How many forks of the run may be discarded in all.
        discarded: Those that were; this adds its own.
    """
    fork = run()
    while len(discarded) < repeats:
        struck = _struck(fork)
        if struck is None:
            break
        discarded.append(struck)
        fork = run()
    return fork


def _struck(fork: Fork) -> Discarded | None:
    """The fork without its result, if the platform disturbed it: that is not looked at."""
    reason = disturbance_of(fork.usage)
    if fork.collector not in TIMED or fork.usage is None or reason is None:
        return None
    return Discarded(fork.collector, fork.index, fork.condition, reason, fork.usage)
