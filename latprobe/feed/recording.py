"""What a recorded feed says of its recording: when, by which clock, and what is missing."""

from typing import Final

import msgspec

_GAPS_LISTED: Final = 10_000
"""Gaps that are kept one by one; further ones are counted, so that notes stay small."""


class Gap(msgspec.Struct, frozen=True):
    """A time in which messages may have been missed."""

    after_messages: int
    """How many messages of the feed stand before it."""
    from_ns: int
    """When something was last received before it, nanoseconds since 1970 (UTC)."""
    to_ns: int
    """When receiving was possible again, or went on."""
    channel: str
    reason: str
    lost: int | None
    """Messages that were lost in it, where that is known."""


class Recording(msgspec.Struct, frozen=True):
    """How a feed was recorded."""

    messages: int
    started_ns: int
    ended_ns: int
    """When the recording ended; where it was cut, when its last message was received."""
    ended_by: str
    """What ended it, in words; empty where it was cut, so that messages after the last flush may be
    missing."""
    clock: str
    """What the kernel was asked for receive times by."""
    kernel_timed: int
    """Messages whose receive time is the kernel's; those of the others were read from the system's
    clock after they were read from the socket."""
    dropped: int
    """Datagrams that the kernel had no room for, as it says."""
    gaps_total: int
    gaps: list[Gap]
    """The first of them, in order."""

    @property
    def cut(self) -> bool:
        """Whether the recording was not brought to its end."""
        return not self.ended_by

    def as_json(self) -> str:
        """The note in a feed's schema."""
        return msgspec.json.encode(self).decode()


class Flush(msgspec.Struct, frozen=True):
    """What a recorder says with each batch of messages that it makes durable."""

    kernel_timed: int
    dropped: int
    gaps: list[Gap]
    ended_ns: int = 0
    ended_by: str = ""
    """Set in the last one."""


class RecordingTally:
    """Adds flushes up."""

    def __init__(self, started_ns: int, clock: str) -> None:
        self.messages = 0
        self.dropped = 0
        self.gaps_total = 0
        self._started_ns = started_ns
        self._clock = clock
        self._kernel_timed = 0
        self._gaps: list[Gap] = []
        self._ended_ns, self._ended_by = started_ns, ""

    def add(self, messages: int, last_ns: int, flush: Flush) -> None:
        """Adds a batch of `messages`, the last received at `last_ns`, and what came with it."""
        self.messages += messages
        self.dropped += flush.dropped
        self._kernel_timed += flush.kernel_timed
        self.gaps_total += len(flush.gaps)
        self._gaps += flush.gaps[: _GAPS_LISTED - len(self._gaps)]
        self._ended_ns = flush.ended_ns or (last_ns if messages else self._ended_ns)
        self._ended_by = flush.ended_by

    def recording(self) -> Recording:
        """What there is so far."""
        return Recording(
            messages=self.messages,
            started_ns=self._started_ns,
            ended_ns=self._ended_ns,
            ended_by=self._ended_by,
            clock=self._clock,
            kernel_timed=self._kernel_timed,
            dropped=self.dropped,
            gaps_total=self.gaps_total,
            gaps=list(self._gaps),
        )


def recording_from(note: str) -> Recording | None:
    """Reads the note in a feed's schema; none where there is none that can be read."""
    try:
        return msgspec.json.decode(note, type=Recording) if note else None
    except msgspec.MsgspecError:
        return None
