"""What it costs to drive a target that does nothing, and what each mark adds."""

from typing import Final

import msgspec
from msgspec import Struct

from benches.figure import Figure, Rounds, ratio_text
from benches.native import SELF_COST, output_of
from latprobe.units import format_ns

_MOST_READS: Final = 1.15


class Marked(Struct, frozen=True):
    """A message of so many marks."""

    marks: int
    message_ns: Rounds


class Driving(Struct, frozen=True):
    """Times in nanoseconds; ratios are those of each round."""

    read_ns: Rounds
    message_ns: Rounds
    message_in_two_reads: Rounds
    by_marks: tuple[Marked, ...]
    mark_ns: Rounds
    mark_in_reads: Rounds


def measure() -> Driving:
    """Runs the bench."""
    return msgspec.json.decode(output_of([SELF_COST, "driving"]), type=Driving)


def figures(driving: Driving) -> list[Figure]:
    """Both are held against timestamps that were taken in the same rounds."""
    read = format_ns(driving.read_ns.median)
    message, mark = driving.message_in_two_reads, driving.mark_in_reads
    return [
        Figure(
            "driving a null target, timed per message",
            f"{format_ns(driving.message_ns.median)}, {ratio_text(message)} two of {read}",
            f"≤ {_MOST_READS} × two timestamps",
            message.median <= _MOST_READS,
        ),
        Figure(
            "each further mark",
            f"{format_ns(driving.mark_ns.median)}, {ratio_text(mark)} one",
            f"≤ {_MOST_READS} × one timestamp",
            mark.median <= _MOST_READS,
        ),
    ]
