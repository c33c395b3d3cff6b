"""The pairs that took longest."""

import heapq
from typing import Final

from latprobe.match.pairing import Pair
from latprobe.match.recording import Recording
from latprobe.run.slow_message import Answer, TailMessage

SLOWEST: Final = 20
"""How many of a pass are kept."""

_SHOWN_BYTES: Final = 256


class Slowest:
    """Keeps the slowest pairs, and of equally slow ones those that came first."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, int, Pair]] = []

    def add(self, pair: Pair) -> None:
        """One more pair."""
        if len(self._heap) < SLOWEST:
            heapq.heappush(self._heap, _ranked(pair))
        elif pair.ns > self._heap[0][0]:
            heapq.heapreplace(self._heap, _ranked(pair))

    def records(self, ins: Recording, outs: Recording, shift_ns: int) -> tuple[TailMessage, ...]:
        """The slowest first, with what the messages say.

        Args:
            ins: What went in.
            outs: What came out.
            shift_ns: What was added to the times of what came out.
        """
        return tuple(
            _record(pair, ins, outs, shift_ns) for *_, pair in sorted(self._heap, reverse=True)
        )


def _ranked(pair: Pair) -> tuple[int, int, int, Pair]:
    return pair.ns, -pair.in_number, -pair.out_number, pair


def _record(pair: Pair, ins: Recording, outs: Recording, shift_ns: int) -> TailMessage:
    payload, answer = ins.payload(pair.in_number), outs.payload(pair.out_number)
    end_ns = pair.in_ns + pair.ns
    return TailMessage(
        sequence=pair.in_number,
        recv_ns=pair.in_ns,
        kind=pair.kind,
        total_ns=float(pair.ns),
        stages_ns=(),
        size=len(payload),
        bytes=payload[:_SHOWN_BYTES],
        start_ticks=pair.in_ns,
        end_ticks=end_ns,
        answer=Answer(pair.out_number, end_ns - shift_ns, len(answer), answer[:_SHOWN_BYTES]),
    )
