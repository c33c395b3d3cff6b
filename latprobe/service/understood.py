"""What a service understands of a feed: its `on_message` in the pass that verifies callables.

Nothing is timed and no plan is followed: each message is handed over when the one before was
handled, and the service's tasks go on in between.
"""

import asyncio
import json
from itertools import count
from mmap import mmap
from pathlib import Path

from latprobe import _core
from latprobe.callables.resolve import Made
from latprobe.reference import find_object
from latprobe.service.answered import answered, stopped
from latprobe.service.job import ServiceJob
from latprobe.service.loop_lag import LoopLag
from latprobe.service.progress import Progress
from latprobe.service.resolve import Service, loop_factory, make
from latprobe.service.watching import WatchingProbe

Batch = tuple[int, int, int, int, int]


def understood(
    job: ServiceJob,
    feed: Path,
    batches: tuple[Batch, ...],
    other_cpus: tuple[int, ...],
    progress: mmap,
) -> str:
    """Hands a service all of a feed, and answers a `DigestPass` as JSON.

    Raises:
        NativeError: where the service takes no messages by call, or does not stop.
        UnresolvedError: where it cannot be found or made.
    """
    probe = WatchingProbe(sum(messages for messages, *_ in batches), 0, other_cpus)
    with asyncio.Runner(loop_factory=loop_factory(job["loop"])) as runner:
        service = runner.run(_started(job, probe))
        replay = _replay(job, service, runner, _core.Feed(feed, list(batches)), progress)
        result = replay.digest()
        runner.run(_finished(job, service, probe, Progress(progress)))
    return result


async def _started(job: ServiceJob, probe: WatchingProbe) -> Service:
    _, found = find_object(job["reference"], job["path"])
    service = make(found, job["reference"], probe, job["config"])
    await answered(service.start)
    return service


async def _finished(
    job: ServiceJob, service: Service, probe: WatchingProbe, progress: Progress
) -> None:
    progress.reached(probe.messages - 1)
    lag = LoopLag(asyncio.get_running_loop(), probe.loop_lag, progress)
    try:
        await stopped(service.stop, job["timeout_s"])
    finally:
        lag.close()


def _replay(
    job: ServiceJob,
    service: Service,
    runner: asyncio.Runner,
    feed: _core.Feed,
    progress: mmap,
) -> _core.Replay:
    handler, numbers = service.handler, count()
    if handler is None:
        raise _core.NativeError(f"{job['reference']} has no `on_message` to be verified by")
    run_until_complete = runner.get_loop().run_until_complete

    async def handled(payload: bytes) -> object:
        answer = handler(next(numbers), payload)
        return await answer if hasattr(answer, "__await__") else answer

    def on_message(payload: bytes) -> object:
        return run_until_complete(handled(payload))

    names = dict.fromkeys(("name", "family", "description", "protocol"), job["reference"])
    lists: dict[str, tuple[str, ...]] = {"stages": (), "errors": (), "hops": ()}
    return _core.Replay.of_callables(
        json.dumps({**names, **lists, "kinds": service.kinds}),
        lambda: Made([on_message], service.digest, None, None),
        True,
        False,
        feed,
        progress,
    )
