"""Which CPU is whose: the forks', their target's threads', the control's, and this process's."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

_ENOUGH_FOR_A_CONTROL = 3

_TOPOLOGY = "/sys/devices/system/cpu/cpu{}/topology/thread_siblings_list"


def fork_cpu(wanted: int | None) -> int | None:
    """The CPU to pin forks to: the last one that is allowed, since interrupts gather on the first.

    None where pinning is not to be had.
    """
    allowed = os.sched_getaffinity(0)
    if wanted is not None:
        return wanted if wanted in allowed else None
    return max(allowed)


def worker_cpus(wanted: Sequence[int] | None, forks: int | None) -> tuple[int, ...]:
    """The CPUs for the threads of a target whose forks are on `forks`.

    Those that are wanted, as far as they are allowed. By default the others that are allowed, those
    of the forks' core only where there is no other; where there are three or more, the last of them
    is left for an idle control. None where there is no CPU but the forks', or those are not pinned.
    """
    allowed = os.sched_getaffinity(0)
    if wanted is not None:
        return tuple(cpu for cpu in wanted if cpu in allowed)
    if forks is None:
        return ()
    others = sorted(allowed - siblings(forks) - {forks}) or sorted(allowed - {forks})
    return tuple(others[:-1] if len(others) >= _ENOUGH_FOR_A_CONTROL else others)


def control_cpu(forks: int | None, workers: Sequence[int] = ()) -> int | None:
    """The CPU for an idle control beside forks on `forks`: the last other one that is allowed.

    None where there is none: those that share a core with the forks' CPU would slow them down, the
    target's threads have theirs, and forks that are not pinned may be on any.
    """
    if forks is None:
        return None
    taken = siblings(forks) | {forks} | set(workers)
    return max(os.sched_getaffinity(0) - taken, default=None)


def siblings(cpu: int) -> set[int]:
    """The CPUs of the same core, itself among them; empty where the kernel does not say."""
    try:
        return parse_cpu_list(Path(_TOPOLOGY.format(cpu)).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return set()


def parse_cpu_list(text: str) -> set[int]:
    """Reads the kernel's way to write CPUs: `0-2,8`.

    Raises:
        ValueError: where it is something else.
    """
    cpus: set[int] = set()
    for part in text.strip().split(","):
        first, _, last = part.partition("-")
        cpus.update(range(int(first), int(last or first) + 1))
    return cpus


@contextmanager
def out_of_the_way(*cpus: int | None) -> Iterator[None]:
    """Keeps this process off CPUs, the last of which matter less, as far as there are others."""
    allowed = os.sched_getaffinity(0)
    others = allowed
    for cpu in cpus:
        others = others - {cpu} or others
    os.sched_setaffinity(0, others)
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


@contextmanager
def starting_on(cpu: int | None) -> Iterator[None]:
    """What is started in the block starts on `cpu`, and does not have to be moved there."""
    allowed = os.sched_getaffinity(0)
    if cpu is not None:
        with suppress(OSError):  # it goes there by itself, then
            os.sched_setaffinity(0, {cpu})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)
