"""Messages of one key that went in, and which of them an answer belongs to.

Times are in nanoseconds, on the clock of what went in. Both kinds of line are told of messages in
the order of their times.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final, Literal

Each = Literal["first", "all"]
"""Whether a message has one answer, or as many as come."""

Reused = Literal["latest", "oldest"]
"""Which of several messages with one key an answer belongs to."""

REPEATED: Final = "repeated"
"""What an answer is whose message has been answered before, where one is all that it has."""


@dataclass(slots=True)
class Waiting:
    """A message that went in.

    Attributes:
        at_ns: When.
        number: Which message of its recording, from 0.
        kind: Its kind.
        answered: Whether an answer came.
        behind: The next one with its key, where they wait in a row.
    """

    at_ns: int
    number: int
    kind: str
    answered: bool = False
    behind: "Waiting | None" = None


@dataclass(frozen=True, slots=True)
class Answered:
    """The message that an answer belongs to, by the rule.

    Attributes:
        waiting: The message.
        other_ns: When the one at the other end of those that waited went in: the oldest, where the
            rule is the latest. `None` where no other waited.
    """

    waiting: Waiting
    other_ns: int | None


class LatestLine:
    """The latest message stands for the key; one that it finds unanswered is superseded."""

    __slots__ = ("_each", "_latest", "_superseded_ns", "_within_ns")

    def __init__(self, within_ns: int, each: Each) -> None:
        self._within_ns = within_ns
        self._each = each
        self._latest: Waiting | None = None
        # Hardly any line has one, and an empty one takes 600 bytes.
        self._superseded_ns: deque[int] | None = None

    def arrive(self, message: Waiting) -> bool:
        """Takes in the next message; whether it supersedes another."""
        before, self._latest = self._latest, message
        if before is None or message.at_ns - before.at_ns > self._within_ns:
            return False
        if before.answered:
            return False
        self._forget(message.at_ns)
        if self._superseded_ns is None:
            self._superseded_ns = deque()
        self._superseded_ns.append(before.at_ns)
        return True

    def answer(self, at_ns: int) -> Answered | Literal["repeated"] | None:
        """Which message is answered; `None` for none within the time."""
        latest = self._latest
        if latest is None or at_ns - latest.at_ns > self._within_ns:
            return None
        if latest.answered and self._each == "first":
            return REPEATED
        self._forget(at_ns)
        return Answered(latest, self._superseded_ns[0] if self._superseded_ns else None)

    def _forget(self, at_ns: int) -> None:
        superseded = self._superseded_ns
        while superseded and at_ns - superseded[0] > self._within_ns:
            superseded.popleft()


class OldestLine:
    """The message that waited longest is answered first, and each once."""

    __slots__ = ("_answered_ns", "_newest", "_oldest", "_within_ns")

    def __init__(self, within_ns: int) -> None:
        self._within_ns = within_ns
        self._oldest: Waiting | None = None
        self._newest: Waiting | None = None
        self._answered_ns: int | None = None

    def arrive(self, message: Waiting) -> bool:
        """Takes in the next message; none is ever superseded."""
        self._forget(message.at_ns)
        if self._oldest is None or self._newest is None:
            self._oldest = message
        else:
            self._newest.behind = message
        self._newest = message
        return False

    def answer(self, at_ns: int) -> Answered | Literal["repeated"] | None:
        """Which message is answered; `None` for none within the time."""
        self._forget(at_ns)
        message, newest = self._oldest, self._newest
        if message is not None and newest is not None:
            self._oldest = message.behind
            self._answered_ns = message.at_ns
            return Answered(message, None if message is newest else newest.at_ns)
        last_ns = self._answered_ns
        is_late = last_ns is None or at_ns - last_ns > self._within_ns
        return None if is_late else REPEATED

    def _forget(self, at_ns: int) -> None:
        while self._oldest is not None and at_ns - self._oldest.at_ns > self._within_ns:
            self._oldest = self._oldest.behind


Line = LatestLine | OldestLine
