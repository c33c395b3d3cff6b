"""Whether the receive times of a recording run forwards.

A little disorder is real: recordings merge what several threads, cards or hosts have received. So
a message that is somewhat before the one before it is kept where it is, and counted. A clock that
falls far back was set meanwhile, or the recording is damaged: that message is bad.

Each time is held against that of the message before, be that one bad or not. So one wrong time
costs one or two messages, and not all that follow.
"""

from collections.abc import Iterator

import numpy as np

from latprobe.feed.importers.source import Source
from latprobe.feed.importers.times import text_from_nanoseconds
from latprobe.feed.messages import Block, Messages
from latprobe.units import format_ns


class TimeOrder:
    """Passes the messages of a recording on, but for those whose time falls too far back.

    Args:
        source: Told of those that do.
        max_backwards_ns: How far a time may fall back behind that of the message before; `None`
            for any distance.
    """

    def __init__(self, source: Source, max_backwards_ns: int | None) -> None:
        self.out_of_order = 0
        """Messages that are before the message before, and are kept."""
        self.farthest_back_ns = 0
        """How far, at most."""
        self._source = source
        self._max_backwards_ns = 2**64 if max_backwards_ns is None else max_backwards_ns
        self._last_ns: int | None = None
        self._before = 0

    def passed(self, messages: Messages | Block) -> Iterator[Messages | Block]:
        """The messages, in as many parts as it takes to leave the bad ones out.

        Raises:
            FeedError: One is bad, and there is no quarantine; or a time does not fit int64.
        """
        if not len(messages):
            return
        start = 0
        for index, back_ns in self._backwards(messages):
            if back_ns <= self._max_backwards_ns:
                self.out_of_order += 1
                self.farthest_back_ns = max(self.farthest_back_ns, back_ns)
                continue
            self._reject(messages, index, back_ns)
            if index > start:
                yield messages.part(start, index)
            start = index + 1
        self._last_ns = int(messages.recv_ns[-1])
        self._before += len(messages)
        yield messages.part(start, len(messages)) if start else messages

    def _backwards(self, messages: Messages | Block) -> list[tuple[int, int]]:
        """Which messages are before the one before, and how far."""
        try:
            times = np.asarray(messages.recv_ns, np.int64)
        except OverflowError as error:
            raise self._source.fail(None, "a receive time does not fit 64 bits") from error
        found = (np.flatnonzero(times[1:] < times[:-1]) + 1).tolist()
        # In Python's integers: between two times of any recording there may be more than 64 bits.
        backwards = [(index, int(times[index - 1]) - int(times[index])) for index in found]
        if self._last_ns is not None and times[0] < self._last_ns:
            backwards.insert(0, (0, self._last_ns - int(times[0])))
        return backwards

    def _reject(self, messages: Messages | Block, index: int, back_ns: int) -> None:
        it = messages.part(index, index + 1)
        payload = bytes(it.payload) if isinstance(it, Block) else it.payloads[0]
        place = int(it.places[0]) if it.places is not None else None
        recv_ns = int(it.recv_ns[0])
        self._source.bad(
            place,
            f"expected a receive time at most {format_ns(self._max_backwards_ns)} before "
            f"that of the message before; found {text_from_nanoseconds(recv_ns)} after "
            f"{text_from_nanoseconds(recv_ns + back_ns)}, which is {format_ns(back_ns)} back, in "
            f"message {self._before + index + 1:,}: the clock was set, or the recording is damaged;"
            " `feed import --max-backwards` allows more, `--quarantine` sets such messages aside",
            payload,
        )
