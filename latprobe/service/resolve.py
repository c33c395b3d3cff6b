"""From `module:object` to a service that can be handed messages."""

import asyncio
import importlib
import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from latprobe._core import NativeError
from latprobe.service.probe import Probe

Handler = Callable[[int, bytes], object]
"""Answers what the message was, in the words of a callable, or something that is waited for."""


@dataclass(frozen=True)
class Service:
    """A service that was made.

    Attributes:
        handler: Takes a message by its number and bytes; None where it only connects.
        connect: Connects to a URL, receives until the other side closes, and returns; None where it
            is only called.
        start: Starts its tasks.
        stop: Finishes what it has in hand, and ends its tasks.
        digest: Answers the fields of the last message, in the verifying pass.
        kinds: Names of the kinds that are answered by their index.
        described: The first line of what it says about itself.
        family: Services of one family do the same.
    """

    handler: Handler | None
    connect: Callable[[str], Awaitable[object]] | None
    start: Callable[[], Awaitable[object] | None] | None
    stop: Callable[[], Awaitable[object] | None] | None
    digest: Callable[[], object] | None = None
    kinds: tuple[str, ...] = ()
    described: str = ""
    family: str = ""


def make(found: Any, reference: str, probe: Probe, config: Mapping[str, Any]) -> Service:
    """A service of an object: a coroutine function is one by itself, all else makes one.

    Raises:
        NativeError: where it cannot be made, or takes no messages.
    """
    documented = inspect.getdoc(found) or ""
    if inspect.iscoroutinefunction(found):
        return _of_function(found, reference, probe, config, documented)
    try:
        made = found(probe, **config)
    except Exception as error:  # whatever a service does when it is made
        raise NativeError(
            f"{reference}: cannot be made with a probe and {dict(config)}: "
            f"{type(error).__name__}: {error}"
        ) from error
    handler, connect = (getattr(made, name, None) for name in ("on_message", "connect"))
    if handler is None and connect is None:
        raise NativeError(
            f"{reference} made a {type(made).__name__}, which has neither "
            "`on_message(sequence, payload)` nor `connect(url)`"
        )
    return Service(
        handler,
        connect,
        getattr(made, "start", None),
        getattr(made, "stop", None),
        getattr(made, "digest", None),
        tuple(getattr(made, "kinds", ())),
        documented.partition("\n")[0],
        getattr(made, "family", ""),
    )


def _of_function(
    function: Callable[[bytes], Awaitable[object]],
    reference: str,
    probe: Probe,
    config: Mapping[str, Any],
    documented: str,
) -> Service:
    """A coroutine that takes a message: it has decided when it returns."""
    if config:
        raise NativeError(f"{reference} is a coroutine, which takes no `config`: name a factory")

    async def handle(sequence: int, payload: bytes) -> object:
        answer = await function(payload)
        probe.decided(sequence)
        return answer

    return Service(handle, None, None, None, described=documented.partition("\n")[0])


def loop_factory(name: str) -> Callable[[], asyncio.AbstractEventLoop]:
    """What makes event loops of a kind.

    Raises:
        NativeError: for uvloop where it is not installed.
    """
    if name == "asyncio":
        return asyncio.new_event_loop
    try:
        return importlib.import_module("uvloop").new_event_loop  # type: ignore[no-any-return]
    except ImportError as error:
        raise NativeError(
            'loop = "uvloop" needs the package: pip install "latprobe[uvloop]"'
        ) from error
