"""The environment of a fork, and what is preloaded there: what counts, then the allocator."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from latprobe import _core
from latprobe.run.collector import Collector

_OPERATORS: Final = "liblatprobe_operators.so"
"""`operator new` and `delete` by way of `malloc`: allocators bring operators of their own, which
would go past what counts."""

_COUNTING: Final[dict[Collector, str]] = {
    "allocations": "liblatprobe_allocator.so",
    "callsites": "liblatprobe_call_sites.so",
    "memory": "liblatprobe_heap.so",
}
"""The library that counts for a collector."""

_CLOCK: Final = "liblatprobe_clock.so"
"""A clock on the wall that is stepped, see `latprobe.driver.soak.stress`."""

_VARIABLE: Final = "LD_PRELOAD"


def write_preloaded(folder: Path) -> None:
    """Puts latprobe's own libraries into the folder of the forks' files."""
    (folder / _COUNTING["allocations"]).write_bytes(_core.ALLOCATOR_LIBRARY)
    (folder / _COUNTING["callsites"]).write_bytes(_core.CALL_SITE_LIBRARY)
    (folder / _COUNTING["memory"]).write_bytes(_core.HEAP_LIBRARY)
    (folder / _OPERATORS).write_bytes(_core.OPERATORS_LIBRARY)
    (folder / _CLOCK).write_bytes(_core.CLOCK_LIBRARY)


def fork_environment(
    own: Mapping[str, str],
    collector: Collector | None,
    allocator: Path | None,
    folder: Path,
    *,
    steps_clock: bool = False,
) -> dict[str, str]:
    """This process's environment with a scenario's on top, and what is to be preloaded.

    Args:
        own: Variables that the scenario sets.
        collector: What the fork watches; None where what it watches preloads nothing.
        allocator: What stands in for libc's malloc.
        folder: That of the forks' files.
        steps_clock: Whether the fork's clock on the wall is stepped.
    """
    environment = {**os.environ, **own}
    counting = None if collector is None else _COUNTING.get(collector)
    libraries = [] if counting is None else [str(folder / counting)]
    if allocator is not None:
        if libraries:
            libraries.append(str(folder / _OPERATORS))
        libraries.append(str(allocator))
    if steps_clock:
        libraries.append(str(folder / _CLOCK))
    before = environment.get(_VARIABLE)
    if libraries:
        environment[_VARIABLE] = ":".join([*libraries, *([before] if before else [])])
    return environment
