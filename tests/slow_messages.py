"""Slow messages that are made up."""

from collections.abc import Sequence

from latprobe.run.slow_message import Stall, TailMessage

TICKS_PER_NS = 2


def slow_message(
    sequence: int,
    total_ns: float,
    stages_ns: Sequence[float | None] = (None,),
    *,
    kind: str | None = "add_order",
    content: bytes = b"A",
    stall: Stall | None = None,
    start_ticks: int = 1_000_000,
    end_to_end_ns: float | None = None,
) -> TailMessage:
    """A message as a latency pass writes it down; of long ones only the first bytes."""
    return TailMessage(
        sequence=sequence,
        recv_ns=1_577_698_200_000_000_000 + sequence,
        kind=kind,
        total_ns=total_ns,
        stages_ns=tuple(stages_ns),
        size=len(content),
        bytes=content[:256],
        start_ticks=start_ticks,
        end_ticks=start_ticks + int(total_ns * TICKS_PER_NS),
        stall=stall,
        end_to_end_ns=end_to_end_ns,
    )
