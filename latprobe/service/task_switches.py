"""How often an event loop ran a task on."""

import asyncio
from collections.abc import Coroutine, Generator
from types import TracebackType
from typing import Any


class Switches:
    """Counts each time that a task is run on, from when it was made."""

    def __init__(self) -> None:
        self.count = 0

    def begin_counting(self) -> None:
        """Those so far were of the warm-up."""
        self.count = 0

    def task(
        self, loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any
    ) -> "asyncio.Task[Any]":
        """Makes a task as the loop would: a task factory."""
        return asyncio.Task(_Counted(coroutine, self), loop=loop, **options)


class _Counted(Coroutine[Any, Any, Any]):
    """A coroutine that tells how often it is run on."""

    def __init__(self, coroutine: Any, switches: Switches) -> None:
        self._coroutine = coroutine
        self._switches = switches

    def send(self, value: Any) -> Any:
        self._switches.count += 1
        return self._coroutine.send(value)

    def throw(
        self,
        kind: Any,
        value: BaseException | object = None,
        traceback: TracebackType | None = None,  # noqa: ARG002  # of older callers
    ) -> Any:
        self._switches.count += 1
        raised = kind if value is None else value
        return self._coroutine.throw(raised)

    def close(self) -> None:
        self._coroutine.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._coroutine.__await__()  # type: ignore[no-any-return]
