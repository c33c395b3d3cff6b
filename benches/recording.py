"""What it costs to put a sample into its histogram."""

from typing import Final

import msgspec
from msgspec import Struct

from benches.figure import Figure, Rounds, ratio_text
from benches.native import SELF_COST, output_of
from latprobe.units import format_ns

_MOST_NS: Final = 2.0


class Recording(Struct, frozen=True):
    """Times in nanoseconds; the ratio is that of each round."""

    sample_ns: Rounds
    hdrhistogram_ns: Rounds
    ratio: Rounds


def measure() -> Recording:
    """Runs the bench."""
    return msgspec.json.decode(output_of([SELF_COST, "recording"]), type=Recording)


def figures(recording: Recording) -> list[Figure]:
    """Beside the `hdrhistogram` crate, which is the field's own."""
    sample, peer = recording.sample_ns.median, recording.hdrhistogram_ns.median
    measured = (
        f"{format_ns(sample)}, {ratio_text(recording.ratio)} hdrhistogram's {format_ns(peer)}"
    )
    return [
        Figure("a sample into its histogram", measured, f"≤ {_MOST_NS:g} ns", sample <= _MOST_NS)
    ]
