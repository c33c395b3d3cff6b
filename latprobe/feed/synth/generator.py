"""What makes up the messages of one protocol."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from latprobe.feed.synth.chance import Chance

Message = tuple[int, str, bytes]
"""Receive time in nanoseconds since 1970 (UTC), channel, payload."""


@dataclass(frozen=True, slots=True)
class Generator:
    """One protocol. Raise `version` when the same seed gives other bytes than before."""

    protocol: str
    version: int
    generate: Callable[[Chance, int], Iterator[Message]]
    """Makes a number of messages from a source of chance."""
