"""The counting allocator, as it is preloaded into forks, and what it adds to a block."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles
from typing import Final

import msgspec
from msgspec import Struct

from benches.figure import Figure, Rounds
from benches.native import SELF_COST, output_of
from latprobe import _core
from latprobe.units import format_ns

_PROCESSES: Final = 15
_MOST_ADDED_NS: Final = 1.0
_MOST_BALANCED_NS: Final = 20.0
"""Of the memory pass, in which nothing is timed: two atomic additions, and two calls for a size."""


class CountingAllocator(Struct, frozen=True):
    """One block, asked for and given back. Times in nanoseconds."""

    plain_ns: Rounds
    counting_ns: Rounds
    added_ns: Rounds
    balance_added_ns: Rounds


class _Allocating(Struct, frozen=True):
    pair_ns: Rounds


@contextmanager
def allocator_file(library: bytes = _core.ALLOCATOR_LIBRARY) -> Iterator[str]:
    """The allocator in a file that can be preloaded, or another such library."""
    with tempfile.TemporaryDirectory(prefix="latprobe-bench-") as folder:
        path = Path(folder) / "liblatprobe_preloaded.so"
        path.write_bytes(library)
        yield str(path)


def measure() -> CountingAllocator:
    """Runs processes with it and without it in turns; each figure is the process's median."""
    plain, counting, balancing = [], [], []
    with allocator_file() as allocator, allocator_file(_core.HEAP_LIBRARY) as heap:
        for _ in range(_PROCESSES):
            plain.append(_pair_ns(""))
            counting.append(_pair_ns(allocator))
            balancing.append(_pair_ns(heap))
    added = [more - less for less, more in zip(plain, counting, strict=True)]
    balanced = [more - less for less, more in zip(plain, balancing, strict=True)]
    return CountingAllocator(_rounds(plain), _rounds(counting), _rounds(added), _rounds(balanced))


def figures(allocator: CountingAllocator) -> list[Figure]:
    """The difference is that of processes that ran one after the other."""
    return [
        _added(
            "counting allocator, per malloc/free pair",
            allocator,
            allocator.added_ns,
            _MOST_ADDED_NS,
        ),
        _added(
            "balance of bytes in use, per malloc/free pair",
            allocator,
            allocator.balance_added_ns,
            _MOST_BALANCED_NS,
        ),
    ]


def _added(name: str, allocator: CountingAllocator, added: Rounds, most_ns: float) -> Figure:
    measured = (
        f"+{format_ns(added.median)} ({added.lower_quartile:.2f} – {added.upper_quartile:.2f}) "
        f"on {format_ns(allocator.plain_ns.median)}"
    )
    return Figure(name, measured, f"≤ +{most_ns:g} ns", added.median <= most_ns)


def _pair_ns(preloaded: str) -> float:
    output = output_of([SELF_COST, "allocating"], {"LD_PRELOAD": preloaded})
    return msgspec.json.decode(output, type=_Allocating).pair_ns.median


def _rounds(values: list[float]) -> Rounds:
    lower, median, upper = quantiles(values, n=4, method="inclusive")
    return Rounds(median, lower, upper)
