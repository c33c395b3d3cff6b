"""The process that is soaked. It starts once for each part of a soak.

The job comes as JSON on standard input. The instrument and then each interval go to a pipe, a line
of JSON each; standard output and standard error belong to the target. Ends with `REFUSED` where the
core refuses, the reason as the last line.
"""

import json
import os
import resource
import sys
from mmap import mmap
from typing import Any

from latprobe import _core
from latprobe.callables.job import CallablesJob
from latprobe.callables.resolve import resolve
from latprobe.driver.worker import REFUSED
from latprobe.reference import UnresolvedError


def main() -> int:
    """Runs the job on standard input."""
    _core.end_with_parent()
    job = json.load(sys.stdin)
    out: int = job["intervals_fd"]
    if job["cpu"] is not None:
        os.sched_setaffinity(0, {job["cpu"]})
    most = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (most, most) if job["keeps_core"] else (0, 0))
    if job["memory_bytes"] is not None:
        resource.setrlimit(resource.RLIMIT_DATA, (job["memory_bytes"], job["memory_bytes"]))
    refusals = os.dup(out)  # the core closes its own
    try:
        _soak(job)
    except _core.NativeError as error:
        _tell(refusals, {"refused": str(error)})
        return REFUSED
    return 0


def _soak(job: dict[str, Any]) -> None:
    # Not closed: a pass that fails still holds them.
    progress, stop = mmap(job["progress_fd"], 8), mmap(job["stop_fd"], 8)
    feeds = [
        _core.Feed(it["path"], [tuple(batch) for batch in it["batches"]]) for it in job["feeds"]
    ]
    replay = _replay(job, feeds[0], progress)
    instrument = _core.Instrument(job["clock"])
    _tell(job["intervals_fd"], {"instrument": json.loads(instrument.to_json())})
    replay.soak(instrument, json.dumps(job["settings"]), feeds, stop, job["intervals_fd"])


def _replay(job: dict[str, Any], feed: _core.Feed, progress: mmap) -> _core.Replay:
    callables: CallablesJob | None = job["callables"]
    if callables is None:
        return _core.Replay(job["library"], job["target"], job["config"], feed, progress, None)
    try:
        found = resolve(callables)
    except UnresolvedError as error:
        raise _core.NativeError(str(error)) from error
    return _core.Replay.of_callables(
        json.dumps(found.description),
        found.factory,
        callables["payload"] == "bytes",
        callables["is_pipeline"],
        feed,
        progress,
    )


def _tell(descriptor: int, message: dict[str, Any]) -> None:
    os.write(descriptor, json.dumps(message).encode() + b"\n")


if __name__ == "__main__":
    sys.exit(main())
