"""Source lines by what they execute."""

from msgspec import Struct

from latprobe.run.counters import Caches


class AnnotatedLine(Struct, frozen=True):
    """A source line; `file` is null and `line` 0 for code without line tables.

    `events` and `stages` are for one message, on average over all: its simulated events, and its
    instructions in each stage that has any, with what follows the last mark in none of them.
    `share` is its part of all instructions.
    """

    file: str | None
    line: int
    function: str
    events: dict[str, float]
    share: float
    stages: dict[str, float]
    source: str | None = None


class Annotation(Struct, frozen=True):
    """What a simulation found out about a target's lines, the most instructions first.

    `without_lines` is the part of all instructions of which the line is not known.
    """

    scenario: str
    target: str
    messages: int
    instructions: float
    caches: Caches
    valgrind: str
    without_lines: float
    lines: tuple[AnnotatedLine, ...]
