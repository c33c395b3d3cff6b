"""What a run saw of memory over time."""

from typing import Final, get_args

from latprobe.comparator.evidence import Memory, Unmeasured
from latprobe.run.measured import Measured
from latprobe.run.memory import Series
from latprobe.run.memory_figures import courses_of

_ABSENT: Final = (
    "the interpreter takes small blocks from an allocator of its own, and how many of them are in "
    'use is not known: `PYTHONMALLOC = "malloc"` in [env] has it take them from malloc'
)


def memory_of(measured: Measured) -> Memory | Unmeasured:
    """The course of each series in each fork, or why there is none."""
    if not measured.memories:
        if any(fork.collector == "memory" for fork in measured.forks):
            return Unmeasured("no memory pass came to its end")
        return Unmeasured(
            "no memory pass ran; `memory = true` in the scenario or `--memory` asks for one"
        )
    courses = {series: tuple(courses_of(measured, series)) for series in get_args(Series)}
    absent = {series: _ABSENT for series, found in courses.items() if not found}
    looks = min(len(it.samples.messages) for it in measured.memories)
    return Memory(courses, looks, absent)
