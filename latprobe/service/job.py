"""What a fork is told of an asyncio target. Plain values, since they go there as JSON."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict


class ServiceJob(TypedDict):
    """A service, as a scenario names it, and how it is handed messages.

    `path` are folders that modules are looked for in. `plan` is a file of when each message is due,
    in nanoseconds from the start, and `lags` one of how long each of the feed's took to be received
    when it was recorded; empty where that is not known. `serve` are the options of
    `latprobe feed serve`, for a `transport` of `websocket`. `is_called`: whether it takes messages
    by call.
    """

    reference: str
    path: Sequence[str]
    config: Mapping[str, Any]
    loop: Literal["asyncio", "uvloop"]
    transport: Literal["call", "websocket"]
    plan: str
    lags: str
    serve: Sequence[str]
    timeout_s: float
    is_called: bool
