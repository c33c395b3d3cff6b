"""A real server on loopback that plays the feed: `latprobe feed serve` in a process of its own."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, Final

from latprobe._core import NativeError
from latprobe.service.failures import Failures

_SERVE: Final = "from latprobe.cli.main import main; main()"
_ENDED_S: Final = 15.0
_LOOK_S: Final = 0.05
_GOODBYE_S: Final = 1.0


class Server:
    """The server's process."""

    def __init__(self, process: asyncio.subprocess.Process, url: str) -> None:
        self._process = process
        self.url = url

    async def result(self) -> dict[str, Any]:
        """Asks it to end, and answers what it says of what it sent.

        Raises:
            NativeError: where it says nothing.
        """
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGINT)
        try:
            said, why = await asyncio.wait_for(self._process.communicate(), _ENDED_S)
            served: dict[str, Any] = json.loads(said)
        except (TimeoutError, ValueError) as error:
            raise NativeError(f"`latprobe feed serve` did not end as it should: {error}") from error
        if not served["messages"]:
            raise NativeError(f"`latprobe feed serve` sent nothing: {why.decode().strip()}")
        return served

    def end(self) -> None:
        """Ends it, if it has not ended by itself."""
        with suppress(ProcessLookupError):
            self._process.kill()


async def start_server(options: Sequence[str], cpus: Sequence[int]) -> Server:
    """Starts a server on other CPUs, and returns when it listens.

    Raises:
        NativeError: in the server's own words, where it does not.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        _SERVE,
        "feed",
        "serve",
        *options,
        "--json",
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    if cpus:
        with suppress(OSError):
            os.sched_setaffinity(process.pid, cpus)
    assert process.stderr is not None
    said = ""
    while line := (await process.stderr.readline()).decode(errors="replace").strip():
        _, found, url = line.partition("serving at ")
        if found:
            return Server(process, url)
        said = line
    raise NativeError(f"`latprobe feed serve` did not listen: {said}")


async def receive(
    connect: Callable[[str], Awaitable[object]],
    server: Server,
    all_there: Callable[[], bool],
    failures: Failures,
) -> dict[str, Any]:
    """Has a service receive until all messages are there; answers what the server says of it.

    The server ends the connection, as one does that has no more to say. What a service does not
    take then is not waited for; what it raises then is one of its failures.

    Raises:
        NativeError: where the connection ended before.
    """
    receiving = asyncio.ensure_future(connect(server.url))
    try:
        while not all_there() and not receiving.done():
            await asyncio.wait([receiving], timeout=_LOOK_S)
        if not all_there():
            error = _raised_by(receiving)
            words = f"{type(error).__name__}: {error}" if error else "it returned"
            raise NativeError(f"`connect` ended before all messages were there: {words}")
        served = await server.result()
        await asyncio.wait([receiving], timeout=_GOODBYE_S)
        error = _raised_by(receiving)
        if error is not None:
            failures.note(error)
        return served
    finally:
        server.end()
        if receiving.cancel():
            await asyncio.wait([receiving], timeout=_GOODBYE_S)


def _raised_by(task: "asyncio.Future[object]") -> BaseException | None:
    return task.exception() if task.done() and not task.cancelled() else None
