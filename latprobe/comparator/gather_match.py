"""What matched recordings tell of a program, as far as a budget asks for it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from latprobe.comparator.evidence import (
    Evidence,
    Instrument,
    Latency,
    Pairing,
    Parts,
    Unmeasured,
)
from latprobe.comparator.scope import Scope
from latprobe.run.matched import PairCounts
from latprobe.run.measured import TOTAL, Measured, Times, blocks_of, merged, other_times

_EARLY_SHARE: Final = 0.01
"""Of answers before their messages: more of them show that times are not known at all."""

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


def _latency(measured: Measured, kind: str | None, instrument: Instrument) -> Latency | Unmeasured:
    early = sum(it.pairs.early for it in measured.matches)
    answers = early + sum(it.pairs.paired for it in measured.matches)
    if early > _EARLY_SHARE * answers:
        return Unmeasured(
            f"{early:,} of {answers:,} answers came before their messages: the clocks differ by "
            "what nobody knows, or the keys are not those of one cause"
        )
    matches = measured.matches
    if len(matches) > 1:
        times = measured.times(TOTAL, kind)
        others = [it for match in matches if (it := other_times(match, kind)).count]
        latency = _latency_of(times, times, instrument, "recordings")
        other = _latency_of(others, others, instrument, "recordings")
    else:
        (match,) = matches
        times = measured.times(TOTAL, kind)
        latency = _latency_of(times, blocks_of(match, kind), instrument, "blocks")
        blocks = blocks_of(match.other or match, kind)
        other = _latency_of([other_times(match, kind)], blocks, instrument, "blocks")
    if not any(match.other for match in matches):
        return latency
    return replace(latency, other=other)


def _latency_of(
    times: Sequence[Times], parts: Sequence[Times], instrument: Instrument, called: Parts
) -> Latency:
    all_times = merged(times)
    return Latency(
        merged=all_times.histogram,
        forks=[part.histogram for part in parts],
        fork_means_ns=[part.mean_ns for part in parts],
        instrument=instrument,
        parts=called,
        mean_ns=all_times.mean_ns if all_times.count else None,
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
