"""Receive times for messages that may have one in them."""

from collections.abc import Callable, Sequence
from itertools import compress

from latprobe.errors import FeedError
from latprobe.feed.importers.importer import ImportOptions
from latprobe.feed.importers.lines import shown
from latprobe.feed.importers.source import Source
from latprobe.feed.messages import Messages

TimeOf = Callable[[bytes], int | None]
"""Reads the time of a message, in nanoseconds since 1970; gives `None` if it has none."""


class PayloadClock:
    """Gives messages their receive times: what stands in them; else steps of one interval.

    Args:
        source: The recording; a message without the time that it should have is bad.
        options: The start and the interval of steps, by default 0, 1, 2, … ns since 1970.
        time_of: Reads a message's time; `None` where messages have none.
        option: What said where the time is, as on the command line.

    Raises:
        FeedError: Steps were asked for as well as times.
    """

    def __init__(
        self, source: Source, options: ImportOptions, time_of: TimeOf | None, option: str
    ) -> None:
        self._source = source
        self._time_of = time_of
        self._option = option
        self._next_ns = options.start_ns
        self._interval_ns = options.interval_ns
        if time_of and (options.start_ns or options.interval_ns != 1):
            problem = f"{option} says where messages have their times: --start and --interval are"
            raise FeedError(source.path, None, f"{problem} for messages that have none")

    def messages(self, channel: str, payloads: Sequence[bytes], places: Sequence[int]) -> Messages:
        """The messages that have a time; `places` is where each begins."""
        if self._time_of is None:
            first_ns = self._next_ns
            self._next_ns += len(payloads) * self._interval_ns
            steps = range(first_ns, self._next_ns, self._interval_ns)
            return Messages(steps, [channel] * len(payloads), payloads, places)
        times = list(map(self._time_of, payloads))
        known = [time_ns for time_ns in times if time_ns is not None]
        if len(known) == len(times):
            return Messages(known, [channel] * len(known), payloads, places)
        for time_ns, payload, place in zip(times, payloads, places, strict=True):
            if time_ns is None:
                expected = f"expected a message with its time where {self._option} says"
                self._source.bad(place, f"{expected}; found {shown(payload)}", payload)
        has_time = [time_ns is not None for time_ns in times]
        return Messages(
            known,
            [channel] * len(known),
            list(compress(payloads, has_time)),
            list(compress(places, has_time)),
        )
