"""What matched recordings tell of a program, as far as a budget asks for it."""

from collections.abc import Sequence
from typing import Final

from latprobe.comparator.evidence import (
    Evidence,
    Instrument,
    Latency,
    Pairing,
    Unmeasured,
)
from latprobe.comparator.scope import Scope
from latprobe.run.matched import PairCounts
from latprobe.run.measured import TOTAL, Measured, blocks_of, merged

_NO_TARGET: Final = "recordings of a program were matched, and none was run by latprobe"


def evidence_of_match(measured: Measured, scope: Scope, instrument: Instrument | None) -> Evidence:
    """Everything that the recordings tell of `scope`.

    One pair of recordings is as good as one fork. Where there is only one, its blocks stand for
    forks, and an interval covers what varies within the recording.
    """
    assert instrument is not None
    return Evidence(
        latency=_latency(measured, scope.kind, instrument),
        response=Unmeasured(f"{_NO_TARGET}: `{TOTAL}` counts from when a message went in"),
        cold=Unmeasured(_NO_TARGET),
        idle=Unmeasured(_NO_TARGET),
        cost=Unmeasured(
            f"{_NO_TARGET}: they show the load that there was, and not what it costs or could be"
        ),
        allocations=Unmeasured(f"{_NO_TARGET}: nobody counted"),
        errors=Unmeasured(f"{_NO_TARGET}: `unanswered` counts messages that nothing came out for"),
        pairing=Pairing(_counts([it.pairs for it in measured.matches])),
    )


def _latency(measured: Measured, kind: str | None, instrument: Instrument) -> Latency:
    recordings = measured.times(TOTAL, kind)
    is_one = len(measured.matches) == 1
    parts = blocks_of(measured.matches[0], kind) if is_one else recordings
    return Latency(
        merged=merged(recordings).histogram,
        forks=[part.histogram for part in parts],
        fork_means_ns=[part.mean_ns for part in parts],
        instrument=instrument,
        parts="blocks" if is_one else "recordings",
    )


def _counts(pairs: Sequence[PairCounts]) -> dict[str, tuple[int, int]]:
    ins, outs = sum(it.ins for it in pairs), sum(it.outs for it in pairs)
    unanswered = sum(it.unanswered + it.superseded for it in pairs)
    uncaused = sum(it.uncaused + it.early for it in pairs)
    return {
        "unmatched": (unanswered + uncaused, ins + outs),
        "unanswered": (unanswered, ins),
        "uncaused": (uncaused, outs),
        "early": (sum(it.early for it in pairs), outs),
        "ambiguous": (sum(it.ambiguous for it in pairs), sum(it.paired for it in pairs)),
    }
