"""The process that runs one pass. It starts once for each fork, so that it imports little.

The job comes as JSON on standard input; the result goes to a file, since standard output and
standard error belong to the target. Ends with 3 where the core refuses, the reason in the result.
"""

import json
import os
import resource
import sys
from mmap import mmap
from typing import TYPE_CHECKING, Any, Final

from latprobe import _core
from latprobe.driver.turns import WAITED_FOR
from latprobe.driver.usage import usage_since, usage_so_far
from latprobe.reference import UnresolvedError

if TYPE_CHECKING:
    from latprobe.callables.job import CallablesJob
    from latprobe.service.run import Fork

REFUSED: Final = 3


def main() -> int:
    """Runs the job on standard input."""
    _core.end_with_parent()
    job = json.load(sys.stdin)
    kept = bytearray(job["heap_bytes"])  # moves what is allocated from here on
    if job["cpu"] is not None:
        os.sched_setaffinity(0, {job["cpu"]})
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if job["memory_bytes"] is not None:
        resource.setrlimit(resource.RLIMIT_DATA, (job["memory_bytes"], job["memory_bytes"]))
    try:
        answer = _run(job)
        code = 0
    except (_core.NativeError, UnresolvedError) as error:
        answer = json.dumps({"refused": str(error)})
        code = REFUSED
    with open(job["result"], "w", encoding="utf-8") as result:
        result.write(answer)
    del kept
    return code


def _run(job: dict[str, Any]) -> str:
    progress = mmap(job["progress_fd"], 8)  # not closed: a pass that fails still holds it
    if job["service"] is not None:
        return _serve(job, progress)
    turns = None if job["turns"] is None else tuple(job["turns"])
    if turns is not None:
        _wait_for_first_turn(turns[2], progress)
    feed = _core.Feed(job["feed"], [tuple(batch) for batch in job["batches"]], turns)
    replay = _replay(job, feed, progress)
    before = usage_so_far(job["cpu"])
    instrument, result = _pass(job, replay)
    used = json.dumps(usage_since(before, job["cpu"]))
    measured_with, drift = "null", "null"
    if instrument is not None:
        measured_with, drift = instrument.to_json(), instrument.drift()
    return f'{{"instrument":{measured_with},"drift":{drift},"result":{result},"usage":{used}}}'


def _wait_for_first_turn(wait_fd: int, progress: mmap) -> None:
    """From here on one of both processes runs at a time: also while it measures its clock."""
    before = progress[:]
    progress[:] = WAITED_FOR.to_bytes(8, sys.byteorder)
    os.read(wait_fd, 1)
    progress[:] = before


def _replay(job: dict[str, Any], feed: _core.Feed, progress: mmap) -> _core.Replay:
    callables: CallablesJob | None = job["callables"]
    if callables is None:
        target = (job["library"], job["target"], job["config"])
        return _core.Replay(*target, feed, progress, job["worker_cpus"])
    from latprobe.callables.resolve import resolve  # noqa: PLC0415  # for targets of Python alone

    found = resolve(callables)
    return _core.Replay.of_callables(
        json.dumps(found.description),
        found.factory,
        callables["payload"] == "bytes",
        callables["is_pipeline"],
        feed,
        progress,
    )


def _serve(job: dict[str, Any], progress: mmap) -> str:
    before = usage_so_far(job["cpu"])
    match job["collector"]:
        case "digest":
            instrument, result = "null", _understood(job, progress)
        case "callsites":
            instrument, result = "null", _traced(job, progress)
        case _:
            instrument, result = _timed(job, progress)
    used = json.dumps(usage_since(before, job["cpu"]))
    return f'{{"instrument":{instrument},"drift":null,"result":{result},"usage":{used}}}'


def _understood(job: dict[str, Any], progress: mmap) -> str:
    from pathlib import Path  # noqa: PLC0415  # for services alone, as what follows

    from latprobe.service.understood import understood  # noqa: PLC0415

    batches = tuple(tuple(batch) for batch in job["batches"])
    cpus = tuple(job["worker_cpus"])
    return understood(job["service"], Path(job["feed"]), batches, cpus, progress)


def _timed(job: dict[str, Any], progress: mmap) -> tuple[str, str]:
    # Here, since it takes longer to import than all else.
    from latprobe.service.run import run_service  # noqa: PLC0415

    return run_service(_fork(job), progress)


def _traced(job: dict[str, Any], progress: mmap) -> str:
    from latprobe.service.call_sites import traced_service  # noqa: PLC0415  # for this pass alone

    return traced_service(_fork(job), progress, job["capture"])


def _fork(job: dict[str, Any]) -> "Fork":
    from pathlib import Path  # noqa: PLC0415  # for services alone, as what follows

    from latprobe.service.run import Fork  # noqa: PLC0415

    return Fork(
        job=job["service"],
        feed=Path(job["feed"]),
        batches=tuple(tuple(batch) for batch in job["batches"]),
        warmup=job["warmup"],
        messages=job["warmup"] + job["measured"],
        other_cpus=tuple(job["worker_cpus"]),
        counts_switches=job["collector"] == "switches",
    )


def _pass(job: dict[str, Any], replay: _core.Replay) -> tuple[_core.Instrument | None, str]:
    counted = _counting_pass(job, replay)
    if counted is not None:
        return None, counted
    warmup, measured = job["warmup"], job["measured"]
    instrument = _core.Instrument(job["clock"])
    match job["collector"]:
        case "cost":
            result = replay.cost(instrument, warmup, measured)
        case "interpreter":
            result = replay.interpreter(instrument, warmup, measured)
        case "span":
            result = replay.span(instrument, warmup, measured, tuple(job["span"]), job["driving"])
        case "tail":
            result = replay.replay_tail(
                instrument, warmup, measured, job["sequences"], job["driving"]
            )
        case _:
            result = replay.latency(instrument, warmup, measured, job["driving"])
    return instrument, result


def _counting_pass(job: dict[str, Any], replay: _core.Replay) -> str | None:
    """What a pass found that times nothing; None where it is one that does."""
    warmup, measured = job["warmup"], job["measured"]
    result = None
    match job["collector"]:
        case "digest":
            result = replay.digest()
        case "allocations":
            result = replay.allocations(warmup, measured)
        case "memory":
            result = replay.footprint(warmup, measured)
        case "counters":
            result = replay.counters(warmup, measured, job["events"])
        case "callsites" if job["callables"] is not None:
            from latprobe.callables.call_sites import traced  # noqa: PLC0415  # for this pass alone

            result = traced(replay, warmup, measured, job["capture"])
        case "callsites":
            result = replay.call_sites(warmup, measured)
    return result


if __name__ == "__main__":
    sys.exit(main())
