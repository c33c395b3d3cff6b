"""Which message that went in each message that came out belongs to. The rules are in docs/MATCH.md.

Memory is that of the messages of the last `within_ns`, and at most `MOST_WAITING` of them.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final, NamedTuple

from latprobe.match.key import Key
from latprobe.match.lines import Answered, Each, LatestLine, Line, OldestLine, Reused, Waiting
from latprobe.units import format_ns

MOST_WAITING: Final = 1_000_000
"""Messages that are remembered at once, some 400 MB."""


class TooManyWaitingError(Exception):
    """More than `MOST_WAITING` messages would have to be remembered; says why, and what to do."""


@dataclass(frozen=True)
class Rules:
    """Which answers count.

    Attributes:
        within_ns: An answer comes at most so many nanoseconds after its message.
        each: How many answers a message has.
        reused: Which of several messages with one key an answer belongs to.
        most_waiting: Messages that are remembered at once.
    """

    within_ns: int
    each: Each = "first"
    reused: Reused = "latest"
    most_waiting: int = MOST_WAITING


class Pair(NamedTuple):
    """A message that went in, and one that came out for it; messages are numbered from 0."""

    ns: int
    """From in to out; 0 or more."""
    in_number: int
    out_number: int
    in_ns: int
    kind: str
    other_ns: int | None
    """What `ns` were if the message at the other end of those that waited was the right one;
    `None` where no other waited."""


@dataclass
class Counts:
    """What became of all messages that have a key, see `run.matched.PairCounts`."""

    ins: int = 0
    answered: int = 0
    superseded: int = 0
    outs: int = 0
    paired: int = 0
    repeated: int = 0
    early: int = 0
    ambiguous: int = 0


class Pairing:
    """Told of messages in the order of their times, and those that went in first at equal times."""

    def __init__(self, rules: Rules) -> None:
        self.counts = Counts()
        self._rules = rules
        self._lines: dict[Key, Line] = {}
        self._arrived: deque[tuple[int, Key]] = deque()
        self._latest_ns: dict[Key, int] = {}
        # Those that came out and belong to nothing so far, by key: when, and which.
        self._orphans: dict[Key, deque[tuple[int, int]]] = {}
        self._left: deque[tuple[int, int, Key]] = deque()

    def arrive(self, at_ns: int, number: int, key: Key, kind: str) -> list[int]:
        """A message went in; how long before it those came out that can only belong to it.

        Raises:
            TooManyWaitingError: see there.
        """
        self._forget(at_ns)
        self.counts.ins += 1
        line = self._lines.get(key)
        if line is None:
            line = self._lines[key] = self._new_line()
        self.counts.superseded += line.arrive(Waiting(at_ns, number, kind))
        self._latest_ns[key] = at_ns
        self._arrived.append((at_ns, key))
        self._check()
        within_ns = self._rules.within_ns
        before = [at_ns - out_ns for out_ns, _ in self._orphans.pop(key, ())]
        early = [ns for ns in before if ns <= within_ns]
        self.counts.early += len(early)
        return early

    def leave(self, at_ns: int, number: int, key: Key) -> Pair | None:
        """A message came out; the pair that it makes, if it does.

        Raises:
            TooManyWaitingError: see there.
        """
        counts = self.counts
        counts.outs += 1
        line = self._lines.get(key)
        answer = None if line is None else line.answer(at_ns)
        if isinstance(answer, Answered):
            message = answer.waiting
            counts.answered += not message.answered
            message.answered = True
            counts.paired += 1
            other_ns = None if answer.other_ns is None else at_ns - answer.other_ns
            counts.ambiguous += other_ns is not None
            ns = at_ns - message.at_ns
            return Pair(ns, message.number, number, message.at_ns, message.kind, other_ns)
        if answer is None:
            self._forget(at_ns)
            self._orphans.setdefault(key, deque()).append((at_ns, number))
            self._left.append((at_ns, number, key))
            self._check()
        else:
            counts.repeated += 1
        return None

    def _new_line(self) -> Line:
        if self._rules.reused == "oldest":
            return OldestLine(self._rules.within_ns)
        return LatestLine(self._rules.within_ns, self._rules.each)

    def _forget(self, at_ns: int) -> None:
        """Gives up what no message from now on can belong to."""
        horizon_ns = at_ns - self._rules.within_ns
        while self._arrived and self._arrived[0][0] < horizon_ns:
            then_ns, key = self._arrived.popleft()
            if self._latest_ns.get(key) == then_ns:
                del self._latest_ns[key], self._lines[key]
        while self._left and self._left[0][0] < horizon_ns:
            then_ns, number, key = self._left.popleft()
            orphans = self._orphans.get(key)
            if orphans and orphans[0] == (then_ns, number):
                orphans.popleft()
                if not orphans:
                    del self._orphans[key]

    def _check(self) -> None:
        if len(self._arrived) + len(self._left) > self._rules.most_waiting:
            raise TooManyWaitingError(
                f"more than {self._rules.most_waiting:,} messages with a key lie within "
                f"{format_ns(self._rules.within_ns)}: match `--within` a shorter time"
            )
