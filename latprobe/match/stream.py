"""The keys of a recording, in the order of their times."""

import heapq
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from latprobe.match.expression import Expression
from latprobe.match.key import LONGEST_LABEL, Key, label_of
from latprobe.match.pairing import TooManyWaitingError
from latprobe.match.recording import Recording
from latprobe.units import format_ns

MOST_KINDS: Final = 64
"""Kinds that are told apart; there is a histogram for each."""

ONE_KIND: Final = "pair"
"""What all are called where no expression tells kinds apart."""

OTHER: Final = "(other)"
"""What the kinds beyond the first `MOST_KINDS` are called together."""

NO_KIND: Final = "(none)"
"""What messages are called in which the expression finds no kind."""


class Sighting(NamedTuple):
    """A message on one side: when, which from 0, its key if it has one, and its kind."""

    at_ns: int
    number: int
    key: Key | None
    kind: str


class Kinds:
    """Gives kinds their labels."""

    def __init__(self, expression: Expression | None) -> None:
        self._expression = expression
        self._labels: dict[Key | None, str] = {}

    def of(self, payload: bytes) -> str:
        """The kind of a message."""
        if self._expression is None:
            return ONE_KIND
        key = self._expression.find(payload)
        label = self._labels.get(key)
        if label is not None:
            return label
        if len(self._labels) >= MOST_KINDS:
            return OTHER
        label = self._labels[key] = label_of(key, NO_KIND)[:LONGEST_LABEL]
        return label


def sightings(
    recording: Recording, key: Expression, kind_of: Callable[[bytes], str], shift_ns: int = 0
) -> Iterator[Sighting]:
    """The messages of a recording as they lie; `shift_ns` is added to each time."""
    number = 0
    find = key.find
    for times, payloads in recording.messages():
        for at_ns, payload in zip(times, payloads, strict=True):
            found = find(payload)
            kind = "" if found is None else kind_of(payload)
            yield Sighting(at_ns + shift_ns, number, found, kind)
            number += 1


def in_order(messages: Iterator[Sighting], behind_ns: int, most_held: int) -> Iterator[Sighting]:
    """Sorts by time, and by number at equal times.

    Args:
        messages: None of them lies further behind the latest before it than `behind_ns`.
        behind_ns: The messages of so long a time are held in memory.
        most_held: But not more than so many.

    Raises:
        TooManyWaitingError: where there are more.
    """
    if not behind_ns:
        yield from messages
        return
    held: list[Sighting] = []
    latest_ns: int | None = None
    for message in messages:
        latest_ns = message.at_ns if latest_ns is None else max(latest_ns, message.at_ns)
        # Numbers differ, so that no comparison goes on to keys of different types.
        heapq.heappush(held, message)
        while held[0].at_ns <= latest_ns - behind_ns:
            yield heapq.heappop(held)
        if len(held) > most_held:
            raise TooManyWaitingError(
                f"a message is {format_ns(behind_ns)} late, and more than {most_held:,} lie within "
                "that: match the parts that are in order, each as a pair of its own"
            )
    while held:
        yield heapq.heappop(held)
